"""The writes of the monitoring on the real database, and what they refuse."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry, StoredFile
from monitoring.enums import (
    CorrectiveKind,
    CorrectiveStatus,
    FinancialReportStatus,
    IssuerBody,
    ItemOutcome,
    ReportStatus,
    TerritorialReportStatus,
    WindowKind,
)
from monitoring.models import CorrectiveAction, ExpenditureItem, Measurement, ProgressReport, ReportingWindow
from monitoring.queries.catalogue import read_catalogue
from monitoring.services import corrective, finance, progress, territorial, windows
from monitoring.services.progress import ActionEntry, Entry
from network.enums import IndicatorStatus
from plans.signals import project_started
from tests import factories

from .conftest import entry, fill, make_window, sent, validated

pytestmark = pytest.mark.django_db

D = Decimal
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def paper(name="fattura.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


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


# --- financial reports --------------------------------------------------------------------------------------------
def item_of(territory, **fields):
    return {
        "partner": territory.ally.lead,
        "category": "staff",
        "supplier": "Cooperativa Il Ponte",
        "document_number": "12/2015",
        "document_on": date(2015, 3, 1),
        "paid_on": date(2015, 3, 20),
        "amount": D("1000"),
        **fields,
    }


def financial(territory, *items):
    report = finance.open_financial_report(territory.project, territory.window, by=territory.lead)
    for fields in items or ({},):
        files = {"upload": paper(), "proof": paper("mandato.pdf")}
        finance.add_item(report, by=territory.lead, **files, **item_of(territory, **fields))
    return finance.submit_financial_report(report, by=territory.lead)


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


# --- corrective actions -------------------------------------------------------------------------------------------
def issue(territory, **fields):
    return corrective.issue(
        territory.network,
        **{
            "by": territory.chair,
            "issuer": IssuerBody.COMMITTEE,
            "kind": CorrectiveKind.CORRECTIVE_ACTION,
            "subject": "Coinvolgere le imprese",
            "text": "Nessuna impresa ha ancora aderito.",
            "due_on": clock.today() + timedelta(days=30),
            "project": territory.project,
            **fields,
        },
    )


@pytest.mark.rule("R16", "R21")
def test_a_corrective_action_is_answered_and_closed(territory):
    action = issue(territory)
    assert told(territory.lead) == told(territory.office) == 1
    with pytest.raises(Refused):
        corrective.close(action, by=territory.chair, text="Basta")
    action = corrective.answer(action, by=territory.lead, text="Due imprese entro settembre")
    assert told(territory.chair) == 1
    action = corrective.ask_again(action, by=territory.chair, reason="Quali?")
    action = corrective.answer(action, by=territory.lead, text="Alfa e Beta")
    with pytest.raises(Refused):
        corrective.close(action, by=territory.office, text="Fatto")
    action = corrective.close(action, by=territory.chair, text="Due imprese hanno aderito")
    assert (action.status, action.outcome) == (CorrectiveStatus.CLOSED, "Due imprese hanno aderito")


@pytest.mark.rule("R05", "R31")
def test_the_cabina_is_answered_by_the_asl(territory):
    action = issue(territory, by=territory.steering, issuer=IssuerBody.STEERING)
    with pytest.raises(RuleViolated) as caught:
        corrective.answer(action, by=territory.lead, text="Rispondo io")
    assert caught.value.rule == "R31"
    action = corrective.answer(action, by=territory.office, text="Sentito il capofila: sì")
    assert action.status == CorrectiveStatus.ANSWERED


@pytest.mark.rule("R05")
def test_guidance_needs_no_answer(territory):
    guidance = issue(
        territory,
        by=territory.steering,
        issuer=IssuerBody.STEERING,
        kind=CorrectiveKind.GUIDANCE,
        project=None,
        due_on=None,
    )
    assert told(territory.lead) == 1
    assert corrective.close(guidance, by=territory.steering, text="Recepito").status == CorrectiveStatus.CLOSED


def test_a_project_of_another_network_is_refused(territory, other):
    with pytest.raises(Refused):
        issue(territory, project=other.project)
    assert not CorrectiveAction.objects.exists()
