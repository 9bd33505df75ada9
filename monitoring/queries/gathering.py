"""What the Regione gathers from each territory, window by window: come, late, missing (R46)."""

from dataclasses import dataclass
from datetime import date

from conciliazione.kernel import access, clock
from conciliazione.kernel.rulebook import enforces
from plans.enums import PlanStatus
from plans.models import TerritorialPlan

from ..enums import TerritorialReportStatus
from ..models import ReportingWindow, TerritorialReport
from ..rules.levels import CLOSED_TERRITORIAL
from .corrections import pending_by_territory


@dataclass(frozen=True)
class Territory:
    """The report of a territory in a window: None while the Regione has not received it."""

    network: str
    plan: TerritorialPlan
    window: ReportingWindow
    report: TerritorialReport | None
    days_late: int
    corrected: int = 0  # reports corrected since it went up

    @property
    def state(self) -> str:
        if self.report is None:
            return "non ancora trasmessa"
        return self.report.get_status_display()


@dataclass(frozen=True)
class Gathering:
    """A window with its territories."""

    window: ReportingWindow
    territories: list[Territory]

    @property
    def received(self) -> int:
        return sum(t.report is not None and t.report.status in CLOSED_TERRITORIAL for t in self.territories)

    @property
    def accepted(self) -> int:
        return sum(
            t.report is not None and t.report.status == TerritorialReportStatus.ACCEPTED for t in self.territories
        )

    @property
    def late(self) -> int:
        return sum(t.days_late > 0 for t in self.territories)


@enforces("R46")
def gatherings_for(person, programme=None) -> list[Gathering]:
    """Each window that is open or over, of a programme or of all, with every territory that has a plan under way.

    Four queries.
    """
    today = clock.today()
    mine = access.reach(person, "territorial.view_transmitted", network="network")
    plans = list(
        TerritorialPlan.objects.filter(mine, status__in=[PlanStatus.RUNNING, PlanStatus.CONCLUDED])
        .select_related("network")
        .order_by("network__name", "pk")
    )
    if programme is not None:
        plans = [plan for plan in plans if plan.programme_id == programme.pk]
    windows = ReportingWindow.objects.filter(opens_on__lte=today, programme__in={plan.programme_id for plan in plans})
    reports = {
        (report.plan_id, report.window_id): report
        for report in TerritorialReport.objects.visible_to(person)
        .filter(plan__in=[plan.pk for plan in plans])
        .select_related("plan__network", "window")
        .order_by("version")
    }
    corrected = pending_by_territory(person)
    return [
        Gathering(
            window,
            [
                _territory(
                    plan,
                    window,
                    reports.get((plan.pk, window.pk)),
                    today,
                    corrected.get((plan.network_id, window.pk), 0),
                )
                for plan in plans
                if plan.programme_id == window.programme_id
            ],
        )
        for window in windows.select_related("programme").order_by("-period_from", "pk")
    ]


def _territory(plan, window, report, today: date, corrected: int) -> Territory:
    term = window.territorial_due_on
    missing = report is None or report.status not in CLOSED_TERRITORIAL
    late = max(0, (today - term).days) if term and missing else 0
    return Territory(plan.network.name, plan, window, report, late, corrected)
