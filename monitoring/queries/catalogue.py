"""The catalogue of a territory: all actions of the plan, with indicators, targets and validated values (R45)."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from conciliazione.kernel import clock
from conciliazione.kernel.rulebook import enforces
from network.enums import IndicatorStatus
from plans.enums import ProjectStatus
from plans.models import ExpectedIndicator, PlanAction

from ..enums import ReportStatus
from ..models import ActionProgress, Measurement, ProgressReport
from ..rules.results import Achieved
from .reckoning import COUNTED, COUNTED_ACTIONS

AMOUNTS = {"amount", "target", "value", "women", "men"}
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
            proposal__project__plan_actions__plan=plan, indicator__status=IndicatorStatus.AGREED
        )
        .exclude(proposal__project__status=ProjectStatus.REVOKED)
        .select_related("indicator")
        .distinct()
    )
    values = {
        row["expected__indicator"]: row
        for row in Measurement.objects.filter(
            report__status=ReportStatus.VALIDATED,
            report__window__period_to__lte=window.period_to,
            report__project__in=plan.network.projects.filter(COUNTED, plan_actions__plan=plan),
        )
        .order_by()
        .values("expected__indicator")
        .annotate(total=Sum("value"), of_women=Sum("women"), of_men=Sum("men"))
    }
    found: dict[int, dict] = {}
    for row in sorted(expected, key=lambda e: e.indicator.code):
        indicator = row.indicator
        line = found.setdefault(
            indicator.pk,
            {
                "indicator_id": indicator.pk,
                "code": indicator.code,
                "name": indicator.name,
                "kind": indicator.get_kind_display(),
                "unit": indicator.unit,
                "by_sex": indicator.by_sex,
                "target": Decimal(0),
                "projects": 0,
            },
        )
        line["target"] += row.target
        line["projects"] += 1
    for pk, line in found.items():
        value = values.get(pk, {})
        line["target"] = str(line["target"])
        for key, name in (("value", "total"), ("women", "of_women"), ("men", "of_men")):
            line[key] = None if value.get(name) is None else str(value[name])
    return list(found.values())


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
        row["achieved"] = Achieved(row["target"], row["value"], row["women"], row["men"])
    return found | {"at": data.get("at", "")}


def _read(row: dict) -> dict:
    read = dict(row)
    for key, value in row.items():
        if value is not None and key in AMOUNTS:
            read[key] = Decimal(value)
        elif value and key in DAYS:
            read[key] = date.fromisoformat(value)
    return read
