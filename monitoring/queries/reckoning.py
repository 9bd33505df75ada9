"""The figures as the records give them: what `services.rollups` keeps, and what a check compares with.

Each function answers for one network in one programme: {key: {field: value}}. Only what was approved counts: actions
of validated plans, spending of reports whose check is closed, payments that were made, progress of validated reports,
never a revoked project.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from conciliazione.kernel.money import ZERO, round_eur
from network.enums import Area
from plans.enums import PaymentStatus, ProjectStatus
from plans.models import Payment, PlanAction, Project
from plans.rules.plan import PUBLIC

from ..enums import FinancialReportStatus, ReportStatus
from ..models import ActionProgress, ExpenditureItem, ProgressReport, ProjectMoney
from ..rules.halves import half_of

COUNTED = ~Q(status=ProjectStatus.REVOKED)
# actions of the plans: those that the committee added have no project
COUNTED_ACTIONS = Q(project=None) | ~Q(project__status=ProjectStatus.REVOKED)
# and of those, what counts: the plan is validated
COUNTED_PLANS = Q(plan__status__in=PUBLIC)
AREA_ORDER = {area.value: place for place, area in enumerate(Area)}

REPORT_STATES = tuple(str(status.value) for status in ReportStatus if status != ReportStatus.SUPERSEDED)

SUMS = ("planned", "granted", "co_financing", "spent", "approved", "paid")
COUNTS = ("planned_count", "granted_count", "spent_count", "paid_count")
MONEY = (*COUNTS, *SUMS)

Figures = dict[tuple, dict]


def nothing() -> dict:
    return dict.fromkeys(COUNTS, 0) | dict.fromkeys(SUMS, ZERO)


def prevailing_area(planned: dict[str, Decimal]) -> str:
    """The area with most of the planned money; of equal ones the first of art. 2; "" without actions."""
    return max(planned, key=lambda area: (planned[area], -AREA_ORDER[area]), default="")


def money_of_projects(network: int, programme: int, projects: Iterable[int] | None = None) -> Figures:
    """(project, area, half) -> money; with `projects` only of those, and of the committee's actions if None is one."""
    chosen = Project.objects.filter(COUNTED, network=network, programme=programme)
    actions = PlanAction.objects.filter(
        COUNTED_ACTIONS, COUNTED_PLANS, plan__network=network, plan__programme=programme
    )
    if projects is not None:
        some = [pk for pk in projects if pk is not None]
        chosen = chosen.filter(pk__in=some)
        actions = actions.filter(Q(project__in=some) | (Q(project=None) if None in projects else Q(pk__in=[])))
    found: Figures = defaultdict(nothing)
    by_area: dict[int | None, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))

    def add(key: tuple, **values) -> None:
        figures = found[key]
        for name, value in values.items():
            figures[name] += value if name in COUNTS else round_eur(value)

    for project, area, day, count, total in (
        actions.order_by()
        .values("project", "area", "starts_on")
        .annotate(n=Count("pk"), total=Sum("amount"))
        .values_list("project", "area", "starts_on", "n", "total")
    ):
        add((project, area, half_of(day)), planned_count=count, planned=total)
        by_area[project][area] += total
    areas = {}
    for pk, granted_on, starts_on, grant, own in chosen.order_by().values_list(
        "pk", "granted_on", "starts_on", "grant", "co_financing"
    ):
        areas[pk] = prevailing_area(by_area[pk])
        add((pk, areas[pk], half_of(granted_on or starts_on)), granted_count=1, granted=grant, co_financing=own)
    spending = ExpenditureItem.objects.filter(
        report__status=FinancialReportStatus.CHECKED, report__project__in=chosen.values("pk")
    )
    for project, day, count, spent, approved in (
        spending.order_by()
        .values("report__project", "report__window__period_to")
        .annotate(n=Count("pk"), spent=Sum("amount"), approved=Sum("approved_amount"))
        .values_list("report__project", "report__window__period_to", "n", "spent", "approved")
    ):
        add((project, areas[project], half_of(day)), spent_count=count, spent=spent, approved=approved)
    payments = Payment.objects.filter(status=PaymentStatus.PAID, project__in=chosen.values("pk"))
    for project, day, count, total in (
        payments.order_by()
        .values("project", "paid_on")
        .annotate(n=Count("pk"), total=Sum("amount"))
        .values_list("project", "paid_on", "n", "total")
    ):
        add((project, areas[project], half_of(day)), paid_count=count, paid=total)
    return dict(found)


def money_of_territory(network: int, programme: int) -> Figures:
    """(area, half) -> money: the sum of that of its projects, as kept."""
    rows = (
        ProjectMoney.objects.filter(network=network, programme=programme)
        .order_by()
        .values("area", "half")
        .annotate(**{f"sum_{name}": Sum(name) for name in MONEY})
    )
    return {
        (row["area"], row["half"]): {name: row[f"sum_{name}"] for name in COUNTS}
        | {name: round_eur(row[f"sum_{name}"]) for name in SUMS}
        for row in rows
    }


def latest_progress():
    """The percent of an action (OuterRef) in the last validated report that speaks of it."""
    return Subquery(
        ActionProgress.objects.filter(plan_action=OuterRef("pk"), report__status=ReportStatus.VALIDATED)
        .order_by("-report__window__period_to", "-report_id")
        .values("percent")[:1]
    )


def coverage_of(network: int, programme: int) -> Figures:
    """(area, district) -> actions of the plan."""
    rows = (
        PlanAction.objects.filter(COUNTED_ACTIONS, COUNTED_PLANS, plan__network=network, plan__programme=programme)
        .annotate(latest=latest_progress())
        .order_by()
        .values("area", "district")
        .annotate(
            n=Count("pk"),
            total=Sum("amount"),
            people=Sum("expected_participants"),
            told=Count("latest"),
            percents=Sum("latest"),
        )
    )
    return {
        (row["area"], row["district"]): {
            "actions": row["n"],
            "amount": round_eur(row["total"]),
            "participants": row["people"],
            "reported": row["told"],
            "progress": row["percents"] or 0,
        }
        for row in rows
    }


def report_counts(network: int, programme: int) -> Figures:
    """(window,) -> how many progress reports that are owed stand where, one a project: see `standing`."""
    rows = (
        ProgressReport.objects.due()
        .standing()
        .filter(project__network=network, project__programme=programme)
        .order_by()
        .values("window")
        .annotate(**{status: Count("pk", filter=Q(status=status)) for status in REPORT_STATES})
    )
    return {(row["window"],): {status: row[status] for status in REPORT_STATES} for row in rows}


def territories() -> list[tuple[int, int]]:
    """(network, programme) wherever there is a plan or a project."""
    plans = PlanAction.objects.order_by().values_list("plan__network", "plan__programme").distinct()
    projects = Project.objects.order_by().values_list("network", "programme").distinct()
    return sorted({*plans, *projects})
