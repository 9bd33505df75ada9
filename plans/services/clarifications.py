"""Clarification requests: the ASL names parts, only these reopen, a term runs, and it lapses by itself."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.registry import register

from ..enums import ClarificationStatus
from ..models import ClarificationRequest, ProjectProposal
from ..queries import clarifications as queries
from ..queries import proposals as proposal_queries
from ..rules import eligibility as rules
from ..rules import submission
from ..rules.proposals import STEP
from . import snapshots
from .saving import keep

Status = ClarificationStatus


@atomic
def send(
    proposal: ProjectProposal, *, by, text: str, steps: list[str], days: int | None = None
) -> ClarificationRequest:
    """Ask the alliance to clarify or complete these parts within so many days (the call's when not given).

    Until the end of the last day these parts alone may be written; the clock of the ASL's check stands still.
    """
    proposal = lock(proposal)
    lapse_due(proposal)
    rules.check_in_evaluation(proposal.call.status)
    days = days or proposal.call.clarification_days
    already = proposal.clarifications.filter(status=Status.OPEN).exists()
    rules.check_request(text=text, steps=steps, days=days, already_open=already)
    steps = [key for key in STEP if key in set(steps)]
    now = clock.now()
    entry = _register(proposal, "Richiesta di chiarimenti su", RegistryEntry.Direction.OUTGOING, by=by, at=now)
    request = ClarificationRequest(
        proposal=proposal,
        text=text,
        steps=steps,
        sent_at=now,
        due_at=_end_of(timezone.localdate(now) + timedelta(days=days)),
        sent_by=by,
        registry_number=str(entry),
        before=snapshots.take(proposal, steps),
    )
    keep(request, by=by, why="Richiesta inviata")
    begin(request, rules.CLARIFICATION, by=by, label="Richiesta di chiarimenti inviata", reason=text)
    _trace(proposal, "clarification_sent", "Chiesti chiarimenti all'Alleanza", by=by, reason=text)
    words = (
        f"L'ASL chiede chiarimenti su «{proposal.title}»: {', '.join(STEP[key].label for key in steps)}. Si risponde "
        f"entro il {proposal_queries.when(request.due_at)}."
    )
    notify(proposal_queries.people_of(proposal.alliance), words, url=request.get_absolute_url(), by=by)
    return request


@atomic
def answer(request: ClarificationRequest, *, by, text: str) -> ClarificationRequest:
    """Send what was clarified: registry number, instant, fingerprint. Asked twice, it is sent once.

    Raises Refused out of term, or when the proposal would no longer be complete or within the limits.
    """
    proposal = lock(request.proposal)
    request = lock(request)
    if request.status == Status.ANSWERED:
        return request
    rules.CLARIFICATION.check(request.status, "answer")
    now = clock.now()
    rules.check_answer(now=now, due_at=request.due_at, text=text, when=proposal_queries.when)
    proposal = proposal_queries.whole(ProjectProposal.objects).get(pk=proposal.pk)
    submission.check_content(proposal_queries.content_requirements(proposal))
    sha256 = submission.fingerprint(proposal_queries.content_of(proposal))
    entry = _register(proposal, "Chiarimenti su", RegistryEntry.Direction.INCOMING, by=by, at=now, sha256=sha256)
    request.answer, request.answered_at, request.answered_by = text, now, by
    request.answer_number, request.content_sha256, request.ended_at = str(entry), sha256, now
    request.after = queries.shown_parts(proposal, request.steps)
    move(request, rules.CLARIFICATION, "answer", by=by, reason=text, at=now)
    _trace(proposal, "clarification_answered", "Chiarimenti inviati all'ASL", by=by, reason=text)
    words = f"{proposal.alliance.name} ha risposto alla richiesta di chiarimenti su «{proposal.title}»."
    people = [*access.people_with(Role.OFFICE, proposal.call.network), *proposal_queries.people_of(proposal.alliance)]
    notify(people, words, url=request.get_absolute_url(), by=by)
    return request


@atomic
def recall(request: ClarificationRequest, *, by, reason: str) -> ClarificationRequest:
    """The ASL takes the request back; the reopened parts are again what was handed in."""
    proposal = lock(request.proposal)
    request = lock(request)
    rules.CLARIFICATION.check(request.status, "recall")
    _close(proposal, request, "recall", by=by, reason=reason)
    words = f"L'ASL ha ritirato la richiesta di chiarimenti su «{proposal.title}»: {reason}"[:390]
    notify(proposal_queries.people_of(proposal.alliance), words, url=request.get_absolute_url(), by=by)
    return request


@atomic
def lapse_due(proposal: ProjectProposal | None = None) -> list[ClarificationRequest]:
    """Close every request whose term is over without an answer, of one proposal or of all."""
    due = ClarificationRequest.objects.filter(status=Status.OPEN, due_at__lte=clock.now())
    if proposal is not None:
        due = due.filter(proposal=proposal.pk)
    lapsed = []
    for request in due.order_by("pk"):
        owner = lock(request.proposal)
        request = lock(request)
        if request.status != Status.OPEN:
            continue
        _close(owner, request, "lapse", by=None, reason="", at=request.due_at)
        words = f"È scaduto il termine per i chiarimenti su «{owner.title}»: vale ciò che era stato presentato."
        people = [*proposal_queries.people_of(owner.alliance), *access.people_with(Role.OFFICE, owner.call.network)]
        notify(people, words, url=request.get_absolute_url(), by=None)
        lapsed.append(request)
    return lapsed


def _close(proposal: ProjectProposal, request: ClarificationRequest, name: str, *, by, reason: str, at=None) -> None:
    at = at or clock.now()
    label = rules.CLARIFICATION[name].label
    snapshots.bring_back(proposal, request.before, by=by, why=label)
    request.after, request.ended_at = request.before["shown"], at
    move(request, rules.CLARIFICATION, name, by=by, reason=reason, at=at)
    _trace(proposal, f"clarification_{name}", f"Chiarimenti: {label.lower()}", by=by, reason=reason)


def _register(proposal: ProjectProposal, what: str, direction, *, by, at: datetime, sha256: str = "") -> RegistryEntry:
    return register(
        proposal,
        register=proposal.call.network.register,
        direction=direction,
        subject=f"{what} «{proposal.title}» di {proposal.alliance.name} (prot. {proposal.registry_number})",
        by=by,
        at=at,
        sha256=sha256,
    )


def _trace(proposal: ProjectProposal, name: str, label: str, *, by, reason: str = "") -> None:
    note(proposal, noun="proposal", name=name, label=label, by=by, reason=reason)


def _end_of(day) -> datetime:
    """The last second of a day in Europe/Rome."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
