"""Expenditure to the last cent: VAT, co-financing, the shift between categories, parked items, sample, statement."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import documents
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from monitoring.enums import DeclarationOutcome, FinancialReportStatus, ItemOutcome
from monitoring.models import DeclarationSample, ExpenditureItem
from monitoring.queries.finance import items_of, summary_of
from monitoring.rules import sampling as rules
from monitoring.rules import spending
from monitoring.rules.spending import Finding
from monitoring.services import finance, sampling

from .conftest import financial, item_of, paper

pytestmark = pytest.mark.django_db

D = Decimal
EXPECTED_SAMPLE = [5, 1, 8]


def checked(territory, report):
    for item in report.items.all():
        finance.check_item(item, by=territory.office, outcome=ItemOutcome.APPROVED, reason="Autorizzata")
    return finance.finish_check(report, by=territory.office)


# --- rules --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("R30")
def test_beyond_the_shift_only_with_a_reason():
    numbers = {"category": "Personale", "approved_elsewhere": D(1100), "budget": D(1000), "shift_percent": 20}
    spending.check_shift(Finding("approved", D(100)), **numbers)
    spending.check_shift(Finding("approved", D("100.01"), "Autorizzato"), **numbers)
    spending.check_shift(Finding("disallowed", D(0)), **numbers)
    with pytest.raises(RuleViolated, match=r"1\.200,00"):
        spending.check_shift(Finding("approved", D("100.01")), **numbers)


@pytest.mark.rule("R30")
def test_parked_says_what_is_missing():
    numbers = {"amount": D(10), "approved_elsewhere": D(0), "budget": D(100)}
    spending.check_finding(Finding("parked", D(0), "Manca la quietanza"), **numbers)
    for wrong in (Finding("parked", D(0)), Finding("parked", D(1), "x")):
        with pytest.raises(Refused):
            spending.check_finding(wrong, **numbers)


def test_the_grant_follows_the_approved_spending():
    assert spending.grant_due(D(25000), grant=D(30000), cost=D(50000)) == D(15000)
    assert spending.grant_due(D(60000), grant=D(30000), cost=D(50000)) == D(30000)
    assert spending.grant_due(D(0), grant=D(0), cost=D(0)) == 0
    assert spending.co_financing_proved([(D(100), D(40), D(50)), (D(10), D(0), D(10))]) == D(20)


def test_the_same_seed_draws_the_same_sample_on_every_machine():
    # written out: a change of the way of drawing would make samples of the past impossible to draw again
    assert rules.draw(range(1, 11), seed="prot. 12", share=30) == rules.draw(
        range(10, 0, -1), seed="prot. 12", share=30
    )
    assert rules.draw(range(1, 11), seed="prot. 12", share=30) == EXPECTED_SAMPLE
    assert rules.draw(range(1, 11), seed="prot. 13", share=30) != EXPECTED_SAMPLE
    assert len(rules.draw(range(1, 11), seed="x", share=1)) == 1
    assert sorted(rules.draw(range(1, 11), seed="x", share=100)) == list(range(1, 11))
    assert rules.draw([], seed="x", share=50) == []


# --- services -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("R30")
def test_money_from_claim_to_approved(territory):
    report = financial(territory, {"vat": D("180.33"), "own_funds": D(400)}, {"document_number": "13"})
    assert report.claimed_amount == D("1200.00")  # 60 % of the cost is grant
    first, second = report.items.order_by("pk")
    assert first.net == D("819.67")
    finance.check_item(
        first, by=territory.office, outcome=ItemOutcome.PARTLY, approved_amount=D(500), reason="Quota parte"
    )
    finance.check_item(second, by=territory.office, outcome=ItemOutcome.PARKED, reason="Manca la quietanza")
    report = finance.finish_check(report, by=territory.office)
    summary = summary_of(report, list(items_of(report)))
    assert (summary.approved, summary.parked, summary.disallowed) == (500, 1000, 500)
    assert (summary.due, summary.co_financing_proved, summary.paid) == (300, 200, 0)
    # what was parked is settled later; what was decided is not touched again
    with pytest.raises(Refused):
        finance.check_item(first, by=territory.office, outcome=ItemOutcome.APPROVED)
    finance.check_item(second, by=territory.office, outcome=ItemOutcome.APPROVED)
    with pytest.raises(Refused):
        finance.check_item(second, by=territory.office, outcome=ItemOutcome.DISALLOWED, reason="x")
    summary = summary_of(report, list(items_of(report)))
    assert (summary.approved, summary.parked, summary.due) == (1500, 0, 900)


@pytest.mark.rule("R30")
def test_without_proof_of_payment_it_is_not_sent(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    finance.add_item(report, by=territory.lead, upload=paper(), **item_of(territory))
    with pytest.raises(RuleViolated, match="prova del pagamento"):
        finance.submit_financial_report(report, by=territory.lead)
    report.refresh_from_db()
    assert (report.status, report.claimed_amount) == (FinancialReportStatus.DRAFT, None)


@pytest.mark.rule("R30")
def test_a_report_is_sent_once(territory):
    report = financial(territory)
    with pytest.raises(MoveRefused):
        finance.submit_financial_report(report, by=territory.lead)


def test_a_scan_of_300_megabytes_is_refused(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    scan = paper()
    scan.size = 300 * 1024 * 1024
    assert scan.size > settings.MAX_UPLOAD_BYTES
    with pytest.raises(Refused, match="supera il limite") as caught:
        finance.add_item(report, by=territory.lead, upload=scan, **item_of(territory))
    assert caught.value.field == "upload"
    assert not ExpenditureItem.objects.exists()


def test_the_sample_is_drawn_once_and_again(territory):
    report = financial(
        territory, {"self_declared": True}, {"document_number": "13", "self_declared": True}, {"document_number": "14"}
    )
    with pytest.raises(Refused, match="quota"):
        sampling.draw_sample(territory.network, territory.window, by=territory.office, seed="x", share=0)
    sample = sampling.draw_sample(territory.network, territory.window, by=territory.office, seed="prot. 9", share=50)
    assert (len(sample.population), sample.drawn.count()) == (2, 1)
    assert sampling.drawn_again(sample)
    with pytest.raises(Refused, match="già stato estratto"):
        sampling.draw_sample(territory.network, territory.window, by=territory.office, seed="prot. 10", share=50)
    drawn = sample.drawn.get()
    with pytest.raises(Refused):
        sampling.verify(drawn, by=territory.office, outcome=DeclarationOutcome.CONFIRMED, finding=" ")
    drawn = sampling.verify(
        drawn, by=territory.office, outcome=DeclarationOutcome.NOT_CONFIRMED, finding="Ore non registrate"
    )
    assert drawn.outcome == DeclarationOutcome.NOT_CONFIRMED
    assert report.items.filter(sampled=drawn).exists()


def test_no_sample_while_a_report_is_still_with_its_lead(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    finance.add_item(report, by=territory.lead, **item_of(territory, self_declared=True))
    with pytest.raises(Refused, match="in mano ai capofila"):
        sampling.draw_sample(territory.network, territory.window, by=territory.office, seed="x", share=10)
    assert not DeclarationSample.objects.exists()


# --- pages --------------------------------------------------------------------------------------------------------
def test_the_sample_through_the_pages(territory, other):
    financial(territory, {"self_declared": True})
    client = Client()
    client.force_login(territory.office)
    page = reverse("monitoring:draw_sample")
    data = {"network": territory.network.pk, "window": territory.window.pk, "share": 10, "seed": "prot. 4"}
    assert client.post(page, data | {"share": 0}).status_code == 422
    assert client.post(page, data | {"network": other.network.pk}).status_code == 422
    assert client.post(page, data).status_code == 302
    sample = DeclarationSample.objects.get()
    text = client.get(sample.get_absolute_url()).content.decode()
    assert "prot. 4" in text
    assert "lo stesso seme" in text
    verify = reverse("monitoring:verify_declaration", args=[sample.drawn.get().pk])
    assert client.post(verify, {"outcome": "confirmed", "finding": ""}).status_code == 422
    assert client.post(verify, {"outcome": "confirmed", "finding": "Visti i registri"}).status_code == 302
    client.force_login(other.office)
    assert client.get(sample.get_absolute_url()).status_code == 404
    assert client.get(verify).status_code == 404
    client.force_login(territory.lead)
    assert client.get(sample.get_absolute_url()).status_code in {403, 404}


def test_the_statement_as_spreadsheet_and_as_document(territory, other):
    report = checked(territory, financial(territory, {"vat": D(100)}))
    client = Client()
    client.force_login(territory.lead)
    sheet = client.get(reverse("monitoring:statement", args=[report.pk]))
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    page = client.get(report.get_absolute_url()).content.decode()
    for words in ("Contributo maturato", "Cofinanziamento provato", "netto 900,00"):
        assert words in page
    assert client.get(reverse("monitoring:item_proof", args=[report.items.get().pk])).status_code == 200
    client.force_login(other.lead)
    assert client.get(reverse("monitoring:statement", args=[report.pk])).status_code == 404
    assert documents.preview("expenditure_statement", report).startswith(b"%PDF")


def test_vat_over_the_total_is_said_beside_its_field(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    client = Client()
    client.force_login(territory.lead)
    data = {key: getattr(value, "pk", value) for key, value in item_of(territory).items()}
    files = {"upload": SimpleUploadedFile("f.pdf", b"%PDF-1.7 x", "application/pdf")}
    page = client.post(reverse("monitoring:add_item", args=[report.pk]), data | files | {"vat": "1000,01"})
    assert page.status_code == 422
    assert "più alta dell&#x27;importo" in page.content.decode()
    assert "Cooperativa Il Ponte" in page.content.decode()
    assert not ExpenditureItem.objects.exists()
