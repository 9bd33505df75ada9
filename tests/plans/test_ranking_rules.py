"""The order of the graduatoria and the line where the money ends."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conciliazione.kernel.errors import Refused
from plans.rules.ranking import (
    Candidate,
    CriterionRule,
    GroupRule,
    Shut,
    check_all_scored,
    check_meeting,
    half_up,
    mean,
    rank,
)

QUALITY = CriterionRule(1, "Qualità", tie_break=1)
REACH = CriterionRule(2, "Efficacia", tie_break=2)


def candidate(pk, *ballots, requested="30000", number=None):
    points = tuple({1: Decimal(a), 2: Decimal(b)} for a, b in ballots)
    return Candidate(pk, number or f"2014/{pk:07d}", Decimal(requested), points)


def ranked(*candidates, criteria=(QUALITY, REACH), threshold="0", budget="100000", shut=(), groups=()):
    return rank(
        candidates,
        list(criteria),
        total_threshold=Decimal(threshold),
        budget=Decimal(budget),
        shut=shut,
        groups=groups,
    )


def test_total_is_the_mean_of_the_members_weighted_totals():
    heavy = CriterionRule(2, "Efficacia", weight=Decimal("1.5"))
    (place,) = ranked(candidate(1, (30, 40), (20, 50)), criteria=(QUALITY, heavy))
    assert place.total == Decimal("92.50")
    assert place.points == {1: Decimal("25.00"), 2: Decimal("45.00")}


def test_a_penalty_takes_away():
    penalty = CriterionRule(2, "Iniziative brevi", weight=Decimal(-1))
    (place,) = ranked(candidate(1, (30, 5), (40, 10)), criteria=(QUALITY, penalty))
    assert place.total == Decimal("27.50")


def test_a_criterion_with_sub_criteria_has_a_threshold_on_their_sum():
    group = GroupRule("Coerenza", Decimal(70), frozenset({1, 2}))
    short, enough = ranked(candidate(1, (30, 39)), candidate(2, (30, 40)), groups=[group])[::-1]
    assert (short.outcome, enough.outcome) == ("below_threshold", "funded")
    assert short.reason == "Sotto soglia. Coerenza: 69,00 punti, ne servono 70,00."


@pytest.mark.parametrize(("value", "rounded"), [("0.005", "0.01"), ("2.675", "2.68"), ("1.004", "1.00")])
def test_rounding_is_half_up(value, rounded):
    assert half_up(Decimal(value)) == Decimal(rounded)


def test_mean_of_thirds():
    assert mean([Decimal(10), Decimal(10), Decimal(11)]) == Decimal("10.33")


def test_ties_go_to_the_criteria_in_their_order_then_to_the_registry_number():
    rows = ranked(candidate(3, (30, 40)), candidate(2, (30, 40)), candidate(1, (20, 50)))
    assert [row.id for row in rows] == [2, 3, 1]
    assert "per ordine di protocollo (2014/0000002 e 2014/0000003)" in rows[0].tie_note
    assert "per il criterio «Qualità» (20,00 contro 30,00)" in rows[2].tie_note


def test_a_criterion_that_never_resolves_ties_does_not():
    rows = ranked(
        candidate(1, (20, 50)), candidate(2, (30, 40)), criteria=(CriterionRule(1, "Q"), CriterionRule(2, "E"))
    )
    assert [row.id for row in rows] == [1, 2]


def test_below_a_threshold_there_is_no_money_and_the_reason_says_which():
    strict = CriterionRule(1, "Qualità", threshold=Decimal(25), tie_break=1)
    rows = ranked(candidate(1, (20, 60)), candidate(2, (30, 40)), criteria=(strict, REACH), threshold="75")
    assert [(row.id, row.outcome) for row in rows] == [(1, "below_threshold"), (2, "below_threshold")]
    assert rows[0].reason == "Sotto soglia. Qualità: 20,00 punti, ne servono 25,00."
    assert "totale: 70,00 punti, ne servono 75,00" in rows[1].reason
    assert all(row.granted == 0 for row in rows)


def test_a_threshold_is_reached_by_the_mean_exactly():
    strict = CriterionRule(1, "Qualità", threshold=Decimal(25))
    (row,) = ranked(candidate(1, (20, 0), (30, 0)), criteria=(strict, REACH))
    assert row.outcome == "funded"


def test_the_first_that_does_not_fit_ends_the_money_for_all_after():
    rows = ranked(
        candidate(1, (40, 60), requested="60000"),
        candidate(2, (40, 50), requested="50000"),
        candidate(3, (40, 40), requested="10000"),
        budget="100000",
    )
    assert [row.outcome for row in rows] == ["funded", "eligible_not_funded", "eligible_not_funded"]
    assert [row.granted for row in rows] == [Decimal(60000), 0, 0]
    assert "40.000,00 €" in rows[1].reason
    assert rows[2].reason == "Le risorse sono finite con le proposte che precedono."


def test_the_money_may_end_exactly():
    rows = ranked(candidate(1, (40, 60), requested="60000"), candidate(2, (1, 1), requested="40000"), budget="100000")
    assert [row.outcome for row in rows] == ["funded", "funded"]


def test_excluded_ones_stand_last_with_their_reason():
    rows = ranked(candidate(5, (40, 60)), shut=[Shut(7, "2014/0000001", Decimal(1), "Fuori termine")])
    assert [(row.position, row.id, row.outcome, row.total) for row in rows] == [
        (1, 5, "funded", Decimal("100.00")),
        (2, 7, "excluded", None),
    ]
    assert rows[1].reason == "Fuori termine"


def test_nobody_is_ranked_without_a_ballot():
    with pytest.raises(Refused):
        ranked(candidate(1))


def test_ranking_waits_for_all_evaluations():
    check_all_scored([])
    with pytest.raises(Refused, match="«A», «B», «C» e altre"):
        check_all_scored(["A", "B", "C", "D"])


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"is_committee_of_network": False}, "Comitato di Valutazione di questa Rete"),
        ({"held": False}, "non si è ancora svolta"),
        ({"present": 1}, "ne servono almeno 2"),
    ],
)
def test_the_meeting_must_be_valid(facts, sentence):
    good = {"is_committee_of_network": True, "held": True, "present": 2, "quorum": 2}
    check_meeting(**good)
    check_meeting(**(good | {"present": 0, "quorum": None}))
    with pytest.raises(Refused, match=sentence) as refused:
        check_meeting(**(good | facts))
    assert refused.value.field == "meeting"


# --- against a slow implementation that shares nothing with the rule ----------------------------------------------
def exact_half_up(value: Fraction) -> Fraction:
    """Two decimals, half up, in whole numbers."""
    return Fraction((200 * value + 1).__floor__() // 2, 100)


def slow(candidates, criteria, threshold, budget):
    """[(id, outcome, granted)], by picking the best one again and again."""
    facts = {}
    for c in candidates:
        count = len(c.ballots)
        points = {k.id: exact_half_up(sum(Fraction(b[k.id]) for b in c.ballots) / count) for k in criteria}
        weighted = sum(Fraction(b[k.id]) * Fraction(k.weight) for b in c.ballots for k in criteria)
        total = exact_half_up(weighted / count)
        below = total < threshold or any(points[k.id] < Fraction(k.threshold) for k in criteria)
        facts[c.id] = (points, total, below, c)

    def better(one, other):
        (p1, t1, b1, c1), (p2, t2, b2, c2) = facts[one], facts[other]
        if b1 != b2:
            return not b1
        if t1 != t2:
            return t1 > t2
        for k in sorted((k for k in criteria if k.tie_break), key=lambda k: k.tie_break):
            if p1[k.id] != p2[k.id]:
                return p1[k.id] > p2[k.id]
        return c1.registry_number < c2.registry_number

    left, order = list(facts), []
    while left:
        best = left[0]
        for other in left[1:]:
            if better(other, best):
                best = other
        order.append(best)
        left.remove(best)
    found, money, ended = [], Fraction(budget), False
    for pk in order:
        below, asked = facts[pk][2], Fraction(facts[pk][3].requested)
        if below:
            found.append((pk, "below_threshold", 0))
        elif not ended and asked <= money:
            money -= asked
            found.append((pk, "funded", asked))
        else:
            ended = True
            found.append((pk, "eligible_not_funded", 0))
    return found


points = st.decimals(min_value=0, max_value=5, places=2)


@st.composite
def worlds(draw):
    criteria = [
        CriterionRule(
            number,
            f"Criterio {number}",
            draw(st.decimals(min_value="0.5", max_value=2, places=2)),
            draw(st.sampled_from([Decimal(0), Decimal("2.5")])),
            draw(st.sampled_from([0, number])),
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    members = draw(st.integers(1, 3))
    candidates = [
        Candidate(
            number,
            f"2014/{number:07d}",
            Decimal(draw(st.integers(0, 50))),
            tuple({c.id: draw(points) for c in criteria} for _ in range(members)),
        )
        for number in range(1, draw(st.integers(0, 6)) + 1)
    ]
    return candidates, criteria, draw(st.sampled_from([Decimal(0), Decimal(4)])), Decimal(draw(st.integers(0, 150)))


@given(worlds(), st.randoms(use_true_random=False))
def test_it_is_a_total_order_that_does_not_depend_on_the_order_of_arrival(world, random):
    candidates, criteria, threshold, budget = world
    rows = rank(candidates, criteria, total_threshold=threshold, budget=budget)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert rank(shuffled, criteria, total_threshold=threshold, budget=budget) == rows
    assert [row.position for row in rows] == list(range(1, len(candidates) + 1))
    assert sum((row.granted for row in rows), Decimal(0)) <= budget
    assert [(row.id, row.outcome, row.granted) for row in rows] == slow(candidates, criteria, threshold, budget)
