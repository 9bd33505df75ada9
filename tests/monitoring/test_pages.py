"""The pages of the monitoring through the client: who may, what comes back, how many queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from monitoring.enums import CorrectiveKind, IssuerBody, ItemOutcome, ReportStatus
from monitoring.models import CorrectiveAction, ExpenditureItem, ProgressReport, ReportingWindow, TerritorialReport
from monitoring.services import progress

from .conftest import fill, financial, issue, item_of, paper, sent, validated

pytestmark = pytest.mark.django_db


def get(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(f"monitoring:{name}", args=args), query)


def post(client, person, page, *args, **data):
    client.force_login(person)
    return client.post(reverse(f"monitoring:{page}", args=args), data)


# --- lists ---------------------------------------------------------------------------------------------------------
def test_filters_narrow_the_list(client, territory, other):
    mine, theirs = validated(territory), validated(other)
    page = get(client, territory.region, "reports", rete=territory.network.pk)
    assert [row.pk for row in page.context["page_obj"]] == [mine.pk]
    page = get(client, territory.region, "reports", alleanza=other.ally.alliance.pk, stato="validated")
    assert [row.pk for row in page.context["page_obj"]] == [theirs.pk]


def test_expected_reports_are_known_without_being_read(client, territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    territory.window.due_on = clock.today() - timedelta(days=1)
    territory.window.save()
    for person in (territory.office, territory.region):
        page = get(client, person, "expected", ritardo="si")
        assert page.status_code == 200
        assert territory.project.title in page.content.decode()
        assert report.get_absolute_url() not in page.content.decode()
    assert report.get_absolute_url() in get(client, territory.lead, "expected").content.decode()


# --- a report -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("R31", "R43")
def test_who_reads_a_report_and_when(client, territory, other):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)

    def readers():
        people = ("lead", "partner", "office", "chair", "region", "steering")
        return {who for who in people if get(client, getattr(territory, who), "report", report.pk).status_code == 200}

    assert readers() == {"lead", "partner"}
    progress.submit_report(fill(territory, report), by=territory.lead)
    assert readers() == {"lead", "partner", "office", "chair"}
    progress.validate_report(report, by=territory.office)
    assert readers() == {"lead", "partner", "office", "chair", "region", "steering"}
    for stranger in (other.lead, other.office, other.chair):
        assert get(client, stranger, "report", report.pk).status_code == 404


def test_the_report_is_written_on_one_page(client, territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    page = get(client, territory.lead, "edit_report", report.pk)
    assert page.status_code == 200
    assert "Che cosa manca" in page.content.decode()
    key, action = territory.expected.pk, territory.action.pk
    data = {
        f"part_{key}_sex_women": "12,5",
        f"part_{key}_sex_men": "7,5",
        "people_reached": "20",
        "enterprises_reached": "0",
        f"note_{key}": "Di cui tre nuove",
        f"percent_{action}": "40",
        "narrative": "Avviati i servizi",
        "revision": report.revision,
    }
    assert post(client, territory.lead, "edit_report", report.pk, **data).status_code == 302
    report.refresh_from_db()
    assert report.measurements.get().value == 20
    page = get(client, territory.lead, "report", report.pk)
    assert "Invia all&#x27;ASL" in page.content.decode()
    move = reverse("monitoring:report_move", args=[report.pk, "invia-all-asl"])
    assert client.get(move).status_code == 200
    assert client.post(move).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.SUBMITTED


def test_what_was_typed_is_kept_when_it_is_refused(client, territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    key, action = territory.expected.pk, territory.action.pk
    for data, words in (
        ({f"part_{key}_sex_women": "-3", f"part_{key}_sex_men": "2"}, "negativa"),
        ({f"part_{key}_sex_women": "tre"}, "numero"),
        ({f"part_{key}_sex_women": "NaN", f"part_{key}_sex_men": "1"}, "numero"),
        ({f"part_{key}_sex_women": "9" * 30, f"part_{key}_sex_men": "1"}, "cifre"),
        ({f"value_{key}": "10", f"part_{key}_sex_women": "7", f"part_{key}_sex_men": "2"}, "sommano a 9"),
        ({"people_reached": "-1"}, "maggiore o uguale a 0"),
        ({f"percent_{action}": "140"}, "tra 0 e 100"),
        ({"revision": 99}, "collega"),
    ):
        page = post(client, territory.lead, "edit_report", report.pk, **{"narrative": "Le mie parole"} | data)
        assert page.status_code == 422
        text = page.content.decode()
        assert words in text
        assert "Le mie parole" in text
    report.refresh_from_db()
    assert report.narrative == ""


def test_an_incomplete_report_says_all_that_is_missing(client, territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    page = get(client, territory.lead, "report", report.pk).content.decode()
    assert "La relazione non è completa" in page
    assert "R44" in page
    page = get(client, territory.lead, "report_move", report.pk, "invia-all-asl")
    assert page.status_code == 409
    assert post(client, territory.lead, "report_move", report.pk, "invia-all-asl").status_code == 422


@pytest.mark.rule("R43")
def test_moves_are_for_who_may(client, territory):
    report = sent(territory)
    for who, status in (("lead", 403), ("chair", 403), ("region", 404), ("office", 200)):
        assert (
            get(client, getattr(territory, who), "report_move", report.pk, "valida-la-relazione").status_code == status
        )
    assert post(client, territory.office, "report_move", report.pk, "restituisci-la-relazione").status_code == 422
    response = post(
        client, territory.office, "report_move", report.pk, "restituisci-la-relazione", reason="Mancano date"
    )
    assert response.status_code == 302
    page = get(client, territory.lead, "report", report.pk).content.decode()
    assert "Mancano date" in page
    assert "Correggi la relazione" in page


def test_a_partner_does_not_write(client, territory):
    report = progress.open_report(territory.project, territory.window, by=territory.lead)
    assert get(client, territory.partner, "edit_report", report.pk).status_code == 403
    assert get(client, territory.office, "edit_report", report.pk).status_code == 404


def test_a_lead_opens_a_report(client, territory, other):
    response = post(client, territory.lead, "open_report", project=territory.project.pk, window=territory.window.pk)
    assert response.url == ProgressReport.objects.get().get_absolute_url()
    page = post(client, territory.lead, "open_report", project=other.project.pk, window=territory.window.pk)
    assert page.status_code == 422
    assert get(client, territory.office, "open_report").status_code == 403


# --- spending -----------------------------------------------------------------------------------------------------
def item_data(territory, **fields):
    data = item_of(territory, **fields)
    return data | {
        "partner": data["partner"].pk,
        "document_on": data["document_on"].isoformat(),
        "paid_on": data["paid_on"].isoformat(),
        "amount": str(data["amount"]).replace(".", ","),
    }


def test_spending_through_the_pages(client, territory, other):
    response = post(
        client, territory.lead, "open_financial_report", project=territory.project.pk, window=territory.window.pk
    )
    page = client.get(response.url)
    assert "ancora nessuna spesa" in page.content.decode()
    report = territory.project.financial_reports.get()
    assert get(client, territory.lead, "add_item", report.pk).status_code == 200
    assert (
        post(
            client, territory.lead, "add_item", report.pk, **item_data(territory), upload=paper(), proof=paper()
        ).status_code
        == 302
    )
    wrong = post(client, territory.lead, "add_item", report.pk, **item_data(territory, amount=Decimal("-1")))
    assert wrong.status_code == 422
    assert "Cooperativa Il Ponte" in wrong.content.decode()
    item = ExpenditureItem.objects.get()
    edited = item_data(territory, amount=Decimal("900.50"))
    assert get(client, territory.lead, "edit_item", item.pk).status_code == 200
    assert post(client, territory.lead, "edit_item", item.pk, **edited).status_code == 302
    item.refresh_from_db()
    assert item.amount == Decimal("900.50")
    assert get(client, territory.lead, "delete_item", item.pk).status_code == 200
    assert get(client, territory.office, "item_paper", item.pk).status_code == 404  # still a draft
    assert get(client, other.lead, "item_paper", item.pk).status_code == 404
    move = reverse("monitoring:financial_report_move", args=[report.pk, "invia-la-rendicontazione"])
    client.force_login(territory.lead)
    assert client.post(move).status_code == 302
    assert get(client, territory.lead, "edit_item", item.pk).status_code == 409
    assert get(client, territory.lead, "check_item", item.pk).status_code == 403
    assert get(client, territory.office, "check_item", item.pk).status_code == 200
    assert get(client, territory.office, "item_paper", item.pk)["Content-Type"] == "application/pdf"
    refused = post(client, territory.office, "check_item", item.pk, outcome=ItemOutcome.PARTLY, reason="x")
    assert refused.status_code == 422
    done = post(client, territory.office, "check_item", item.pk, outcome=ItemOutcome.APPROVED)
    assert done.url == report.get_absolute_url()
    finish = reverse("monitoring:financial_report_move", args=[report.pk, "chiudi-il-controllo"])
    assert client.get(finish).status_code == 200
    assert client.post(finish).status_code == 302
    assert get(client, territory.region, "financial_report", report.pk).status_code == 200


def test_the_check_goes_from_item_to_item(client, territory):
    report = financial(territory, {}, {"document_number": "13"})
    first, second = report.items.order_by("document_on", "pk")
    page = get(client, territory.office, "financial_report", report.pk).content.decode()
    assert "Controlla la prossima spesa" in page
    assert "Il controllo non è completo" in page
    done = post(
        client, territory.office, "check_item", first.pk, outcome=ItemOutcome.DISALLOWED, reason="Non pertinente"
    )
    assert done.url == reverse("monitoring:check_item", args=[second.pk])


def test_a_paper_seen_elsewhere_is_shown(client, territory, other):
    financial(other)
    report = financial(territory)
    page = get(client, territory.office, "financial_report", report.pk).content.decode()
    assert "Anche altrove" in page
    assert other.project.title in page
    page = get(client, territory.office, "check_item", report.items.get().pk).content.decode()
    assert "Lo stesso documento compare anche altrove" in page


# --- territory ----------------------------------------------------------------------------------------------------
def test_the_territorial_report_through_the_pages(client, territory, other):
    report = sent(territory)
    response = post(
        client, territory.office, "prepare_territorial_report", plan=territory.plan.pk, window=territory.window.pk
    )
    collected = TerritorialReport.objects.get()
    assert response.url == collected.get_absolute_url()
    page = get(client, territory.office, "territorial_report", collected.pk).content.decode()
    assert "aspettano ancora" in page
    assert "R43" in page
    transmit = reverse("monitoring:territorial_report_move", args=[collected.pk, "trasmetti-alla-regione"])
    assert client.get(transmit).status_code == 409
    for person in (territory.region, other.office):
        assert get(client, person, "territorial_report", collected.pk).status_code == 404
    progress.validate_report(report, by=territory.office)
    assert post(client, territory.office, "edit_territorial_report", collected.pk, comment="Bene").status_code == 302
    assert client.post(transmit).status_code == 302
    page = get(client, territory.region, "territorial_report", collected.pk).content.decode()
    for words in ("Acquisisci la relazione", "Bene", territory.action.title, "com'era alla trasmissione"):
        assert words in page.replace("&#x27;", "'")
    assert get(client, territory.region, "edit_territorial_report", collected.pk).status_code == 403
    accept = reverse("monitoring:territorial_report_move", args=[collected.pk, "acquisisci-la-relazione"])
    client.force_login(territory.office)
    assert client.get(accept).status_code == 403
    client.force_login(territory.region)
    assert client.post(accept).status_code == 302


def test_the_regione_sets_a_window(client, territory):
    data = {
        "programme": territory.programme.pk,
        "kind": "final",
        "name": "Finale",
        "period_from": "2015-01-01",
        "period_to": "2015-12-31",
        "opens_on": "2015-11-01",
        "due_on": "2016-01-31",
        "territorial_due_on": "2016-02-29",
        "deviation_percent": "50",
        "shift_percent": "20",
    }
    assert get(client, territory.office, "create_window").status_code == 403
    assert get(client, territory.region, "create_window").status_code == 200
    page = post(client, territory.region, "create_window", **data | {"due_on": "2015-10-01"})
    assert page.status_code == 422
    assert "Finale" in page.content.decode()
    early = post(client, territory.region, "create_window", **data | {"territorial_due_on": "2016-01-30"})
    assert early.status_code == 422
    assert post(client, territory.region, "create_window", **data).status_code == 302
    assert ReportingWindow.objects.count() == 2
    page = get(client, territory.lead, "windows").content.decode()
    assert "Finale" in page


# --- corrective actions -------------------------------------------------------------------------------------------
def test_corrective_actions_through_the_pages(client, territory, other):
    data = {
        "network": territory.network.pk,
        "kind": CorrectiveKind.CORRECTIVE_ACTION,
        "project": territory.project.pk,
        "subject": "Imprese",
        "text": "Coinvolgerle",
        "due_on": (clock.today() + timedelta(days=9)).isoformat(),
    }
    assert get(client, territory.lead, "issue_corrective").status_code == 403
    assert get(client, territory.chair, "issue_corrective", progetto=territory.project.pk).status_code == 200
    assert get(client, territory.chair, "issue_corrective", progetto="9" * 30).status_code == 200
    assert post(client, territory.chair, "issue_corrective", **data | {"due_on": ""}).status_code == 422
    foreign = post(client, territory.chair, "issue_corrective", **data | {"network": other.network.pk})
    assert foreign.status_code == 422
    response = post(client, territory.chair, "issue_corrective", **data)
    action = CorrectiveAction.objects.get()
    assert (response.url, action.issuer) == (action.get_absolute_url(), IssuerBody.COMMITTEE)
    assert get(client, other.lead, "corrective", action.pk).status_code == 404
    page = get(client, territory.lead, "corrective", action.pk).content.decode()
    assert "Rispondi" in page
    assert get(client, territory.lead, "corrective_move", action.pk, "rispondi").status_code == 200
    assert post(client, territory.lead, "corrective_move", action.pk, "rispondi", text="").status_code == 422
    assert post(client, territory.lead, "corrective_move", action.pk, "rispondi", text="Due").status_code == 302
    assert get(client, territory.lead, "corrective_move", action.pk, "chiudi-con-l-esito").status_code == 403
    page = post(client, territory.chair, "corrective_move", action.pk, "chiudi-con-l-esito", text="Fatto")
    assert page.status_code == 302
    assert "Fatto" in get(client, territory.partner, "corrective", action.pk).content.decode()


@pytest.mark.rule("R31")
def test_the_lead_is_not_offered_to_answer_the_cabina(client, territory):
    action = issue(territory, by=territory.steering, issuer=IssuerBody.STEERING)
    page = get(client, territory.lead, "corrective", action.pk)
    assert page.context["offers"] == []
    assert get(client, territory.lead, "corrective_move", action.pk, "rispondi").status_code == 409


# --- results ------------------------------------------------------------------------------------------------------
def test_every_figure_opens_its_records(client, territory, other):
    mine = validated(territory)
    validated(other, women="1", men="1")
    page = get(client, territory.region, "indicators")
    (row,) = page.context["results"]
    assert (row["achieved"].value, row["achieved"].target, row["projects"]) == (22, 80, 2)
    records = client.get(row["url"])
    assert records.context["paginator"].count == 2
    page = get(client, territory.region, "indicators", rete=territory.network.pk)
    (row,) = page.context["results"]
    assert row["achieved"].value == 20
    (record,) = client.get(row["url"]).context["page_obj"]
    assert record.report == mine
    assert get(client, territory.lead, "indicators").context["results"][0]["achieved"].value == 20


def test_an_unmeasured_indicator_is_not_zero(client, territory):
    page = get(client, territory.office, "indicators").content.decode()
    assert "non ancora misurato" in page
