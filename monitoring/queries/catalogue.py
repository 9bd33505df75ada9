"""The catalogue of a territory: all actions of the plan, with indicators, targets and validated values (R45)."""

from datetime import date
from decimal import Decimal

from conciliazione.kernel import clock
from conciliazione.kernel.rulebook import enforces
from network.enums import COUNTED_INDICATORS, Direction
from network.rules.indicators import Reading, combine, combine_targets, ratio
from plans.enums import ProjectStatus
from plans.models import ExpectedIndicator, PlanAction

from ..enums import ReportStatus
from ..models import ActionProgress, Measurement, ProgressReport
from ..rules.results import Achieved
from .reckoning import COUNTED, COUNTED_ACTIONS

AMOUNTS = {"amount", "target", "value"}
DAYS = {"starts_on", "ends_on"}


@enforces("R45")
def catalogue_of(plan, window) -> dict:
    """Everything the ASL hands on, as it stands now, as plain data to be frozen: four queries.

    Values are those of validated reports up to the end of the window's period; reports that have not come are listed.
    """
    actions = list(
        PlanAction.objects.filter(COUNTED_ACTIONS, plan=plan)
        .select_related("district", "project__alliance")
        .order_by("area", "district__name", "starts_on", "pk")
    )
    reports = list(
        ProgressReport.objects.due()
        .standing()
        .filter(window=window, project__plan_actions__plan=plan)
        .select_related("project__alliance")
        .order_by("project__title")
        .distinct()
    )
    percents = _percents(plan, window)
    return {
        "at": clock.now().isoformat(),
        "actions": [_action(action, percents.get(action.pk)) for action in actions],
        "indicators": _indicators(plan, window),
        "reports": [_report(report) for report in reports if report.status == ReportStatus.VALIDATED],
        "missing": [_missing(report) for report in reports if report.status != ReportStatus.VALIDATED],
    }


def _action(action, progress) -> dict:
    return {
        "title": action.title,
        "area": action.get_area_display(),
        "district": action.district.name,
        "origin": action.get_origin_display(),
        "project": action.project.title if action.project else "",
        "project_id": action.project_id,
        "alliance": action.project.alliance.name if action.project else "",
        "starts_on": action.starts_on.isoformat(),
        "ends_on": action.ends_on.isoformat(),
        "amount": str(action.amount),
        "expected_participants": action.expected_participants,
        "percent": progress.percent if progress else None,
        "note": progress.note if progress else "",
    }


def _percents(plan, window) -> dict[int, ActionProgress]:
    rows = ActionProgress.objects.filter(
        plan_action__plan=plan, report__status=ReportStatus.VALIDATED, report__window__period_to__lte=window.period_to
    ).order_by("report__window__period_to")
    return {row.plan_action_id: row for row in rows}


def _indicators(plan, window) -> list[dict]:
    expected = (
        ExpectedIndicator.objects.filter(
            proposal__project__plan_actions__plan=plan, indicator__status__in=COUNTED_INDICATORS
        )
        .exclude(proposal__project__status=ProjectStatus.REVOKED)
        .select_related("indicator")
        .distinct()
    )
    rows = (
        Measurement.objects.filter(
            report__status=ReportStatus.VALIDATED,
            report__window__period_to__lte=window.period_to,
            report__project__in=plan.network.projects.filter(COUNTED, plan_actions__plan=plan),
            expected__indicator__status__in=COUNTED_INDICATORS,
        )
        .order_by("report__window__period_to", "pk")
        .select_related("report__window", "expected")
        .prefetch_related("parts")
    )
    values: dict[int, list[Measurement]] = {}
    for row in rows:
        values.setdefault(row.expected.indicator_id, []).append(row)
    targets: dict[int, list[Decimal]] = {}
    indicators = {}
    for row in sorted(expected, key=lambda e: (e.indicator.code, e.indicator.version)):
        targets.setdefault(row.indicator_id, []).append(row.target)
        indicators[row.indicator_id] = row.indicator
    totals = {pk: _total(indicator, values.get(pk, ())) for pk, indicator in indicators.items()}
    return [
        _line(indicator, targets[pk], _ratio_of(indicator, totals), values.get(pk, ()))
        for pk, indicator in indicators.items()
    ]


def _total(indicator, rows) -> Decimal | None:
    readings = [Reading(row.report.project_id, row.report.window.period_to, row.value, row.weight) for row in rows]
    return combine(indicator.aggregation, readings)


def _ratio_of(indicator, totals: dict[int, Decimal | None]) -> Decimal | None:
    if not indicator.computed:
        return totals[indicator.pk]
    return ratio(totals.get(indicator.numerator_id), totals.get(indicator.denominator_id))


def _line(indicator, targets: list[Decimal], total: Decimal | None, rows) -> dict:
    parts: dict[tuple[str, str], list[Reading]] = {}
    for row in rows:
        for part in row.parts.all():
            parts.setdefault((part.dimension, part.category), []).append(
                Reading(row.report.project_id, row.report.window.period_to, part.value)
            )
    return {
        "indicator_id": indicator.pk,
        "code": indicator.code,
        "version": indicator.version,
        "name": indicator.name,
        "kind": indicator.get_kind_display(),
        "unit": indicator.unit,
        "by_sex": indicator.by_sex,
        "direction": indicator.direction,
        "target": str(combine_targets(indicator.aggregation, targets)),
        "projects": len(targets),
        "value": None if total is None else str(total),
        "parts": [
            {"dimension": dimension, "category": category, "value": str(combine(indicator.aggregation, readings))}
            for (dimension, category), readings in sorted(parts.items())
        ],
    }


def _report(report) -> dict:
    return {
        "report_id": report.pk,
        "project": report.project.title,
        "alliance": report.project.alliance.name,
        "late": report.late,
        "narrative": report.narrative,
        "difficulties": report.difficulties,
        "corrective_proposals": report.corrective_proposals,
    }


def _missing(report) -> dict:
    return {
        "project": report.project.title,
        "alliance": report.project.alliance.name,
        "status": report.get_status_display(),
    }


def read_catalogue(data: dict | None) -> dict:
    """A kept catalogue with numbers and days as such again, and each indicator's `achieved`."""
    data = data or {}
    found = {key: [_read(row) for row in data.get(key, [])] for key in ("actions", "indicators", "reports", "missing")}
    for row in found["indicators"]:
        parts = {(part["dimension"], part["category"]): Decimal(part["value"]) for part in row.get("parts", ())}
        row["achieved"] = Achieved(row["target"], row["value"], parts, direction=row.get("direction", Direction.UP))
    return found | {"at": data.get("at", "")}


def _read(row: dict) -> dict:
    read = dict(row)
    for key, value in row.items():
        if value is not None and key in AMOUNTS:
            read[key] = Decimal(value)
        elif value and key in DAYS:
            read[key] = date.fromisoformat(value)
    return read
