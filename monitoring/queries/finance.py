"""Financial reports: items, totals by category, papers that appear twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from conciliazione.kernel.money import ZERO, share
from plans.enums import BudgetCategory, PaymentStatus
from plans.models import BudgetLine, Payment

from ..enums import ItemOutcome
from ..models import DeclarationSample, ExpenditureItem, FinancialReport
from ..rules.spending import allowed_of, co_financing_proved, grant_due

_CHECKED = ~Q(outcome=ItemOutcome.TO_CHECK)
COUNTED = ("item_count", "checked_count")
SPENDING = {
    "item_count": Count("pk"),
    "checked_count": Count("pk", filter=_CHECKED),
    "reported": Sum("amount"),
    "approved": Sum("approved_amount", filter=_CHECKED),
}


def with_spending(reports):
    """Financial reports with the number of their items, of those checked, and the EUR reported and approved."""
    found = {name: _of_items(value) for name, value in SPENDING.items()}
    return reports.annotate(**found | {name: Coalesce(found[name], 0) for name in COUNTED})


def give_spending(reports: list[FinancialReport]) -> list[FinancialReport]:
    """The same on reports that have been read. One query."""
    items = ExpenditureItem.objects.filter(report__in=reports).order_by().values("report").annotate(**SPENDING)
    nothing = dict.fromkeys(SPENDING) | dict.fromkeys(COUNTED, 0)
    found = {row.pop("report"): row for row in items}
    for report in reports:
        vars(report).update(found.get(report.pk, nothing))
    return reports


def _of_items(value) -> Subquery:
    """Over the items of a report; worked out for the reports that are read, not for all that a list holds."""
    items = ExpenditureItem.objects.filter(report=OuterRef("pk")).order_by().values("report")
    return Subquery(items.annotate(found=value).values("found"))


def budget_of(project) -> dict[str, Decimal]:
    """EUR planned on each category of a project."""
    rows = BudgetLine.objects.filter(proposal=project.proposal_id).order_by().values("category")
    return dict(rows.annotate(total=Sum("cost")).values_list("category", "total"))


def approved_of_project(project_id: int, *, without: int | None = None, category: str = "") -> Decimal:
    """EUR approved so far over all the reports of a project, leaving one item out; of one category if it is given."""
    items = ExpenditureItem.objects.filter(report__project=project_id)
    if category:
        items = items.filter(category=category)
    if without is not None:
        items = items.exclude(pk=without)
    return items.aggregate(total=Sum("approved_amount"))["total"] or ZERO


def same_paper(items: Iterable[ExpenditureItem]) -> dict[int, list[ExpenditureItem]]:
    """For each item, those of other reports with the same supplier, number and amount, in any project."""
    items = list(items)
    keys = {item.document_key for item in items if item.document_key}
    found: dict[int, list[ExpenditureItem]] = {item.pk: [] for item in items}
    twins = list(
        ExpenditureItem.objects.filter(document_key__in=keys)
        .select_related("report__project__network", "report__window")
        .order_by("pk")
    )
    for item in items:
        found[item.pk] = [t for t in twins if t.document_key == item.document_key and t.report_id != item.report_id]
    return found


def items_of(report: FinancialReport):
    """The items of a report with their partner and paper."""
    return report.items.select_related(
        "partner__organisation", "supporting_document", "payment_proof", "report"
    ).order_by("document_on", "pk")


def sample_for(report: FinancialReport) -> DeclarationSample | None:
    """The sample of declarations of the report's network and window, if it was drawn."""
    return DeclarationSample.objects.filter(network=report.project.network_id, window=report.window_id).first()


@dataclass(frozen=True)
class CategoryLine:
    """A voce di spesa of a project in EUR: planned, reported here, approved here and over all reports, and the most
    that the allowed shift lets pass."""

    label: str
    planned: Decimal
    reported: Decimal
    approved: Decimal
    approved_of_project: Decimal
    most: Decimal

    @property
    def over(self) -> bool:
        """More is approved than the allowed shift lets pass."""
        return self.approved_of_project > self.most


@dataclass(frozen=True)
class FinancialSummary:
    """The money of a report beside that of its project (EUR)."""

    lines: list[CategoryLine]
    planned: Decimal
    reported: Decimal
    approved: Decimal
    disallowed: Decimal
    parked: Decimal
    approved_of_project: Decimal
    co_financing: Decimal
    co_financing_proved: Decimal
    claimed: Decimal
    due: Decimal
    paid: Decimal
    checked: int
    count: int

    @property
    def checked_share(self) -> Decimal | None:
        return share(Decimal(self.checked), Decimal(self.count))

    @property
    def saving(self) -> Decimal:
        """EUR of the planned cost on which nothing is approved yet."""
        return self.planned - self.approved_of_project


def summary_of(report: FinancialReport, items: list[ExpenditureItem]) -> FinancialSummary:
    """Totals of a report by category: three queries beside the items already read."""
    project = report.project
    planned = budget_of(project)
    all_items = list(
        ExpenditureItem.objects.filter(report__project=report.project_id).values_list(
            "category", "amount", "own_funds", "approved_amount"
        )
    )
    approved_by: dict[str, Decimal] = {}
    for category, _, _, approved in all_items:
        approved_by[category] = approved_by.get(category, ZERO) + approved
    checked = [item for item in items if item.outcome != ItemOutcome.TO_CHECK]
    lines = []
    for category in BudgetCategory:
        mine = [item for item in items if item.category == category]
        if mine or category.value in planned:
            budget = planned.get(category.value, ZERO)
            lines.append(
                CategoryLine(
                    label=category.label,
                    planned=budget,
                    reported=sum((item.amount for item in mine), ZERO),
                    approved=sum((item.approved_amount for item in mine), ZERO),
                    approved_of_project=approved_by.get(category.value, ZERO),
                    most=allowed_of(budget, report.window.shift_percent),
                )
            )
    approved = sum((item.approved_amount for item in checked), ZERO)
    parked = sum((item.amount for item in items if item.outcome == ItemOutcome.PARKED), ZERO)
    reported = sum((item.amount for item in items), ZERO)
    of_project = sum(approved_by.values(), ZERO)
    paid = Payment.objects.filter(project=project, status=PaymentStatus.PAID).aggregate(total=Sum("amount"))["total"]
    claimed = report.claimed_amount
    return FinancialSummary(
        lines=lines,
        planned=project.cost,
        reported=reported,
        approved=approved,
        disallowed=sum((item.amount for item in checked), ZERO) - approved - parked,
        parked=parked,
        approved_of_project=of_project,
        co_financing=project.co_financing,
        co_financing_proved=co_financing_proved(row[1:] for row in all_items),
        claimed=grant_due(reported, grant=project.grant, cost=project.cost) if claimed is None else claimed,
        due=grant_due(of_project, grant=project.grant, cost=project.cost),
        paid=paid or ZERO,
        checked=len(checked),
        count=len(items),
    )
