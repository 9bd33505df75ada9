"""Financial reports: every expenditure reported, all of it checked by the ASL (art. 8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from conciliazione.kernel import clock
from conciliazione.kernel.errors import InvalidUpload, Refused, RuleViolated
from conciliazione.kernel.models import StoredFile
from monitoring.enums import (
    FinancialReportStatus,
    ItemOutcome,
)
from monitoring.models import ExpenditureItem
from monitoring.services import finance

from .conftest import financial, item_of, paper

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.mark.rule("R30")
def test_spending_is_reported_and_all_of_it_checked(territory):
    report = financial(territory, {}, {"document_number": "13"}, {"document_number": "14", "amount": D("500")})
    first, second, third = report.items.order_by("pk")
    finance.check_item(first, by=territory.office, outcome=ItemOutcome.APPROVED)
    finance.check_item(
        second, by=territory.office, outcome=ItemOutcome.PARTLY, approved_amount=D(600), reason="Quota pertinente"
    )
    with pytest.raises(RuleViolated, match="2 su 3"):
        finance.finish_check(report, by=territory.office)
    finance.check_item(third, by=territory.office, outcome=ItemOutcome.DISALLOWED, reason="Non pertinente")
    report = finance.finish_check(report, by=territory.office)
    assert report.status == FinancialReportStatus.CHECKED
    assert sum(report.items.values_list("approved_amount", flat=True)) == 1600
    with pytest.raises(Refused):
        finance.check_item(first, by=territory.office, outcome=ItemOutcome.APPROVED)


@pytest.mark.rule("R30")
def test_without_paper_it_is_not_sent(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    with pytest.raises(RuleViolated, match="non contiene"):
        finance.submit_financial_report(report, by=territory.lead)
    finance.add_item(report, by=territory.lead, **item_of(territory))
    with pytest.raises(RuleViolated, match="12/2015"):
        finance.submit_financial_report(report, by=territory.lead)
    report.refresh_from_db()
    assert report.status == FinancialReportStatus.DRAFT


@pytest.mark.rule("R30")
def test_items_that_are_refused_write_nothing(territory, other):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    for fields in (
        {"amount": D("0")},
        {"document_on": date(2016, 1, 1)},
        {"paid_on": clock.today() + timedelta(days=1)},
        {"partner": other.ally.lead},
        {"upload": paper("virus.exe")},
        {"proof": paper("virus.exe")},
        {"vat": D("1000.01")},
        {"vat": D("-1")},
        {"own_funds": D("1000.01")},
    ):
        with pytest.raises(Refused):
            finance.add_item(report, by=territory.lead, **item_of(territory, **fields))
    assert not ExpenditureItem.objects.exists()
    assert not StoredFile.objects.exists()
    finance.add_item(report, by=territory.lead, **item_of(territory))
    with pytest.raises(Refused, match="già in questa"):
        finance.add_item(report, by=territory.lead, **item_of(territory))


def test_a_bad_file_is_said_beside_its_field(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    with pytest.raises(InvalidUpload) as caught:
        finance.add_item(report, by=territory.lead, upload=paper(content=b"MZ not a pdf"), **item_of(territory))
    assert caught.value.field == "upload"


@pytest.mark.rule("R30")
def test_approved_never_passes_the_cost_of_the_project(territory):
    report = financial(territory, {"amount": D("40000")}, {"document_number": "13", "amount": D("20000")})
    first, second = report.items.order_by("pk")
    finance.check_item(first, by=territory.office, outcome=ItemOutcome.APPROVED)
    with pytest.raises(RuleViolated) as caught:
        finance.check_item(second, by=territory.office, outcome=ItemOutcome.APPROVED)
    assert caught.value.rule == "R30"
    second.refresh_from_db()
    assert second.outcome == ItemOutcome.TO_CHECK
    # changing one's mind on an item does not count it twice
    finance.check_item(first, by=territory.office, outcome=ItemOutcome.APPROVED)


@pytest.mark.rule("R30")
def test_a_paper_in_another_project_needs_a_reason(territory, other):
    financial(other, {"supplier": "COOPERATIVA il ponte", "document_number": "12-2015"})
    report = financial(territory)
    item = report.items.get()
    with pytest.raises(RuleViolated, match=other.project.title):
        finance.check_item(item, by=territory.office, outcome=ItemOutcome.APPROVED)
    item = finance.check_item(item, by=territory.office, outcome=ItemOutcome.APPROVED, reason="Quota dell'altro 40 %")
    assert item.approved_amount == 1000


def test_a_returned_report_is_corrected_and_checked_again(territory):
    report = financial(territory)
    item = report.items.get()
    finance.check_item(item, by=territory.office, outcome=ItemOutcome.APPROVED)
    with pytest.raises(Refused):
        finance.edit_item(item, by=territory.lead, **item_of(territory, amount=D("900")))
    report = finance.return_financial_report(report, by=territory.office, reason="Importo sbagliato")
    item = finance.edit_item(item, by=territory.lead, **item_of(territory, amount=D("900")))
    assert (item.outcome, item.approved_amount, item.supporting_document is not None) == ("to_check", 0, True)
    finance.submit_financial_report(report, by=territory.lead)


@pytest.mark.rule("R43")
def test_who_reported_the_spending_does_not_check_it(territory):
    report = financial(territory)
    with pytest.raises(RuleViolated):
        finance.check_item(report.items.get(), by=territory.lead, outcome=ItemOutcome.APPROVED)


def test_an_item_is_taken_out_only_before_sending(territory):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    item = finance.add_item(report, by=territory.lead, **item_of(territory))
    finance.delete_item(item, by=territory.lead)
    assert not report.items.exists()
    report = financial(territory)
    with pytest.raises(Refused):
        finance.delete_item(report.items.get(), by=territory.lead)
