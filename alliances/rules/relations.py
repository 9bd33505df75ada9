"""Whom an alliance deals with, and what its lead answers for (art. 7 and 8)."""

from conciliazione.kernel.rulebook import enforces, violated

from ..enums import Addressee, Verdict
from .composition import article
from .values import AllianceFacts, Finding, ProgrammeRules

LEAD_DUTIES = (
    ("Coordinamento", "Coordina nel suo insieme il progetto dell'Alleanza."),
    ("Risorse economiche", "Gestisce le risorse economiche attribuite al progetto."),
    (
        "Responsabilità",
        "Risponde dei risultati attesi e di come sono usate le risorse, come interlocutore unico del partenariato.",
    ),
    ("Rendicontazione", "Rendiconta la spesa e i risultati ottenuti."),
)


@enforces("R25")
def counterpart(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R25, art. 7: the lead of the alliance deals with the lead of the network."""
    words = f"Il capofila dell'Alleanza si rivolge a {facts.network_lead}, capofila di Rete."
    return Finding("R25", Verdict.MET, words, article("R25"))


@enforces("R30")
def lead_duties(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R30, art. 8: coordination, money, responsibility and reporting rest on the lead, who accepts them."""
    if facts.lead is None:
        words = "I quattro compiti del capofila (coordina, gestisce, risponde, rendiconta) non hanno ancora un ente."
        return Finding("R30", Verdict.MISSING, words, article("R30"), who="Capofila")
    words = f"{facts.lead.name} coordina, gestisce le risorse, risponde dei risultati e rendiconta."
    return Finding("R30", Verdict.MET, words, article("R30"))


def check_duties_accepted(accepted: bool, name: str) -> None:
    """Raises R30 unless the four duties were accepted for the body that is to lead."""
    if not accepted:
        raise violated(
            "R30",
            f"{name} può essere capofila solo se accetta i quattro compiti: coordinare, gestire le risorse, rispondere "
            "dei risultati, rendicontare. Conferma l'accettazione",
            field="duties_accepted",
        )


@enforces("R31")
def reaches_the_region_through_the_asl(facts: AllianceFacts, rules: ProgrammeRules) -> Finding:
    """R31, art. 8: towards the Regione the alliance speaks only through the ASL."""
    words = f"Ciò che riguarda Regione Lombardia passa per {facts.network_lead}."
    return Finding("R31", Verdict.MET, words, article("R31"))


def check_addressee(addressee: Addressee) -> None:
    """Raises R31 when an alliance writes to anyone but the network's lead."""
    if addressee != Addressee.OFFICE:
        raise violated(
            "R31",
            f"Un'Alleanza non scrive direttamente a «{addressee.label}»: si rivolge alla Regione solo per il tramite "
            "dell'ASL. Scrivi all'ASL capofila di Rete",
            field="text",
        )
