"""What cannot be right is refused on the page where it was written: the reason beside the field, nothing typed lost,
nothing written."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.models import Move, StoredFile
from monitoring.enums import FinancialReportStatus, ItemOutcome, PracticeStatus, ReportStatus, TerritorialReportStatus
from monitoring.models import ExpenditureItem, Measurement, ProgressReport
from monitoring.services import finance, practices, progress, sampling, territorial
from network.enums import SeatKind
from network.seating import SESSION_KEY
from tests import factories

from .conftest import fill, item_of, paper, sent, validated
from .test_practices import TEXTS

pytestmark = pytest.mark.django_db


def where(page, *args):
    return reverse(f"monitoring:{page}", args=args)


def refused(answer, field, words, *typed):
    """The page again, with the reason beside the field (None: above the form) and what was typed still there."""
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert any(words in error for error in errors.get(field or "__all__", ())), dict(errors)
    text = answer.content.decode()
    for value in typed:
        assert value in text, value
    return text


@pytest.fixture
def draft(territory):
    return progress.open_report(territory.project, territory.window, by=territory.lead)


def nothing_kept(draft):
    draft.refresh_from_db()
    return (draft.narrative, draft.revision) == ("", 1) and not Measurement.objects.exists()


# --- values -------------------------------------------------------------------------------------------------------
@pytest.mark.rule("R44")
def test_breakdowns_that_do_not_add_up(enter, territory, draft):
    key = territory.expected.pk
    data = {
        f"value_{key}": "10",
        f"part_{key}_sex_women": "7",
        f"part_{key}_sex_men": "2",
        "narrative": "Le mie parole",
    }
    answer = enter(territory.lead).post(where("edit_report", draft.pk), data)
    text = refused(answer, f"part_{key}_sex_women", "sommano a 9, ma il totale è 10", "Le mie parole", 'value="10"')
    assert f'href="#id_part_{key}_sex_women"' in text  # the summary above leads to the field
    assert 'class="field-wrong"' in text
    assert nothing_kept(draft)


@pytest.mark.rule("R44")
def test_a_negative_count(enter, territory, draft):
    key, client = territory.expected.pk, enter(territory.lead)
    page = where("edit_report", draft.pk)
    for field, value, words in (
        ("people_reached", "-1", "maggiore o uguale a 0"),
        ("enterprises_reached", "-20", "maggiore o uguale a 0"),
        (f"part_{key}_sex_men", "-2", "negativa"),
        (f"value_{key}", "-0,01", "negativo"),
    ):
        answer = client.post(page, {field: value, "narrative": "Le mie parole"})
        refused(answer, field, words, "Le mie parole", f'value="{value}"')
    assert nothing_kept(draft)


@pytest.mark.rule("R43")
def test_a_value_for_a_closed_window(enter, territory, other):
    """Closed: not open yet, or its territorial report is with the Regione."""
    validated(territory)
    late = factories.make_project(territory.plan, factories.make_proposal(territory.call, territory.ally))
    draft = progress.open_report(late, territory.window, by=territory.lead)
    collected = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    territorial.transmit_territorial_report(collected, by=territory.office)
    key = late.proposal.expected_indicators.get().pk
    data = {f"part_{key}_sex_women": "7", f"part_{key}_sex_men": "2", "narrative": "Le mie parole"}
    client, page = enter(territory.lead), where("edit_report", draft.pk)
    refused(client.post(page, data), None, "ha già trasmesso alla Regione", "Le mie parole", 'value="7"')
    typing = client.post(page, data, headers={"X-While-Typing": "1"})
    assert (typing.status_code, "già trasmesso" in typing.json()["message"]) == (422, True)
    assert client.get(page).status_code == 409  # the form is not even offered
    assert Measurement.objects.filter(report=draft).count() == 0

    early = progress.open_report(other.project, other.window, by=other.lead)
    other.window.opens_on = clock.today() + timedelta(days=3)
    other.window.save()
    answer = enter(other.lead).post(where("edit_report", early.pk), {"narrative": "Le mie parole"})
    refused(answer, None, f"si apre il {other.window.opens_on:%d/%m/%Y}", "Le mie parole")
    early.refresh_from_db()
    assert early.narrative == ""


# --- spending -----------------------------------------------------------------------------------------------------
def typed(territory, **fields):
    data = {key: getattr(value, "pk", value) for key, value in item_of(territory).items()}
    return data | {"upload": paper(), "payment_reference": "Mandato 45"} | fields


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"document_on": "2013-02-01"}, "document_on", "fuori dal periodo del progetto"),
        ({"document_on": "2031-01-01"}, "document_on", "fuori dal periodo del progetto"),
        ({"paid_on": "2013-02-01"}, "paid_on", "prima dell'inizio del progetto"),
        ({"paid_on": "2100-01-01"}, "paid_on", "nel futuro"),
        ({"vat": "1000,01"}, "vat", "più alta dell'importo"),
        ({"vat": "-1"}, "vat", "maggiore o uguale a 0"),
        ({"amount": "-5"}, "amount", "maggiore"),
        ({"own_funds": "1000,01"}, "own_funds", "più alta dell'importo"),
    ],
)
def test_a_receipt_that_cannot_be_right(enter, territory, wrong, field, words):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    answer = enter(territory.lead).post(where("add_item", report.pk), typed(territory, **wrong))
    (value,) = wrong.values()
    refused(answer, field, words, "Cooperativa Il Ponte", "Mandato 45", f'value="{value}"')
    assert not ExpenditureItem.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.rule("R30")
def test_a_receipt_is_not_edited_into_what_cannot_be_right(enter, territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    item = finance.add_item(report, by=territory.lead, **item_of(territory))
    answer = enter(territory.lead).post(where("edit_item", item.pk), typed(territory, vat="1000,01"))
    refused(answer, "vat", "più alta dell'importo", "Mandato 45")
    item.refresh_from_db()
    assert (item.vat, item.payment_reference, item.document_on) == (0, "", date(2015, 3, 1))


@pytest.mark.parametrize("field", ["upload", "proof"])
def test_a_scan_that_is_too_large(enter, territory, settings, field):
    """As one of 300 MB against 20: the limit is made small here, and the file is really sent."""
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    scan = SimpleUploadedFile("scansione.pdf", b"%PDF-1.4" + b"0" * 1024 * 1024, "application/pdf")
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    page = where("add_item", report.pk)
    answer = enter(territory.lead).post(page, typed(territory, **{field: scan}, partner=""))
    refused(answer, field, "supera il limite di 1 MB", "Cooperativa Il Ponte", "Mandato 45")
    assert "partner" in answer.context["form"].errors  # all that is wrong at once
    assert not ExpenditureItem.objects.exists()
    assert not StoredFile.objects.exists()
    draft = progress.open_report(territory.project, territory.window, by=territory.lead)
    scan.seek(0)
    answer = enter(territory.lead).post(where("add_attachment", draft.pk), {"title": "Registro", "upload": scan})
    refused(answer, "upload", "supera il limite di 1 MB", "Registro")
    assert not draft.attachments.exists()


# --- twice --------------------------------------------------------------------------------------------------------
def moves_of(record, name):
    return Move.objects.about(record).filter(name=name).count()


def test_a_report_sent_twice(enter, territory, draft):
    """The second click, or the tab that was still open, is told what the state is; nothing moves again."""
    fill(territory, draft)
    spending = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    papers = {"upload": paper(), "proof": paper("mandato.pdf")}
    finance.add_item(spending, by=territory.lead, **papers, **item_of(territory))
    client = enter(territory.lead)
    for page, record in (
        (where("report_move", draft.pk, "invia-all-asl"), draft),
        (where("financial_report_move", spending.pk, "invia-la-rendicontazione"), spending),
    ):
        assert client.post(page).status_code == 302
        record.refresh_from_db()
        at = record.submitted_at
        assert "Inviata" in refused(client.post(page), None, "Inviata")
        record.refresh_from_db()
        assert (record.submitted_at, moves_of(record, "submit")) == (at, 1)
    progress.validate_report(draft, by=territory.office)
    collected = territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    page = where("territorial_report_move", collected.pk, "trasmetti-alla-regione")
    client = enter(territory.office)
    assert client.post(page).status_code == 302
    collected.refresh_from_db()
    number = collected.registry_number
    refused(client.post(page), None, "Trasmessa")
    collected.refresh_from_db()
    assert (collected.registry_number, moves_of(collected, "transmit")) == (number, 1)


# --- one's own ----------------------------------------------------------------------------------------------------
@pytest.fixture
def both(territory):
    """Somebody who sits with the lead of the alliance, in the ASL and in the Regione."""
    body = territory.ally.lead.organisation
    person = factories.make_person(seat=SeatKind.DELEGATE, organisation=body)
    factories.add_seat(person, SeatKind.OFFICE, network=territory.network)
    factories.add_seat(person, SeatKind.REGION)
    return person


@pytest.fixture
def enter_as(enter):
    """The client of a person who acts in one of their seats."""

    def enter_as(person, kind):
        client = enter(person)
        session = client.session
        session[SESSION_KEY] = person.seats.get(kind=kind).pk
        session.save()
        return client

    return enter_as


def own(answer):
    return refused(answer, None, "chi scrive e chi controlla sono persone diverse")


@pytest.mark.rule("R43")
def test_nobody_validates_what_they_sent(enter, enter_as, territory, draft, both):
    fill(territory, draft)
    progress.submit_report(draft, by=both)
    client, page = enter_as(both, SeatKind.OFFICE), where("report_move", draft.pk, "valida-la-relazione")
    assert client.get(page).status_code == 409
    own(client.post(page))
    assert "chi scrive e chi controlla" in client.get(draft.get_absolute_url()).content.decode()
    draft.refresh_from_db()
    assert (draft.status, draft.validated_at) == (ReportStatus.SUBMITTED, None)
    assert enter(territory.office).post(page).status_code == 302


@pytest.mark.rule("R43")
def test_nobody_validates_what_they_wrote_and_a_colleague_sent(enter_as, territory, draft, both):
    fill(territory, draft)
    progress.save_report(draft, by=both, values={}, actions={}, narrative="L'ho riscritto", people_reached=1)
    draft.refresh_from_db()
    draft.enterprises_reached = 2
    draft.save()
    progress.submit_report(draft, by=territory.lead)
    own(enter_as(both, SeatKind.OFFICE).post(where("report_move", draft.pk, "valida-la-relazione")))
    assert ProgressReport.objects.get().status == ReportStatus.SUBMITTED


@pytest.mark.rule("R43")
def test_nobody_checks_spending_that_they_wrote(enter_as, territory, both):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    files = {"upload": paper(), "proof": paper("mandato.pdf")}
    item = finance.add_item(report, by=both, **files, **item_of(territory, self_declared=True))
    finance.submit_financial_report(report, by=territory.lead)
    client = enter_as(both, SeatKind.OFFICE)
    own(client.post(where("check_item", item.pk), {"outcome": ItemOutcome.APPROVED}))
    item.refresh_from_db()
    assert item.outcome == ItemOutcome.TO_CHECK
    sample = sampling.draw_sample(territory.network, territory.window, by=territory.office, seed="x", share=100)
    data = {"outcome": "confirmed", "finding": "Visti i registri"}
    own(client.post(where("verify_declaration", sample.drawn.get().pk), data))
    assert sample.drawn.get().finding == ""
    finance.check_item(item, by=territory.office, outcome=ItemOutcome.APPROVED)
    own(client.post(where("financial_report_move", report.pk, "chiudi-il-controllo")))
    report.refresh_from_db()
    assert report.status == FinancialReportStatus.SUBMITTED


@pytest.mark.rule("R43")
def test_nobody_accepts_for_the_regione_what_they_handed_on(enter, enter_as, territory, both):
    sent(territory)
    progress.validate_report(territory.project.progress_reports.get(), by=territory.office)
    report = territorial.prepare_territorial_report(territory.plan, territory.window, by=both)
    territorial.transmit_territorial_report(report, by=both)
    client, page = (
        enter_as(both, SeatKind.REGION),
        where("territorial_report_move", report.pk, "acquisisci-la-relazione"),
    )
    assert client.get(page).status_code == 409
    own(client.post(page))
    report.refresh_from_db()
    assert report.status == TerritorialReportStatus.TRANSMITTED
    assert enter(territory.region).post(page).status_code == 302


@pytest.mark.rule("R43")
def test_nobody_validates_a_good_practice_that_they_wrote(enter_as, territory, both):
    practice = practices.propose(territory.network, by=territory.office, **TEXTS)
    practices.update(practice, by=both, **TEXTS)
    own(enter_as(both, SeatKind.OFFICE).post(where("practice_move", practice.pk, "valida-la-buona-prassi")))
    practice.refresh_from_db()
    assert practice.status == PracticeStatus.PROPOSED
