"""The law of the monitoring, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from conciliazione.kernel.errors import Refused, RuleViolated
from monitoring.enums import CorrectiveKind, CorrectiveStatus, IssuerBody, ItemOutcome, ReportStatus
from monitoring.rules import corrective, levels, reports, spending, windows
from monitoring.rules.levels import Level, Received
from monitoring.rules.reports import ActionState, MeasuredValue, ValueState
from monitoring.rules.results import Achieved
from monitoring.rules.spending import Finding, Spending
from network.rules.indicators import check_measured

D = Decimal


# --- three levels -------------------------------------------------------------------------------------------------
@pytest.mark.rule("R43", "R31")
def test_the_levels_are_three_and_read_what_they_may():
    assert [step.number for step in levels.STEPS] == [1, 2, 3]
    assert ReportStatus.DRAFT not in levels.REPORT_READERS[Level.NETWORK]
    assert levels.REPORT_READERS[Level.REGION] == (ReportStatus.VALIDATED, ReportStatus.SUPERSEDED)


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
def test_who_wrote_or_sent_does_not_validate():
    levels.check_not_oneself({1, 3}, 2)
    levels.check_not_oneself({1}, None)
    with pytest.raises(RuleViolated, match="collega della Regione"):
        levels.check_not_oneself({1, 3}, 3, colleague="un collega della Regione")


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
    check_measured("Destinatari", "agreed")
    with pytest.raises(RuleViolated) as caught:
        check_measured("Destinatari", status, field="value_1")
    assert (caught.value.rule, caught.value.field) == ("R45", "value_1")


BY_SEX = {"sex": {"women": "Donne", "men": "Uomini"}}


def measured(allowed, value, **parts):
    """A value of indicator 1, with parts such as `sex_women="3"`."""
    split = {tuple(key.split("_", 1)): D(part) for key, part in parts.items()}
    return MeasuredValue(1, "Destinatari", value and D(value), split, allowed)


@pytest.mark.parametrize(
    ("allowed", "value", "parts", "kept"),
    [
        ({}, "5", {}, "5"),
        ({}, "0", {}, "0"),
        ({}, None, {}, None),
        (BY_SEX, None, {"sex_women": "3", "sex_men": "2"}, "5"),
        (BY_SEX, "5", {"sex_women": "3", "sex_men": "2"}, "5"),
        (BY_SEX, "5", {"sex_women": "5"}, "5"),
        (BY_SEX, None, {"sex_women": "0", "sex_men": "0"}, "0"),
        (BY_SEX, "5", {}, "5"),  # a draft: the parts may come later
        (BY_SEX, None, {}, None),
    ],
)
def test_values_that_are_kept(allowed, value, parts, kept):
    assert reports.check_value(measured(allowed, value, **parts)) == (None if kept is None else D(kept))


@pytest.mark.rule("R44")
@pytest.mark.parametrize(
    ("allowed", "value", "parts", "field"),
    [
        ({}, "-1", {}, "value_1"),
        (BY_SEX, None, {"sex_women": "-1", "sex_men": "2"}, "part_1_sex_women"),
        (BY_SEX, "6", {"sex_women": "3", "sex_men": "2"}, "part_1_sex_women"),
        (BY_SEX, None, {"sex_women": "3"}, "value_1"),
        (BY_SEX, "5", {"sex_women": "3", "sex_other": "2"}, "part_1_sex_women"),
        ({}, "5", {"sex_women": "3", "sex_men": "2"}, "part_1_sex_"),
        (BY_SEX | {"age": {"young": "Giovani"}}, None, {"sex_women": "3", "sex_men": "2", "age_young": "4"}, None),
    ],
)
def test_values_that_are_refused(allowed, value, parts, field):
    with pytest.raises(Refused) as caught:
        reports.check_value(measured(allowed, value, **parts))
    assert caught.value.field == (field or "part_1_age_young")


@pytest.mark.rule("R44")
def test_a_mean_has_its_weight_and_only_a_mean():
    mean = MeasuredValue(1, "Soddisfazione", D("7.5"), weight=D(40), weighted=True)
    assert reports.check_value(mean) == D("7.5")
    for wrong in ({"weight": None, "weighted": True}, {"weight": D(0), "weighted": True}, {"weight": D(4)}):
        with pytest.raises(Refused):
            reports.check_value(MeasuredValue(1, "Soddisfazione", D("7.5"), **wrong))


@pytest.mark.rule("R44")
def test_people_counted_once_do_not_become_fewer():
    reports.check_distinct("Persone", D(12), D(12), field="value_1")
    reports.check_distinct("Persone", None, D(12), field="value_1")
    with pytest.raises(Refused, match="non possono essere 11"):
        reports.check_distinct("Persone", D(11), D(12), field="value_1")


@pytest.mark.parametrize(
    ("value", "last", "total", "target", "final", "asked"),
    [
        ("15", "10", "25", "40", False, None),
        ("16", "10", "26", "40", False, "periodo prima"),
        ("4", "10", "14", "40", False, "periodo prima"),
        ("5", None, "61", "40", False, "supera"),
        ("5", None, "5", "40", False, None),
        ("5", None, "5", "40", True, "sotto"),
        ("5", "0", "5", "10", True, None),
        (None, "10", "10", "40", True, None),
    ],
)
def test_values_far_off_ask_for_a_note(value, last, total, target, final, asked):
    numbers = {k: v and D(v) for k, v in {"value": value, "last": last, "total": total, "target": target}.items()}
    found = reports.deviation(**numbers, limit=50, final=final)
    assert (found is not None) == (asked is not None)
    assert found is None or asked in found.words
    assert reports.deviation(**numbers, limit=0, final=final) is None


def needs_of(values, narrative, *, people=1, enterprises=0, percent=None):
    return reports.needs(
        values=values,
        actions=[ActionState(7, "Sportello", percent)],
        narrative=narrative,
        people=people,
        enterprises=enterprises,
    )


@pytest.mark.rule("R44")
def test_all_that_is_missing_is_named_at_once():
    far = reports.Deviation("si scosta")
    values = [
        ValueState(MeasuredValue(1, "Famiglie", None, {}, BY_SEX)),
        ValueState(MeasuredValue(2, "Imprese", D(3)), "", far),
        ValueState(MeasuredValue(3, "Corsi", D(3), {}, BY_SEX)),
    ]
    found = needs_of(values, " ", enterprises=None)
    assert [(need.field, need.done) for need in found] == [
        ("value_1", False),
        ("value_2", True),
        ("note_2", False),
        ("value_3", True),
        ("part_3_sex_women", False),
        ("people_reached", True),
        ("enterprises_reached", False),
        ("percent_7", False),
        ("narrative", False),
    ]
    with pytest.raises(RuleViolated) as caught:
        reports.check_complete(found)
    assert caught.value.rule == "R44"
    for words in ("Famiglie", "Sportello", "Come procede", "Nota su «Imprese»", "«Corsi» per sesso"):
        assert words in caught.value.message


@pytest.mark.rule("R44")
def test_a_whole_report_passes():
    split = {("sex", "women"): D(3), ("sex", "men"): D(2)}
    values = [
        ValueState(MeasuredValue(1, "Famiglie", D(5), split, BY_SEX)),
        ValueState(MeasuredValue(2, "Donne", D(0), {}, BY_SEX)),
        ValueState(MeasuredValue(3, "Ore", D(9)), "Più sedi", reports.Deviation("si scosta")),
    ]
    reports.check_complete(needs_of(values, "Bene", percent=0))


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
    ("kind", "issuer", "on_alliance", "due_on", "field"),
    [
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, date(2015, 9, 1), None),
        (CorrectiveKind.GUIDANCE, IssuerBody.STEERING, False, None, None),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, None, "due_on"),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.COMMITTEE, True, date(2015, 7, 31), "due_on"),
        (CorrectiveKind.CORRECTIVE_ACTION, IssuerBody.OFFICE, False, date(2015, 9, 1), "project"),
    ],
)
def test_issuing(kind, issuer, on_alliance, due_on, field):
    arguments = {"kind": kind, "issuer": issuer, "on_alliance": on_alliance, "due_on": due_on, "today": TODAY}
    if field is None:
        corrective.check_issue(**arguments)
    else:
        with pytest.raises(Refused) as caught:
            corrective.check_issue(**arguments)
        assert caught.value.field == field


@pytest.mark.rule("R31", "R25")
def test_the_alliance_answers_the_cabina_only_through_the_asl():
    with pytest.raises(RuleViolated) as caught:
        corrective.check_answer(issuer=IssuerBody.STEERING, on_alliance=True, bodies={"lead"}, text="Sì")
    assert caught.value.rule == "R31"
    corrective.check_answer(issuer=IssuerBody.STEERING, on_alliance=True, bodies={"office"}, text="Sì")
    corrective.check_answer(issuer=IssuerBody.OFFICE, on_alliance=True, bodies={"lead"}, text="Sì")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.OFFICE, on_alliance=True, bodies={"office"}, text="Sì")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.COMMITTEE, on_alliance=True, bodies={"lead"}, text=" ")
    with pytest.raises(Refused):
        corrective.check_answer(issuer=IssuerBody.OFFICE, on_alliance=False, bodies={"lead"})


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
