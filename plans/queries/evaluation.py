"""Who may open which proposal, who has scored, and what the members may see of each other's points."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Value, When

from alliances.models import Alliance, Partner
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.narrowing import with_parts
from network.enums import CommitteeStatus, SeatKind
from network.models import CommitteeMember, Network, Seat

from ..enums import CallStatus, EvaluationStatus, ProposalStatus
from ..models import (
    Call,
    CollegialEvaluation,
    ConflictDeclaration,
    Criterion,
    Evaluation,
    ProjectProposal,
    Score,
    ScoresOpening,
)
from ..rules import evaluation as rules
from ..rules.ranking import CriterionRule, GroupRule, half_up, mean, member_total

# what was admitted to the evaluation, also once the ranking has given it its outcome
EVALUATED = [
    ProposalStatus.ELIGIBLE,
    ProposalStatus.FUNDED,
    ProposalStatus.ELIGIBLE_NOT_FUNDED,
    ProposalStatus.BELOW_THRESHOLD,
    ProposalStatus.RENOUNCED,
]
COMPETING = [ProposalStatus.SUBMITTED, *EVALUATED]


# --- the committee ------------------------------------------------------------------------------------------------
OF_MEMBER = ("person", "organisation", "committee")


def members_of(network_id: int):
    """Who sits on the committee of the network today."""
    today = clock.today()
    return (
        CommitteeMember.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
        .filter(committee__network_id=network_id)
        .select_related(*OF_MEMBER)
    )


def sits_today(member: CommitteeMember) -> bool:
    """The same of one who is read already."""
    today = clock.today()
    return member.starts_on <= today and (member.ends_on is None or member.ends_on >= today)


def member_for(person, call: Call) -> CommitteeMember | None:
    """The person's own place on the committee of the call's network, today."""
    return members_of(call.network_id).filter(person=person).first() if person.is_authenticated else None


def check_committee(network: Network) -> None:
    """Raise RuleViolated (R13) unless the network's committee is constituted, with ASL and STER sitting on it."""
    bodies = {member.organisation_id: member.committee.status for member in members_of(network.pk)}
    rules.check_committee(
        constituted=CommitteeStatus.CONSTITUTED in bodies.values(),
        has_asl=network.lead_id in bodies,
        has_ster=network.ster_id in bodies,
    )


# --- conflict of interest -----------------------------------------------------------------------------------------
def declarations_of(person, proposals: Iterable[ProjectProposal]) -> dict[int, ConflictDeclaration]:
    """What the person declared on each of these proposals, by proposal id."""
    rows = ConflictDeclaration.objects.filter(member__person=person, proposal__in=[p.pk for p in proposals])
    return {row.proposal_id: row for row in rows}


def why_closed(person, proposal: ProjectProposal) -> str:
    """Why this person may not open the text and the scores of a proposal now; empty when they may.

    For the pages that show a proposal: it closes it to whoever acts in the evaluation committee before they declared,
    and to whoever declared a conflict of interest (also when they act for the office), until the call is concluded.
    Who may see the proposal at all is still the business of `visible_to`.
    """
    if person.is_superuser or proposal.call.status == CallStatus.CONCLUDED:
        return ""
    roles = access.roles_on(person, proposal)
    if roles & {Role.LEAD, Role.PARTNER} or not roles & {Role.COMMITTEE, Role.OFFICE}:
        return ""
    declared = declarations_of(person, [proposal]).get(proposal.pk)
    if Role.OFFICE in roles and not (declared and declared.has_conflict):
        return ""
    try:
        rules.check_may_open(declared.has_conflict if declared else None)
    except Refused as refused:
        return refused.message
    return ""


def may_read(person, proposal: ProjectProposal) -> bool:
    """May this person open the text and the scores of the proposal now? See `why_closed`, which also says why not."""
    return not why_closed(person, proposal)


def readable(person, proposals: QuerySet) -> QuerySet:
    """Those of the proposals that `may_read` lets this person read, for whoever looks through many at once."""
    closed = closed_to(person)
    return proposals if closed is None else proposals.filter(~closed)


def closed_to(person) -> Q | None:
    """What holds for the proposals that `readable` leaves out; None where nothing is closed to this person.

    Asked by itself, not as «all but those that are open»: so it is looked up for the few rows that were found by
    something else, and not worked out for every proposal of the network.
    """
    if person.is_superuser or not person.is_authenticated:
        return None
    grants = access.grants_of(person)
    committee, office = grants.ids("network", {Role.COMMITTEE}), grants.ids("network", {Role.OFFICE})
    if not (committee or office):
        return None
    own_declarations = ConflictDeclaration.objects.filter(member__person=person)
    if set(committee) <= set(office) and not own_declarations.filter(has_conflict=True).exists():
        return None  # no need to look at each
    declared = own_declarations.filter(proposal=OuterRef("pk"))
    in_conflict, free = Exists(declared.filter(has_conflict=True)), Exists(declared.filter(has_conflict=False))
    before_declaring = Q(call__network__in=committee) & ~Q(call__network__in=office) & ~free
    after_a_conflict = Q(call__network__in=[*committee, *office]) & in_conflict
    own = Q(alliance__in=grants.ids("alliance", {Role.LEAD, Role.PARTNER}))
    return ~own & ~Q(call__status=CallStatus.CONCLUDED) & (before_declaring | after_a_conflict)


def known_links(member: CommitteeMember, call: Call) -> dict[int, str]:
    """The links between a member and each proposal of the call that the portal knows, by proposal id; "" for none.

    A member speaks for the body that sent them to the committee, and for those of which they are a delegate.
    """
    bodies = {member.organisation_id: rules.Body(member.organisation_id, member.organisation.name)}
    for seat in (
        Seat.objects.active().filter(person=member.person_id, kind=SeatKind.DELEGATE).select_related("organisation")
    ):
        bodies[seat.organisation_id] = rules.Body(seat.organisation_id, seat.organisation.name)
    proposals = list(call.proposals.filter(status__in=COMPETING).values_list("pk", "alliance_id"))
    alliances = dict(Alliance.objects.filter(pk__in={alliance for _, alliance in proposals}).values_list("pk", "name"))
    partners: dict[int, set[int]] = defaultdict(set)
    for alliance_id, body in (
        Partner.objects.current().filter(alliance__in=alliances).values_list("alliance_id", "organisation_id")
    ):
        partners[alliance_id].add(body)
    sides = {pk: rules.Side(name, frozenset(partners[pk])) for pk, name in alliances.items()}
    return {
        pk: rules.known_link(bodies.values(), sides[alliance], [s for key, s in sides.items() if key != alliance])
        for pk, alliance in proposals
    }


# --- the board: proposals x members -------------------------------------------------------------------------------
UNDECLARED, CONFLICT, TO_DO, IN_HAND, DELIVERED = "undeclared", "conflict", "to_do", "in_progress", "delivered"
CELL_WORDS = {
    UNDECLARED: "Deve dichiarare",
    CONFLICT: "In conflitto",
    TO_DO: "Da valutare",
    IN_HAND: "In corso",
    DELIVERED: "Consegnata",
}
NEXT = {IN_HAND: 0, TO_DO: 1, UNDECLARED: 2}  # with what a member goes on first
CELL_TONES = {UNDECLARED: "neutral", CONFLICT: "past", TO_DO: "waiting", IN_HAND: "progress", DELIVERED: "done"}


@dataclass(frozen=True)
class Cell:
    """One member and one proposal: where the evaluation stands, and the total if it may be seen."""

    member: CommitteeMember
    state: str
    total: Decimal | None = None
    known_link: str = ""
    note: str = ""

    @property
    def word(self) -> str:
        return CELL_WORDS[self.state]

    @property
    def tone(self) -> str:
        return CELL_TONES[self.state]


@dataclass(frozen=True)
class BoardRow:
    proposal: ProjectProposal
    cells: list[Cell]
    disclosed: bool
    closed_to_me: bool
    mine: Cell | None
    total: Decimal | None = None
    divergence: Decimal | None = None
    opened: bool = False
    collegial: Decimal | None = None


@dataclass(frozen=True)
class Board:
    call: Call
    members: list[CommitteeMember]
    criteria: list[Criterion]
    evaluations: dict[int, dict[int, Evaluation]]  # by proposal and member
    rows: list[BoardRow] = field(default_factory=list)


def criterion_rules(criteria: Iterable[Criterion]) -> list[CriterionRule]:
    return [CriterionRule(c.pk, c.title, c.signed_weight, c.threshold, c.tie_break) for c in criteria]


def group_rules(call: Call) -> list[GroupRule]:
    """The criteria with sub-criteria of a call, as the ranking sees them."""
    groups = call.criteria_groups.prefetch_related("criteria")
    return [GroupRule(g.title, g.threshold, frozenset(c.pk for c in g.criteria.all())) for g in groups]


def is_opened(proposal: ProjectProposal) -> bool:
    """The chair has opened the points before all had delivered."""
    return ScoresOpening.objects.filter(proposal=proposal).exists()


def _ballots(chosen: dict) -> dict[int, dict[int, Decimal]]:
    """The ballots of many evaluations, by evaluation id: as `ballot_of`, without a record for each of the points."""
    scores = Score.objects.filter(points__isnull=False, **{f"evaluation__{path}": of for path, of in chosen.items()})
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for evaluation, criterion, points in scores.values_list("evaluation_id", "criterion_id", "points"):
        found[evaluation][criterion] = points
    return found


def ballot_of(evaluation: Evaluation | CollegialEvaluation) -> dict[int, Decimal]:
    """Criterion id -> points that a member gave, or the committee together."""
    return {score.criterion_id: score.points for score in evaluation.scores.all() if score.points is not None}


def evaluated(call: Call) -> QuerySet[ProjectProposal]:
    """The proposals of a call that the committee evaluates, without their texts, in the order of the board."""
    return (
        call.proposals.filter(status__in=EVALUATED)
        .select_related("alliance", "scores_opening__by", "collegial")
        .defer("summary", "needs", "objectives", "sustainability", "submitted_content", "text_revisions")
        .prefetch_related("collegial__scores")
        .order_by("registry_number", "pk")
    )


def board_for(
    person,
    call: Call,
    *,
    proposals: Iterable[ProjectProposal] | None = None,
    members: list[CommitteeMember] | None = None,
) -> Board:
    """The committee's work on a call as this person may see it, or on some of its `proposals` (as `evaluated` gives
    them). Seven queries, whatever the size. What the whole call comes to is in `standing_of`, without its rows."""
    members = list(members_of(call.network_id)) if members is None else members
    criteria = list(call.criteria.select_related("group"))
    grid = criterion_rules(criteria)
    chosen = {"proposal__call": call}
    if proposals is None:
        proposals = list(evaluated(call))
    else:
        chosen = {"proposal__in": [proposal.pk for proposal in proposals]}
    # proposal -> member -> what there is
    declared: dict[int, dict[int, ConflictDeclaration]] = defaultdict(dict)
    for row in with_parts(ConflictDeclaration.objects.filter(**chosen), "member__person"):
        declared[row.proposal_id][row.member_id] = row
    evaluations: dict[int, dict[int, Evaluation]] = defaultdict(dict)
    for row in with_parts(Evaluation.objects.filter(**chosen), "member__person"):
        evaluations[row.proposal_id][row.member_id] = row
    ballots = _ballots(chosen) if evaluations else {}
    board = Board(call, members, criteria, evaluations)
    me = next((m for m in members if person.is_authenticated and m.person_id == person.pk), None)
    mine_shut = {
        key
        for key, rows in declared.items()
        if any(row.has_conflict and row.member.person_id == person.pk for row in rows.values())
    }
    for proposal in proposals:
        conflicts = {member: row.has_conflict for member, row in declared[proposal.pk].items()}
        done = {
            member: evaluation
            for member, evaluation in evaluations[proposal.pk].items()
            if evaluation.status == EvaluationStatus.DELIVERED and conflicts.get(member) is False
        }
        opened, collegial = hasattr(proposal, "scores_opening"), getattr(proposal, "collegial", None)
        disclosed = rules.is_disclosed(
            members=[m.pk for m in members], conflicts=conflicts, delivered=done, opened=opened
        )
        closed = call.status != CallStatus.CONCLUDED and (
            proposal.pk in mine_shut or (me is not None and me.pk not in conflicts)
        )
        totals = {member: member_total(ballots[e.pk], grid) for member, e in done.items()}
        cells = []
        for member in members:
            declaration, evaluation = declared[proposal.pk].get(member.pk), evaluations[proposal.pk].get(member.pk)
            seen = member is me or (disclosed and not closed)
            cells.append(
                Cell(
                    member,
                    state_of(conflicts.get(member.pk), evaluation.status if evaluation else None),
                    totals.get(member.pk) if seen else None,
                    declaration.known_link if declaration else "",
                    declaration.note if declaration else "",
                )
            )
        shown = disclosed and not closed and totals
        board.rows.append(
            BoardRow(
                proposal,
                cells,
                disclosed,
                closed,
                next((cell for cell in cells if cell.member is me), None),
                mean(list(totals.values())) if shown else None,
                rules.divergence(totals.values()) if shown else None,
                opened,
                half_up(member_total(ballot_of(collegial), grid)) if collegial and not closed else None,
            )
        )
    return board


def next_for(person, proposal: ProjectProposal) -> ProjectProposal | None:
    """The next proposal of the call on which the person has still something to do, this one left out: its title alone.
    Two queries."""
    if proposal.call.status != CallStatus.EVALUATION or (me := member_for(person, proposal.call)) is None:
        return None
    # what I did on the call is read from its index in one go, not looked up for each of its proposals
    declared = FilteredRelation(
        "conflict_declarations",
        condition=Q(conflict_declarations__member=me, conflict_declarations__call=proposal.call_id),
    )
    evaluated = FilteredRelation("evaluations", condition=Q(evaluations__member=me, evaluations__call=proposal.call_id))
    others = proposal.call.proposals.filter(status__in=EVALUATED).exclude(pk=proposal.pk)
    others = others.annotate(mine=declared, own=evaluated).annotate(
        conflict=F("mine__has_conflict"), progress=F("own__status")
    )
    scoring = Q(progress=None) | Q(progress=EvaluationStatus.DRAFT)
    waiting = others.filter(Q(conflict=None) | Q(conflict=False) & scoring)
    turn = Case(
        When(conflict=None, then=Value(NEXT[UNDECLARED])),
        When(progress=None, then=Value(NEXT[TO_DO])),
        default=Value(NEXT[IN_HAND]),
        output_field=IntegerField(),
    )
    return waiting.only("call", "title").order_by(turn, "registry_number", "pk").first()


def is_disclosed(proposal: ProjectProposal) -> bool:
    """Whether the whole committee may see the points of a proposal."""
    declared = ConflictDeclaration.objects.filter(proposal=proposal)
    conflicts = dict(declared.values_list("member_id", "has_conflict"))
    evaluations = Evaluation.objects.filter(proposal=proposal, status=EvaluationStatus.DELIVERED)
    delivered = set(evaluations.values_list("member_id", flat=True))
    return rules.is_disclosed(
        members=members_of(proposal.call.network_id).values_list("pk", flat=True),
        conflicts=conflicts,
        delivered=[member for member in delivered if conflicts.get(member) is False],
        opened=is_opened(proposal),
    )


def state_of(conflict: bool | None, progress: str | None) -> str:
    """From what the member declared and the status of their evaluation; None for what is not there yet."""
    if conflict is None:
        return UNDECLARED
    if conflict:
        return CONFLICT
    if progress is None:
        return TO_DO
    return DELIVERED if progress == EvaluationStatus.DELIVERED else IN_HAND
