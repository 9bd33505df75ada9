"""Cross every state of a lifecycle with every move and every role, against the transition table and the permissions.

For a record and its page of moves: who may do a move in no state at all is refused (403, or 404 where the record does
not exist for them); who may is refused in the states from which the move does not start (422); and the buttons offered
are in each state exactly those of the table. Nothing of it changes the state.
"""

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.lifecycle import Lifecycle
from conciliazione.kernel.moves import offers


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


def pages_differ(record, lifecycle: Lifecycle, people: dict[Role, object], client, url, names) -> list[str]:
    """Every move by POST, in every state from which it does not start for whoever may, and for whoever may not.

    `url(move)` is the page of a move, `names` the moves that have one. Returns the differences, in words.
    """
    wrong = []
    before = state_of(record)
    for move in lifecycle.transitions:
        if move.name not in names:
            continue
        allowed = access.policy()[move.action]
        doer = next(person for role, person in people.items() if role in allowed)
        for role, person in people.items():
            if role in allowed:
                continue
            client.force_login(person)
            answer = client.post(url(move), {"reason": "Una ragione"})
            if answer.status_code not in {403, 404}:
                wrong.append(f"{lifecycle.noun}.{move.name} by {role}: {answer.status_code}")
        client.force_login(doer)
        for state in lifecycle.states:
            if state in move.sources:
                continue
            put(record, state)
            answer = client.post(url(move), {"reason": "Una ragione"})
            if answer.status_code not in {403, 404, 422} or state_of(record) != state:
                wrong.append(f"{lifecycle.noun}.{move.name} from {state}: {answer.status_code}, {state_of(record)}")
        put(record, before)
    return wrong
