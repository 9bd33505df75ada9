"""The law of the monitoring, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from conciliazione.kernel.errors import Refused, RuleViolated
from monitoring.enums import CorrectiveKind, CorrectiveStatus, IssuerBody, ItemOutcome, ReportStatus
from monitoring.rules import corrective, levels, reports, spending, windows
from monitoring.rules.levels import Level, Received
from monitoring.rules.reports import ActionState, MeasuredValue
from monitoring.rules.results import Achieved
from monitoring.rules.spending import Finding, Spending

D = Decimal


# --- three levels -------------------------------------------------------------------------------------------------
@pytest.mark.rule("R43", "R31")
def test_the_levels_are_three_and_read_what_they_may():
    assert [step.number for step in levels.STEPS] == [1, 2, 3]
    assert ReportStatus.DRAFT not in levels.REPORT_READERS[Level.NETWORK]
    assert levels.REPORT_READERS[Level.REGION] == (ReportStatus.VALIDATED,)


@pytest.mark.rule("R43", "R46")
@pytest.mark.parametrize(
    ("statuses", "refused"),
    [
        (["validated"], False),
        (["validated", "draft"], False),
        (["validated", "returned"], False),
        ([], False),
        (["validated", "submitted"], True),
        (["draft"], True),
        (["returned", "draft"], True),
    ],
)
def test_no_level_is_skipped(statuses, refused):
    received = [Received(f"Progetto {i}", status) for i, status in enumerate(statuses)]
    if refused:
        with pytest.raises(RuleViolated) as caught:
            levels.check_transmission(received)
        assert caught.value.rule == "R43"
        assert "art. 11" in caught.value.message
    else:
        levels.check_transmission(received)


@pytest.mark.rule("R43")
def test_who_is_waited_for_is_named():
    with pytest.raises(RuleViolated, match="«Nido», «Orti»"):
        levels.check_transmission([Received("Orti", "submitted"), Received("Nido", "submitted")])


@pytest.mark.rule("R43")
def test_who_sent_does_not_validate():
    levels.check_not_oneself(1, 2)
    with pytest.raises(RuleViolated):
        levels.check_not_oneself(1, 1)


@pytest.mark.rule("R43")
@pytest.mark.parametrize(
    ("status", "closed"), [(None, 0), ("draft", 0), ("returned", 0), ("transmitted", 1), ("accepted", 1)]
)
def test_reports_are_taken_until_the_transmission(status, closed):
    if closed:
        with pytest.raises(RuleViolated):
            levels.check_still_collecting(status)
    else:
        levels.check_still_collecting(status)


# --- values -------------------------------------------------------------------------------------------------------
@pytest.mark.rule("R45")
@pytest.mark.parametrize("status", ["proposed", "retired"])
def test_only_agreed_indicators_are_measured(status):
    reports.check_agreed("Destinatari", "agreed")
    with pytest.raises(RuleViolated) as caught:
        reports.check_agreed("Destinatari", status, field="value_1")
    assert (caught.value.rule, caught.value.field) == ("R45", "value_1")


@pytest.mark.parametrize(
    ("by_sex", "value", "women", "men", "kept"),
    [
        (False, "5", None, None, "5"),
        (False, "0", None, None, "0"),
        (False, None, None, None, None),
        (True, None, "3", "2", "5"),
        (True, "5", "3", "2", "5"),
        (True, None, "0", "0", "0"),
        (True, None, None, None, None),
    ],
)
def test_values_that_are_kept(by_sex, value, women, men, kept):
    measured = MeasuredValue(1, "Destinatari", by_sex, *(x and D(x) for x in (value, women, men)))
    assert reports.check_value(measured) == (None if kept is None else D(kept))


@pytest.mark.rule("R44")
@pytest.mark.parametrize(
    ("by_sex", "value", "women", "men", "field"),
    [
        (False, "-1", None, None, "value_1"),
        (True, None, "-1", "2", "women_1"),
        (True, "6", "3", "2", "women_1"),
        (True, None, "3", None, "men_1"),
        (True, None, None, "3", "women_1"),
        (True, "5", None, None, "women_1"),
        (False, "5", "3", "2", "value_1"),
    ],
)
def test_values_that_are_refused(by_sex, value, women, men, field):
    measured = MeasuredValue(1, "Destinatari", by_sex, *(x and D(x) for x in (value, women, men)))
    with pytest.raises(Refused) as caught:
        reports.check_value(measured)
    assert caught.value.field == field


@pytest.mark.rule("R44")
def test_all_that_is_missing_is_named_at_once():
    values = [MeasuredValue(1, "Famiglie", True), MeasuredValue(2, "Imprese", False, D(3))]
    found = reports.needs(values=values, actions=[ActionState(7, "Sportello")], narrative=" ")
    assert [need.done for need in found] == [False, True, False, False]
    assert [need.field for need in found] == ["women_1", "value_2", "percent_7", "narrative"]
    with pytest.raises(RuleViolated) as caught:
        reports.check_complete(found)
    assert caught.value.rule == "R44"
    for words in ("Famiglie", "Sportello", "Come procede"):
        assert words in caught.value.message
    assert "Imprese" not in caught.value.message


@pytest.mark.rule("R44")
def test_a_whole_report_passes():
    values = [MeasuredValue(1, "Famiglie", True, D(5), D(3), D(2)), MeasuredValue(2, "Donne", True, D(0), D(0), D(0))]
    reports.check_complete(reports.needs(values=values, actions=[ActionState(7, "S", 0)], narrative="Bene"))


def test_a_window_opens_and_lateness_is_marked():
    reports.check_open(date(2015, 7, 1), date(2015, 7, 1))
    with pytest.raises(Refused, match="02/07/2015"):
        reports.check_open(date(2015, 7, 2), date(2015, 7, 1))
    assert not reports.is_late(date(2015, 7, 31), date(2015, 7, 31))
    assert reports.is_late(date(2015, 7, 31), date(2015, 8, 1))


def test_not_measured_and_zero_differ():
    nothing, zero = Achieved(D(10)), Achieved(D(10), D(0), reports=1)
    assert (nothing.measured, nothing.share, nothing.state) == (False, None, "non ancora misurato")
    assert (zero.measured, zero.share, zero.state) == (True, D("0.00"), "misurato: zero")
    assert Achieved(D(10), D(12)).reached


# --- windows ------------------------------------------------------------------------------------------------------
PROGRAMME = windows.Period(date(2014, 1, 1), date(2016, 3, 31))


@pytest.mark.parametrize(
    ("period", "opens", "due", "field"),
    [
        ((date(2015, 6, 30), date(2015, 1, 1)), date(2015, 7, 1), date(2015, 7, 31), "period_to"),
        ((date(2013, 1, 1), date(2015, 1, 1)), date(2015, 7, 1), date(2015, 7, 31), "period_from"),
        ((date(2015, 1, 1), date(2015, 6, 30)), date(2015, 8, 1), date(2015, 7, 31), "due_on"),
        ((date(2015, 1, 1), date(2015, 6, 30)), date(2015, 5, 1), date(2015, 6, 1), "due_on"),
    ],
)
def test_windows_that_are_refused(period, opens, due, field):
    with pytest.raises(Refused) as caught:
        windows.check_window(period=windows.Period(*period), opens_on=opens, due_on=due, programme=PROGRAMME)
    assert caught.value.field == field


# --- spending -----------------------------------------------------------------------------------------------------
SPAN = {"starts_on": date(2014, 9, 1), "ends_on": date(2015, 6, 30), "today": date(2015, 7, 20)}


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("document", "paid", "amount", "field"),
    [
        (date(2014, 9, 1), date(2014, 9, 1), "10", None),
        (date(2015, 6, 30), date(2015, 7, 20), "10", None),
        (date(2014, 8, 31), date(2014, 9, 2), "10", "document_on"),
        (date(2015, 7, 1), date(2015, 7, 2), "10", "document_on"),
        (date(2014, 9, 1), date(2014, 8, 30), "10", "paid_on"),
        (date(2015, 6, 1), date(2015, 7, 21), "10", "paid_on"),
        (date(2015, 6, 1), date(2015, 6, 2), "0", "amount"),
    ],
)
def test_expenditure_belongs_to_the_project(document, paid, amount, field):
    item = Spending(document, paid, D(amount))
    if field is None:
        spending.check_spending(item, **SPAN)
    else:
        with pytest.raises(Refused) as caught:
            spending.check_spending(item, **SPAN)
        assert caught.value.field == field


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    ("outcome", "approved", "reason", "field"),
    [
        (ItemOutcome.APPROVED, "100", "", None),
        (ItemOutcome.PARTLY, "40", "Fuori tariffa", None),
        (ItemOutcome.DISALLOWED, "0", "Non pertinente", None),
        (ItemOutcome.TO_CHECK, "0", "", "outcome"),
        (ItemOutcome.APPROVED, "101", "", "approved_amount"),
        (ItemOutcome.APPROVED, "99", "", "approved_amount"),
        (ItemOutcome.PARTLY, "100", "x", "approved_amount"),
        (ItemOutcome.PARTLY, "0", "x", "approved_amount"),
        (ItemOutcome.PARTLY, "40", " ", "reason"),
        (ItemOutcome.DISALLOWED, "1", "x", "approved_amount"),
        (ItemOutcome.DISALLOWED, "0", "", "reason"),
        (ItemOutcome.PARTLY, "-1", "x", "approved_amount"),
    ],
)
def test_findings(outcome, approved, reason, field):
    finding = Finding(outcome, D(approved), reason)
    numbers = {"amount": D(100), "approved_elsewhere": D(0), "budget": D(1000)}
    if field is None:
        spending.check_finding(finding, **numbers)
    else:
        with pytest.raises(Refused) as caught:
            spending.check_finding(finding, **numbers)
        assert caught.value.field == field


@pytest.mark.rule("R30")
def test_approved_never_passes_the_budget():
    spending.check_finding(Finding("approved", D(100)), amount=D(100), approved_elsewhere=D(900), budget=D(1000))
    with pytest.raises(RuleViolated, match="restano 99,99 €"):
        spending.check_finding(
            Finding("approved", D(100)), amount=D(100), approved_elsewhere=D("900.01"), budget=D(1000)
        )


@pytest.mark.rule("R30")
def test_the_same_paper_however_it_is_typed():
    key = spending.document_key("Cooperativa  Àgape", "FT 12/2015", D("10.00"))
    assert key == spending.document_key("cooperativa agape", "ft12-2015", D(10))
    assert key != spending.document_key("cooperativa agape", "ft12-2015", D("10.01"))


@pytest.mark.rule("R30")
def test_a_paper_seen_elsewhere_needs_a_reason():
    spending.check_duplicate(Finding("approved", D(1), "Quota parte"), found_in=["Altro"])
    spending.check_duplicate(Finding("disallowed", D(0), ""), found_in=["Altro"])
    with pytest.raises(RuleViolated, match="«Altro»"):
        spending.check_duplicate(Finding("approved", D(1)), found_in=["Altro"])


@pytest.mark.rule("R30")
def test_the_check_is_of_all_items():
    spending.check_all_checked(count=3, left=0)
    with pytest.raises(RuleViolated, match="2 su 3"):
        spending.check_all_checked(count=3, left=1)
    with pytest.raises(RuleViolated, match="non contiene spese"):
        spending.check_items(count=0, without_paper=[])
    with pytest.raises(RuleViolated, match="Rossi 3"):
        spending.check_items(count=2, without_paper=["Rossi 3"])


# --- corrective actions -------------------------------------------------------------------------------------------
TODAY = date(2015, 8, 1)


@pytest.mark.rule("R05", "R16", "R21")
@pytest.mark.parametrize(
    ("kind", "issuer", "on_project", "due_on", "field"),
    [
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, date(2015, 9, 1), None),
        (CorrectiveKind.GUIDANCE, IssuerBody.STEERING, False, None, None),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, None, "due_on"),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, date(2015, 7, 31), "due_on"),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.OFFICE, False, date(2015, 9, 1), "project"),
    ],
)
def test_issuing(kind, issuer, on_project, due_on, field):
    arguments = {"kind": kind, "issuer": issuer, "on_project": on_project, "due_on": due_on, "today": TODAY}
    if field is None:
        corrective.check_issue(**arguments)
    else:
        with pytest.raises(Refused) as caught:
            corrective.check_issue(**arguments)
        assert caught.value.field == field


@pytest.mark.rule("R31", "R25")
def test_the_alliance_answers_the_cabina_only_through_the_asl():
    with pytest.raises(RuleViolated) as caught:
        corrective.check_answer(issuer=IssuerBody.STEERING, on_project=True, bodies={"lead"}, text="Sì")
    assert caught.value.rule == "R31"
    corrective.check_answer(issuer=IssuerBody.STEERING, on_project=True, bodies={"office"}, text="Sì")
    corrective.check_answer(issuer=IssuerBody.OFFICE, on_project=True, bodies={"lead"}, text="Sì")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.OFFICE, on_project=True, bodies={"office"}, text="Sì")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.COMMITTEE, on_project=True, bodies={"lead"}, text=" ")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.OFFICE, on_project=False, bodies={"lead"})


@pytest.mark.rule("R05", "R16")
@pytest.mark.parametrize(
    ("kind", "status", "bodies", "allowed"),
    [
        (CorrectiveKind.CORRECTIVE_ACTION, CorrectiveStatus.ANSWERED, {"committee"}, True),
        (CorrectiveKind.GUIDANCE, CorrectiveStatus.OPEN, {"committee"}, True),
        (CorrectiveKind.CORRECTIVE_ACTION, CorrectiveStatus.OPEN, {"committee"}, False),
        (CorrectiveKind.CORRECTIVE_ACTION, CorrectiveStatus.ANSWERED, {"office"}, False),
    ],
)
def test_closing(kind, status, bodies, allowed):
    arguments = {"kind": kind, "status": status, "issuer": IssuerBody.COMMITTEE, "bodies": bodies, "outcome": "Fatto"}
    if allowed:
        corrective.check_close(**arguments)
    else:
        with pytest.raises(Refused):
            corrective.check_close(**arguments)
