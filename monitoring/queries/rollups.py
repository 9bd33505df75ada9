"""The records behind the figures: the values that count, the late reports, and the addresses of their lists."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery, Sum

from conciliazione.kernel import clock
from conciliazione.kernel.addresses import reverse
from network.enums import COUNTED_INDICATORS
from plans.enums import ProjectStatus

from ..enums import ReportStatus
from ..models import Measurement, MeasurementPart, ProgressReport
from .figures import LateReport


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


def counted_measurements(reports: Q | None = None):
    """The values that count: of validated reports (of those that meet the condition, if given), on indicators agreed
    with the Regione (R45)."""
    return Measurement.objects.filter(
        Q() if reports is None else reports,
        ~Q(report__project__status=ProjectStatus.REVOKED),
        report__status=ReportStatus.VALIDATED,
        expected__indicator__status__in=COUNTED_INDICATORS,
    )


def part_of_measurement(dimension: str, category: str) -> Subquery:
    """The part of a value that is of a category, None where it is not split: asked only for the rows that are read."""
    parts = MeasurementPart.objects.filter(measurement=OuterRef("pk"), dimension=dimension, category=category)
    return Subquery(parts.order_by().values("measurement").annotate(total=Sum("value")).values("total"))


def late_now(today: date) -> Q:
    """Reports that should be with the ASL by now and are not."""
    return Q(status__in=[ReportStatus.DRAFT], window__due_on__lt=today)


def late_reports(
    programme=None, networks=None, *, windows: Iterable[int] | None = None, most: int | None = None
) -> list[LateReport]:
    """What has not come though its term is over, longest first, at most `most`, in these windows or all. One query."""
    today = clock.today()
    rows = (
        _narrow(ProgressReport.objects.due().standing().filter(late_now(today)), programme, networks, "project__")
        .select_related("project__alliance", "project__network", "window")
        .order_by("window__due_on", "project__title")
    )
    if windows is not None:
        rows = rows.filter(window__in=list(windows))
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
