"""What the pages about one proposal in evaluation show: its whole text, one's own points, everybody's points."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, prefetch_related_objects

from alliances.models import Partner

from ..models import CollegialEvaluation, Criterion, Evaluation, ProjectProposal, Score, ScoresOpening
from ..rules.proposals import Flag
from ..rules.ranking import half_up, mean, member_total
from .evaluation import CONFLICT, DELIVERED, ballot_of, board_for, criterion_rules, evaluated
from .proposals import BudgetTable, budget_of, flags_of, whole


@dataclass(frozen=True)
class ProposalText:
    """The proposal as it is read while scoring, with what the portal flags (R28)."""

    proposal: ProjectProposal
    partners: list[Partner]
    money: BudgetTable
    flags: list[Flag]


def text_of(proposal: ProjectProposal) -> ProposalText:
    full = whole(ProjectProposal.objects.filter(pk=proposal.pk)).get()
    return ProposalText(full, partners_of(full), budget_of(full), flags_of(full))


def partners_of(proposal: ProjectProposal) -> list[Partner]:
    """The bodies of the alliance, the lead first: a member must know them to declare."""
    rows = Partner.objects.current().filter(alliance=proposal.alliance_id).select_related("organisation")
    return list(rows.order_by("-is_lead", "organisation__name"))


def own_evaluation(person, proposal: ProjectProposal) -> Evaluation | None:
    """The person's own evaluation of a proposal, with its scores."""
    return (
        Evaluation.objects.filter(proposal=proposal, member__person=person)
        .select_related("proposal__call__network", "member")
        .prefetch_related("scores")
        .order_by("-pk")
        .first()
    )


def saved_at(evaluation: Evaluation) -> datetime | None:
    """When points were last written."""
    return Score.history.filter(evaluation=evaluation.pk).aggregate(at=Max("history_date"))["at"]


# --- everybody's points -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SheetRow:
    """A criterion: the points and reason of each member (None where they may not be seen), and their mean."""

    criterion: Criterion
    scores: list[Score | None]
    mean: Decimal | None

    @property
    def below(self) -> bool:
        return self.mean is not None and self.mean < self.criterion.threshold


@dataclass(frozen=True)
class Sheet:
    members: list
    rows: list[SheetRow]
    totals: list[Decimal | None]
    total: Decimal | None
    disclosed: bool
    opening: ScoresOpening | None
    mine: Evaluation | None
    divergence: Decimal | None
    delivered: int
    expected: int

    @property
    def my_total(self) -> Decimal | None:
        """My points, weighted, as far as they are given."""
        if self.mine is None:
            return None
        points = ballot_of(self.mine)
        rules = [rule for rule in criterion_rules(row.criterion for row in self.rows) if rule.id in points]
        return member_total(points, rules)


def sheet_of(person, proposal: ProjectProposal) -> Sheet:
    """The points on one proposal, as this person may see them: their own, and all once all have delivered.

    A member who is in conflict is not let this far (see `evaluation.why_closed`).
    """
    board = board_for(person, proposal.call, proposals=list(evaluated(proposal.call).filter(pk=proposal.pk)))
    row = next(iter(board.rows), None)
    evaluations = board.evaluations[proposal.pk]
    prefetch_related_objects(list(evaluations.values()), "scores")
    mine = next((e for e in evaluations.values() if e.member.person_id == person.pk), None)
    disclosed = bool(row and row.disclosed)
    cells = [cell for cell in row.cells if cell.state != CONFLICT] if row else []
    shown: list[dict[int, Score]] = []
    for cell in cells:
        evaluation = evaluations.get(cell.member.pk)
        may_see = evaluation is not None and (disclosed or evaluation == mine)
        shown.append({score.criterion_id: score for score in evaluation.scores.all()} if may_see else {})
    rows = []
    for criterion in board.criteria:
        scores = [scores.get(criterion.pk) for scores in shown]
        given = [score.points for score in scores if score is not None and score.points is not None]
        rows.append(SheetRow(criterion, scores, mean(given) if disclosed and given else None))
    return Sheet(
        members=[cell.member for cell in cells],
        rows=rows,
        totals=[cell.total for cell in cells],
        total=row.total if row else None,
        disclosed=disclosed,
        opening=getattr(row.proposal, "scores_opening", None) if row else None,
        mine=mine,
        divergence=row.divergence if row else None,
        delivered=sum(1 for cell in cells if cell.state == DELIVERED),
        expected=len(cells),
    )


def total_of(collegial: CollegialEvaluation, sheet: Sheet) -> Decimal:
    """The committee's own points, weighted (two decimals)."""
    return half_up(member_total(ballot_of(collegial), criterion_rules(row.criterion for row in sheet.rows)))
