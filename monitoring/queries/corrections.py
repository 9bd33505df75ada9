"""What was corrected after the territorial report that collects it had gone up to the Regione (R45, R46)."""

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from ..enums import ReportStatus, TerritorialReportStatus
from ..models import ProgressReport, TerritorialReport
from ..rules.levels import CLOSED_TERRITORIAL

VALID = (ReportStatus.VALIDATED, ReportStatus.SUPERSEDED)


def _sent_up() -> QuerySet:
    """The territorial reports that hold values of the report outside: of its window, and of those after it."""
    return TerritorialReport.objects.filter(
        plan__network=OuterRef("project__network"),
        plan__programme=OuterRef("window__programme"),
        window__period_to__gte=OuterRef("window__period_to"),
        transmitted_at__isnull=False,
    )


def corrected_after_transmission() -> QuerySet:
    """The corrections that were validated when their territory's report was with the Regione already.

    Each with `pending`: what stands with the Regione does not hold it yet; `included`: it does; and `territorial`,
    the newest report of its window that went up, or None.
    """
    before = _sent_up().filter(transmitted_at__lt=OuterRef("validated_at"))
    standing = _sent_up().filter(status__in=CLOSED_TERRITORIAL)
    own = _sent_up().filter(window=OuterRef("window")).order_by("-version").values("pk")
    return (
        ProgressReport.objects.filter(version__gt=1, status__in=VALID, validated_at__isnull=False)
        .filter(Exists(before))
        .annotate(
            pending=Exists(standing.filter(transmitted_at__lt=OuterRef("validated_at"))),
            included=Exists(standing.filter(transmitted_at__gte=OuterRef("validated_at"))),
            territorial=Subquery(own[:1]),
        )
    )


def changes_in_words(report: ProgressReport) -> str:
    """«Famiglie raggiunte: da 20 a 10; Come procede il progetto: riscritto»."""
    return "; ".join(
        f"{change.what}: riscritto" if change.rewritten else f"{change.what}: da {change.before} a {change.after}"
        for change in report.kept_changes
    )


def where_it_is(row: ProgressReport) -> str:
    """Whether the Regione has it, of a row of `corrected_after_transmission`."""
    if row.pending:
        return "da rimandare"
    return "compresa" if row.included else "con la prossima trasmissione"


def corrections_since(report: TerritorialReport) -> list[ProgressReport]:
    """The corrections of the reports it collects that were validated after it went up. One query."""
    if report.transmitted_at is None or report.status not in CLOSED_TERRITORIAL:
        return []
    return list(
        ProgressReport.objects.filter(
            version__gt=1,
            status__in=VALID,
            validated_at__gt=report.transmitted_at,
            window__programme=report.window.programme_id,
            window__period_to__lte=report.window.period_to,
            project__plan_actions__plan=report.plan_id,
        )
        .select_related("project__alliance", "window")
        .order_by("validated_at", "pk")
        .distinct()
    )


def outdated() -> QuerySet:
    """The territorial reports with the Regione that no longer say what was validated, and that nobody renews yet."""
    corrections = ProgressReport.objects.filter(
        version__gt=1,
        status__in=VALID,
        validated_at__gt=OuterRef("transmitted_at"),
        window__programme=OuterRef("window__programme"),
        window__period_to__lte=OuterRef("window__period_to"),
        project__plan_actions__plan=OuterRef("plan"),
    )
    newer = TerritorialReport.objects.filter(
        plan=OuterRef("plan"), window=OuterRef("window"), version__gt=OuterRef("version")
    )
    return TerritorialReport.objects.filter(~Exists(newer), Exists(corrections), status__in=CLOSED_TERRITORIAL)


def pending_by_territory(person) -> dict[tuple[int, int], int]:
    """(network, window) -> corrections that what stands with the Regione does not hold. One query."""
    rows = (
        corrected_after_transmission()
        .filter(ProgressReport.objects.readable_by(person), pending=True)
        .order_by()
        .values("project__network", "window")
        .annotate(count=Count("pk"))
    )
    return {(row["project__network"], row["window"]): row["count"] for row in rows}


def other_versions(report: TerritorialReport, person) -> list[TerritorialReport]:
    """The other versions of a territorial report that the person may open, newest first."""
    rows = TerritorialReport.objects.visible_to(person).filter(plan=report.plan_id, window=report.window_id)
    return list(rows.exclude(pk=report.pk).select_related("plan__network", "window").order_by("-version"))


def version_before(report: TerritorialReport) -> TerritorialReport | None:
    """The version that the Regione had before this one: the newest that went up; None for the first."""
    if report.version == 1:
        return None
    rows = TerritorialReport.objects.filter(plan=report.plan_id, window=report.window_id, version__lt=report.version)
    went_up = [*CLOSED_TERRITORIAL, TerritorialReportStatus.SUPERSEDED]
    return rows.filter(status__in=went_up).order_by("-version").first()
