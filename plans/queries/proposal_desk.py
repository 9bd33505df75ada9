"""What proposals put on the desk of a person: drafts to finish, what was handed in to check, clarifications to give."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.tasks import Awaited, Deadline, Running, Task, read_once

from ..enums import CallStatus, ClarificationStatus, ProposalStatus
from ..models import ClarificationRequest, ProjectProposal
from .proposals import when

STEPS = ("In compilazione", "Presentata", "Verifica dell'ASL", "Valutazione", "Esito")
DECIDED = [
    ProposalStatus.FUNDED,
    ProposalStatus.ELIGIBLE_NOT_FUNDED,
    ProposalStatus.BELOW_THRESHOLD,
    ProposalStatus.RENOUNCED,
    ProposalStatus.EXCLUDED,
]


def _own(person) -> QuerySet[ProjectProposal]:
    if not access.can(person, "proposal.view_own"):
        return ProjectProposal.objects.none()
    mine = access.reach(person, "proposal.view_own", alliance="alliance")
    return ProjectProposal.objects.filter(mine).select_related("call", "alliance")


@read_once
def awaited_by(person) -> Awaited:
    """What proposals may put on the desk of this person."""
    now, own = clock.now(), _own(person)
    open_now = own.filter(status=ProposalStatus.DRAFT, call__status=CallStatus.PUBLISHED, call__closes_at__gt=now)
    handed_in = ProjectProposal.objects.filter(
        access.reach(person, "proposal.check", network="call__network"),
        status=ProposalStatus.SUBMITTED,
        call__status=CallStatus.EVALUATION,
    ).exclude(clarifications__status=ClarificationStatus.OPEN, clarifications__due_at__gt=now)
    owed = ClarificationRequest.objects.filter(status=ClarificationStatus.OPEN, due_at__gt=now)
    owed = owed.select_related("proposal").order_by("due_at")
    under_way = Q(status=ProposalStatus.DRAFT, call__status=CallStatus.PUBLISHED)
    under_way |= Q(status__in=[ProposalStatus.SUBMITTED, ProposalStatus.ELIGIBLE])
    return Awaited(
        {
            "drafts": open_now.order_by("call__closes_at", "pk"),
            "to_check": handed_in.select_related("alliance").order_by("submitted_at"),
            "to_answer": owed.filter(access.reach(person, "clarification.answer", alliance="proposal__alliance")),
            "owed": owed.filter(access.reach(person, "proposal.view_own", alliance="proposal__alliance")),
            "under_way": own.filter(under_way).order_by("pk"),
        }
    )


def tasks_for(person) -> list[Task]:
    """For the alliance: finish its drafts while the call is open. For the office: check what was handed in."""
    awaited = awaited_by(person)
    found = [
        Task(
            f"Completa e presenta «{proposal.title}»",
            f"La bozza di {proposal.alliance.name} non è ancora presentata: dopo la chiusura non si può più.",
            proposal.get_absolute_url(),
            "Apri la proposta",
            timezone.localdate(proposal.call.closes_at),
        )
        for proposal in awaited["drafts"]
    ]
    found += [
        Task(
            f"Rispondi ai chiarimenti su «{request.proposal.title}»",
            f"L'ASL ha riaperto alcune parti fino al {when(request.due_at)}: poi vale ciò che era stato presentato.",
            request.get_absolute_url(),
            "Apri la richiesta",
            timezone.localdate(request.due_at),
        )
        for request in awaited["to_answer"]
    ]
    if awaited.are_many("to_check"):
        what = f"{awaited.number('to_check')} proposte da verificare"
        why = "Sono presentate, e aspettano la verifica di ammissibilità."
        url = f"{reverse('plans:proposals')}?stato={ProposalStatus.SUBMITTED}"
        return [*found, Task(what, why, url, "Apri l'elenco")]
    return found + [
        Task(
            f"Verifica l'ammissibilità di «{proposal.title}»",
            f"{proposal.alliance.name}, protocollo {proposal.registry_number}.",
            proposal.get_absolute_url(),
            "Apri la proposta",
        )
        for proposal in awaited["to_check"]
    ]


def running_for(person) -> list[Running]:
    """Each proposal of the person's alliances that has no outcome yet."""
    return [
        Running(f"{p.title} ({p.alliance.name})", p.get_absolute_url(), journey(p))
        for p in awaited_by(person)["under_way"]
    ]


def journey(proposal: ProjectProposal) -> list[tuple[str, str]]:
    """Where the proposal stands on its way to an outcome: (label, done, current or todo)."""
    if proposal.status in DECIDED:
        return [(label, "done") for label in STEPS]
    at = {ProposalStatus.SUBMITTED: 1, ProposalStatus.ELIGIBLE: 3}.get(proposal.status, 0)
    if proposal.status == ProposalStatus.SUBMITTED and proposal.call.status == CallStatus.EVALUATION:
        at = 2
    return [(label, "done" if i < at else "current" if i == at else "todo") for i, label in enumerate(STEPS)]


def deadlines_for(person) -> list[Deadline]:
    """The terms of the clarifications that the person's alliances owe; the other terms are those of the calls."""
    return [
        Deadline(timezone.localdate(one.due_at), f"Chiarimenti su «{one.proposal.title}»", one.get_absolute_url())
        for one in awaited_by(person)["owed"]
    ]
