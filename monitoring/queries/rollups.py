"""Results and money over projects, networks and the region, as aggregates: the same few queries however many rows.

Only validated reports count, of indicators agreed with the Regione (R45). Every figure carries the address of the
list that holds its records. None means that nothing has come yet; zero means that it came and is zero.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Avg, Count, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.rulebook import enforces
from network.enums import Area, IndicatorStatus
from plans.enums import PaymentStatus, ProjectStatus
from plans.models import ExpectedIndicator, Payment, PlanAction, Project

from ..enums import FinancialReportStatus, ItemOutcome, ReportStatus
from ..models import ActionProgress, ExpenditureItem, Measurement, ProgressReport
from ..rules.results import Achieved
from .figures import ActionGroup, Figure, IndicatorResult, LateReport, Money, NetworkResult

COUNTED = ~Q(status=ProjectStatus.REVOKED)
# actions of the plans: those that the committee added have no project
COUNTED_ACTIONS = Q(project=None) | ~Q(project__status=ProjectStatus.REVOKED)


def filters_of(programme=None, networks=None, **more) -> dict[str, str]:
    """The query string's names for a selection; a list of several networks is not narrowed."""
    found = {"programma": programme.pk if programme else None, **more}
    ids = network_ids(networks)
    if ids is not None and len(ids) == 1:
        found["rete"] = ids[0]
    return {key: str(value) for key, value in found.items() if value not in (None, "")}


def address(name: str, **query) -> str:
    """The page `name` with its filters."""
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)


def network_ids(networks: Iterable | None) -> list[int] | None:
    return None if networks is None else sorted({getattr(n, "pk", n) for n in networks})


def _narrow(queryset, programme, networks, prefix: str = ""):
    conditions = {f"{prefix}programme": programme} if programme else {}
    ids = network_ids(networks)
    if ids is not None:
        conditions[f"{prefix}network__in"] = ids
    return queryset.filter(**conditions)


def _projects(programme, networks, projects=None):
    chosen = _narrow(Project.objects.filter(COUNTED), programme, networks)
    return chosen if projects is None else chosen.filter(pk__in=projects)


@enforces("R45", "R46")
def indicators(programme=None, networks=None, *, projects=None, until: date | None = None) -> list[IndicatorResult]:
    """Each agreed indicator that some project expects, with what was reached. Two queries.

    `projects` narrows to some of them; `until` leaves out the reports on later periods.
    """
    chosen = _projects(programme, networks, projects).values("pk")
    targets = (
        ExpectedIndicator.objects.filter(proposal__project__in=chosen, indicator__status=IndicatorStatus.AGREED)
        .order_by("indicator__code")
        .values(
            "indicator",
            "indicator__code",
            "indicator__name",
            "indicator__unit",
            "indicator__kind",
            "indicator__area",
            "indicator__by_sex",
        )
        .annotate(target=Sum("target"), projects=Count("proposal__project"))
    )
    counted = Q(report__status=ReportStatus.VALIDATED, report__project__in=chosen)
    if until:
        counted &= Q(report__window__period_to__lte=until)
    reached = {
        row["expected__indicator"]: row
        for row in Measurement.objects.filter(counted)
        .order_by()
        .values("expected__indicator")
        .annotate(total=Sum("value"), of_women=Sum("women"), of_men=Sum("men"), reports=Count("report", distinct=True))
    }
    query = filters_of(programme, networks)
    found = []
    for row in targets:
        got = reached.get(row["indicator"], {})
        found.append(
            IndicatorResult(
                indicator_id=row["indicator"],
                code=row["indicator__code"],
                name=row["indicator__name"],
                unit=row["indicator__unit"],
                kind=row["indicator__kind"],
                area=row["indicator__area"],
                by_sex=row["indicator__by_sex"],
                projects=row["projects"],
                achieved=Achieved(
                    row["target"], got.get("total"), got.get("of_women"), got.get("of_men"), got.get("reports", 0)
                ),
                url=address("monitoring:measurements", **query, indicatore=row["indicator"]),
            )
        )
    return found


def counted_measurements():
    """The values that count: of validated reports, on indicators agreed with the Regione (R45)."""
    return Measurement.objects.filter(
        report__status=ReportStatus.VALIDATED, expected__indicator__status=IndicatorStatus.AGREED
    ).exclude(report__project__status=ProjectStatus.REVOKED)


def indicators_over_time(programme, networks=None, *, indicator) -> list[dict]:
    """What was reached on one indicator by the end of each window, for a chart. Two queries."""
    chosen = _projects(programme, networks).values("pk")
    target = ExpectedIndicator.objects.filter(proposal__project__in=chosen, indicator=indicator).aggregate(
        total=Sum("target")
    )["total"]
    rows = (
        Measurement.objects.filter(
            expected__indicator=indicator, report__status=ReportStatus.VALIDATED, report__project__in=chosen
        )
        .order_by("report__window__period_to")
        .values("report__window__name", "report__window__period_to")
        .annotate(total=Sum("value"))
    )
    found, running = [], Decimal(0)
    for row in rows:
        running += row["total"]
        found.append({"label": row["report__window__name"], "value": running, "target": target})
    return found


def money(programme=None, networks=None, *, projects=None) -> Money:
    """EUR planned, granted, spent, approved and paid. Four queries."""
    chosen = _projects(programme, networks, projects)
    ids = chosen.values("pk")
    actions = _narrow(PlanAction.objects.filter(COUNTED_ACTIONS), programme, networks, "plan__")
    if projects is not None:
        actions = actions.filter(project__in=ids)
    planned = actions.aggregate(total=Sum("amount"))["total"]
    grants = chosen.aggregate(granted=Sum("grant"), own=Sum("co_financing"))
    spending = ExpenditureItem.objects.filter(report__project__in=ids).aggregate(
        spent=Sum("amount", filter=~Q(report__status=FinancialReportStatus.DRAFT)),
        approved=Sum(
            "approved_amount",
            filter=Q(report__status=FinancialReportStatus.CHECKED) & ~Q(outcome=ItemOutcome.TO_CHECK),
        ),
    )
    paid = Payment.objects.filter(project__in=ids, status=PaymentStatus.PAID).aggregate(total=Sum("amount"))["total"]
    query = filters_of(programme, networks)
    reports, funded = "monitoring:financial_reports", "plans:projects"
    return Money(
        planned=Figure("Previsto dal piano", planned, address("monitoring:actions", **query)),
        granted=Figure("Contributi concessi", grants["granted"], address(funded, **query)),
        co_financing=Figure("Cofinanziamento previsto", grants["own"], address(funded, **query)),
        spent=Figure("Spesa rendicontata", spending["spent"], address(reports, **query)),
        approved=Figure("Spesa ammessa", spending["approved"], address(reports, **query, stato="checked")),
        paid=Figure("Contributi pagati", paid, address(funded, **query)),
    )


def _actions(programme, networks):
    latest = (
        ActionProgress.objects.filter(plan_action=OuterRef("pk"), report__status=ReportStatus.VALIDATED)
        .order_by("-report__window__period_to")
        .values("percent")[:1]
    )
    actions = _narrow(PlanAction.objects.all(), programme, networks, "plan__")
    return actions.filter(COUNTED_ACTIONS).order_by().annotate(latest=Subquery(latest))


def _groups(rows, key: str, label, query: dict, name: str) -> list[ActionGroup]:
    totals = rows.annotate(
        count=Count("pk"), total=Sum("amount"), people=Sum("expected_participants"), mean=Avg("latest")
    )
    return [
        ActionGroup(
            key=str(row[key]),
            label=label(row),
            actions=row["count"],
            amount=row["total"],
            participants=row["people"],
            progress=None if row["mean"] is None else Decimal(str(row["mean"])).quantize(Decimal("0.1")),
            url=address("monitoring:actions", **query, **{name: row[key]}),
        )
        for row in totals
    ]


def by_area(programme=None, networks=None) -> list[ActionGroup]:
    """The five areas, those without actions too, in the order of art. 2. One query."""
    query = filters_of(programme, networks)
    found = {
        group.key: group
        for group in _groups(
            _actions(programme, networks).values("area"), "area", lambda row: Area(row["area"]).label, query, "area"
        )
    }
    empty = {"actions": 0, "amount": Decimal(0), "participants": 0, "progress": None}
    return [
        found.get(area.value)
        or ActionGroup(
            key=area.value, label=area.label, url=address("monitoring:actions", **query, area=area.value), **empty
        )
        for area in Area
    ]


def by_district(programme=None, networks=None) -> list[ActionGroup]:
    """The districts with actions. One query."""
    rows = _actions(programme, networks).values("district", "district__name", "plan__network__name")
    found = _groups(
        rows,
        "district",
        lambda row: f"{row['district__name']} ({row['plan__network__name']})",
        filters_of(programme, networks),
        "ambito",
    )
    return sorted(found, key=lambda group: group.label)


def by_network(programme=None, networks=None) -> list[NetworkResult]:
    """Each territory with projects: money granted and approved, reports expected, validated and late. Three queries."""
    today = clock.today()
    rows = (
        _projects(programme, networks)
        .order_by("network__name")
        .values("network", "network__name")
        .annotate(count=Count("pk"), granted=Sum("grant"))
    )
    reports = _narrow(ProgressReport.objects.due(), programme, networks, "project__").order_by()
    by_reports = {
        row["project__network"]: row
        for row in reports.values("project__network").annotate(
            expected=Count("pk", filter=Q(window__opens_on__lte=today)),
            validated=Count("pk", filter=Q(status=ReportStatus.VALIDATED)),
            late=Count("pk", filter=late_now(today)),
        )
    }
    items = _narrow(ExpenditureItem.objects.all(), programme, networks, "report__project__").order_by()
    by_money = dict(
        items.filter(report__status=FinancialReportStatus.CHECKED)
        .values("report__project__network")
        .annotate(total=Sum("approved_amount"))
        .values_list("report__project__network", "total")
    )
    found = []
    for row in rows:
        pk = row["network"]
        counts = by_reports.get(pk, {})
        found.append(
            NetworkResult(
                network_id=pk,
                name=row["network__name"],
                projects=row["count"],
                granted=row["granted"],
                expected_reports=counts.get("expected", 0),
                validated_reports=counts.get("validated", 0),
                late_reports=counts.get("late", 0),
                approved=by_money.get(pk),
                url=address("monitoring:indicators", **filters_of(programme, [pk])),
            )
        )
    return found


def late_now(today: date) -> Q:
    """Reports that should be with the ASL by now and are not."""
    return Q(status__in=[ReportStatus.DRAFT], window__due_on__lt=today)


def late_reports(programme=None, networks=None) -> list[LateReport]:
    """What has not come though its term is over, longest first. One query."""
    today = clock.today()
    rows = (
        _narrow(ProgressReport.objects.due().filter(late_now(today)), programme, networks, "project__")
        .select_related("project__alliance", "project__network", "window")
        .order_by("window__due_on", "project__title")
    )
    query = filters_of(programme, networks)
    return [
        LateReport(
            project=row.project.title,
            alliance=row.project.alliance.name,
            network=row.project.network.name,
            window=row.window.name,
            due_on=row.window.due_on,
            days=(today - row.window.due_on).days,
            url=address("monitoring:expected", **query, ritardo="si", finestra=row.window_id),
        )
        for row in rows
    ]


def reporting(programme=None, networks=None, *, window=None) -> list[Figure]:
    """How many reports are expected, sent, validated, returned and late. One query."""
    today = clock.today()
    reports = _narrow(ProgressReport.objects.due(), programme, networks, "project__")
    more = {}
    if window is not None:
        reports, more = reports.filter(window=window), {"finestra": window.pk}
    row = reports.aggregate(
        expected=Count("pk", filter=Q(window__opens_on__lte=today)),
        submitted=Count("pk", filter=Q(status=ReportStatus.SUBMITTED)),
        validated=Count("pk", filter=Q(status=ReportStatus.VALIDATED)),
        returned=Count("pk", filter=Q(status=ReportStatus.RETURNED)),
        late=Count("pk", filter=late_now(today)),
    )
    page, query = "monitoring:expected", filters_of(programme, networks, **more)
    return [
        Figure("Relazioni attese", row["expected"], address(page, **query)),
        Figure("Da validare", row["submitted"], address(page, **query, stato="submitted")),
        Figure("Validate", row["validated"], address(page, **query, stato="validated")),
        Figure("Restituite", row["returned"], address(page, **query, stato="returned")),
        Figure("In ritardo", row["late"], address(page, **query, ritardo="si")),
    ]
