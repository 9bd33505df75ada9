"""Financial reports: items, totals by category, papers that appear twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from conciliazione.kernel.money import ZERO, share
from plans.enums import BudgetCategory
from plans.models import BudgetLine

from ..enums import ItemOutcome
from ..models import ExpenditureItem, FinancialReport


def financial_reports_for_pages():
    """Financial reports with what their rows need: the number of items, those checked, reported and approved EUR."""
    return FinancialReport.objects.select_related(
        "window__programme", "project__alliance", "project__network"
    ).annotate(
        item_count=Count("items"),
        checked_count=Count("items", filter=~Q(items__outcome=ItemOutcome.TO_CHECK)),
        reported=Sum("items__amount"),
        approved=Sum("items__approved_amount", filter=~Q(items__outcome=ItemOutcome.TO_CHECK)),
    )


def approved_of_project(project_id: int, *, without: int | None = None) -> Decimal:
    """EUR approved so far over all the reports of a project, leaving one item out."""
    items = ExpenditureItem.objects.filter(report__project=project_id)
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
    return report.items.select_related("partner__organisation", "supporting_document", "report").order_by(
        "document_on", "pk"
    )


@dataclass(frozen=True)
class CategoryLine:
    """A voce di spesa of a project: planned, reported in this report, approved over all reports (EUR)."""

    label: str
    planned: Decimal
    reported: Decimal
    approved: Decimal


@dataclass(frozen=True)
class FinancialSummary:
    """The money of a report beside that of its project (EUR)."""

    lines: list[CategoryLine]
    planned: Decimal
    reported: Decimal
    approved: Decimal
    disallowed: Decimal
    approved_of_project: Decimal
    checked: int
    count: int

    @property
    def checked_share(self) -> Decimal | None:
        return share(Decimal(self.checked), Decimal(self.count))


def summary_of(report: FinancialReport, items: list[ExpenditureItem]) -> FinancialSummary:
    """Totals of a report by category: two queries beside the items already read."""
    planned = dict(
        BudgetLine.objects.filter(proposal=report.project.proposal_id)
        .order_by()
        .values("category")
        .annotate(total=Sum("cost"))
        .values_list("category", "total")
    )
    checked = [item for item in items if item.outcome != ItemOutcome.TO_CHECK]
    lines = []
    for category in BudgetCategory:
        mine = [item for item in items if item.category == category]
        if mine or category.value in planned:
            lines.append(
                CategoryLine(
                    label=category.label,
                    planned=planned.get(category.value, ZERO),
                    reported=sum((item.amount for item in mine), ZERO),
                    approved=sum((item.approved_amount for item in mine), ZERO),
                )
            )
    approved = sum((item.approved_amount for item in checked), ZERO)
    return FinancialSummary(
        lines=lines,
        planned=report.project.cost,
        reported=sum((item.amount for item in items), ZERO),
        approved=approved,
        disallowed=sum((item.amount for item in checked), ZERO) - approved,
        approved_of_project=approved_of_project(report.project_id),
        checked=len(checked),
        count=len(items),
    )
