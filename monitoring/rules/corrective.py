"""Who issues, answers and closes corrective actions and guidance (art. 4, 6, 7, 8)."""

from datetime import date

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import CorrectiveKind, CorrectiveStatus, IssuerBody

OFFICE, LEAD = "office", "lead"
BODY_NAMES = {OFFICE: "l'ASL capofila di Rete", LEAD: "il capofila dell'Alleanza"}


@enforces("R05", "R16", "R21")
def check_issue(*, kind: str, issuer: str, on_alliance: bool, due_on: date | None, today: date) -> None:
    """A corrective action has a term and someone to answer it. Raises Refused beside the field."""
    if due_on is not None and due_on < today:
        raise Refused("Il termine è già passato: scegli una data da oggi in poi.", field="due_on")
    if kind == CorrectiveKind.CORRECTIVE_ACTION and due_on is None:
        raise Refused("Un'azione correttiva ha sempre un termine: indica entro quando si risponde.", field="due_on")
    if kind == CorrectiveKind.CORRECTIVE_ACTION and issuer == IssuerBody.OFFICE and not on_alliance:
        raise Refused(
            "L'ASL rivolge un'azione correttiva a un progetto o a un'Alleanza. Scegli quale, oppure emetti un "
            "indirizzo operativo per tutta la Rete.",
            field="project",
        )


@enforces("R31", "R25")
def answering_bodies(*, issuer: str, on_alliance: bool) -> tuple[str, ...]:
    """Who may answer; `on_alliance` when it concerns an alliance or a project of one. Nobody answers themselves.

    The alliance reaches the regional Cabina only through the ASL (art. 8), and is otherwise its counterpart (art. 7).
    """
    if issuer == IssuerBody.STEERING:
        return (OFFICE,)
    if issuer == IssuerBody.OFFICE:
        return (LEAD,) if on_alliance else ()
    return (LEAD, OFFICE) if on_alliance else (OFFICE,)


@enforces("R31")
def check_answer(*, issuer: str, on_alliance: bool, bodies: set[str], text: str | None = None) -> None:
    """The answer comes from who is asked, and says something. `bodies` are those for which the person speaks.

    Raises RuleViolated or Refused.
    """
    asked = answering_bodies(issuer=issuer, on_alliance=on_alliance)
    if not bodies & set(asked):
        if not asked:
            raise Refused("Questo indirizzo vale per tutta la Rete e non chiede una risposta.")
        who = " o ".join(BODY_NAMES[body] for body in asked)
        if issuer == IssuerBody.STEERING:
            raise violated(
                "R31", f"Alla Cabina di Regia risponde {who}: l'Alleanza le si rivolge solo per il suo tramite"
            )
        raise Refused(f"Qui risponde {who}, non chi ha emesso l'atto.")
    if text is not None and not text.strip():
        raise Refused("Scrivi la risposta: che cosa è stato fatto o si farà, ed entro quando.", field="text")


@enforces("R05", "R16")
def check_close(*, kind: str, status: str, issuer: str, bodies: set[str], outcome: str | None = None) -> None:
    """It is closed by the body that issued it; a corrective action not before its answer. Raises Refused."""
    if issuer not in bodies:
        raise Refused(f"La chiude chi l'ha emessa: {IssuerBody(issuer).label}.")
    if kind == CorrectiveKind.CORRECTIVE_ACTION and status == CorrectiveStatus.OPEN:
        raise Refused("Un'azione correttiva si chiude dopo la risposta: aspetta la risposta di chi deve darla.")
    if outcome is not None and not outcome.strip():
        raise Refused("Scrivi l'esito: che cosa è cambiato, o perché basta così.", field="text")
