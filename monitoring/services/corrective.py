"""Corrective actions and guidance: issued from the analysis of results, answered, closed (art. 4, 6, 7)."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify

from ..enums import CorrectiveKind, IssuerBody
from ..models import CorrectiveAction
from ..queries.corrective import answering_for, issuing_for
from ..rules import corrective as rules
from ..rules.lifecycles import CORRECTIVE_ACTION


@atomic
def issue(
    network, *, by, issuer: str, kind: str, subject: str, text: str, due_on=None, project=None, alliance=None
) -> CorrectiveAction:
    """Issue a corrective action, or guidance, on a network, one of its alliances or of its projects (R05, R16, R21).

    Whoever must answer is told. Raises Refused beside the field.
    """
    rules.check_issue(
        kind=kind, issuer=issuer, on_alliance=bool(project or alliance), due_on=due_on, today=clock.today()
    )
    if project is not None and project.network_id != network.pk:
        raise Refused("Il progetto è di un'altra Rete: scegline uno di questa.", field="project")
    if alliance is not None and alliance.network_id != network.pk:
        raise Refused("L'Alleanza è di un'altra Rete: scegline una di questa.", field="alliance")
    if project is not None and alliance is not None:
        raise Refused("Scegli un progetto o un'Alleanza: il progetto dice già di quale Alleanza è.", field="alliance")
    action = CorrectiveAction.objects.create(
        network=network,
        project=project,
        alliance=alliance,
        issuer=issuer,
        kind=kind,
        subject=subject,
        text=text,
        due_on=due_on,
        issued_by=by,
        issued_at=clock.now(),
    )
    begin(
        action,
        CORRECTIVE_ACTION,
        by=by,
        label=f"{action.get_kind_display()} emessa"
        if kind == CorrectiveKind.CORRECTIVE_ACTION
        else "Indirizzo operativo emesso",
    )
    term = f" Risposta entro il {due_on:%d/%m/%Y}." if due_on else ""
    notify(
        _bearers(action),
        f"{action.get_issuer_display()}: {action.get_kind_display().lower()} «{subject}».{term}",
        url=action.get_absolute_url(),
        by=by,
    )
    return action


def _bearers(action) -> list:
    """Whom it concerns: the lead of the alliance, else every lead and office of the network."""
    office = list(access.people_with(Role.OFFICE, action.network)) if action.issuer != IssuerBody.OFFICE else []
    if action.bearer:
        return [*access.people_with(Role.LEAD, action.bearer), *office]
    alliances = action.network.alliances.filter(projects__isnull=False).distinct()
    return [*office, *(person for alliance in alliances for person in access.people_with(Role.LEAD, alliance))]


def _issuers(action) -> list:
    role = {IssuerBody.STEERING: Role.STEERING, IssuerBody.OFFICE: Role.OFFICE, IssuerBody.COMMITTEE: Role.COMMITTEE}
    return list(access.people_with(role[action.issuer], action.network))


def check_answer(action, by, text: str | None = None) -> None:
    """Whether this person answers for who is asked (R31). Raises Refused."""
    rules.check_answer(
        issuer=action.issuer, on_alliance=bool(action.bearer_id), bodies=answering_for(by, action), text=text
    )


@atomic
def answer(action, *, by, text: str) -> CorrectiveAction:
    """Answer what was done or will be done. Raises Refused."""
    action = lock(action)
    CORRECTIVE_ACTION.check(action.status, "answer")
    check_answer(action, by, text)
    action.answer, action.answered_at = text, clock.now()
    move(action, CORRECTIVE_ACTION, "answer", by=by, reason=text)
    notify(_issuers(action), f"Risposta ricevuta a «{action.subject}».", url=action.get_absolute_url(), by=by)
    return action


def check_close(action, by, outcome: str | None = None) -> None:
    """Whether this person's body may close it now. Raises Refused."""
    rules.check_close(
        kind=action.kind,
        status=action.status,
        issuer=action.issuer,
        bodies=issuing_for(by, action),
        outcome=outcome,
    )


@atomic
def ask_again(action, *, by, reason: str) -> CorrectiveAction:
    """Open it again, since the answer is not enough. Raises Refused."""
    action = lock(action)
    CORRECTIVE_ACTION.check(action.status, "ask_again")
    check_close(action, by)
    move(action, CORRECTIVE_ACTION, "ask_again", by=by, reason=reason)
    notify(
        _bearers(action),
        f"Serve un'altra risposta a «{action.subject}»: {reason}",
        url=action.get_absolute_url(),
        by=by,
    )
    return action


@atomic
def close(action, *, by, text: str) -> CorrectiveAction:
    """Close it with its outcome. Raises Refused."""
    action = lock(action)
    CORRECTIVE_ACTION.check(action.status, "close")
    check_close(action, by, text)
    action.outcome = text
    move(action, CORRECTIVE_ACTION, "close", by=by, reason=text)
    notify(_bearers(action), f"Chiusa con esito: «{action.subject}».", url=action.get_absolute_url(), by=by)
    return action
