"""Corrections of validated reports, what is kept while typing, documents, reminders, what the Regione gathers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Notice
from monitoring.enums import ReportStatus
from monitoring.models import Measurement, ReportAttachment
from monitoring.queries import reckoning
from monitoring.queries.changes import changes_of
from monitoring.queries.gathering import gatherings_for
from monitoring.queries.reports import content_of
from monitoring.rules.reminders import OF_REPORT, steps_due
from monitoring.services import corrections, progress, reminders, territorial
from network.enums import Aggregation
from network.rules.indicators import Reading, combine, combine_targets, ratio, reached
from plans.enums import ProjectStatus
from tests import factories

from .conftest import entry, fill, make_window, paper, results, sent, validated

pytestmark = pytest.mark.django_db

D = Decimal


# --- rules --------------------------------------------------------------------------------------------------------
def day(number):
    return date(2015, 1, number)


READINGS = [
    Reading(1, day(1), D(10), D(2)),
    Reading(1, day(2), D(15), D(1)),
    Reading(2, day(1), D(10), D(3)),
    Reading(3, day(1), D(3), D("0.5")),
]


@pytest.mark.rule("R45")
@pytest.mark.parametrize(
    ("aggregation", "total"),
    [("sum", D(38)), ("last", D(28)), ("distinct", D(28)), ("mean", D("10.2308")), ("ratio", None)],
)
def test_how_periods_and_projects_add_up(aggregation, total):
    assert combine(aggregation, READINGS) == combine(aggregation, READINGS[::-1]) == total
    assert combine(aggregation, []) is None


@pytest.mark.rule("R45")
def test_ratios_targets_and_direction():
    assert ratio(D(30), D(40)) == 75
    assert ratio(D(30), D(0)) is None
    assert ratio(None, D(4)) is None
    assert combine_targets(Aggregation.SUM, [D(10), D(20)]) == 30
    assert combine_targets(Aggregation.MEAN, [D(10), D(20)]) == 15
    assert (reached("up", D(5), D(5)), reached("down", D(6), D(5)), reached("down", D(5), D(5))) == (True, False, True)


@pytest.mark.rule("R43")
def test_reminders_follow_the_term():
    due = date(2015, 7, 31)

    def days(offset):
        return [step.days for step in steps_due(OF_REPORT, due_on=due, today=due + timedelta(days=offset))]

    assert days(-15) == []
    assert days(-14) == [-14]
    assert days(0) == [-14, -3]
    assert days(1) == [1]
    assert days(40) == [1, 15]


# --- corrections --------------------------------------------------------------------------------------------------
@pytest.mark.rule("R44")
def test_a_correction_counts_once_it_is_validated(territory):
    first = validated(territory)
    with pytest.raises(Refused, match="Scrivi che cosa"):
        corrections.correct_report(first, by=territory.lead, reason=" ")
    second = corrections.correct_report(first, by=territory.lead, reason="Registro di maggio contato due volte")
    assert (second.version, second.status) == (2, ReportStatus.DRAFT)
    assert changes_of(content_of(second)) == []
    with pytest.raises(Refused, match="già in corso"):
        corrections.correct_report(first, by=territory.lead, reason="Ancora")
    fill(territory, second, women="6", men="4")
    changed = {change.what: (change.before, change.after) for change in changes_of(content_of(second))}
    assert changed["Destinatari raggiunti " + territory.expected.indicator.code] == ("20", "10")
    assert results(territory)[0].achieved.value == 20
    second = progress.submit_report(second, by=territory.lead)
    with pytest.raises(RuleViolated):
        progress.validate_report(second, by=territory.lead)
    progress.validate_report(second, by=territory.office)
    first.refresh_from_db()
    assert first.status == ReportStatus.SUPERSEDED
    (row,) = results(territory)
    assert (row.achieved.value, row.achieved.women, row.achieved.reports) == (10, 6, 1)
    assert list(reckoning.report_counts(territory.network.pk, territory.programme.pk).values()) == [
        {"draft": 0, "submitted": 0, "returned": 0, "validated": 1}
    ]
    with pytest.raises(MoveRefused):
        progress.submit_report(first, by=territory.lead)


@pytest.mark.rule("R43")
def test_a_correction_also_comes_after_the_transmission(territory):
    first = validated(territory)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    report = territorial.transmit_territorial_report(report, by=territory.office)
    second = corrections.correct_report(first, by=territory.lead, reason="Errore nei registri")
    fill(territory, second, women="1", men="1")
    progress.validate_report(progress.submit_report(second, by=territory.lead), by=territory.office)
    report.refresh_from_db()
    assert D(report.catalogue["indicators"][0]["value"]) == 20  # what was transmitted stays as it was
    with pytest.raises(Refused, match="Si corregge una relazione validata"):
        corrections.correct_report(first, by=territory.lead, reason="x")


def test_a_correction_through_the_pages(territory, other):
    report = validated(territory)
    client = Client()
    page = reverse("monitoring:correct_report", args=[report.pk])
    client.force_login(territory.lead)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).status_code == 422
    answer = client.post(page, {"reason": "Registri"})
    assert answer.status_code == 302
    assert "Che cosa cambia in questa versione" in client.get(answer.url).content.decode()
    assert client.get(page).status_code == 409
    client.force_login(territory.office)
    assert client.get(page).status_code == 403
    client.force_login(other.lead)
    assert client.get(page).status_code == 404


# --- while typing -------------------------------------------------------------------------------------------------
def test_what_is_typed_is_kept_as_far_as_it_is_right(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    client = Client()
    client.force_login(territory.lead)
    key = territory.expected.pk
    page = reverse("monitoring:edit_report", args=[report.pk])
    data = {"narrative": "Le mie parole", "people_reached": "4", "revision": report.revision}
    data |= {f"value_{key}": "10", f"part_{key}_sex_women": "7", f"part_{key}_sex_men": "2"}
    answer = client.post(page, data, headers={"X-While-Typing": "1"})
    assert answer.status_code == 422
    assert "sommano a 9" in answer.json()["message"]
    report.refresh_from_db()
    assert (report.narrative, report.people_reached) == ("Le mie parole", 4)
    assert not Measurement.objects.exists()
    data |= {f"part_{key}_sex_men": "3", "revision": answer.json()["revision"]}
    answer = client.post(page, data, headers={"X-While-Typing": "1"})
    assert answer.status_code == 200
    assert Measurement.objects.get().value == 10
    stale = client.post(page, data | {"narrative": "Altro"}, headers={"X-While-Typing": "1"})
    assert (stale.status_code, stale.json()["theirs"]["narrative"]) == (409, "Le mie parole")


def test_documents_go_with_a_report(territory, other):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    client = Client()
    client.force_login(territory.lead)
    page = reverse("monitoring:add_attachment", args=[report.pk])
    assert client.post(page, {"title": "Registro", "upload": paper("x.exe")}).status_code == 422
    assert client.post(page, {"title": "Registro", "upload": paper()}).status_code == 302
    attachment = ReportAttachment.objects.get()
    link = reverse("monitoring:attachment", args=[attachment.pk])
    assert client.get(link).status_code == 200
    client.force_login(other.lead)
    assert client.get(link).status_code == 404
    client.force_login(territory.lead)
    remove = reverse("monitoring:remove_attachment", args=[attachment.pk])
    assert client.get(remove).status_code == 200
    assert client.post(remove).status_code == 302
    assert not ReportAttachment.objects.exists()


# --- terms --------------------------------------------------------------------------------------------------------
def told(person) -> int:
    return Notice.objects.filter(to=person, text__contains="non è").count()


@pytest.mark.rule("R43")
def test_reminders_climb_from_lead_to_asl_to_regione(territory):
    progress.open_report(territory.project, territory.window, by=territory.lead)
    due = clock.now() + (territory.window.due_on - clock.today())
    counts = {}
    for offset in (-20, -14, -14, -3, 1, 1, 15, 16):
        with clock.standing_at(due + timedelta(days=offset)):
            reminders.remind_reports()
        counts[offset] = tuple(told(person) for person in (territory.lead, territory.office, territory.region))
    assert counts == {
        -20: (0, 0, 0),
        -14: (1, 0, 0),
        -3: (2, 0, 0),
        1: (3, 1, 0),
        15: (4, 2, 1),
        16: (4, 2, 1),
    }


@pytest.mark.rule("R46")
def test_the_regione_sees_who_is_late(territory, other):
    territory.window.territorial_due_on = territory.window.due_on
    territory.window.save()
    validated(territory)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    territorial.transmit_territorial_report(report, by=territory.office)
    with clock.standing_at(clock.now() + timedelta(days=40)):
        (gathering,) = gatherings_for(territory.region)
        assert (gathering.received, gathering.accepted, gathering.late) == (1, 0, 1)
        late = next(t for t in gathering.territories if t.days_late)
        assert (late.network, late.state, late.days_late) == (other.network.name, "non ancora trasmessa", 20)
        before = told(territory.region)
        reminders.remind_territories()
        assert (told(other.office), told(territory.office), told(territory.region) - before) == (1, 0, 1)
        reminders.remind_territories()
        assert told(other.office) == 1
    client = Client()
    client.force_login(territory.region)
    assert other.network.name in client.get(reverse("monitoring:gathering")).content.decode()
    client.force_login(territory.office)
    assert client.get(reverse("monitoring:gathering")).status_code == 403


@pytest.mark.rule("R44")
def test_a_value_far_off_is_not_sent_without_a_note(territory):
    validated(territory)
    window = make_window(territory.programme, "Seconda", ends=clock.today())
    report = progress.open_report(territory.project, window, by=territory.lead)
    fill(territory, report, women="1", men="1", note="")
    with pytest.raises(RuleViolated, match="Nota su"):
        progress.submit_report(report, by=territory.lead)
    fill(territory, report, women="1", men="1", note="Pausa estiva")
    assert progress.submit_report(report, by=territory.lead).status == ReportStatus.SUBMITTED


def test_people_counted_once_across_periods(territory):
    indicator = factories.make_indicator(territory.programme, by_sex=False, aggregation=Aggregation.DISTINCT)
    territory.expected.indicator = indicator
    territory.expected.save()
    validated_value(territory, territory.window, 20)
    window = make_window(territory.programme, "Seconda", ends=clock.today())
    report = progress.open_report(territory.project, window, by=territory.lead)
    with pytest.raises(Refused, match="non possono essere 19"):
        progress.save_report(
            report, by=territory.lead, values={territory.expected.pk: entry(None, None, value=19)}, actions={}
        )
    progress.save_report(
        report, by=territory.lead, values={territory.expected.pk: entry(None, None, value=26)}, actions={}
    )
    assert content_of(report).indicators[0].achieved.value == 26


def write(territory, report, value):
    return progress.save_report(
        report,
        by=territory.lead,
        values={territory.expected.pk: entry(None, None, value=value)},
        actions={territory.action.pk: progress.ActionEntry(10)},
        narrative="Bene",
        people_reached=1,
        enterprises_reached=0,
    )


def validated_value(territory, window, value):
    report = progress.open_report(territory.project, window, by=territory.lead)
    write(territory, report, value)
    return progress.validate_report(progress.submit_report(report, by=territory.lead), by=territory.office)


def test_nothing_sent_twice(territory):
    report = sent(territory)
    with pytest.raises(MoveRefused):
        progress.submit_report(report, by=territory.lead)


@pytest.mark.rule("R43")
def test_nobody_is_reminded_of_what_is_in(territory):
    """Reminders stop when the report is sent, or its project no longer owes one."""
    due = clock.now() + (territory.window.due_on - clock.today())
    sent(territory)
    other = factories.make_project(territory.plan, factories.make_proposal(territory.call, territory.ally))
    progress.open_report(other, territory.window, by=territory.lead)
    other.status = ProjectStatus.REVOKED
    other.save()
    for offset in (-14, -3, 1, 15, 30):
        with clock.standing_at(due + timedelta(days=offset)):
            assert reminders.remind_reports() == []
    assert [told(person) for person in (territory.lead, territory.office, territory.region)] == [0, 0, 0]
