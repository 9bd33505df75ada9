"""What the ranking is made from, and what its page shows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Min, QuerySet, Sum

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.money import ZERO
from conciliazione.kernel.narrowing import with_parts
from network.enums import MeetingBody, MeetingStatus
from network.models import Meeting

from ..enums import EvaluationStatus, Outcome, ProposalStatus, RankingStatus
from ..models import Call, CollegialEvaluation, ConflictDeclaration, Criterion, Evaluation, Ranking, RankingRow
from ..rules import ranking as rules
from .draws import cut_of
from .evaluation import EVALUATED, ballot_of, criterion_rules, group_rules, members_of


def places_of(call: Call) -> list[rules.Place]:
    """The ranking of a call as its evaluations stand: the rule applied to the rows. Eight queries.

    The points that the committee gave together stand in place of those of its members.
    The grant that a proposal asks for is the sum of its budget lines.
    """
    conflicts = set(
        ConflictDeclaration.objects.filter(proposal__call=call, has_conflict=True).values_list("proposal", "member")
    )
    ballots: dict[int, list[dict[int, Decimal]]] = {}
    rows = Evaluation.objects.filter(proposal__call=call, status=EvaluationStatus.DELIVERED)
    for evaluation in rows.prefetch_related("scores").order_by("member_id"):
        if (evaluation.proposal_id, evaluation.member_id) not in conflicts:
            ballots.setdefault(evaluation.proposal_id, []).append(ballot_of(evaluation))
    together = CollegialEvaluation.objects.filter(proposal__call=call).prefetch_related("scores")
    ballots |= {collegial.proposal_id: [ballot_of(collegial)] for collegial in together}
    proposals = list(call.proposals.annotate(requested=Sum("budget_lines__grant")))
    return rules.rank(
        [
            rules.Candidate(p.pk, p.registry_number, p.requested or ZERO, tuple(ballots.get(p.pk, ())))
            for p in proposals
            if p.status in EVALUATED
        ],
        criterion_rules(call.criteria.all()),
        total_threshold=call.total_threshold,
        budget=call.budget,
        groups=group_rules(call),
        cut=cut_of(call),
        shut=[
            rules.Shut(p.pk, p.registry_number, p.requested or ZERO, p.exclusion_reason)
            for p in proposals
            if p.status == ProposalStatus.EXCLUDED
        ],
    )


@dataclass(frozen=True)
class Line:
    """A row of the ranking page. `points` follow the criteria of the grid; hidden from who is in conflict."""

    row: RankingRow
    points: list[Decimal | None]
    hidden: bool
    last_funded: bool
    tie_hidden: bool = False  # it would tell the points of a proposal that is hidden


@dataclass(frozen=True)
class Group:
    """The rows of one outcome: how many, from which place to which, what they asked for and got (EUR)."""

    outcome: str
    rows: int = 0
    first: int = 0
    last: int = 0
    requested: Decimal = ZERO
    granted: Decimal = ZERO


@dataclass(frozen=True)
class Summary:
    """What a whole ranking comes to, without its rows."""

    groups: dict[str, Group]
    budget: Decimal

    def of(self, outcome: str) -> Group:
        return self.groups.get(outcome) or Group(outcome)

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.groups.values())

    @property
    def ranked(self) -> int:
        """How many are in the order: funded, or eligible without money."""
        return self.of(Outcome.FUNDED).rows + self.of(Outcome.ELIGIBLE_NOT_FUNDED).rows

    @property
    def granted(self) -> Decimal:
        return self.of(Outcome.FUNDED).granted

    @property
    def left(self) -> Decimal:
        return self.budget - self.granted

    @property
    def last_funded(self) -> int:
        """The place after which the money ends; 0 where nobody is funded."""
        return self.of(Outcome.FUNDED).last


def summary_of(ranking: Ranking) -> Summary:
    """One query, whatever the length."""
    sums = ranking.rows.order_by().values("outcome")
    rows = sums.annotate(
        number=Count("pk"), first=Min("position"), last=Max("position"), asked=Sum("requested"), given=Sum("granted")
    ).values_list("outcome", "number", "first", "last", "asked", "given")
    return Summary({row[0]: Group(*row) for row in rows}, ranking.call.budget)


@dataclass(frozen=True)
class RankingTable:
    """The rows of one page, by where they stand."""

    criteria: list[Criterion]
    ranked: list[Line]
    below: list[Line]
    excluded: list[Line]

    @property
    def width(self) -> int:
        """How many columns the table has: proposal, criteria, total, requested, granted, outcome."""
        return len(self.criteria) + 5

    @property
    def reserve(self) -> list[Line]:
        """Eligible and not funded, in the order in which money that comes back would reach them."""
        return [line for line in self.ranked if line.row.outcome == Outcome.ELIGIBLE_NOT_FUNDED]

    @property
    def ties(self) -> list[Line]:
        return [line for line in [*self.ranked, *self.below] if line.row.tie_note and not line.tie_hidden]


def rows_of(ranking: Ranking) -> QuerySet[RankingRow]:
    """In their order, with the names that a page shows."""
    return with_parts(ranking.rows.order_by("position"), "proposal__title", "proposal__alliance__name")


def table_of(ranking: Ranking, person, rows: Iterable[RankingRow], last_funded: int) -> RankingTable:
    """These rows as the page draws them. While it is a draft, a member in conflict does not see those points."""
    criteria = list(ranking.call.criteria.select_related("group"))
    shut = _shut_to(ranking, person)
    told = _totals_of(ranking, shut)
    lines: dict[str, list[Line]] = {"ranked": [], "below": [], "excluded": []}
    groups = {Outcome.BELOW_THRESHOLD: "below", Outcome.EXCLUDED: "excluded"}
    for row in rows:
        by_criterion = {entry["criterion"]: Decimal(entry["points"]) for entry in row.points}
        hidden = row.proposal_id in shut
        points = [None if hidden else by_criterion.get(c.pk) for c in criteria]
        line = Line(row, points, hidden, row.position == last_funded, row.total in told)
        lines[groups.get(row.outcome, "ranked")].append(line)
    return RankingTable(criteria, **lines)


def _totals_of(ranking: Ranking, shut: set[int]) -> set[Decimal]:
    """The totals of these proposals: a tie with one of them would tell it."""
    return set(ranking.rows.filter(proposal__in=shut).values_list("total", flat=True)) if shut else set()


def _shut_to(ranking: Ranking, person) -> set[int]:
    """The proposals whose points this person may not see: their own conflicts, until the ranking is public."""
    if ranking.status == RankingStatus.PUBLISHED or not person.is_authenticated:
        return set()
    return set(
        ConflictDeclaration.objects.filter(
            proposal__call=ranking.call_id, member__person=person, has_conflict=True
        ).values_list("proposal_id", flat=True)
    )


def why_papers_closed(person, ranking: Ranking) -> str:
    """Why minutes and ranking are not for this person as documents, though their role would open them; else empty.

    A document is whole and cannot leave out what one may not see: whoever is in conflict of interest on a proposal
    of the call, in whatever seat they act, has it once the ranking is public.
    """
    if not _shut_to(ranking, person):
        return ""
    return (
        "Hai dichiarato un conflitto di interessi su una proposta di questo avviso: verbale e graduatoria in PDF, che "
        "ne riportano la valutazione, si aprono per te con la pubblicazione della graduatoria."
    )


def sheet_rows(ranking: Ranking):
    """The rows of the ranking for a spreadsheet, in their order."""
    return ranking.rows.select_related("proposal__alliance").order_by("position")


def sheet_columns(ranking: Ranking, person) -> list[tuple[str, Callable]]:
    """(header, value of a row) for a spreadsheet: the same figures as on the page."""
    shut = _shut_to(ranking, person)
    totals = _totals_of(ranking, shut)

    def points(criterion):
        def of(row):
            if row.proposal_id in shut:
                return None
            found = next((e["points"] for e in row.points if e["criterion"] == criterion.pk), None)
            return Decimal(found) if found is not None else None

        return of

    return [
        ("Posto", lambda row: row.position),
        ("Protocollo", lambda row: row.proposal.registry_number),
        ("Proposta", lambda row: row.proposal.title),
        ("Alleanza", lambda row: row.proposal.alliance.name),
        *((criterion.title, points(criterion)) for criterion in ranking.call.criteria.all()),
        ("Totale", lambda row: None if row.proposal_id in shut else row.total),
        ("Richiesto (EUR)", lambda row: row.requested),
        ("Assegnato (EUR)", lambda row: row.granted),
        ("Esito", lambda row: row.get_outcome_display()),
        ("Parità", lambda row: "" if row.total in totals else row.tie_note),
        ("Motivo", lambda row: "" if row.proposal_id in shut else row.reason),
    ]


def ranking_list(person):
    """The rankings that this person may see, with what a row of the list shows."""
    return with_parts(Ranking.objects.visible_to(person), "call__title", "call__network__name")


def visible_rankings(person):
    return Ranking.objects.visible_to(person).select_related("call__network", "call__programme", "meeting")


def meetings_for(ranking: Ranking):
    """The meetings of the committee in which the ranking can be approved: those that took place."""
    return Meeting.objects.filter(
        body=MeetingBody.COMMITTEE,
        network_id=ranking.call.network_id,
        status__in=[MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED],
    ).order_by("-starts_at")


def present_at(meeting: Meeting) -> int:
    """How many of those who sit on the committee today were present: their bodies are on the attendance list."""
    bodies = {member.organisation_id for member in members_of(meeting.network_id)}
    return meeting.attendances.filter(organisation__in=bodies).count()


def rows_match(stored: Sequence[RankingRow], places: Sequence[rules.Place]) -> bool:
    """Whether the rows that were drawn up are still what the evaluations say."""
    drawn = [(row.proposal_id, row.position, row.total, row.outcome, row.granted) for row in stored]
    return drawn == [(p.id, p.position, p.total, p.outcome, p.granted) for p in places]


def who_hears_outcome(ranking: Ranking):
    """For each proposal of the ranking: the people of the lead of its alliance. [(row, people)]"""
    rows = ranking.rows.select_related("proposal__alliance")
    return [(row, access.people_with(Role.LEAD, row.proposal.alliance)) for row in rows]
