"""Results over projects, networks and the region, as aggregates: the same few queries however many rows.

Only validated reports count, of indicators agreed with the Regione (R45). Every figure carries the address of the
list that holds its records. None means that nothing has come yet; zero means that it came and is zero.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.rulebook import enforces
from network.enums import COUNTED_INDICATORS, Dimension
from plans.enums import ProjectStatus
from plans.models import ExpectedIndicator, Project

from ..enums import ReportStatus
from ..models import Measurement, MeasurementPart, ProgressReport
from ..rules.results import Achieved
from .figures import IndicatorResult, LateReport
from .reckoning import COUNTED


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
    """Each agreed indicator that some project expects, with what was reached. Three queries.

    `projects` narrows to some of them; `until` leaves out the reports on later periods.
    """
    chosen = _projects(programme, networks, projects).values("pk")
    targets = (
        ExpectedIndicator.objects.filter(proposal__project__in=chosen, indicator__status__in=COUNTED_INDICATORS)
        .order_by("indicator__code")
        .values(
            "indicator",
            "indicator__code",
            "indicator__name",
            "indicator__unit",
            "indicator__kind",
            "indicator__area",
            "indicator__breakdowns",
            "indicator__direction",
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
        .annotate(total=Sum("value"), reports=Count("report", distinct=True))
    }
    parts: dict[int, dict[tuple[str, str], Decimal]] = {}
    by_part = MeasurementPart.objects.filter(Q(measurement__in=Measurement.objects.filter(counted)))
    for row in (
        by_part.order_by()
        .values("measurement__expected__indicator", "dimension", "category")
        .annotate(total=Sum("value"))
    ):
        mine = parts.setdefault(row["measurement__expected__indicator"], {})
        mine[row["dimension"], row["category"]] = row["total"]
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
                by_sex=Dimension.SEX in row["indicator__breakdowns"],
                projects=row["projects"],
                achieved=Achieved(
                    row["target"],
                    got.get("total"),
                    parts.get(row["indicator"], {}),
                    got.get("reports", 0),
                    row["indicator__direction"],
                ),
                url=address("monitoring:measurements", **query, indicatore=row["indicator"]),
            )
        )
    return found


def counted_measurements():
    """The values that count: of validated reports, on indicators agreed with the Regione (R45)."""
    return Measurement.objects.filter(
        report__status=ReportStatus.VALIDATED, expected__indicator__status__in=COUNTED_INDICATORS
    ).exclude(report__project__status=ProjectStatus.REVOKED)


def part_of_measurement(dimension: str, category: str) -> Subquery:
    """The part of a value that is of a category, None where it is not split: asked only for the rows that are read."""
    parts = MeasurementPart.objects.filter(measurement=OuterRef("pk"), dimension=dimension, category=category)
    return Subquery(parts.order_by().values("measurement").annotate(total=Sum("value")).values("total"))


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


def late_now(today: date) -> Q:
    """Reports that should be with the ASL by now and are not."""
    return Q(status__in=[ReportStatus.DRAFT], window__due_on__lt=today)


def late_reports(programme=None, networks=None, *, most: int | None = None) -> list[LateReport]:
    """What has not come though its term is over, longest first, at most `most`. One query."""
    today = clock.today()
    rows = (
        _narrow(ProgressReport.objects.due().standing().filter(late_now(today)), programme, networks, "project__")
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
        for row in rows[:most]
    ]
