"""The plan, its coverage and its money: without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from plans.enums import PlanStatus
from plans.rules import coverage, plan


@pytest.mark.rule("R07")
def test_not_more_than_one_plan():
    plan.check_one_plan("")
    with pytest.raises(RuleViolated, match="Piano A") as refused:
        plan.check_one_plan("Piano A")
    assert refused.value.rule == "R07"


@pytest.mark.parametrize("status", PlanStatus)
def test_it_is_written_in_preparation_and_after_guidance(status):
    if status in {PlanStatus.DRAFT, PlanStatus.RETURNED}:
        plan.check_editable(status)
    else:
        with pytest.raises(Refused):
            plan.check_editable(status)


@pytest.mark.rule("R31")
def test_regione_and_cabina_see_it_from_the_transmission_on():
    assert set(PlanStatus) - plan.SEEN_BY_REGION == {PlanStatus.DRAFT, PlanStatus.ADOPTED}


ALLOWED = {
    "adopt": {"draft", "returned"},
    "transmit": {"adopted"},
    "return": {"transmitted"},
    "validate": {"transmitted"},
    "run": {"validated"},
    "conclude": {"running"},
}


@pytest.mark.parametrize("status", PlanStatus)
@pytest.mark.parametrize("name", ALLOWED)
def test_every_move_from_every_state(status, name):
    if status in ALLOWED[name]:
        plan.PLAN.check(status, name)
    else:
        with pytest.raises(MoveRefused):
            plan.PLAN.check(status, name)


def test_what_adoption_asks_for():
    plan.check_ready_to_adopt(empty=[], actions=1, unplanned=[])
    with pytest.raises(Refused, match="Finalità, Bisogni"):
        plan.check_ready_to_adopt(empty=["Finalità", "Bisogni"], actions=1, unplanned=[])
    with pytest.raises(Refused, match="Tempo per crescere"):
        plan.check_ready_to_adopt(empty=[], actions=1, unplanned=["Tempo per crescere"])
    with pytest.raises(Refused, match="nessuna azione"):
        plan.check_ready_to_adopt(empty=[], actions=0, unplanned=[])


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (date(2014, 3, 1), date(2014, 2, 1), "ends_on"),
        (date(2013, 12, 31), date(2014, 2, 1), "starts_on"),
        (date(2014, 3, 1), date(2016, 1, 1), "ends_on"),
    ],
)
def test_an_action_runs_inside_the_programme(starts_on, ends_on, field):
    with pytest.raises(Refused) as refused:
        plan.check_action(
            starts_on=starts_on,
            ends_on=ends_on,
            programme_starts_on=date(2014, 1, 1),
            programme_ends_on=date(2015, 12, 31),
        )
    assert refused.value.field == field


def test_the_money_of_the_actions_follows_their_partners():
    amounts = plan.share_out([1, 1, 2], [(1, Decimal("100.01")), (2, Decimal(50)), (3, Decimal(30))])
    assert amounts == [Decimal("60.01"), Decimal("60.00"), Decimal("60.00")]
    assert plan.share_out([], [(1, Decimal(1))]) == []


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 5), st.decimals(0, 10_000, places=2)), max_size=6),
)
def test_not_a_cent_is_lost(actions, lines):
    amounts = plan.share_out(actions, lines)
    assert sum(amounts) == sum((cost for _, cost in lines), Decimal(0))
    assert all(amount >= 0 for amount in amounts)


@pytest.mark.rule("R17")
def test_the_coverage_is_counted_and_its_holes_named():
    actions = [
        coverage.Covering(1, "services", Decimal(10)),
        coverage.Covering(1, "services", Decimal(5)),
        coverage.Covering(2, "training", Decimal(7)),
    ]
    rows = coverage.matrix([1, 2], ["services", "training"], actions)
    assert [[(c.count, c.amount) for c in row] for row in rows] == [
        [(2, Decimal(15)), (0, Decimal(0))],
        [(0, Decimal(0)), (1, Decimal(7))],
    ]
    assert [(c.district, c.area) for c in coverage.holes(rows)] == [(1, "training"), (2, "services")]


@pytest.mark.rule("R17")
def test_the_committee_verifies_the_coverage_before_adoption():
    coverage.check_coverage_was_verified("Basta così")
    with pytest.raises(RuleViolated) as refused:
        coverage.check_coverage_was_verified("  ")
    assert refused.value.rule == "R17"
