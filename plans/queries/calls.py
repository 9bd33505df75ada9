"""Calls: who sees which, the grid as a whole, and what awaits the office and the alliances around them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from alliances.enums import AllianceStatus
from alliances.models import Alliance
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.narrowing import with_parts
from conciliazione.kernel.tasks import HORIZON, Awaited, Deadline, Running, Task, read_once
from network.enums import CommitteeStatus
from network.models import EvaluationCommittee, Network, Programme

from ..enums import CallStatus, ProposalStatus
from ..models import Call, CriteriaGroup, Criterion, ProjectProposal, Question
from ..rules import grids as rules

RECEIVED = [status for status in ProposalStatus if status not in {ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN}]
UNDECIDED = [ProposalStatus.SUBMITTED, ProposalStatus.ELIGIBLE]
STEPS = ("In preparazione", "Aperto alle proposte", "In valutazione", "Concluso")


def call_list(person) -> QuerySet[Call]:
    """The calls that the person may see, with what a row of the list shows."""
    return with_parts(Call.objects.visible_to(person), "network__name")


def call_detail(person) -> QuerySet[Call]:
    """The calls that the person may see, each with `received`: how many proposals were handed in."""
    handed_in = ProjectProposal.objects.filter(call=OuterRef("pk"), status__in=RECEIVED).order_by().values("call")
    number = handed_in.annotate(number=Count("pk")).values("number")
    rows = Call.objects.visible_to(person).select_related("network__lead", "programme")
    return rows.annotate(received=Coalesce(Subquery(number), 0))


def networks_for_calls(person) -> QuerySet[Network]:
    """The networks for which the person prepares calls."""
    return Network.objects.filter(access.reach(person, "call.edit", network="pk"))


def programmes_for_calls(network: Network | None = None) -> QuerySet[Programme]:
    """The programmes with rules, the newest first."""
    return Programme.objects.filter(rule_sets__isnull=False).distinct()


@dataclass(frozen=True)
class Block:
    """A criterion as the grid shows it: alone (`group` None), or with its sub-criteria."""

    group: CriteriaGroup | None
    criteria: list[Criterion]

    @property
    def most(self) -> Decimal:
        """The most points of the criterion, penalties left out."""
        return sum((c.max_points * c.weight for c in self.criteria if not c.is_penalty), Decimal(0))


def blocks_of(criteria: Iterable[Criterion]) -> list[Block]:
    """The criteria in their order, sub-criteria together where the first of them stands."""
    blocks: dict[object, Block] = {}
    for criterion in criteria:
        key = ("group", criterion.group_id) if criterion.group_id else criterion.pk
        blocks.setdefault(key, Block(criterion.group, [])).criteria.append(criterion)
    return list(blocks.values())


@dataclass(frozen=True)
class Grid:
    """The criteria of a call, the most points in all, and what is not right with them yet."""

    criteria: list[Criterion]
    blocks: list[Block]
    most: Decimal
    problems: list[str]
    aims_not_covered: list[str]

    @property
    def weighted(self) -> bool:
        """Whether some criterion counts more or less than its points."""
        return any(criterion.weight != 1 for criterion in self.criteria)


def rows_of(criteria) -> list[rules.CriterionRow]:
    """The criteria as the rules see them."""
    return [
        rules.CriterionRow(
            c.title,
            c.max_points,
            c.weight,
            c.threshold,
            c.tie_break,
            c.aim,
            c.guidance,
            c.group.title if c.group_id else "",
            c.is_penalty,
        )
        for c in criteria
    ]


def group_rows(groups: Iterable[CriteriaGroup]) -> list[rules.GroupRow]:
    return [rules.GroupRow(group.title, group.threshold, group.guidance) for group in groups]


def check_grid(call: Call) -> None:
    """Raises Refused with every problem of the call's grid."""
    rows = rows_of(call.criteria.select_related("group"))
    rules.check_grid(rows, call.total_threshold, group_rows(call.criteria_groups.all()))


def grid_of(call: Call) -> Grid:
    """The grid of a call as a whole."""
    criteria = list(call.criteria.select_related("group"))
    groups = list(call.criteria_groups.all())
    rows = rows_of(criteria)
    blocks = blocks_of(criteria)
    written = {block.group for block in blocks}
    return Grid(
        criteria,
        blocks + [Block(group, []) for group in groups if group not in written],
        rules.most_points(rows),
        rules.grid_problems(rows, call.total_threshold, group_rows(groups)),
        rules.aims_not_covered(rows) if rows else [],
    )


def phase(call: Call) -> tuple[str, str]:
    """Where the call stands now, in words, with the tone of its badge."""
    now = clock.now()
    if call.status == CallStatus.PUBLISHED:
        if now < call.opens_at:
            return "Apre tra poco", "waiting"
        return ("Aperto", "active") if now < call.closes_at else ("Chiuso, in attesa di valutazione", "waiting")
    return call.get_status_display(), call.status


def counts_of(call: Call) -> tuple[int, int]:
    """(handed in, of these still without an outcome)."""
    found = call.proposals.aggregate(
        received=Count("pk", filter=Q(status__in=RECEIVED)), undecided=Count("pk", filter=Q(status__in=UNDECIDED))
    )
    return found["received"], found["undecided"]


def committee_is_constituted(network: Network) -> bool:
    return EvaluationCommittee.objects.filter(network=network, status=CommitteeStatus.CONSTITUTED).exists()


def alliances_that_may_propose(person, call: Call) -> QuerySet[Alliance]:
    """The alliances of the call's network and programme that the person leads, in the seat in which they act."""
    return led_by(person).filter(network=call.network_id, programme=call.programme_id)


def led_by(person) -> QuerySet[Alliance]:
    """The alliances, not dissolved, for which the person acts as lead."""
    mine = access.reach(person, "proposal.create", alliance="pk")
    return Alliance.objects.filter(mine).exclude(status=AllianceStatus.DISSOLVED)


def calls_to_propose_for(alliance: Alliance) -> QuerySet[Call]:
    """Published calls of the alliance's network and programme that are open or will be."""
    return Call.objects.filter(
        network=alliance.network_id,
        programme=alliance.programme_id,
        status=CallStatus.PUBLISHED,
        closes_at__gt=clock.now(),
    ).order_by("closes_at")


def calls_to_copy_into(person, proposal: ProjectProposal) -> QuerySet[Call]:
    """The calls of the proposal's network that take proposals, for an alliance that the person leads: this year's too,
    when the proposal is last year's."""
    led = led_by(person).filter(network=OuterRef("network"), programme=OuterRef("programme"))
    return Call.objects.filter(
        Exists(led), network=proposal.alliance.network_id, status=CallStatus.PUBLISHED, closes_at__gt=clock.now()
    ).order_by("closes_at")


def alliance_to_copy_for(person, proposal: ProjectProposal, call: Call) -> Alliance:
    """The same alliance where the call is of its programme, else the one that the person leads in the call's."""
    led = alliances_that_may_propose(person, call)
    return led.filter(pk=proposal.alliance_id).first() or led.order_by("pk").first()


def people_writing_for(call: Call) -> list:
    """Who acts for a body of an alliance that has a proposal for the call, draft or handed in."""
    written = call.proposals.exclude(status=ProposalStatus.WITHDRAWN)
    alliances = Alliance.objects.filter(proposals__in=written).distinct()
    return [
        person
        for alliance in alliances
        for role in (Role.LEAD, Role.PARTNER)
        for person in access.people_with(role, alliance)
    ]


def alliances_that_may_ask(person, call: Call) -> QuerySet[Alliance]:
    """The alliances of the call's network and programme for which the person acts, as lead or partner."""
    mine = access.reach(person, "question.ask", alliance="pk")
    return (
        Alliance.objects.filter(mine, network=call.network_id, programme=call.programme_id)
        .exclude(status=AllianceStatus.DISSOLVED)
        .order_by("name")
    )


@read_once
def awaited_by(person) -> Awaited:
    """What calls may put on the desk of this person."""
    now, rows = clock.now(), {}
    if access.can(person, "call.edit"):
        undecided = ProjectProposal.objects.filter(call=OuterRef("pk"), status__in=UNDECIDED)
        rows["office"] = (
            Call.objects.filter(access.reach(person, "call.edit", network="network"))
            .exclude(status=CallStatus.CONCLUDED)
            .select_related("ranking")
            .annotate(has_undecided=Exists(undecided))
            .order_by("closes_at")
        )
    answered = access.reach(person, "question.answer", network="call__network")
    waiting = Question.objects.filter(answered, answer="", call__status=CallStatus.PUBLISHED)
    rows["questions"] = waiting.select_related("call", "alliance").order_by("asked_at")
    if access.can(person, "proposal.create"):
        rows["unanswered"] = _unanswered_calls(person)
    near = access.reach(person, "network.view", network="network")
    led = led_by(person).filter(network=OuterRef("network"), programme=OuterRef("programme"))
    rows["open"] = Call.objects.filter(
        near | Exists(led), status=CallStatus.PUBLISHED, closes_at__gt=now, closes_at__lte=now + HORIZON
    ).order_by("closes_at")
    return Awaited(rows)


@read_once
def office_calls(person) -> list[Call]:
    """Those of the office in which the person acts that are not concluded, each with its ranking."""
    return list(awaited_by(person)["office"])


def tasks_for(person) -> list[Task]:
    """For the office: publish, start the evaluation. For an alliance's lead: answer an open call."""
    now = clock.now()
    found = []
    for call in office_calls(person):
        if call.status == CallStatus.DRAFT:
            found.append(
                Task(
                    f"Completa e pubblica «{call.title}»",
                    "L'avviso è in preparazione: finché non è pubblicato nessuno può presentare proposte.",
                    call.get_absolute_url(),
                    "Apri l'avviso",
                    timezone.localdate(call.opens_at),
                )
            )
        elif call.status == CallStatus.PUBLISHED and call.closes_at <= now:
            found.append(_after_closing(call))
    found += [
        Task(
            f"Rispondi a {question.alliance.name}",
            f"Una domanda su «{question.call.title}» attende la risposta, che sarà pubblicata per tutti.",
            reverse("plans:question_answer", args=[question.pk]),
            "Scrivi la risposta",
            timezone.localdate(question.call.closes_at),
        )
        for question in awaited_by(person)["questions"]
    ]
    return found + [
        Task(
            f"Presenta una proposta per «{call.title}»",
            f"L'avviso di «{call.network.name}» è aperto e la tua Alleanza non ha ancora una proposta.",
            call.get_absolute_url(),
            "Apri l'avviso",
            timezone.localdate(call.closes_at),
        )
        for call in awaited_by(person)["unanswered"]
    ]


def _after_closing(call: Call) -> Task:
    url, label = call.get_absolute_url(), "Apri l'avviso"
    if call.has_undecided:
        why = "I termini sono chiusi e le proposte presentate attendono la verifica."
        return Task(f"Avvia la valutazione di «{call.title}»", why, url, label)
    return Task(f"Chiudi «{call.title}»", "I termini sono passati e nessuna proposta è arrivata.", url, label)


def _unanswered_calls(person) -> QuerySet[Call]:
    now = clock.now()
    mine = led_by(person).filter(network=OuterRef("network"), programme=OuterRef("programme"))
    own = access.reach(person, "proposal.create", alliance="alliance")
    written = ProjectProposal.objects.filter(own, call=OuterRef("pk")).exclude(status=ProposalStatus.WITHDRAWN)
    return (
        Call.objects.filter(status=CallStatus.PUBLISHED, opens_at__lte=now, closes_at__gt=now)
        .filter(Exists(mine), ~Exists(written))
        .select_related("network")
        .order_by("closes_at")
    )


def running_for(person) -> list[Running]:
    """For the office: each call that is not concluded, on its way."""
    order = [CallStatus.DRAFT, CallStatus.PUBLISHED, CallStatus.EVALUATION, CallStatus.CONCLUDED]
    found = []
    for call in office_calls(person):
        at = order.index(call.status)
        steps = [
            (label, "done" if index < at else "current" if index == at else "todo") for index, label in enumerate(STEPS)
        ]
        found.append(Running(call.title, call.get_absolute_url(), steps))
    return found


def deadlines_for(person) -> list[Deadline]:
    """Openings and closings of calls: to the office and committee of the network, and to its members and alliances."""
    now, found = clock.now(), []
    for call in awaited_by(person)["open"]:
        url = call.get_absolute_url()
        if call.opens_at > now:
            found.append(Deadline(timezone.localdate(call.opens_at), f"Apre «{call.title}»", url))
        at = timezone.localtime(call.closes_at)
        found.append(Deadline(at.date(), f"Chiude «{call.title}», alle {at:%H:%M}", url))
    return found
