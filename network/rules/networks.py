"""The network and who governs it (art. 3, 5)."""

from dataclasses import dataclass

from conciliazione.kernel.rulebook import enforces, violated

from ..enums import OrganisationKind


@dataclass(frozen=True)
class GovernanceBody:
    """One of the three bodies: what it is called, what it is for, where the agreement says so."""

    key: str
    name: str
    article: str
    task: str


_BODIES = (
    GovernanceBody(
        "steering",
        "Cabina di Regia regionale",
        "4",
        "Segue lo sviluppo di Reti e Alleanze e formula azioni correttive e indirizzi operativi.",
    ),
    GovernanceBody(
        "lead",
        "Capofila di Rete",
        "5",
        "È l'ASL, per il tramite della Direzione Sociale: coordina gli interventi e coinvolge ogni sottoscrittore.",
    ),
    GovernanceBody(
        "committee",
        "Comitato di Valutazione e monitoraggio",
        "6",
        "Valuta le proposte delle Alleanze del territorio, ne segue l'attuazione e verifica la copertura del Piano.",
    ),
)


@enforces("R02")
def governance_bodies() -> tuple[GovernanceBody, ...]:
    """The three bodies of the governance, and no other (R02, art. 3)."""
    return _BODIES


@enforces("R06")
def check_lead(kind: str, department: str) -> None:
    """The lead of a network is the ASL, through its Direzione Sociale (R06, art. 5).

    `kind` is the kind of the body, `department` the directorate through which it acts. Raises RuleViolated.
    """
    if kind != OrganisationKind.HEALTH_AUTHORITY:
        raise violated(
            "R06",
            f"Il capofila di Rete è l'ASL, mentre l'ente scelto è di tipo «{OrganisationKind(kind).label}»: "
            "scegli l'ASL del territorio.",
            field="lead",
        )
    if not department.strip():
        raise violated(
            "R06",
            "L'ASL guida la Rete per il tramite della Direzione Sociale: indica la direzione.",
            field="lead_department",
        )


@enforces("R13")
def check_ster(kind: str) -> None:
    """The network names the STER of its territory, which must sit in the committee (R13, art. 6)."""
    if kind != OrganisationKind.STER:
        raise violated(
            "R13",
            "La STER del territorio siede nel Comitato di Valutazione: l'ente scelto è di tipo "
            f"«{OrganisationKind(kind).label}», indica una STER.",
            field="ster",
        )
