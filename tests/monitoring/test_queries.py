"""Roll-ups with what counts in them, work lists, documents."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import access, clock, documents, tasks
from conciliazione.kernel.documents import request_document
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.tasks import reading_once
from monitoring.enums import IssuerBody, ItemOutcome, ReportStatus
from monitoring.queries import deadlines_for, rollups, running_for, tasks_for
from monitoring.queries.catalogue import catalogue_of
from monitoring.services import corrective, finance, progress, territorial
from network.enums import Aggregation, IndicatorStatus
from plans.enums import ProjectStatus
from tests import factories

from .conftest import financial, issue, make_window, results, sent, validated

pytestmark = pytest.mark.django_db

D = Decimal


def test_the_small_world_has_the_grants_that_follow_from_its_bodies(territory, other):
    assert access.drift() == (set(), set())


@pytest.mark.rule("R45")
def test_only_validated_reports_on_agreed_indicators_count(territory):
    sent(territory)
    (row,) = results(territory)
    assert (row.achieved.measured, row.achieved.target) == (False, 40)
    validated(territory, make_window(territory.programme, "Seconda"), women="0", men="0")
    (row,) = results(territory)
    assert (row.achieved.value, row.achieved.state) == (0, "misurato: zero")
    territory.expected.indicator.status = IndicatorStatus.RETIRED
    territory.expected.indicator.save()
    assert results(territory) == []
    assert not rollups.counted_measurements().exists()


def test_totals_are_not_multiplied_by_joins(territory, other):
    validated(territory)
    validated(territory, make_window(territory.programme, "Seconda"), women="1", men="2")
    validated(other, women="3", men="4")
    (row,) = results(territory)
    assert (row.achieved.target, row.achieved.value, row.achieved.women, row.achieved.men) == (80, 30, 16, 14)
    assert (row.projects, row.achieved.reports) == (2, 3)
    (row,) = results(territory, territory.network)
    assert (row.achieved.target, row.achieved.value) == (40, 23)
    (row,) = results(territory)
    assert row.over_time()[-1]["value"] == 30


def test_a_revoked_project_leaves_the_totals(territory):
    validated(territory)
    territory.project.status = ProjectStatus.REVOKED
    territory.project.save()
    assert results(territory) == []
    catalogue = catalogue_of(territory.plan, territory.window)
    assert (catalogue["actions"], catalogue["indicators"], catalogue["reports"]) == ([], [], [])
    draft = progress.ProgressReport.objects.create(
        project=territory.project, window=make_window(territory.programme, "Seconda")
    )
    with pytest.raises(Refused, match="revocato"):
        progress.submit_report(draft, by=territory.lead)
    assert tasks_for(fresh(territory.lead)) == []


def test_late_reports(territory, other):
    validated(territory)
    progress.open_report(other.project, other.window, by=other.lead)
    territory.window.due_on = clock.today() - timedelta(days=3)
    territory.window.save()
    (late,) = rollups.late_reports(territory.programme)
    assert (late.project, late.days) == (other.project.title, 3)
    assert rollups.late_reports(territory.programme, most=0) == []


def test_roll_ups_ask_the_same_however_many_rows(territory, other, django_assert_num_queries):
    for more in (True, False):
        with django_assert_num_queries(2):
            results(territory)
        with django_assert_num_queries(1):
            rollups.late_reports(territory.programme)
        if more:
            validated(territory, make_window(territory.programme, "Seconda"))
            validated(other)


def test_every_address_opens(territory):
    validated(territory)
    client = Client()
    client.force_login(territory.region)
    page = client.get(reverse("monitoring:indicators"))
    (row,) = page.context["results"]
    values, targets = (client.get(row[name]) for name in ("url", "targets"))
    assert sum(found.value for found in values.context["page_obj"]) == row["achieved"].value
    assert sum(found.target for found in targets.context["page_obj"]) == row["achieved"].target


def test_the_page_of_indicators_counts_as_each_indicator_is_counted(territory, client):
    """Of people counted once, the last value stands: the page says what the dashboard says, not a bare sum."""
    indicator = territory.expected.indicator
    indicator.aggregation = Aggregation.DISTINCT
    indicator.save()
    validated(territory)
    validated(territory, make_window(territory.programme, "Seconda", ends=date(2015, 12, 31)), women="14", men="11")
    for person in (territory.region, territory.office, territory.lead):
        client.force_login(person)
        (row,) = client.get(reverse("monitoring:indicators")).context["results"]
        assert row["achieved"].value == 25


def test_the_page_of_indicators_shows_each_what_is_theirs(territory, other, client):
    validated(territory)
    validated(other, women="1", men="2")
    where = reverse("monitoring:indicators")

    def value(person, **query):
        client.force_login(person)
        return [row["achieved"].value for row in client.get(where, query).context["results"]]

    assert value(territory.region) == [23]
    assert (
        value(territory.region, rete=territory.network.pk) == value(territory.office) == value(territory.lead) == [20]
    )
    assert value(territory.region, alleanza=other.ally.alliance.pk) == value(other.partner) == [3]
    assert value(other.office, alleanza=territory.ally.alliance.pk) in ([], [3])  # refused as no choice of theirs


def test_a_part_of_a_value_opens_the_values_that_have_it(territory, client):
    validated(territory)
    client.force_login(territory.region)
    page = client.get(reverse("monitoring:measurements"), {"voce": "sex:women"})
    assert [row.part for row in page.context["page_obj"]] == [12]
    assert ">Donne" in page.content.decode()
    for wrong in ("sex", "sex:x", "x:women", "district:999999999999", "district:7", ":"):
        assert client.get(reverse("monitoring:measurements"), {"voce": wrong}).status_code == 200
    assert client.get(reverse("monitoring:measurements"), {"dal": "4031"}).context["paginator"].count == 0
    assert client.get(reverse("monitoring:measurements"), {"al": "4030"}).context["paginator"].count == 1


# --- work ---------------------------------------------------------------------------------------------------------
def whats(person):
    return [(task.label, task.what) for task in tasks_for(fresh(person))]


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def test_each_finds_what_awaits_them(territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    assert [label for label, _ in whats(territory.lead)] == ["Compila la relazione"]
    assert whats(territory.office) == whats(territory.region) == []
    report = sent(territory)
    assert whats(territory.lead) == []
    assert [label for label, _ in whats(territory.office)] == ["Leggi e valida"]
    progress.return_report(report, by=territory.office, reason="x")
    assert [label for label, _ in whats(territory.lead)] == ["Correggi la relazione"]
    progress.validate_report(progress.submit_report(report, by=territory.lead), by=territory.office)
    territory.window.due_on = clock.today() - timedelta(days=1)
    territory.window.save()
    assert [label for label, _ in whats(territory.office)] == ["Prepara la relazione"]
    collected = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    assert [label for label, _ in whats(territory.office)] == ["Completa e trasmetti"]
    territorial.transmit_territorial_report(collected, by=territory.office)
    assert whats(territory.office) == []
    assert [label for label, _ in whats(territory.region)] == ["Leggi e acquisisci"]


def test_spending_and_corrections_await_too(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    assert [label for label, _ in whats(territory.lead)] == ["Completa le spese"]
    report.delete()
    report = financial(territory)
    assert [label for label, _ in whats(territory.office)] == ["Controlla le spese"]
    finance.check_item(report.items.get(), by=territory.office, outcome=ItemOutcome.APPROVED)
    assert [label for label, _ in whats(territory.office)] == ["Chiudi il controllo"]
    finance.finish_check(report, by=territory.office)
    action = issue(territory)
    assert [label for label, _ in whats(territory.lead)] == ["Rispondi"]
    corrective.answer(action, by=territory.lead, text="Fatto")
    assert [label for label, _ in whats(territory.chair)] == ["Valuta la risposta"]
    assert whats(territory.lead) == []
    cabina = issue(territory, by=territory.steering, issuer=IssuerBody.STEERING)
    assert whats(territory.lead) == []
    assert ("Rispondi", f"Azione correttiva: «{cabina.subject}»") in whats(territory.office)


def test_where_it_stands_and_which_terms_come(territory):
    progress.open_report(territory.project, territory.window, by=territory.lead)
    (running,) = running_for(fresh(territory.lead))
    assert running.steps[0] == ("Compilazione", "current")
    issue(territory)
    days = [deadline.day for deadline in deadlines_for(fresh(territory.lead))]
    assert days == [territory.window.due_on, clock.today() + timedelta(days=30)]
    assert next(iter(deadlines_for(fresh(territory.office)))).what.startswith("Relazioni da inviare")


def test_tasks_ask_the_same_however_many(territory, django_assert_num_queries):
    sent(territory)
    issue(territory)
    person = fresh(territory.office)
    tasks_for(person)
    with reading_once(), django_assert_num_queries(3):
        tasks_for(person)
    for number in range(2):
        sent(territory, make_window(territory.programme, f"Altra {number}"))
        issue(territory)
    with reading_once(), django_assert_num_queries(3):
        tasks_for(person)


def test_many_reports_to_validate_are_one_task_that_opens_their_list(client, territory, monkeypatch):
    for number in range(2):
        sent(territory, make_window(territory.programme, f"Altra {number}"))
    assert [label for label, _ in whats(territory.office)].count("Leggi e valida") == 2
    monkeypatch.setattr(tasks, "MOST_TOLD", 1)
    (task,) = [task for task in tasks_for(fresh(territory.office)) if task.what == "2 relazioni da validare"]
    client.force_login(territory.office)
    assert "<strong>2</strong>" in client.get(task.url).text


# --- documents ----------------------------------------------------------------------------------------------------
def test_the_documents(territory, django_capture_on_commit_callbacks):
    report = sent(territory)
    with pytest.raises(Refused):
        request_document("monitoring_report", report, by=territory.lead)
    report = progress.validate_report(report, by=territory.office)
    assert report.status == ReportStatus.VALIDATED
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("monitoring_report", report, by=territory.lead)
    document.refresh_from_db()
    assert document.state == "ready", document.error
    collected = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    with pytest.raises(Refused):
        request_document("territorial_report", collected, by=territory.office)
    collected = territorial.transmit_territorial_report(collected, by=territory.office)
    assert documents.preview("territorial_report", collected).startswith(b"%PDF")
    factories.make_person()
