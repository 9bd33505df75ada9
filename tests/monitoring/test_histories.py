"""Whatever a territory goes through, the kept figures are those of a slow and plain computation over every record."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from conciliazione.kernel.errors import Refused
from monitoring.enums import FinancialReportStatus, ItemOutcome, ReportStatus
from monitoring.models import (
    ActionProgress,
    Coverage,
    ExpenditureItem,
    FinancialReport,
    Measurement,
    ProgressReport,
    ProjectMoney,
    ReportCount,
    TerritoryMoney,
)
from monitoring.queries import kept
from monitoring.queries.kept import Selection
from monitoring.queries.results import results_of
from monitoring.rules.halves import half_of
from monitoring.services import corrections, finance, progress
from monitoring.services.rollups import known_territories, recompute
from network.enums import Aggregation, Area
from network.models import Indicator
from network.rules.indicators import Reading, combine
from plans.enums import PaymentKind, PaymentStatus, PlanStatus, ProjectStatus
from plans.models import ExpectedIndicator, Payment, PlanAction, Project
from tests import factories

from .conftest import make_window

pytestmark = pytest.mark.django_db

D = Decimal
STATES = [state for state in ReportStatus.values if state != ReportStatus.SUPERSEDED]


def of(territory):
    return Selection(programme=territory.programme.pk, networks=(territory.network.pk,))


def plain_money() -> dict:
    """(network, programme, area, half) -> sums, by walking over every record."""
    found = defaultdict(lambda: dict.fromkeys(("planned", "granted", "co_financing", "spent", "approved", "paid")))

    def add(network, programme, area, day, kind, amount):
        row = found[network, programme, area, day.year * 2 + (1 if day.month > 6 else 0)]
        row[kind] = (row[kind] or D(0)) + amount

    most = defaultdict(lambda: defaultdict(D))
    for action in PlanAction.objects.select_related("plan", "project"):
        if action.plan.status not in ("validated", "running", "concluded"):
            continue
        if action.project and action.project.status == "revoked":
            continue
        add(action.plan.network_id, action.plan.programme_id, action.area, action.starts_on, "planned", action.amount)
        if action.project_id:
            most[action.project_id][action.area] += action.amount
    for project in Project.objects.exclude(status="revoked"):
        areas = most[project.pk]
        area = next((a for a in Area.values if a in areas and areas[a] == max(areas.values())), "")
        place = (project.network_id, project.programme_id, area)
        add(*place, project.granted_on or project.starts_on, "granted", project.grant)
        add(*place, project.granted_on or project.starts_on, "co_financing", project.co_financing)
        for report in project.financial_reports.filter(status="checked"):
            for item in report.items.all():
                add(*place, report.window.period_to, "spent", item.amount)
                add(*place, report.window.period_to, "approved", item.approved_amount)
        for payment in project.payments.filter(status="paid"):
            add(*place, payment.paid_on, "paid", payment.amount)
    return dict(found)


def plain_reports() -> dict:
    found = defaultdict(lambda: dict.fromkeys(STATES, 0))
    for report in ProgressReport.objects.select_related("project"):
        newest = report.version == 1 or report.status == "validated"
        if report.project.status != "revoked" and newest and report.status != "superseded":
            found[report.project.network_id, report.window_id][report.status] += 1
    return dict(found)


def plain_results() -> dict:
    """(network, indicator, half-year or None, part) -> value, from every validated reading."""
    readings = defaultdict(list)
    for told in Measurement.objects.select_related("report__project", "report__window", "expected__indicator"):
        if told.report.status == "validated" and told.report.project.status != "revoked":
            indicator, day = told.expected.indicator, told.report.window.period_to
            parts = [(("", ""), told.value)]
            parts += [((p.dimension, p.category), p.value) for p in told.parts.all()]
            for part, value in parts:
                key = (told.report.project.network_id, indicator, part)
                readings[key].append(Reading(told.report.project_id, day, value, told.weight))
    found = {}
    for (network, indicator, part), rows in readings.items():
        if part != ("", "") and indicator.aggregation != Aggregation.SUM:
            # a part counts as it stands in the last reading of the project
            last = max(row.period_end for row in readings[network, indicator, ("", "")])
            rows = [row for row in rows if row.period_end == last]
        if part == ("", ""):
            halves = [half_of(row.period_end) for row in rows]
            for half in range(min(halves), max(halves) + 1):
                until = [row for row in rows if half_of(row.period_end) <= half]
                found[network, indicator.pk, half, part] = combine(indicator.aggregation, until)
        found[network, indicator.pk, None, part] = combine(indicator.aggregation, rows)
    return found | plain_ratios(readings)


def plain_ratios(readings) -> dict:
    """Of each ratio of two others: what all readings of the one give, for a hundred of the other."""
    found = {}
    for ratio in Indicator.objects.filter(aggregation=Aggregation.RATIO):
        for network in {network for network, *_ in readings}:
            both = [readings.get((network, part, ("", "")), []) for part in (ratio.numerator, ratio.denominator)]
            halves = [half_of(row.period_end) for rows in both for row in rows]
            for half in [None, *range(min(halves), max(halves) + 1)] if halves else ():
                above, below = (
                    sum(row.value for row in rows if half is None or half_of(row.period_end) <= half) for rows in both
                )
                if all(any(half is None or half_of(row.period_end) <= half for row in rows) for rows in both) and below:
                    found[network, ratio.pk, half, ("", "")] = round(D(above) * 100 / D(below), 4)
    return found


def kept_results(territories) -> dict:
    found = {}
    for territory in territories:
        for result in results_of(of(territory)):
            key = (territory.network.pk, result.indicator.pk)
            if result.value() is not None:
                found[*key, None, ("", "")] = result.value()
                for point in result.over_time():
                    found[*key, point["half"], ("", "")] = point["value"]
            for part, (told, _) in result.parts.items():
                found[*key, None, part] = told
    return found


def plain_coverage() -> dict:
    found = defaultdict(lambda: [0, D(0), 0, 0, 0])
    for action in PlanAction.objects.select_related("plan", "project"):
        if action.plan.status not in ("validated", "running", "concluded"):
            continue
        if action.project and action.project.status == "revoked":
            continue
        row = found[action.plan.network_id, action.plan.programme_id, action.area, action.district_id]
        row[0] += 1
        row[1] += action.amount
        row[2] += action.expected_participants
        told = [p for p in ActionProgress.objects.filter(plan_action=action) if p.report.status == "validated"]
        if told:
            last = max(told, key=lambda p: p.report.window.period_to)
            row[3] += 1
            row[4] += last.percent
    return dict(found)


def kept_money(model) -> dict:
    found = defaultdict(lambda: dict.fromkeys(("planned", "granted", "co_financing", "spent", "approved", "paid")))
    for row in model.objects.all():
        total = found[row.network_id, row.programme_id, row.area, row.half]
        for kind in total:
            if getattr(row, kept.COUNT_OF[kind]):
                total[kind] = (total[kind] or D(0)) + getattr(row, kind)
    return {key: row for key, row in found.items() if set(row.values()) != {None}}


def compare(*territories) -> dict:
    told = {key: value for key, value in kept_results(territories).items() if value}
    assert told == {key: value for key, value in plain_results().items() if value}
    assert kept_money(TerritoryMoney) == kept_money(ProjectMoney) == plain_money()
    assert {
        (row.network_id, row.window_id): {state: getattr(row, state) for state in STATES}
        for row in ReportCount.objects.all()
    } == plain_reports()
    assert {
        (row.network_id, row.programme_id, row.area, row.district_id): [
            row.actions,
            row.amount,
            row.participants,
            row.reported,
            row.progress,
        ]
        for row in Coverage.objects.all()
    } == plain_coverage()
    return told


STEPS = (
    "tell",
    "return",
    "validate",
    "correct",
    "spend",
    "send",
    "check",
    "finish",
    "give_back",
    "pay",
    "plan",
    "revoke",
)
# what makes and decides a report comes more often: without it the others have nothing to work on
step = st.tuples(
    st.sampled_from((*STEPS, *STEPS[:4], *STEPS[:3])), st.integers(0, 1), st.integers(0, 1), st.integers(0, 100)
)


def tell(territory, report, number: int) -> None:
    """Write a report: its value by sex, or with a weight when it is a mean; some of them without parts."""
    expected = ExpectedIndicator.objects.get(pk=territory.expected.pk)
    if expected.indicator.aggregation == Aggregation.MEAN:
        value = progress.Entry(D(number), {}, D(number % 7 + 1), "Come previsto.")
    else:
        parts = {("sex", "women"): D(number // 2), ("sex", "men"): D(number - number // 2)} if number % 3 else {}
        value = progress.Entry(D(number), parts, note="Come previsto.")
    others = ExpectedIndicator.objects.filter(proposal=expected.proposal, indicator__code="Sotto")
    progress.save_report(
        report,
        by=territory.lead,
        values={expected.pk: value} | {row.pk: progress.Entry(D(number % 4), note="Come previsto.") for row in others},
        actions={territory.action.pk: progress.ActionEntry(number)},
        narrative="Avviati i servizi.",
        people_reached=number,
        enterprises_reached=2,
    )


def act(territory, window, what: str, number: int) -> None:
    """One step of a history, as a person would take it; where it is not possible it is refused and nothing remains."""
    project = Project.objects.get(pk=territory.project.pk)
    report = ProgressReport.objects.filter(project=project, window=window).order_by("-version").first()
    spending = FinancialReport.objects.filter(project=project, window=window).first()
    match what:
        case "tell":
            report = report or progress.open_report(project, window, by=territory.lead)
            tell(territory, report, number)
            if number % 4:
                progress.submit_report(report, by=territory.lead)
        case "return" if report:
            progress.return_report(report, by=territory.office, reason="Manca una parte")
        case "validate" if report:
            progress.validate_report(report, by=territory.office)
        case "correct" if report:
            tell(territory, corrections.correct_report(report, by=territory.lead, reason="Registri"), number)
        case "spend":
            financial_report = finance.open_financial_report(project, window, by=territory.lead)
            finance.check_editable(financial_report)
            ExpenditureItem.objects.create(
                report=financial_report,
                partner=territory.ally.lead,
                category="staff",
                supplier="Fornitore",
                document_number=str(ExpenditureItem.objects.count()),
                document_on=project.starts_on,
                paid_on=project.starts_on,
                amount=D(number) + D("0.37"),
            )
        case "send" if spending and spending.status in finance.EDITABLE:
            spending.submitted_by, spending.status = territory.lead, FinancialReportStatus.SUBMITTED
            spending.save()
        case "check" if spending:
            for item in spending.items.filter(outcome=ItemOutcome.TO_CHECK):
                outcome = ItemOutcome.APPROVED if number % 2 else ItemOutcome.DISALLOWED
                finance.check_item(item, by=territory.office, outcome=outcome, reason="Esito del controllo")
        case "finish" if spending:
            finance.finish_check(spending, by=territory.office)
        case "give_back" if spending:
            finance.return_financial_report(spending, by=territory.office, reason="Manca una parte")
        case "pay":
            Payment.objects.create(
                project=project,
                kind=PaymentKind.INTERIM,
                amount=D(number) + D("0.10"),
                status=PaymentStatus.PAID if number % 3 else PaymentStatus.ORDERED,
                order_act="Atto",
                ordered_on=project.starts_on,
                paid_on=project.starts_on + timedelta(days=number * 5),
            )
        case "plan":
            territory.plan.refresh_from_db()
            territory.plan.status = PlanStatus.TRANSMITTED if number % 2 else PlanStatus.RUNNING
            territory.plan.save()
        case "revoke" if number > 90:
            project.status = ProjectStatus.REVOKED
            project.save()


def expect_ratio(upper, *territories) -> None:
    """Every project also promises a ratio of `upper` and another indicator, and tells the other one."""
    lower = factories.make_indicator(upper.programme, "Sotto", by_sex=False)
    ratio = factories.make_indicator(
        upper.programme,
        "Rapporto",
        by_sex=False,
        aggregation=Aggregation.RATIO,
        numerator=upper,
        denominator=lower,
    )
    for territory in territories:
        for indicator in (lower, ratio):
            ExpectedIndicator.objects.create(
                proposal=territory.project.proposal, indicator=indicator, target=D(50), baseline=D(0)
            )
        recompute((territory.network.pk, territory.programme.pk))


# told, validated, told again in the next window, and then corrected: for each way in which figures do not just add up
USUAL = [
    ("tell", 0, 0, 41),
    ("tell", 1, 0, 27),
    ("validate", 0, 0, 1),
    ("validate", 1, 0, 1),
    ("tell", 0, 1, 13),
    ("validate", 0, 1, 1),
    ("correct", 0, 0, 9),
    ("tell", 0, 0, 11),
    ("validate", 0, 0, 1),
]


def each_way(test):
    for aggregation in (Aggregation.RATIO, Aggregation.MEAN, Aggregation.DISTINCT):
        test = example(history=USUAL, adding=aggregation)(test)
    return test


@each_way
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a history is short enough to be read as it is found
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(step, min_size=6, max_size=14),
    adding=st.sampled_from(list(Aggregation.values)),
)
def test_every_figure_is_that_of_a_plain_computation_after_any_history(territory, other, history, adding):
    with transaction.atomic():
        indicator = territory.expected.indicator
        # of a ratio of two others, its upper part: it adds up, and a lower one is told beside it
        own = Aggregation.SUM if adding == Aggregation.RATIO else adding
        Indicator.objects.filter(pk=indicator.pk).update(
            aggregation=own, breakdowns=[] if own == Aggregation.MEAN else ["sex"]
        )
        if adding == Aggregation.RATIO:
            expect_ratio(indicator, territory, other)
        windows = [
            territory.window,
            make_window(territory.programme, "Seconda", starts=date(2015, 7, 1), ends=date(2016, 3, 30)),
        ]
        for what, whose, when, number in history:
            try:
                with transaction.atomic():
                    act((territory, other)[whose], windows[when], what, number)
            except Refused:
                pass
        told = compare(territory, other)
        if history is USUAL:
            indicators = Indicator.objects.filter(pk__in={indicator for _, indicator, *_ in told})
            assert adding in {indicator.aggregation for indicator in indicators}
        assert [difference for place in known_territories() for difference in recompute(place, write=False)] == []
        transaction.set_rollback(True)
