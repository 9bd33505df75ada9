"""A progress report with everything its pages and its PDF show, in a constant number of queries."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef

from network.enums import IndicatorStatus
from network.models import Indicator
from plans.models import ExpectedIndicator, PlanAction

from ..enums import ReportStatus
from ..models import ActionProgress, Measurement, ProgressReport, TerritorialReport
from ..rules.levels import CLOSED_TERRITORIAL
from ..rules.reports import ActionState, MeasuredValue, Need, needs
from ..rules.results import Achieved


@dataclass(frozen=True)
class IndicatorLine:
    """An expected indicator in a report: what is written now, the period before, and the total that counts so far."""

    expected: ExpectedIndicator
    measurement: Measurement | None = None
    before: tuple[Measurement, ...] = ()  # of validated reports on earlier periods, oldest first

    @property
    def indicator(self) -> Indicator:
        return self.expected.indicator

    @property
    def agreed(self) -> bool:
        """Only these are measured (R45)."""
        return self.indicator.status == IndicatorStatus.AGREED

    @property
    def last(self) -> Decimal | None:
        """The value of the period before; None when there is none."""
        return self.before[-1].value if self.before else None

    @property
    def value(self) -> Decimal | None:
        return self.measurement.value if self.measurement else None

    @property
    def achieved(self) -> Achieved:
        """This report's value with those of the validated reports before it, against the target."""
        rows = [*self.before, *([self.measurement] if self.measurement else [])]
        split = [row for row in rows if row.women is not None]
        return Achieved(
            target=self.expected.target,
            value=sum(row.value for row in rows) if rows else None,
            women=sum(row.women for row in split) if split else None,
            men=sum(row.men for row in split) if split else None,
            reports=len(rows),
        )


@dataclass(frozen=True)
class ActionLine:
    """An action of the project in a report, with how far it was in the last validated one."""

    action: PlanAction
    progress: ActionProgress | None = None
    last: int | None = None

    @property
    def percent(self) -> int | None:
        return self.progress.percent if self.progress else None


@dataclass
class ReportContent:
    """A report, its indicators and its actions."""

    report: ProgressReport
    indicators: list[IndicatorLine] = field(default_factory=list)
    actions: list[ActionLine] = field(default_factory=list)

    @cached_property
    def measurable(self) -> list[IndicatorLine]:
        return [line for line in self.indicators if line.agreed]

    @cached_property
    def not_agreed(self) -> list[IndicatorLine]:
        return [line for line in self.indicators if not line.agreed]


def reports_for_pages():
    """Progress reports with what their rows and titles need."""
    return ProgressReport.objects.select_related("window__programme", "project__alliance", "project__network")


def still_collecting(reports):
    """Of these reports, those of a window that the ASL has not handed on to the Regione yet."""
    closed = TerritorialReport.objects.filter(
        window=OuterRef("window"), plan__network=OuterRef("project__network"), status__in=CLOSED_TERRITORIAL
    )
    return reports.filter(~Exists(closed))


def content_of(report: ProgressReport) -> ReportContent:
    """The content of a report: five queries, however many indicators and actions it has."""
    expected = list(
        ExpectedIndicator.objects.filter(proposal=report.project.proposal_id)
        .select_related("indicator")
        .order_by("indicator__code")
    )
    mine = {m.expected_id: m for m in report.measurements.all()}
    before: dict[int, list[Measurement]] = {}
    earlier = (
        Measurement.objects.filter(
            expected__in=expected,
            report__project=report.project_id,
            report__status=ReportStatus.VALIDATED,
            report__window__period_to__lt=report.window.period_to,
        )
        .exclude(report=report.pk)
        .order_by("report__window__period_to", "pk")
    )
    for row in earlier:
        before.setdefault(row.expected_id, []).append(row)
    actions = list(
        PlanAction.objects.filter(project=report.project_id).select_related("district").order_by("starts_on", "pk")
    )
    return ReportContent(
        report=report,
        indicators=[IndicatorLine(e, mine.get(e.pk), tuple(before.get(e.pk, ()))) for e in expected],
        actions=_action_lines(report, actions),
    )


def _action_lines(report, actions) -> list[ActionLine]:
    now: dict[int, ActionProgress] = {}
    last: dict[int, int] = {}
    rows = (
        ActionProgress.objects.filter(plan_action__in=actions)
        .select_related("report__window")
        .order_by("report__window__period_to")
    )
    for row in rows:
        if row.report_id == report.pk:
            now[row.plan_action_id] = row
        elif row.report.status == ReportStatus.VALIDATED and row.report.window.period_to < report.window.period_to:
            last[row.plan_action_id] = row.percent
    return [ActionLine(action, now.get(action.pk), last.get(action.pk)) for action in actions]


def needs_of(content: ReportContent) -> list[Need]:
    """What the report must hold, done or not (R44)."""
    return needs(
        values=[
            MeasuredValue(
                line.expected.pk,
                line.indicator.name,
                line.indicator.by_sex,
                line.value,
                line.measurement.women if line.measurement else None,
                line.measurement.men if line.measurement else None,
            )
            for line in content.measurable
        ],
        actions=[ActionState(line.action.pk, line.action.title, line.percent) for line in content.actions],
        narrative=content.report.narrative,
    )
