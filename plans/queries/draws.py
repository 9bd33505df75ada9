"""What a scorrimento starts from: the money that is free again, and who waits for it."""

from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.money import ZERO

from ..enums import Outcome, PaymentKind, PaymentStatus, ProposalStatus
from ..models import Project, ProjectProposal, Ranking, RankingDraw, RankingRow
from ..rules import draws as rules
from ..rules.ranking import Cut


def cut_of(call) -> Cut:
    """What the call says of the first proposal for which the money does not last."""
    return Cut(call.money_rule, call.partial_minimum)


def granted_to(proposal: ProjectProposal) -> Decimal | None:
    """The grant of a funded proposal (EUR): by the last draw that reached it, else by the ranking; None if neither."""
    draw_row = getattr(proposal, "draw_row", None)
    if draw_row is not None:
        return draw_row.granted
    row = getattr(proposal, "ranking_row", None)
    return row.granted if row is not None and row.outcome == Outcome.FUNDED else None


@dataclass(frozen=True)
class Situation:
    """The money of the call, what binds it, who waits, and whom it would reach today (EUR)."""

    ranking: Ranking
    commitments: list[rules.Commitment]
    waiting: list[RankingRow]
    reached: list[rules.Reached]

    budget: Decimal
    added: Decimal = ZERO

    @property
    def money(self) -> Decimal:
        return rules.available(self.budget, self.commitments) + self.added

    @property
    def never_given(self) -> Decimal:
        """What neither the ranking nor an earlier draw has given."""
        return self.budget - sum((c.given for c in self.commitments), ZERO)

    @property
    def sources(self) -> list[dict]:
        """Where the free money comes from, as plain data (amounts as text)."""
        found = [{"title": c.title, "why": c.why, "amount": str(c.freed)} for c in self.commitments if c.freed]
        if self.never_given:
            why = "risorse dell'avviso non assegnate"
            found.append({"title": self.ranking.call.title, "why": why, "amount": str(self.never_given)})
        if self.added:
            why = "risorse aggiunte con l'atto dello scorrimento"
            found.append({"title": "Risorse aggiuntive", "why": why, "amount": str(self.added)})
        return found

    @property
    def names(self) -> list[tuple[RankingRow, rules.Reached]]:
        by_id = {row.proposal_id: row for row in self.waiting}
        return [(by_id[reached.id], reached) for reached in self.reached]


def situation_of(ranking: Ranking, *, added: Decimal = ZERO) -> Situation:
    """How the money of a ranking stands now, with what an act adds to it (EUR). Four queries at most."""
    rows = list(
        ranking.rows.exclude(outcome__in=[Outcome.EXCLUDED, Outcome.BELOW_THRESHOLD])
        .select_related("proposal__alliance", "proposal__draw_row", "proposal__project")
        .order_by("position")
    )
    projects = {
        p.proposal_id: p for p in Project.objects.filter(proposal__call=ranking.call_id).prefetch_related("payments")
    }
    commitments = []
    for row in rows:
        row.proposal.ranking_row = row
        given = granted_to(row.proposal)
        if given is None:
            continue
        bound, why = given, ""
        if row.proposal.status == ProposalStatus.RENOUNCED:
            bound, why = ZERO, "rinuncia al contributo"
        elif row.proposal_id in projects:
            bound, why = _bound(projects[row.proposal_id], given)
        commitments.append(rules.Commitment(row.proposal.title, given, bound, why))
    waiting = [row for row in rows if row.proposal.status == ProposalStatus.ELIGIBLE_NOT_FUNDED]
    budget = ranking.call.budget + sum((draw.added for draw in ranking.draws.all()), ZERO)
    money = rules.available(budget, commitments) + added
    reserve = [rules.Waiting(row.proposal_id, row.position, row.requested) for row in waiting]
    cut = cut_of(ranking.call)
    reached = rules.draw(reserve, money, cut) if money > 0 else []
    return Situation(ranking, commitments, waiting, reached, budget, added)


def waiting_in(ranking: Ranking) -> int:
    """How many are eligible and not funded still."""
    return ranking.rows.filter(proposal__status=ProposalStatus.ELIGIBLE_NOT_FUNDED).count()


def _bound(project: Project, given: Decimal) -> tuple[Decimal, str]:
    payments = list(project.payments.all())
    paid = sum((p.amount for p in payments if p.status == PaymentStatus.PAID), ZERO)
    settled = any(p.kind == PaymentKind.FINAL and p.status == PaymentStatus.PAID for p in payments)
    return rules.bound_money(grant=project.grant, status=project.status, paid=paid, settled=settled, given=given)


def visible_draws(person):
    return RankingDraw.objects.visible_to(person).select_related("ranking__call__network", "ranking__call__programme")


def rows_of(draw: RankingDraw):
    return draw.rows.select_related("proposal__alliance").order_by("position")


def draws_of(ranking: Ranking, person):
    """The draws of a ranking that the person may see, first to last."""
    return RankingDraw.objects.visible_to(person).filter(ranking=ranking).order_by("number")


def who_is_reached(draw: RankingDraw):
    """[(row, people of the lead of the alliance)]"""
    return [(row, access.people_with(Role.LEAD, row.proposal.alliance)) for row in rows_of(draw)]
