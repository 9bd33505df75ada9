"""A progress report with everything its pages and its PDF show, in a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from network.enums import Aggregation, Dimension
from network.models import District, Indicator
from network.rules.breakdowns import categories
from network.rules.indicators import Reading, combine, ratio
from plans.models import ExpectedIndicator, PlanAction

from ..enums import ReportStatus, TerritorialReportStatus, WindowKind
from ..models import ActionProgress, Measurement, ProgressReport, TerritorialReport
from ..rules.levels import CLOSED_TERRITORIAL
from ..rules.reports import ActionState, Deviation, MeasuredValue, Need, ValueState, deviation, needs
from ..rules.results import Achieved


@dataclass(frozen=True)
class PartLine:
    """A category of a breakdown in a report: what is written now and the period before, and the target."""

    dimension: str
    category: str
    label: str
    value: Decimal | None = None
    last: Decimal | None = None
    target: Decimal | None = None


@dataclass(frozen=True)
class IndicatorLine:
    """An expected indicator in a report: what is written now, the period before, and the total that counts so far."""

    expected: ExpectedIndicator
    report: ProgressReport
    measurement: Measurement | None = None
    before: tuple[Measurement, ...] = ()  # of validated reports on earlier periods, oldest first
    districts: Mapping[str, str] = field(default_factory=dict)
    ratio_of: tuple["IndicatorLine", "IndicatorLine"] | None = None

    @property
    def indicator(self) -> Indicator:
        return self.expected.indicator

    @property
    def measurable(self) -> bool:
        """Somebody writes its value: agreed (R45) or the alliance's own, and not a ratio."""
        return self.indicator.measured and not self.indicator.computed

    @property
    def weighted(self) -> bool:
        return self.indicator.aggregation == Aggregation.MEAN

    @property
    def since_the_start(self) -> bool:
        """The value is written since the project began, not for the period alone."""
        return self.indicator.aggregation == Aggregation.DISTINCT

    @cached_property
    def allowed(self) -> dict[str, dict[str, str]]:
        """The categories of each breakdown that is asked."""
        found = {d: categories(d, self.districts) for d in self.indicator.breakdowns}
        return {dimension: words for dimension, words in found.items() if words}

    @cached_property
    def breakdowns(self) -> list[tuple[str, list[PartLine]]]:
        """The breakdowns in order: the word of the dimension, and its categories."""
        mine, last = _parts(self.measurement), _parts(self.before[-1] if self.before else None)
        targets = {(part.dimension, part.category): part.target for part in self.expected.parts.all()}
        return [
            (
                Dimension(dimension).label,
                [
                    PartLine(dimension, key, word, *(m.get((dimension, key)) for m in (mine, last, targets)))
                    for key, word in words.items()
                ],
            )
            for dimension, words in self.allowed.items()
        ]

    @property
    def last(self) -> Decimal | None:
        """The value of the period before; None when there is none."""
        if self.ratio_of:
            return ratio(*(line.last for line in self.ratio_of))
        return self.before[-1].value if self.before else None

    @property
    def value(self) -> Decimal | None:
        if self.ratio_of:
            return ratio(*(line.value for line in self.ratio_of))
        return self.measurement.value if self.measurement else None

    @property
    def note(self) -> str:
        return self.measurement.note if self.measurement else ""

    @cached_property
    def achieved(self) -> Achieved:
        """This report's value with those of the validated reports before it, against the target."""
        rows = [*self.before, *([self.measurement] if self.measurement else [])]
        parts: dict[tuple[str, str], Decimal] = {}
        for row in rows if self.indicator.aggregation == Aggregation.SUM else rows[-1:]:
            for key, value in _parts(row).items():
                parts[key] = parts.get(key, Decimal(0)) + value
        return Achieved(
            target=self.expected.target,
            value=self._total(rows),
            parts=parts,
            reports=len(rows),
            direction=self.indicator.direction,
        )

    def _total(self, rows) -> Decimal | None:
        if self.ratio_of:
            return ratio(*(line.achieved.value for line in self.ratio_of))
        ends = self.report.window.period_to
        readings = [
            Reading(0, ends if row is self.measurement else row.report.window.period_to, row.value, row.weight)
            for row in rows
        ]
        return combine(self.indicator.aggregation, readings)

    @property
    def measured(self) -> MeasuredValue:
        """As the rules look at it."""
        row = self.measurement
        return MeasuredValue(
            key=self.expected.pk,
            name=self.indicator.name,
            value=row.value if row else None,
            parts=_parts(row),
            allowed=self.allowed,
            weight=row.weight if row else None,
            weighted=self.weighted,
        )

    @property
    def deviation(self) -> Deviation | None:
        """Why the value asks for a note, if it does."""
        window = self.report.window
        return deviation(
            value=self.value,
            last=self.last,
            total=self.achieved.value,
            target=self.expected.target,
            limit=window.deviation_percent,
            final=window.kind == WindowKind.FINAL,
        )


def _parts(row: Measurement | None) -> dict[tuple[str, str], Decimal]:
    return {(part.dimension, part.category): part.value for part in row.parts.all()} if row else {}


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
        """Those whose value the lead writes."""
        return [line for line in self.indicators if line.measurable]

    @cached_property
    def shown(self) -> list[IndicatorLine]:
        """Those with a value: written, or computed from two others."""
        return [line for line in self.indicators if line.measurable or line.ratio_of]

    @cached_property
    def not_agreed(self) -> list[IndicatorLine]:
        return [line for line in self.indicators if not line.indicator.measured]


def reports_for_pages():
    """Progress reports with what their rows and titles need."""
    return ProgressReport.objects.select_related("window__programme", "project__alliance", "project__network")


def still_collecting(reports):
    """Of these reports, those of a window that the ASL has not handed on to the Regione yet, and all corrections."""
    collected = TerritorialReport.objects.filter(window=OuterRef("window"), plan__network=OuterRef("project__network"))
    closed = collected.filter(status__in=CLOSED_TERRITORIAL)
    anew = collected.filter(status=TerritorialReportStatus.DRAFT)
    return reports.filter(Q(version__gt=1) | ~Exists(closed) | Exists(anew))


def content_of(report: ProgressReport) -> ReportContent:
    """The content of a report: nine queries, however many indicators, parts and actions it has."""
    expected = list(
        ExpectedIndicator.objects.filter(proposal=report.project.proposal_id)
        .select_related("indicator")
        .prefetch_related("parts")
        .order_by("indicator__code")
    )
    districts = {
        str(pk): name
        for pk, name in District.objects.filter(network=report.project.network_id)
        .values_list("pk", "name")
        .order_by("name")
    }
    mine = {m.expected_id: m for m in report.measurements.prefetch_related("parts")}
    before: dict[int, list[Measurement]] = {}
    earlier = (
        Measurement.objects.filter(
            expected__in=expected,
            report__project=report.project_id,
            report__status=ReportStatus.VALIDATED,
            report__window__period_to__lt=report.window.period_to,
        )
        .exclude(report=report.pk)
        .select_related("report__window")
        .prefetch_related("parts")
        .order_by("report__window__period_to", "pk")
    )
    for row in earlier:
        before.setdefault(row.expected_id, []).append(row)
    actions = list(
        PlanAction.objects.filter(project=report.project_id).select_related("district").order_by("starts_on", "pk")
    )
    lines = {
        e.indicator_id: IndicatorLine(e, report, mine.get(e.pk), tuple(before.get(e.pk, ())), districts)
        for e in expected
    }
    return ReportContent(
        report=report,
        indicators=[_with_ratio(line, lines) for line in lines.values()],
        actions=_action_lines(report, actions),
    )


def _with_ratio(line: IndicatorLine, lines: dict[int, IndicatorLine]) -> IndicatorLine:
    """A ratio follows from the lines of its two indicators, where the project expects both."""
    indicator = line.indicator
    if not indicator.computed or not {indicator.numerator_id, indicator.denominator_id} <= set(lines):
        return line
    return replace(line, ratio_of=(lines[indicator.numerator_id], lines[indicator.denominator_id]))


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
    report = content.report
    return needs(
        values=[ValueState(line.measured, line.note, line.deviation) for line in content.measurable],
        actions=[ActionState(line.action.pk, line.action.title, line.percent) for line in content.actions],
        narrative=report.narrative,
        people=report.people_reached,
        enterprises=report.enterprises_reached,
    )
