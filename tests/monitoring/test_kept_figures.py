"""The kept figures are those of the records, after whatever happened; nothing unapproved is ever in them."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from conciliazione.kernel import clock
from conciliazione.kernel.afterwards import owe
from conciliazione.kernel.moves import atomic
from monitoring.enums import ItemOutcome
from monitoring.models import (
    Coverage,
    TerritoryMoney,
)
from monitoring.queries import kept
from monitoring.queries.kept import Selection
from monitoring.queries.results import results_of
from monitoring.rules.halves import first_day, half_label, half_of, last_day
from monitoring.services import finance, progress
from network.enums import Area, IndicatorStatus
from plans.enums import PlanStatus, ProjectStatus
from plans.models import PlanAction

from .conftest import financial, make_window, sent, validated

pytestmark = pytest.mark.django_db

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


def test_what_is_not_covered_is_not_left_out(territory, other):
    """Every district of the one network, and every network with a plan, also where the chosen area has no action."""
    one = kept.coverage_of(Selection(networks=(territory.network.pk,), area=Area.TRAINING))
    assert set(one.places) == set(territory.network.districts.values_list("pk", flat=True)) != set()
    assert (one.cells, one.covered(territory.network.pk)) == ({}, 0)
    both = kept.coverage_of(Selection(area=Area.TRAINING))
    assert (set(both.places), both.cells) == ({territory.network.pk, other.network.pk}, {})
    assert kept.coverage_of(of(territory)).covered(territory.network.pk) == 1


def test_a_revoked_project_leaves_every_figure(territory):
    validated(territory)
    territory.project.status = ProjectStatus.REVOKED
    territory.project.save()
    assert set(money(territory).values()) == {None}
    assert kept.coverage_of(of(territory)).cells == {}
    assert kept.reports_of(of(territory)) == kept.ReportBoard()


def test_progress_counts_once_it_is_validated(territory):
    report = sent(territory, percent=40)
    assert kept.coverage_of(of(territory)).areas[Area.SERVICES].progress is None
    progress.validate_report(report, by=territory.office)
    assert kept.coverage_of(of(territory)).areas[Area.SERVICES].progress == D("40.0")


def test_reports_are_late_by_the_day(territory, other):
    validated(territory)
    progress.open_report(other.project, other.window, by=other.lead)
    assert kept.all_of(kept.reports_of(Selection()).networks.values()).late == 0
    territory.window.due_on = clock.today() - timedelta(days=3)
    territory.window.save()
    told = kept.reports_of(Selection())
    total = kept.all_of(told.networks.values())
    assert (total.expected, total.validated, total.late) == (2, 1, 1)
    assert (told.late, told.windows_with(1), told.windows_with(0)) == (
        {territory.window.pk: 1},
        [territory.window.pk],
        [],
    )


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
        for read in (kept.money_of, kept.coverage_of, kept.reports_of):
            with django_assert_num_queries(1):
                read(Selection(programme=territory.programme.pk))
        if more:
            validated(territory, make_window(territory.programme, "Seconda"))
            financial(other)
