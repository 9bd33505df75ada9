"""Cross every state of a lifecycle with every move and every role, against the transition table and the permissions.

For a record and its page of moves: in each state the buttons offered are exactly those of the table, and what a role
posts is done, or refused, as table and permissions say.
"""

from django.db import transaction

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.lifecycle import Lifecycle
from conciliazione.kernel.moves import offers
from tests.knocking import fresh, knock, refuse


def put(record, state: str) -> None:
    """Set the state past every rule: only the tests may."""
    type(record)._base_manager.filter(pk=record.pk).update(status=state)
    record.refresh_from_db()


def state_of(record) -> str:
    return type(record)._base_manager.values_list("status", flat=True).get(pk=record.pk)


def offers_differ(record, lifecycle: Lifecycle, people: dict[Role, object]) -> list[str]:
    """Every state x move x role: what is offered against the table. Returns the differences, in words."""
    wrong = []
    before = state_of(record)
    for state in lifecycle.states:
        put(record, state)
        for role, person in people.items():
            access.forget(person)
            offered = {offer.name for offer in offers(record, lifecycle, person, url=lambda name: name)}
            expected = {
                move.name
                for move in lifecycle.transitions
                if state in move.sources and not move.automatic and role in access.policy()[move.action]
            }
            if offered != expected:
                wrong.append(f"{lifecycle.noun} {state} {role}: {offered} instead of {expected}")
    put(record, before)
    return wrong


def pages_differ(record, lifecycle: Lifecycle, people: dict[Role, object], url, data, ready=put) -> list[str]:
    """Every state x move x role by POST, one after the other. Returns the differences, in words.

    `url(move)` is the page of a move, `data(move)` what its form asks, `ready(record, state)` sets the state. Whoever
    may is led on and finds the state of the table, where the move starts from there, and is refused (409 or 422) where
    it does not; the others are refused in every state (403, or 404 where the record does not exist for them). What is
    refused changes nothing, and what is done is undone.
    """
    wrong = []
    for move in (move for move in lifecycle.transitions if not move.automatic):
        allowed = access.policy()[move.action]
        for role, person in people.items():
            known = fresh(person)
            for state in lifecycle.states:
                with transaction.atomic():
                    ready(record, state)
                    if role in allowed:
                        status = knock(fresh(person), "POST", url(move), data(move)).status_code
                    else:
                        status = refuse(known, "POST", url(move), data(move)).status_code
                    after = state_of(record)
                    transaction.set_rollback(True)
                if role not in allowed:
                    expected = status in {403, 404} and after == state
                elif state in move.sources:
                    expected = status == 302 and after == move.target
                else:
                    expected = status in {404, 409, 422} and after == state
                if not expected:
                    wrong.append(f"{lifecycle.noun}.{move.name} from {state} by {role}: {status}, {after}")
    return wrong
