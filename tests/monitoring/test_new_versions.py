"""What is corrected after a territorial report went up: told, listed with what changed, and sent anew as a version."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conciliazione.kernel import documents
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import Notice
from conciliazione.kernel.moves import timeline
from monitoring.enums import ReportStatus, TerritorialReportStatus
from monitoring.models import TerritorialReport
from monitoring.queries.changes import catalogue_changes
from monitoring.queries.corrections import corrected_after_transmission, corrections_since
from monitoring.queries.gathering import gatherings_for
from monitoring.queries.work import running_for, tasks_for
from monitoring.services import corrections, progress, territorial
from plans.models import ExpectedIndicator
from tests import factories

from .conftest import fill, make_window, sent, validated

pytestmark = pytest.mark.django_db


def transmitted(territory, window=None):
    report = territorial.prepare_territorial_report(territory.plan, window or territory.window, by=territory.office)
    return territorial.transmit_territorial_report(report, by=territory.office)


def corrected(territory, report, **values):
    """A correction of the report that the ASL has validated."""
    report.refresh_from_db()
    new = corrections.correct_report(report, by=territory.lead, reason="Registro di maggio contato due volte")
    fill(territory, new, **values)
    return progress.validate_report(progress.submit_report(new, by=territory.lead), by=territory.office)


def again(territory, report, reason="Una correzione validata dopo"):
    return territorial.renew_territorial_report(report, by=territory.office, reason=reason)


def texts(person) -> list[str]:
    return list(Notice.objects.filter(to=person).order_by("pk").values_list("text", flat=True))


@pytest.mark.rule("R46")
def test_a_correction_after_the_transmission_is_listed_with_what_it_changes(territory):
    first = validated(territory)
    report = transmitted(territory)
    assert not corrected_after_transmission().exists()
    new = corrected(territory, first, women="6", men="4")
    (row,) = corrected_after_transmission()
    assert (row, row.pending, row.included, row.territorial) == (new, True, False, report.pk)
    name = territory.expected.indicator.name
    told = {change.what: (change.before, change.after) for change in row.kept_changes}
    assert told == {name: ("20", "10"), f"{name}, donne": ("12", "6"), f"{name}, uomini": ("8", "4")}
    assert corrections_since(report) == [new]
    for person in (territory.region, territory.office):
        assert sum("Corretta dopo la trasmissione" in text for text in texts(person)) == (person == territory.region)
    (gathering,) = gatherings_for(territory.region)
    assert [t.corrected for t in gathering.territories] == [1]


def test_a_correction_before_the_transmission_is_none_of_these(territory):
    corrected(territory, validated(territory), women="6", men="4")
    report = transmitted(territory)
    assert not corrected_after_transmission().exists()
    assert corrections_since(report) == []
    assert not any("Corretta dopo" in text for text in texts(territory.region))


@pytest.mark.rule("R43")
@pytest.mark.rule("R45")
def test_the_report_goes_up_again_as_a_new_version(territory):
    first = validated(territory)
    old = transmitted(territory)
    territorial.accept_territorial_report(old, by=territory.region)
    corrected(territory, first, women="6", men="4")
    old.refresh_from_db()
    with pytest.raises(Refused, match="Scrivi perché"):
        again(territory, old, reason=" ")
    new = again(territory, old)
    assert (new.version, new.status, new.comment) == (2, TerritorialReportStatus.DRAFT, old.comment)
    with pytest.raises(Refused, match="già in preparazione"):
        again(territory, old)
    assert TerritorialReport.objects.visible_to(territory.region).get() == old  # a draft is the ASL's alone
    new = territorial.transmit_territorial_report(new, by=territory.office)
    old.refresh_from_db()
    assert (old.status, new.status) == (TerritorialReportStatus.SUPERSEDED, TerritorialReportStatus.TRANSMITTED)
    assert new.registry_number != old.registry_number
    values = [Decimal(report.catalogue["indicators"][0]["value"]) for report in (old, new)]
    assert values == [20, 10]  # what went up first stays as it was
    changed = {change.what: (change.before, change.after) for change in catalogue_changes(old.catalogue, new.catalogue)}
    indicator = territory.expected.indicator
    assert changed[f"{indicator.name} ({indicator.code})"] == ("20", "10")
    assert changed[f"{indicator.name} ({indicator.code}), donne"] == ("12", "6")
    (row,) = corrected_after_transmission()
    assert (row.pending, row.included, row.territorial) == (False, True, new.pk)
    with pytest.raises(MoveRefused):
        territorial.accept_territorial_report(old, by=territory.region)
    assert territorial.accept_territorial_report(new, by=territory.region).status == TerritorialReportStatus.ACCEPTED
    assert [move.name for move in timeline(old)][:2] == ["supersede", "renew"]
    (gathering,) = gatherings_for(territory.region)
    assert [(t.report, t.corrected) for t in gathering.territories] == [(new, 0)]


@pytest.mark.rule("R43")
def test_nothing_goes_up_twice_the_same(territory):
    validated(territory)
    old = transmitted(territory)
    new = again(territory, old)
    with pytest.raises(Refused, match="uguale alla 1"):
        territorial.transmit_territorial_report(new, by=territory.office)
    territorial.update_territorial_report(new, by=territory.office, comment="Il commento era di un'altra finestra")
    assert territorial.transmit_territorial_report(new, by=territory.office).version == 2


def test_only_what_is_with_the_regione_is_renewed(territory):
    validated(territory)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    with pytest.raises(Refused, match="presso la Regione"):
        again(territory, report)
    report = territorial.transmit_territorial_report(report, by=territory.office)
    territorial.return_territorial_report(report, by=territory.region, reason="Manca il commento")
    with pytest.raises(Refused, match="presso la Regione"):
        again(territory, report)


@pytest.mark.rule("R43")
def test_while_a_new_version_is_prepared_what_was_missing_may_still_come(territory):
    """The lead of the second project had not sent: the window is open again until the new version goes up."""
    ally = factories.make_alliance(territory.world)
    second = factories.make_project(territory.plan, factories.make_proposal(territory.call, ally))
    missing = progress.open_report(second, territory.window, by=None)
    validated(territory)
    old = transmitted(territory)
    with pytest.raises(Refused, match="già trasmesso"):
        progress.check_editable(missing)
    again(territory, old)
    progress.check_editable(missing)
    assert any("puoi ancora inviare" in text for text in texts(ally.lead_person))
    assert [task for task in tasks_for(ally.lead_person) if task.url == missing.get_absolute_url()]


def test_a_correction_of_an_earlier_window_makes_the_later_report_old(territory):
    first = validated(territory)
    later = make_window(territory.programme, "Seconda", starts=date(2015, 7, 1), ends=date(2016, 3, 30))
    validated(territory, later)
    transmitted(territory)
    report = transmitted(territory, later)
    new = corrected(territory, first, women="6", men="4")
    assert corrections_since(report) == [new]


def test_the_database_holds_one_version_with_the_regione_and_one_being_written(territory):
    validated(territory)
    old = transmitted(territory)
    new = again(territory, old)
    for record, status in ((new, TerritorialReportStatus.ACCEPTED), (old, TerritorialReportStatus.RETURNED)):
        record.status = status
        with pytest.raises(IntegrityError), transaction.atomic():
            record.save()


def test_tasks_and_what_runs_follow(territory):
    first = validated(territory)
    old = transmitted(territory)
    corrected(territory, first, women="6", men="4")
    (task,) = [task for task in tasks_for(territory.office) if "nuova versione" in task.label]
    assert task.url == old.get_absolute_url()
    new = again(territory, old)
    assert not [task for task in tasks_for(territory.office) if "nuova versione" in task.label]
    territorial.transmit_territorial_report(new, by=territory.office)
    for person in (territory.office, territory.region, territory.lead):  # neither superseded one runs any longer
        assert all(row.url != old.get_absolute_url() for row in running_for(person))
    first.refresh_from_db()
    assert first.status == ReportStatus.SUPERSEDED


def test_the_list_and_the_new_version_through_the_pages(territory, client, django_assert_num_queries):
    first = validated(territory)
    old = transmitted(territory)
    where = reverse("monitoring:corrections")
    client.force_login(territory.region)
    assert "Nessuna relazione è stata corretta" in client.get(where).content.decode()
    corrected(territory, first, women="6", men="4")
    page = client.get(where).content.decode()
    assert "da rimandare" in page
    assert "20 → <strong>10</strong>" in page
    with django_assert_num_queries(9):
        client.get(where)
    assert "Registro di maggio" in client.get(where, {"formato": "csv"}).getvalue().decode()
    assert client.get(where, {"regione": "False"}).context["paginator"].count == 0
    assert "Corretto dopo la trasmissione" in client.get(old.get_absolute_url()).content.decode()
    renew = reverse("monitoring:renew_territorial_report", args=[old.pk])
    assert client.get(renew).status_code == 403
    client.force_login(territory.lead)
    assert client.get(where).status_code == 403
    client.force_login(territory.office)
    assert "Prepara una nuova versione" in client.get(old.get_absolute_url()).content.decode()
    assert client.post(renew, {"reason": ""}).status_code == 422
    answer = client.post(renew, {"reason": "La correzione di un progetto"})
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "Che cosa cambia dalla versione 1" in page
    assert client.get(renew).status_code == 409
    new = TerritorialReport.objects.get(version=2)
    new = territorial.transmit_territorial_report(new, by=territory.office)
    assert documents.preview("territorial_report", new).startswith(b"%PDF")
    client.force_login(territory.region)
    assert "Sostituita da una nuova versione" in client.get(old.get_absolute_url()).content.decode()
    assert "compresa" in client.get(where).content.decode()


@pytest.mark.rule("R45")
def test_every_difference_of_a_catalogue_is_told(territory):
    """A target, a progress and a missing report too, not the values alone."""
    sent(territory)
    before = territorial.catalogue_of(territory.plan, territory.window)
    report = territory.project.progress_reports.get()
    progress.validate_report(report, by=territory.office)
    ExpectedIndicator.objects.filter(pk=territory.expected.pk).update(target=300)
    after = territorial.catalogue_of(territory.plan, territory.window)
    told = {change.what: (change.before, change.after) for change in catalogue_changes(before, after)}
    indicator = f"{territory.expected.indicator.name} ({territory.expected.indicator.code})"
    assert told[f"{indicator}, obiettivo"][1] == "300"
    assert told[indicator] == ("–", "20")
    assert told[f"Avanzamento di «{territory.action.title}», {territory.action.district.name}"] == ("–", "40 %")
    assert told[f"Relazione di «{territory.project.title}»"] == ("Inviata all'ASL", "Validata dall'ASL")
