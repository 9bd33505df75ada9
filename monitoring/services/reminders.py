"""Reminders before and after the terms of reports, from the lead to the ASL to the Regione."""

from datetime import timedelta

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.daily import once
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.notices import notify
from plans.enums import PlanStatus
from plans.models import TerritorialPlan

from ..enums import ReportStatus
from ..models import ProgressReport, ReportingWindow, TerritorialReport
from ..rules.levels import CLOSED_TERRITORIAL
from ..rules.reminders import FARTHEST, LEAD, OF_REPORT, OF_TERRITORY, OFFICE, Step, steps_due


def _leaves(record, steps: list[Step], suffix: str = "") -> Step | None:
    """The reminder that leaves now: the latest whose day has come, once; those it makes old count as done."""
    fresh = [step for step in steps if once(record, step.key + suffix)]
    return fresh[-1] if fresh and fresh[-1] == steps[-1] else None


@atomic
def remind_reports() -> list[str]:
    """Remind of the progress reports that have not been sent. Returns a sentence for each reminder."""
    today = clock.today()
    reports = (
        ProgressReport.objects.due()
        .filter(
            status=ReportStatus.DRAFT,
            version=1,
            window__opens_on__lte=today,
            window__due_on__lte=today + timedelta(days=FARTHEST),
        )
        .select_related("window", "project__alliance", "project__network")
        .order_by("window__due_on", "pk")
    )
    told = []
    for report in reports:
        due_on = report.window.due_on
        step = _leaves(report, steps_due(OF_REPORT, due_on=due_on, today=today))
        if step is None:
            continue
        _tell_of_report(report, step)
        told.append(f"{report}: {step.words(due_on)}")
    return told


def _tell_of_report(report, step: Step) -> None:
    project, window = report.project, report.window
    what = f"Relazione di «{project.title}», {window.name}: {step.words(window.due_on)} e non è ancora inviata."
    tracked = f"/monitoraggio/attese/?finestra={window.pk}"
    for who in step.to:
        if who == LEAD:
            people, url = access.people_with(Role.LEAD, project.alliance), report.get_absolute_url()
        elif who == OFFICE:
            people, url = access.people_with(Role.OFFICE, project.network), tracked
        else:
            people, url = access.people_with(Role.REGION, project.network), tracked
        notify(people, what, url=url, by=None)


@atomic
def remind_territories() -> list[str]:
    """Remind of the territorial reports that the Regione has not received."""
    today = clock.today()
    told = []
    windows = ReportingWindow.objects.filter(
        territorial_due_on__isnull=False, territorial_due_on__lte=today + timedelta(days=FARTHEST)
    )
    for window in windows.order_by("territorial_due_on", "pk"):
        sent = TerritorialReport.objects.filter(window=window, status__in=CLOSED_TERRITORIAL).values("plan")
        plans = TerritorialPlan.objects.filter(
            programme=window.programme_id, status__in=[PlanStatus.RUNNING, PlanStatus.CONCLUDED]
        )
        for plan in plans.exclude(pk__in=sent).select_related("network").order_by("pk"):
            steps = steps_due(OF_TERRITORY, due_on=window.territorial_due_on, today=today)
            step = _leaves(plan, steps, suffix=f" {window.pk}")
            if step is None:
                continue
            _tell_of_territory(plan, window, step)
            told.append(f"{plan.network.name}, {window.name}: {step.words(window.territorial_due_on)}")
    return told


def _tell_of_territory(plan, window, step: Step) -> None:
    what = (
        f"Relazione territoriale di {plan.network.name}, {window.name}: {step.words(window.territorial_due_on)} e non "
        "è ancora trasmessa alla Regione."
    )
    for who in step.to:
        role = Role.OFFICE if who == OFFICE else Role.REGION
        notify(access.people_with(role, plan.network), what, url="/monitoraggio/territoriali/", by=None)
