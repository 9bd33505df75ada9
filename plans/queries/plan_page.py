"""The plan as its page shows it: what it all comes to, worked out by the database, and the rows of one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from conciliazione.kernel.money import ZERO
from conciliazione.kernel.narrowing import with_parts
from network.enums import Area
from network.models import District

from ..enums import ActionOrigin, ProposalStatus
from ..models import BudgetLine, PlanAction, ProjectProposal, TerritorialPlan
from ..rules import coverage
from .plan import Coverage, FinanceLine, Section, finance_of, sections_of
from .proposals import sum_of

MONEY = DecimalField(max_digits=14, decimal_places=2)


def action_rows(plan: TerritorialPlan) -> QuerySet[PlanAction]:
    """The actions in their order, with the names that a row shows."""
    names = ("district__name", "proposal__alliance__name", "project__alliance__name", "project__proposal")
    return with_parts(plan.actions.order_by("starts_on", "ends_on", "pk"), *names)


def coverage_in_all(plan: TerritorialPlan) -> Coverage:
    """Districts x areas, in one query without the actions."""
    rows = (
        District.objects.filter(network=plan.network_id)
        .annotate(covering=FilteredRelation("plan_actions", condition=Q(plan_actions__plan=plan)))
        .values("pk", "name", "covering__area")
        .annotate(number=Count("covering"), amount=Coalesce(Sum("covering__amount"), ZERO, output_field=MONEY))
        .order_by("name", "pk")
    )
    districts: dict[int, District] = {}
    covering = []
    for row in rows:
        districts.setdefault(row["pk"], District(pk=row["pk"], name=row["name"], network_id=plan.network_id))
        if row["number"]:
            covering.append(coverage.Covering(row["pk"], row["covering__area"], row["amount"], row["number"]))
    return Coverage(list(districts.values()), coverage.matrix(list(districts), Area.values, covering))


# --- the money ----------------------------------------------------------------------------------------------------
def funded_rows(plan: TerritorialPlan) -> QuerySet[ProjectProposal]:
    """What the rankings of this network and programme have funded, in the order of the financial plan."""
    return ProjectProposal.objects.filter(
        call__network=plan.network_id, call__programme=plan.programme_id, status=ProposalStatus.FUNDED
    ).order_by("registry_number", "pk")


def _grant():
    """What a proposal was given: by a draw, else by the ranking, else what it asks for."""
    return Coalesce(F("draw_row__granted"), F("ranking_row__granted"), sum_of("grant"), output_field=MONEY)


@dataclass(frozen=True)
class FinanceTotals:
    """The financial plan as a whole (EUR), and how many lines of each kind it has."""

    grant: Decimal
    co_financing: Decimal
    funded: int
    added: int

    @property
    def cost(self) -> Decimal:
        return self.grant + self.co_financing


def finance_totals(plan: TerritorialPlan) -> FinanceTotals:
    """One statement. For what the committee added the whole amount comes from the network."""

    def alone(rows, of):
        """One value over all rows."""
        return Subquery(rows.order_by().values(all=F(ONE[rows.model])).annotate(n=of).values("n"))

    funded = funded_rows(plan)
    # by the same road as the proposals, which an index knows: to look for them by their keys would read each
    lines = BudgetLine.objects.filter(
        proposal__call__network=plan.network_id,
        proposal__call__programme=plan.programme_id,
        proposal__status=ProposalStatus.FUNDED,
    )
    added = PlanAction.objects.filter(plan=OuterRef("pk"), origin=ActionOrigin.COMMITTEE)
    row = (
        TerritorialPlan.objects.filter(pk=plan.pk)
        .annotate(
            given=alone(funded, Sum(_grant())),
            funded=alone(funded, Count("pk")),
            co_financing=alone(lines, Sum("co_financing")),
            added_amount=alone(added, Sum("amount")),
            added=alone(added, Count("pk")),
        )
        .values("given", "funded", "co_financing", "added_amount", "added")
        .get()
    )
    return FinanceTotals(
        (row["given"] or ZERO) + (row["added_amount"] or ZERO),
        row["co_financing"] or ZERO,
        row["funded"] or 0,
        row["added"] or 0,
    )


ONE = {  # what is the same for all rows that are summed: the network of the plan
    ProjectProposal: "call__network",
    BudgetLine: "proposal__call__network",
    PlanAction: "plan",
}


class FinanceLines(Sequence):
    """The lines of the financial plan, read a page at a time: funded proposals, then what the committee added."""

    def __init__(self, plan: TerritorialPlan, totals: FinanceTotals):
        self.plan, self.totals = plan, totals

    def __len__(self) -> int:
        return self.totals.funded + self.totals.added

    def __getitem__(self, wanted: slice) -> list[FinanceLine]:
        start, stop, _ = wanted.indices(len(self))
        first, last = max(0, start - self.totals.funded), max(0, stop - self.totals.funded)
        proposals = self._proposals(start, stop) if start < self.totals.funded else ()
        added = action_rows(self.plan).filter(origin=ActionOrigin.COMMITTEE)[first:last] if last else ()
        return finance_of(added, proposals).lines

    def _proposals(self, start: int, stop: int) -> QuerySet[ProjectProposal]:
        rows = funded_rows(self.plan)
        rows = ProjectProposal.objects.filter(pk__in=rows.values("pk")[start:stop]).order_by("registry_number", "pk")
        rows = rows.select_related("alliance").only("title", "alliance__name")
        rows = rows.annotate(co_financing=sum_of("co_financing"), grant=_grant())
        return rows.annotate(cost=F("grant") + F("co_financing"))


# --- what is missing ----------------------------------------------------------------------------------------------
def lacking(plan: TerritorialPlan, sections: Iterable[Section], actions: int) -> dict:
    """What `rules.plan.check_ready_to_adopt` and the list «Che cosa manca» need. One query."""
    return {
        "empty": [section.title for section in sections if not section.written],
        "actions": actions,
        "unplanned": unplanned_titles(plan),
    }


def missing_for_adoption(plan: TerritorialPlan) -> dict:
    """The same, read afresh."""
    return lacking(plan, sections_of(plan), plan.actions.count())


def unplanned_titles(plan: TerritorialPlan) -> list[str]:
    """Of the funded proposals those whose actions are not in the plan."""
    actions = plan.actions.exclude(proposal=None).values("proposal")
    projects = plan.actions.exclude(project=None).values("project__proposal")
    return list(funded_rows(plan).exclude(pk__in=actions).exclude(pk__in=projects).values_list("title", flat=True))
