"""Calls without a database: life, terms to the second, and a grid that can give a ranking."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from plans.enums import Aim, CallStatus
from plans.rules import calls, grids
from plans.rules.grids import CriterionRow, GroupRow

OPENS = datetime(2014, 6, 10, 7, 0, tzinfo=UTC)
CLOSES = datetime(2014, 7, 15, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def words(instant):
    return f"{instant:%d/%m/%Y}"


def row(title="Qualità", points=50, **fields):
    return CriterionRow(title, Decimal(points), **{"tie_break": 1, **fields})


@pytest.mark.parametrize(
    ("status", "now", "open_"),
    [
        (CallStatus.PUBLISHED, OPENS - SECOND, False),
        (CallStatus.PUBLISHED, OPENS, True),
        (CallStatus.PUBLISHED, CLOSES - SECOND, True),
        (CallStatus.PUBLISHED, CLOSES, False),
        (CallStatus.DRAFT, OPENS, False),
        (CallStatus.EVALUATION, OPENS, False),
    ],
)
def test_open_to_the_second(status, now, open_):
    term = {"opens_at": OPENS, "closes_at": CLOSES, "now": now}
    assert calls.is_open(status, **term) is open_
    if open_:
        calls.check_open(status, **term, when=words)
    else:
        with pytest.raises(Refused):
            calls.check_open(status, **term, when=words)


@pytest.mark.parametrize("status", [CallStatus.PUBLISHED, CallStatus.EVALUATION, CallStatus.CONCLUDED])
def test_what_is_published_is_frozen(status):
    with pytest.raises(MoveRefused, match="non cambiano più"):
        calls.check_editable(status)
    calls.check_editable(CallStatus.DRAFT)


def test_ready_grids_are_sound():
    for template in grids.TEMPLATES:
        assert grids.most_points(template.rows) == 100
        assert grids.grid_problems(template.rows, template.total_threshold, template.groups) == []
        assert grids.aims_not_covered(template.rows) == []
    assert grids.template("total").total_threshold == 60
    assert any(r.threshold for r in grids.template("each").rows)
    with pytest.raises(Refused):
        grids.template("altra")


@pytest.mark.parametrize(
    ("rows", "threshold", "said"),
    [
        ([], 0, "non ha ancora criteri"),
        ([row()], 60, "nessuna proposta potrebbe superarla"),
        ([row(threshold=Decimal(60))], 0, "la soglia sta tra"),
        ([row(), row("Efficacia")], 0, "stesso ordine"),
        ([row(tie_break=0)], 0, "risolve le parità"),
        ([row(), row("qualità", tie_break=2)], 0, "stesso titolo"),
        ([row(points=0)], 0, "maggiori di zero"),
        ([row(), row("Troppo breve", is_penalty=True, tie_break=2)], 0, "una penalità toglie punti"),
        ([row(), row("Penalità", is_penalty=True, tie_break=0)], 60, "nessuna proposta potrebbe superarla"),
    ],
)
def test_an_unsound_grid_is_told(rows, threshold, said):
    assert any(said in problem for problem in grids.grid_problems(rows, Decimal(threshold)))
    with pytest.raises(Refused, match=said):
        grids.check_grid(rows, Decimal(threshold))


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([GroupRow("Coerenza", Decimal(40))], ""),
        ([GroupRow("Coerenza", Decimal(41))], "i suoi sottocriteri arrivano a 40 punti"),
        ([GroupRow("Coerenza"), GroupRow("Altro")], "«Altro» non ha ancora sottocriteri"),
    ],
)
def test_a_criterion_is_as_high_as_its_sub_criteria(groups, said):
    rows = [
        row("Bisogni", 20, group="Coerenza"),
        row("Azioni", 10, group="Coerenza", tie_break=0, weight=Decimal(2)),
        row("Accostate", 10, group="Coerenza", tie_break=0, is_penalty=True),
    ]
    assert grids.most_points(rows) == 40
    problems = grids.grid_problems(rows, Decimal(40), groups)
    assert problems == [] if not said else any(said in problem for problem in problems)


def test_weights_count_in_the_most_points():
    assert grids.most_points([row(weight=Decimal("1.5")), row("B", 25)]) == 100
    assert grids.grid_problems([row(weight=Decimal("1.5"))], Decimal(75)) == []


@pytest.mark.rule("R15")
def test_the_aims_that_no_criterion_looks_at():
    assert grids.aims_not_covered([row(aim=Aim.GROWTH)]) == ["Conciliazione famiglia-lavoro", "Coesione sociale"]


def test_terms_and_money():
    with pytest.raises(Refused) as refused:
        calls.check_terms(CLOSES, OPENS)
    assert refused.value.field == "closes_at"
    with pytest.raises(Refused) as refused:
        calls.check_terms(OPENS, CLOSES, act_on=date(2014, 6, 11))
    assert refused.value.field == "opens_at"
    calls.check_terms(OPENS, CLOSES, act_on=date(2014, 6, 10))
    for values, field in (((0, 0, 0), "budget"), ((1, -1, 0), "network_budget"), ((1, 0, 101), "advance_share")):
        with pytest.raises(Refused) as refused:
            calls.check_money(*map(Decimal, values))
        assert refused.value.field == field


def evaluate(**changes):
    facts = {"closes_at": CLOSES, "now": CLOSES, "when": words, "submitted": 1, "constituted": True, **changes}
    calls.check_may_evaluate(facts.pop("status", CallStatus.PUBLISHED), **facts)


def test_evaluation_starts_after_the_closing_on_what_was_handed_in():
    evaluate()
    for changes in ({"now": CLOSES - SECOND}, {"submitted": 0}, {"status": CallStatus.DRAFT}):
        with pytest.raises(Refused):
            evaluate(**changes)


@pytest.mark.rule("R13")
def test_evaluation_needs_a_constituted_committee():
    with pytest.raises(RuleViolated) as refused:
        evaluate(constituted=False)
    assert refused.value.rule == "R13"
    assert "(art. 6" in refused.value.message


def test_a_call_ends_when_all_is_decided():
    calls.check_may_conclude(CallStatus.EVALUATION, undecided=0)
    with pytest.raises(Refused, match="2 proposte attendono"):
        calls.check_may_conclude(CallStatus.EVALUATION, undecided=2)
    with pytest.raises(MoveRefused):
        calls.check_may_conclude(CallStatus.PUBLISHED, undecided=0)
    calls.check_may_close_early(CallStatus.PUBLISHED, submitted=0)
    with pytest.raises(Refused, match="presentata una proposta"):
        calls.check_may_close_early(CallStatus.PUBLISHED, submitted=1)
    with pytest.raises(Refused, match="presentate 2 proposte"):
        calls.check_may_close_early(CallStatus.PUBLISHED, submitted=2)


def test_publishing_needs_time_left():
    calls.check_publishable(closes_at=CLOSES, now=OPENS)
    with pytest.raises(Refused, match="già passata"):
        calls.check_publishable(closes_at=CLOSES, now=CLOSES)
