"""Every lifecycle of the portal, crossed: each state with each move, against the table."""

import pytest

from conciliazione.kernel.access import policy
from conciliazione.kernel.errors import MoveRefused
from conciliazione.kernel.lifecycle import LIFECYCLES, Lifecycle, Transition
from conciliazione.portal import handbook

handbook.load_everything()
CROSSED = [
    (cycle, state, move) for cycle in LIFECYCLES.values() for state in cycle.states for move in cycle.transitions
]


@pytest.mark.parametrize(
    ("cycle", "state", "move"), CROSSED, ids=lambda v: getattr(v, "noun", None) or getattr(v, "name", str(v))
)
def test_move_starts_only_from_its_sources(cycle, state, move):
    if state in move.sources:
        assert cycle.check(state, move.name) is move
        assert (move in cycle.open_from(state)) is not move.automatic
    else:
        with pytest.raises(MoveRefused, match=str(cycle.states(state).label)):
            cycle.check(state, move.name)


@pytest.mark.parametrize("cycle", LIFECYCLES.values(), ids=lambda c: c.noun)
def test_every_state_is_reached(cycle):
    reached, grown = {cycle.initial}, True
    while grown:
        targets = {m.target for m in cycle.transitions if set(m.sources) & reached}
        grown = not targets <= reached
        reached |= targets
    assert reached == set(cycle.states)


@pytest.mark.parametrize("cycle", LIFECYCLES.values(), ids=lambda c: c.noun)
def test_every_move_has_its_own_address_and_a_declared_action(cycle):
    assert len({move.slug for move in cycle.transitions}) == len(cycle.transitions)
    assert {move.action for move in cycle.transitions if not move.automatic} <= set(policy())


def test_a_table_with_an_unknown_state_is_refused():
    from network.enums import ProgrammeStatus

    with pytest.raises(ValueError, match="unknown states"):
        Lifecycle("x", ProgrammeStatus, "draft", (Transition("go", ("nowhere",), "active", "Vai", "x"),))
