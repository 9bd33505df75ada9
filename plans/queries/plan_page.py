"""The plan as its page shows it: what it all comes to, worked out by the database, and the rows of one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from conciliazione.kernel.money import ZERO
from conciliazione.kernel.narrowing import with_parts
from network.enums import Area
from network.models import District

from ..enums import ActionOrigin, ProposalStatus
from ..models import PlanAction, ProjectProposal, TerritorialPlan
from ..rules import coverage
from .plan import Coverage, FinanceLine, Section, finance_of, sections_of
from .proposals import sum_of

MONEY = DecimalField(max_digits=14, decimal_places=2)


def action_rows(plan: TerritorialPlan) -> QuerySet[PlanAction]:
    """The actions in their order, with the names that a row shows."""
    names = ("district__name", "proposal__alliance__name", "project__alliance__name", "project__proposal")
    return with_parts(plan.actions.order_by("starts_on", "ends_on", "pk"), *names)


def coverage_in_all(plan: TerritorialPlan) -> Coverage:
    """Districts x areas, in one query without the actions: the districts, then what covers them, which an index sums
    without reading an action."""
    nothing = {"number": Value(0), "amount": Value(ZERO, output_field=MONEY)}
    places = District.objects.filter(network=plan.network_id).order_by().annotate(area=Value(""), **nothing)
    sums = plan.actions.order_by().annotate(name=Value("")).values("district", "name", "area")
    sums = sums.annotate(number=Count("*"), total=Sum("amount"))  # of their keys the index knows nothing
    rows = places.values_list("pk", "name", "area", "number", "amount").union(
        sums.values_list("district", "name", "area", "number", "total"), all=True
    )
    rows = rows.order_by("name", "pk")
    districts: list[District] = []
    covering = []
    for key, name, area, number, amount in rows:
        if area:
            covering.append(coverage.Covering(key, area, amount, number))
        else:
            districts.append(District(pk=key, name=name, network_id=plan.network_id))
    return Coverage(districts, coverage.matrix([district.pk for district in districts], Area.values, covering))


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
    """One statement: the funded proposals, then what the committee added, whose whole amount comes from the network."""
    funded = funded_rows(plan).order_by().annotate(kind=Value("funded")).values("kind")
    funded = funded.annotate(number=Count("pk"), grant=Sum(_grant()), own=Sum(sum_of("co_financing")))
    added = plan.actions.filter(origin=ActionOrigin.COMMITTEE).order_by().annotate(kind=Value("added")).values("kind")
    added = added.annotate(number=Count("*"), grant=Sum("amount"), own=Value(ZERO, output_field=MONEY))
    columns = ("kind", "number", "grant", "own")
    rows = {kind: found for kind, *found in funded.values_list(*columns).union(added.values_list(*columns), all=True)}
    (given_to, given, own), (extra, extra_amount, _) = (rows.get(kind, (0, ZERO, ZERO)) for kind in ("funded", "added"))
    return FinanceTotals((given or ZERO) + (extra_amount or ZERO), own or ZERO, given_to, extra)


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
