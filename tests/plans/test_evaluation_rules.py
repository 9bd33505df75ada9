"""Conflict of interest, points, and who may evaluate what: without a database."""

from decimal import Decimal

import pytest

from conciliazione.kernel.errors import Refused, RuleViolated
from plans.rules.evaluation import (
    Body,
    Side,
    check_committee,
    check_complete,
    check_declaration,
    check_evaluable,
    check_may_open,
    check_points,
    check_territory,
    divergence,
    is_disclosed,
    known_link,
    missing_scores,
)

ASL = Body(1, "ASL")
PROPOSING = Side("Alleanza A", frozenset({2, 3}))


def test_known_link_of_a_partner_of_the_proposing_alliance():
    assert (
        known_link([ASL, Body(2, "Comune")], PROPOSING, [])
        == "Comune è partner di Alleanza A, che presenta la proposta"
    )


def test_known_link_of_a_partner_of_a_competing_alliance():
    other = Side("Alleanza B", frozenset({1}))
    assert known_link([ASL], PROPOSING, [other]) == "ASL è partner di Alleanza B, che concorre allo stesso avviso"


def test_no_known_link():
    assert known_link([ASL], PROPOSING, [Side("Alleanza B", frozenset({9}))]) == ""


GOOD = {"known": "", "has_conflict": False, "note": "", "before": None, "delivered": False}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"has_conflict": True},
        {"known": "legame", "has_conflict": True},
        {"known": "legame", "note": "Ruolo cessato nel 2012"},
        {"before": False, "has_conflict": True},
        {"before": False, "has_conflict": True, "delivered": True, "note": "Nuovo incarico"},
    ],
)
def test_declarations_that_hold(facts):
    check_declaration(**(GOOD | facts))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"known": "legame"}, "note"),
        ({"known": "legame", "note": "   "}, "note"),
        ({"before": True}, None),
        ({"before": True, "has_conflict": True}, None),
        ({"before": False}, None),
        ({"before": False, "has_conflict": True, "delivered": True}, "note"),
    ],
)
def test_declarations_that_are_refused(facts, field):
    with pytest.raises(Refused) as refused:
        check_declaration(**(GOOD | facts))
    assert refused.value.field == field


def test_a_proposal_opens_only_after_a_declaration_without_conflict():
    check_may_open(False)
    with pytest.raises(Refused, match="Prima di aprire"):
        check_may_open(None)
    with pytest.raises(Refused, match="restano chiusi per te"):
        check_may_open(True)


@pytest.mark.rule("R13")
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"constituted": False}, "non è ancora costituito"),
        ({"has_asl": False}, "manca ASL"),
        ({"has_ster": False}, "STER"),
    ],
)
def test_only_a_constituted_committee_evaluates(facts, sentence):
    good = {"constituted": True, "has_asl": True, "has_ster": True}
    check_committee(**good)
    with pytest.raises(RuleViolated, match=sentence) as refused:
        check_committee(**(good | facts))
    assert refused.value.rule == "R13"


@pytest.mark.rule("R14")
@pytest.mark.parametrize("facts", [{"committee_network": 2}, {"call_network": 2}, {"alliance_network": 2}])
def test_only_the_own_territory(facts):
    good = {"committee_network": 1, "call_network": 1, "alliance_network": 1}
    check_territory(**good)
    with pytest.raises(RuleViolated) as refused:
        check_territory(**(good | facts))
    assert refused.value.rule == "R14"


def test_only_eligible_proposals_of_a_call_in_evaluation():
    check_evaluable(call_in_evaluation=True, eligible=True)
    for facts in ({"call_in_evaluation": False, "eligible": True}, {"call_in_evaluation": True, "eligible": False}):
        with pytest.raises(Refused):
            check_evaluable(**facts)


@pytest.mark.parametrize("points", [None, "0", "40", "12.5", "0.01"])
def test_points_within_the_criterion(points):
    check_points(None if points is None else Decimal(points), Decimal(40))


@pytest.mark.parametrize("points", ["-0.01", "40.01", "1.005", "NaN", "Infinity"])
def test_points_outside_are_refused(points):
    with pytest.raises(Refused) as refused:
        check_points(Decimal(points), Decimal(40), field="points_1")
    assert refused.value.field == "points_1"


def test_what_is_missing_before_delivering():
    scored = {1: (Decimal(3), "Bene"), 2: (Decimal(0), " ")}
    missing = missing_scores({1: "Qualità", 2: "Efficacia", 3: "Costi"}, scored)
    assert missing == ["Efficacia: motivazione", "Costi: punti e motivazione"]
    with pytest.raises(Refused, match="Costi: punti e motivazione"):
        check_complete(missing)
    check_complete([])


@pytest.mark.parametrize(
    ("conflicts", "delivered", "shown"),
    [
        ({}, [], False),
        ({1: False}, [1], False),  # the second has not declared
        ({1: False, 2: False}, [1], False),
        ({1: False, 2: False}, [1, 2], True),
        ({1: False, 2: True}, [1], True),
        ({1: True, 2: True}, [], False),  # nobody is left to evaluate
    ],
)
def test_points_are_shown_when_everybody_has_done_their_part(conflicts, delivered, shown):
    assert is_disclosed(members=[1, 2], conflicts=conflicts, delivered=delivered) is shown


def test_divergence():
    assert divergence([Decimal(80), Decimal("62.5"), Decimal(70)]) == Decimal("17.5")
    assert divergence([Decimal(80)]) is None
