"""What the long lists load: of each record only what a row shows, however long its texts are."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from conciliazione.kernel import access
from network.enums import COUNTED_INDICATORS, Dimension, Sex
from plans.models import ExpectedIndicator, PlanAction, TerritorialPlan

from ..models import FinancialReport, Measurement, MeasurementPart, ProgressReport
from ..models.progress import revoked_projects
from .reckoning import latest_progress
from .rollups import counted_measurements, part_of_measurement

OF_REPORT = ("project__title", "project__alliance__name", "network__name", "window__name")


def shown(rows: QuerySet, *fields: str) -> QuerySet:
    """Only these fields, of the rows and of what they hang from."""
    paths = {path for field in fields if (path := field.rpartition("__")[0])}
    return rows.select_related(*paths).only(*fields)


def reports_of_list(person) -> QuerySet[ProgressReport]:
    """The progress reports that the person may open."""
    return _reports(ProgressReport.objects.visible_to(person))


def expected_of_list(person, day) -> QuerySet[ProgressReport]:
    """One report a project and window that is open by this day, whoever may read it (`readable` says)."""
    rows = ProgressReport.objects.due().standing().tracked_by(person)
    return _reports(rows.filter(window__opens_on__lte=day))


def _reports(rows: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    return shown(rows, "status", "late", "submitted_at", *OF_REPORT, "window__due_on")


def financial_reports_of_list(person) -> QuerySet[FinancialReport]:
    """The financial reports that the person may open."""
    return shown(FinancialReport.objects.visible_to(person), "status", "late", *OF_REPORT)


def values_of_list(person) -> QuerySet[Measurement]:
    """The values that count."""
    place = {"network": "report__network", "alliance": "report__project__alliance"}
    own = (
        "value",
        "note",
        "report__network",
        "expected__indicator__code",
        "expected__indicator__name",
        "expected__indicator__unit",
    )
    # without their network: of eight tables the database takes longer to find the way than to go it
    report = (f"report__{field}" for field in OF_REPORT if field != "network__name")
    return shown(counted_measurements(access.reach(person, "project.view", **place)), *own, *report)


def with_sexes(values: QuerySet[Measurement]) -> QuerySet[Measurement]:
    """With the part of women and that of men (`women`, `men`), None where a value is not split."""
    return values.annotate(
        women=part_of_measurement(Dimension.SEX, Sex.WOMEN), men=part_of_measurement(Dimension.SEX, Sex.MEN)
    )


def give_sexes(values: list[Measurement]) -> list[Measurement]:
    """The same on values that have been read. One query."""
    parts = MeasurementPart.objects.filter(measurement__in=values, dimension=Dimension.SEX)
    found = {(key, sex): value for key, sex, value in parts.values_list("measurement", "category", "value")}
    for row in values:
        row.women, row.men = found.get((row.pk, Sex.WOMEN)), found.get((row.pk, Sex.MEN))
    return values


def networks_of_plans(person) -> dict[int, int]:
    """The plans that the person sees, each with its network: one for each territory and programme."""
    return dict(TerritorialPlan.objects.visible_to(person).order_by().values_list("pk", "network"))


def actions_of_list(plans: Collection[int]) -> QuerySet[PlanAction]:
    """The actions of these plans, with their last validated progress (`latest`)."""
    counted = Q(project=None) | ~Q(project__in=revoked_projects())
    rows = PlanAction.objects.filter(counted, plan__in=list(plans)).annotate(latest=latest_progress())
    place = ("district__name", "project__title", "project__alliance__name")
    return shown(rows, "title", "area", "origin", "amount", "plan", *place)


def targets_of_list(person) -> QuerySet[ExpectedIndicator]:
    """What the funded projects that the person sees set themselves on agreed indicators."""
    place = {"network": "proposal__project__network", "alliance": "proposal__project__alliance"}
    return (
        ExpectedIndicator.objects.filter(
            access.reach(person, "project.view", **place),
            proposal__project__isnull=False,
            indicator__status__in=COUNTED_INDICATORS,
        )
        .exclude(proposal__project__in=revoked_projects())
        .select_related("indicator", "proposal__project__alliance", "proposal__project__network")
    )
