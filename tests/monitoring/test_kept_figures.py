"""The kept figures are those of the records, after whatever happened; nothing unapproved is ever in them."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conciliazione.kernel import clock
from conciliazione.kernel.afterwards import owe
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic
from monitoring.enums import FinancialReportStatus, ItemOutcome, ReportStatus
from monitoring.models import (
    ActionProgress,
    Coverage,
    ExpenditureItem,
    FinancialReport,
    Measurement,
    MeasurementPart,
    ProgressReport,
    ProjectMoney,
    ReportCount,
    TerritoryMoney,
)
from monitoring.queries import kept
from monitoring.queries.kept import Selection
from monitoring.queries.results import results_of
from monitoring.rules.halves import first_day, half_label, half_of, last_day
from monitoring.services import finance, progress
from monitoring.services.rollups import known_territories, recompute
from network.enums import Aggregation, Area, IndicatorStatus
from network.rules.indicators import Reading, combine
from plans.enums import PaymentKind, PaymentStatus, PlanStatus, ProjectStatus
from plans.models import Payment, PlanAction, Project

from .conftest import entry, make_window, sent, validated
from .test_services import financial

D = Decimal


def of(territory):
    return Selection(programme=territory.programme.pk, networks=(territory.network.pk,))


def money(territory):
    return kept.money_of(of(territory)).total.by_kind


def check(**options):
    with pytest.raises(SystemExit) if options.pop("fails", False) else transaction.atomic():
        call_command("recompute_rollups", stdout=StringIO(), stderr=StringIO(), **options)


# --- halves -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("day", [date(2014, 1, 1), date(2014, 6, 30), date(2014, 7, 1), date(2015, 12, 31)])
def test_a_day_lies_in_its_half_year(day):
    half = half_of(day)
    assert first_day(half) <= day <= last_day(half)
    assert half_of(last_day(half) + timedelta(days=1)) == half + 1
    assert half_label(half_of(date(2014, 7, 1))) == "2° semestre 2014"


# --- what counts --------------------------------------------------------------------------------------------------
def test_nothing_yet_is_not_zero(territory):
    assert money(territory) == {
        "planned": D("50000.00"),
        "granted": D("30000.00"),
        "co_financing": D("20000.00"),
        "spent": None,
        "approved": None,
        "paid": None,
    }
    report = financial(territory, {}, {"document_number": "13", "amount": D("500")})
    assert money(territory)["spent"] is None  # sent, and not approved by anybody
    for item in report.items.all():
        finance.check_item(item, by=territory.office, outcome=ItemOutcome.DISALLOWED, reason="Non pertinente")
    assert money(territory)["spent"] is None
    finance.finish_check(report, by=territory.office)
    assert (money(territory)["spent"], money(territory)["approved"]) == (D("1500.00"), D("0.00"))


def test_a_plan_counts_from_its_validation(territory):
    territory.plan.status = PlanStatus.TRANSMITTED
    territory.plan.save()
    assert money(territory)["planned"] is None
    assert not Coverage.objects.exists()
    territory.plan.status = PlanStatus.VALIDATED
    territory.plan.save()
    assert money(territory)["planned"] == 50000
    assert kept.coverage_of(of(territory)).areas[Area.SERVICES].actions == 1


def test_a_revoked_project_leaves_every_figure(territory):
    validated(territory)
    territory.project.status = ProjectStatus.REVOKED
    territory.project.save()
    assert set(money(territory).values()) == {None}
    assert kept.coverage_of(of(territory)).cells == {}
    assert kept.reports_of(of(territory)) == {}


def test_progress_counts_once_it_is_validated(territory):
    report = sent(territory, percent=40)
    assert kept.coverage_of(of(territory)).areas[Area.SERVICES].progress is None
    progress.validate_report(report, by=territory.office)
    assert kept.coverage_of(of(territory)).areas[Area.SERVICES].progress == D("40.0")


def test_reports_are_late_by_the_day(territory, other):
    validated(territory)
    progress.open_report(other.project, other.window, by=other.lead)
    assert kept.all_of(kept.reports_of(Selection()).values()).late == 0
    territory.window.due_on = clock.today() - timedelta(days=3)
    territory.window.save()
    total = kept.all_of(kept.reports_of(Selection()).values())
    assert (total.expected, total.validated, total.late) == (2, 1, 1)


def test_the_area_of_a_project_is_the_one_with_most_money(territory):
    action = territory.action
    PlanAction.objects.create(
        plan=territory.plan,
        origin=action.origin,
        proposal=action.proposal,
        project=territory.project,
        area=Area.TRAINING,
        district=action.district,
        title="Corso",
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        amount=action.amount + 1,
    )
    in_area = {
        area: kept.money_of(Selection(networks=(territory.network.pk,), area=area)).total.by_kind for area in Area
    }
    assert (in_area[Area.TRAINING]["planned"], in_area[Area.TRAINING]["granted"]) == (50001, 30000)
    assert (in_area[Area.SERVICES]["planned"], in_area[Area.SERVICES]["granted"]) == (50000, None)


def test_results_are_those_of_validated_reports_on_agreed_indicators(territory):
    def told():
        return [(row.target, row.value(), row.achieved.women) for row in results_of(of(territory))]

    report = sent(territory, women="12", men="8")
    assert told() == [(40, None, None)]
    progress.validate_report(report, by=territory.office)
    assert told() == [(40, 20, 12)]
    validated(territory, make_window(territory.programme, "Seconda", ends=date(2015, 12, 31)), women="0", men="3")
    (row,) = results_of(of(territory))
    assert [point["value"] for point in row.over_time()] == [20, 23]
    assert (
        results_of(Selection(alliances=(territory.ally.alliance.pk,), programme=territory.programme.pk))[0].value()
        == 23
    )
    indicator = territory.expected.indicator
    indicator.status = IndicatorStatus.RETIRED
    indicator.save()
    assert told() == []


# --- how they are kept --------------------------------------------------------------------------------------------
def test_a_service_settles_once_what_it_owes_and_nothing_when_it_fails(db):
    done = []

    @atomic
    def inner(key):
        owe(done.append, key)

    @atomic
    def outer(fail):
        inner(1)
        inner(2)
        assert done == []
        if fail:
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 -- ours
        outer(True)
    assert done == []
    outer(False)
    assert done == [{1, 2}]
    owe(done.append, 3)
    assert done[-1] == {3}


def test_the_command_finds_a_figure_that_drifted_and_sets_it_right(territory):
    check(check=True)
    TerritoryMoney.objects.filter(granted_count__gt=0).update(granted=1)
    Coverage.objects.all().delete()
    check(check=True, fails=True)
    check()
    check(check=True)
    assert money(territory)["granted"] == 30000


def test_reading_asks_the_same_however_many_rows(territory, other, django_assert_num_queries):
    for more in (True, False):
        for read in (kept.money_of, kept.coverage_of, kept.districts_covered, kept.reports_of):
            with django_assert_num_queries(1):
                read(Selection(programme=territory.programme.pk))
        if more:
            validated(territory, make_window(territory.programme, "Seconda"))
            financial(other)


# --- random histories against a slow and plain computation -----------------------------------------------------------
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
    found = defaultdict(lambda: dict.fromkeys(ReportStatus.values, 0))
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
            for half in {half_of(row.period_end) for row in rows}:
                until = [row for row in rows if half_of(row.period_end) <= half]
                found[network, indicator.pk, half, part] = combine(indicator.aggregation, until)
        found[network, indicator.pk, None, part] = combine(indicator.aggregation, rows)
    return found


def kept_results(territories) -> dict:
    found = {}
    for territory in territories:
        for result in results_of(of(territory)):
            key = (territory.network.pk, result.indicator.pk)
            if result.value() is not None:
                found[*key, None, ("", "")] = result.value()
                for half in {half for half, *_ in result.tallies if half}:
                    found[*key, half, ("", "")] = result.value(half)
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


def compare(*territories) -> None:
    told = {key: value for key, value in kept_results(territories).items() if value}
    assert told == {key: value for key, value in plain_results().items() if value}
    assert kept_money(TerritoryMoney) == kept_money(ProjectMoney) == plain_money()
    states = ReportStatus.values
    assert {
        (row.network_id, row.window_id): {state: getattr(row, state) for state in states}
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


STEPS = (
    "fill",
    "submit",
    "return",
    "validate",
    "spend",
    "send",
    "check",
    "finish",
    "give_back",
    "pay",
    "plan",
    "revoke",
)
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 1), st.integers(0, 100))


def act(territory, window, what: str, number: int) -> None:
    """One step of a history, as a person would take it; where it is not possible it is refused and nothing remains."""
    project = Project.objects.get(pk=territory.project.pk)
    report = ProgressReport.objects.filter(project=project, window=window).order_by("-version").first()
    spending = FinancialReport.objects.filter(project=project, window=window).first()
    match what:
        case "tell":
            report = progress.open_report(project, window, by=territory.lead)
            if territory.expected.indicator.aggregation == Aggregation.MEAN:
                value = progress.Entry(D(number), {}, D(number % 7 + 1), "Come previsto.")
            else:
                value = entry(number, number // 2, note="Come previsto.")
            values = {territory.expected.pk: value}
            progress.save_report(
                report,
                by=territory.lead,
                values=values,
                actions={territory.action.pk: progress.ActionEntry(number)},
                narrative="Avviati i servizi.",
                people_reached=number,
                enterprises_reached=2,
            )
            if number % 4:
                progress.submit_report(report, by=territory.lead)
        case "return" if report:
            progress.return_report(report, by=territory.office, reason="Manca una parte")
        case "validate" if report:
            progress.validate_report(report, by=territory.office)
        case "correct" if report and report.status == ReportStatus.VALIDATED:
            report.status = ReportStatus.SUPERSEDED
            report.save()
            report = ProgressReport.objects.create(
                project=project,
                window=window,
                version=report.version + 1,
                status=ReportStatus.VALIDATED,
                submitted_by=territory.lead,
                validated_by=territory.office,
            )
            mean = territory.expected.indicator.aggregation == Aggregation.MEAN
            told = Measurement.objects.create(
                report=report, expected=territory.expected, value=number, weight=2 if mean else None
            )
            if number % 2 and not mean:
                MeasurementPart.objects.create(measurement=told, dimension="sex", category="women", value=number)
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


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(step, min_size=6, max_size=14), adding=st.sampled_from(["sum", "last", "mean", "distinct"]))
def test_every_figure_is_that_of_a_plain_computation_after_any_history(territory, other, history, adding):
    with transaction.atomic():
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
        compare(territory, other)
        assert [difference for place in known_territories() for difference in recompute(place, write=False)] == []
        transaction.set_rollback(True)
