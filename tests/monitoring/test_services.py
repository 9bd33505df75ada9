"""The writes of the monitoring on the real database, and what they refuse."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from monitoring.enums import (
    ReportStatus,
    TerritorialReportStatus,
    WindowKind,
)
from monitoring.models import Measurement, ProgressReport, ReportingWindow
from monitoring.queries.catalogue import read_catalogue
from monitoring.services import progress, territorial, windows
from monitoring.services.progress import ActionEntry, Entry
from network.enums import IndicatorStatus
from plans.signals import project_started
from tests import factories

from .conftest import entry, fill, make_window, sent, validated

pytestmark = pytest.mark.django_db

D = Decimal


def told(person) -> int:
    return Notice.objects.filter(to=person).count()


# --- windows ------------------------------------------------------------------------------------------------------
WINDOW = {
    "kind": WindowKind.FINAL,
    "name": "Finale",
    "period_from": date(2015, 1, 1),
    "period_to": date(2015, 12, 31),
    "opens_on": date(2015, 11, 1),
    "due_on": date(2016, 1, 31),
}


@pytest.mark.rule("R43")
def test_a_window_prepares_the_reports_of_who_must_write_them(territory):
    window = windows.create_window(territory.programme, by=territory.region, **WINDOW)
    report = ProgressReport.objects.get(window=window)
    assert (report.project, report.status) == (territory.project, ReportStatus.DRAFT)
    assert told(territory.lead) == told(territory.office) == 1
    assert told(territory.region) == 0


def test_a_window_out_of_order_writes_nothing(territory):
    with pytest.raises(Refused):
        windows.create_window(territory.programme, by=territory.region, **WINDOW | {"due_on": date(2015, 10, 1)})
    with pytest.raises(Refused):
        windows.create_window(territory.programme, by=territory.region, **WINDOW | {"name": territory.window.name})
    assert ReportingWindow.objects.count() == 1
    assert not ProgressReport.objects.exists()


def test_a_project_that_starts_owes_its_reports(territory):
    with transaction.atomic():
        project_started.send(sender=None, project=territory.project, by=territory.office)
    report = ProgressReport.objects.get()
    assert report.window == territory.window
    assert told(territory.lead) == 1
    with transaction.atomic():
        project_started.send(sender=None, project=territory.project, by=territory.office)
    assert ProgressReport.objects.count() == 1


# --- progress reports ---------------------------------------------------------------------------------------------
@pytest.mark.rule("R43", "R44")
def test_a_report_goes_its_way(territory):
    report = sent(territory)
    assert (report.status, report.submitted_by, report.late) == (ReportStatus.SUBMITTED, territory.lead, False)
    assert told(territory.office) == 1
    report = progress.return_report(report, by=territory.office, reason="Mancano le date")
    report = progress.submit_report(fill(territory, report, women="13"), by=territory.lead)
    report = progress.validate_report(report, by=territory.office)
    assert report.status == ReportStatus.VALIDATED
    assert Measurement.objects.get().value == 21
    names = list(Move.objects.about(report).order_by("pk").values_list("name", flat=True))
    assert names == ["create", "submit", "return", "submit", "validate"]
    assert told(territory.chair) == 1  # the committee follows while actions run


@pytest.mark.rule("R44")
def test_an_incomplete_report_is_not_sent(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    with pytest.raises(RuleViolated) as caught:
        progress.submit_report(report, by=territory.lead)
    assert caught.value.rule == "R44"
    report.refresh_from_db()
    assert (report.status, report.submitted_at) == (ReportStatus.DRAFT, None)
    assert told(territory.office) == 0


@pytest.mark.rule("R45")
def test_an_indicator_not_agreed_is_not_measured(territory):
    territory.expected.indicator.status = IndicatorStatus.PROPOSED
    territory.expected.indicator.save()
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    with pytest.raises(RuleViolated) as caught:
        fill(territory, report)
    assert caught.value.rule == "R45"
    assert not Measurement.objects.exists()


def test_a_draft_may_be_half_done_and_emptied(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    report = fill(territory, report)
    report = progress.save_report(
        report,
        by=territory.lead,
        values={territory.expected.pk: Entry()},
        actions={territory.action.pk: ActionEntry()},
    )
    assert not Measurement.objects.exists()
    assert not report.action_progress.exists()


def test_a_bad_value_writes_nothing(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    for values, actions in (
        ({territory.expected.pk: entry(-1, 2)}, {}),
        ({territory.expected.pk: entry(1, 2, value=9)}, {}),
        ({999999: Entry(D(9))}, {}),
        ({territory.expected.pk: entry(1, None)}, {}),
        ({territory.expected.pk: Entry(D(3), {("age", "from_30"): D(3)})}, {}),
        ({territory.expected.pk: Entry(D(3), {("sex", "other"): D(3)})}, {}),
        ({territory.expected.pk: Entry(D(3), weight=D(1))}, {}),
        ({}, {territory.action.pk: ActionEntry(101)}),
        ({}, {999999: ActionEntry(10)}),
        ({}, {territory.action.pk: ActionEntry(None, "nota")}),
    ):
        with pytest.raises(Refused):
            progress.save_report(report, by=territory.lead, values=values, actions=actions, narrative="x")
    report.refresh_from_db()
    assert report.narrative == ""
    assert not Measurement.objects.exists()


def test_of_two_who_write_the_second_is_told(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    seen = report.revision
    progress.save_report(report, by=territory.lead, values={}, actions={}, narrative="Prima", revision=seen)
    with pytest.raises(ChangedMeanwhile):
        progress.save_report(report, by=territory.lead, values={}, actions={}, narrative="Seconda", revision=seen)
    report.refresh_from_db()
    assert report.narrative == "Prima"


@pytest.mark.rule("R43")
def test_who_sent_cannot_validate(territory):
    report = sent(territory)
    with pytest.raises(RuleViolated) as caught:
        progress.validate_report(report, by=territory.lead)
    assert caught.value.rule == "R43"
    report.refresh_from_db()
    assert report.status == ReportStatus.SUBMITTED
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReport.objects.filter(pk=report.pk).update(validated_by=territory.lead)


def test_a_report_is_not_written_before_its_window_or_after_it_is_sent(territory):
    future = make_window(territory.programme, "Futura", opens_on=clock.today() + timedelta(days=1))
    report = progress.open_report(territory.project, future, by=territory.lead)
    with pytest.raises(Refused, match="si apre"):
        fill(territory, report)
    report = sent(territory)
    with pytest.raises(Refused):
        fill(territory, report)
    with pytest.raises(MoveRefused):
        progress.submit_report(report, by=territory.lead)


def test_a_late_report_is_taken_and_marked(territory):
    today = clock.today()
    late = make_window(
        territory.programme, "Scaduta", opens_on=today - timedelta(days=30), due_on=today - timedelta(days=1)
    )
    report = sent(territory, late)
    assert report.late
    report = progress.return_report(report, by=territory.office, reason="x")
    assert progress.submit_report(report, by=territory.lead).late


def test_what_came_in_time_and_was_returned_is_not_late(territory):
    report = sent(territory)
    report = progress.return_report(report, by=territory.office, reason="x")
    territory.window.due_on = clock.today() - timedelta(days=1)
    territory.window.save()
    assert not progress.submit_report(report, by=territory.lead).late


def test_returning_needs_a_reason(territory):
    report = sent(territory)
    with pytest.raises(Refused):
        progress.return_report(report, by=territory.office, reason="  ")
    report.refresh_from_db()
    assert report.status == ReportStatus.SUBMITTED


# --- territorial report -------------------------------------------------------------------------------------------
@pytest.mark.rule("R43", "R45", "R46")
def test_the_territory_is_collected_transmitted_and_gathered(territory):
    validated(territory)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    report = territorial.update_territorial_report(report, by=territory.office, comment="Bene")
    report = territorial.transmit_territorial_report(report, by=territory.office)
    assert report.status == TerritorialReportStatus.TRANSMITTED
    assert report.registry_number.endswith("/0000001")
    catalogue = read_catalogue(report.catalogue)
    assert [row["title"] for row in catalogue["actions"]] == [territory.action.title]
    line = catalogue["indicators"][0]
    assert (line["target"], line["value"], line["achieved"].women, line["achieved"].men) == (40, 20, 12, 8)
    assert catalogue["actions"][0]["percent"] == 40
    assert told(territory.region) == 1
    report = territorial.accept_territorial_report(report, by=territory.region)
    assert (report.status, report.accepted_at is not None) == (TerritorialReportStatus.ACCEPTED, True)


@pytest.mark.rule("R43")
def test_no_transmission_while_a_report_waits_for_the_asl(territory):
    sent(territory)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    with pytest.raises(RuleViolated) as caught:
        territorial.transmit_territorial_report(report, by=territory.office)
    assert caught.value.rule == "R43"
    report.refresh_from_db()
    assert (report.status, report.registry_number) == (TerritorialReportStatus.DRAFT, "")
    assert not RegistryEntry.objects.exists()


@pytest.mark.rule("R43")
def test_a_frozen_catalogue_does_not_follow_and_late_reports_stay_out(territory):
    validated(territory)
    second = factories.make_project(
        territory.plan, factories.make_proposal(territory.call, territory.ally, title="Seconda")
    )
    missing = progress.open_report(second, territory.window, by=territory.lead)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    report = territorial.transmit_territorial_report(report, by=territory.office)
    assert [row["project"] for row in report.catalogue["missing"]] == ["Seconda"]
    with pytest.raises(RuleViolated) as caught:
        progress.submit_report(missing, by=territory.lead)
    assert caught.value.rule == "R43"
    # the Regione gives it back: the ASL collects again
    report = territorial.return_territorial_report(report, by=territory.region, reason="Manca un progetto")
    line = second.proposal.expected_indicators.get()
    action = second.plan_actions.get()
    progress.save_report(
        missing,
        by=territory.lead,
        values={line.pk: entry(1, 1)},
        people_reached=2,
        enterprises_reached=0,
        actions={action.pk: ActionEntry(10)},
        narrative="Ecco",
    )
    done = progress.validate_report(progress.submit_report(missing, by=territory.lead), by=territory.office)
    assert done.status == ReportStatus.VALIDATED
    report = territorial.transmit_territorial_report(report, by=territory.office)
    assert report.catalogue["missing"] == []
    assert D(report.catalogue["indicators"][0]["value"]) == 22


def test_one_territorial_report_a_window(territory):
    territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    with pytest.raises(Refused, match="esiste già"):
        territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
