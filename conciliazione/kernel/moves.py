"""Moving a record along its lifecycle, and reading how it moved."""

import hashlib
from datetime import datetime
from functools import wraps

from django.db import models, transaction

from . import access, clock
from .afterwards import settling
from .errors import Refused, refusal_of
from .lifecycle import Lifecycle, Transition
from .models import AboutRecord, Move
from .trail import chain


def lock(record: models.Model) -> models.Model:
    """Re-read the row under a lock, so that of two people at once the second sees what the first did.

    Call inside a transaction. On SQLite the IMMEDIATE transaction itself is the lock.
    """
    return type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)


def move(
    record: models.Model,
    lifecycle: Lifecycle,
    name: str,
    *,
    by,
    reason: str = "",
    at: datetime | None = None,
    field: str = "status",
) -> Move:
    """Perform the transition `name` on `record` (saved, with history) and leave the trace of it.

    Call inside the service's transaction, on a record obtained from `lock`. `by` is the acting person, or None for
    a move that the portal makes by itself. Raises MoveRefused when the state does not allow it, Refused when the
    move needs a reason and none is given.
    """
    state = getattr(record, field)
    transition = lifecycle.check(state, name)
    if transition.needs_reason and not reason.strip():
        raise Refused(f"Per «{transition.label}» serve una motivazione.", field="reason")
    setattr(record, field, transition.target)
    record._history_date = at or clock.now()
    record._change_reason = (reason or transition.label)[:100]
    if by is not None:
        record._history_user = by
    record.save()
    return note(
        record,
        noun=lifecycle.noun,
        name=name,
        label=transition.label,
        by=by,
        reason=reason,
        at=at,
        states=(lifecycle.states, state, transition.target),
    )


def begin(record: models.Model, lifecycle: Lifecycle, *, by, label: str, reason: str = "", at=None) -> Move:
    """Leave the first trace of a record that was just made."""
    return note(
        record,
        noun=lifecycle.noun,
        name="create",
        label=label,
        by=by,
        reason=reason,
        at=at,
        states=(lifecycle.states, "", lifecycle.initial),
    )


def note(record, *, noun: str, name: str, label: str, by, reason: str = "", at=None, states=None) -> Move:
    """Leave a trace without a change of state (or with one, given as (enum, from, to))."""
    trace = _trace(record, noun=noun, name=name, label=label, by=by, reason=reason, at=at, states=states)
    trace.save()
    return trace


def note_all(records, *, noun: str, name: str, by, label: str = "", told=None, states=None) -> None:
    """The trace of one act on many records, in a number of queries that does not follow theirs. `told` gives the
    (label, reason) of each record where they differ."""
    at = clock.now()
    traces = []
    for record in records:
        words, reason = told(record) if told else (label, "")
        traces.append(_trace(record, noun=noun, name=name, label=words, by=by, reason=reason, at=at, states=states))
    Move.objects.bulk_create(traces, batch_size=500)


def _trace(record, *, noun: str, name: str, label: str, by, reason: str, at, states) -> Move:
    """The move, sealed in the trail and still to be saved."""
    enum, source, target = states or (None, "", "")
    chain.record(
        chain.Kind.DECISION,
        f"{noun}: {label}",
        by=by,
        about=record,
        move=name,
        source=source,
        target=target,
        seat=by.acting_label if by else "",
        reason=hashlib.sha256(reason.encode()).hexdigest() if reason else "",  # what one wrote may name people
    )
    return Move(
        **AboutRecord.key(record),
        noun=noun,
        name=name,
        label=label,
        from_state=source,
        to_state=target,
        from_label=enum(source).label if enum and source else "",
        to_label=enum(target).label if enum and target else "",
        by=by,
        by_name=str(by) if by else "Il portale",
        seat_label=by.acting_label if by else "",
        reason=reason,
        at=at or clock.now(),
    )


def timeline(record: models.Model) -> models.QuerySet[Move]:
    """The moves of a record, newest first; who made them is in the row itself."""
    return Move.objects.about(record).order_by("-at", "-pk")


class Offer:
    """A move as a detail page offers it: possible now, or disabled with the reason."""

    def __init__(self, transition: Transition, url: str, refusal: Refused | None):
        self.name = transition.name
        self.label = transition.label
        self.primary = transition.primary
        self.dangerous = transition.dangerous
        self.url = url
        self.refusal = refusal

    @property
    def enabled(self) -> bool:
        return self.refusal is None


def offers(record, lifecycle: Lifecycle, person, *, url, checks=None, field: str = "status") -> list[Offer]:
    """The moves that this person may make from the present state.

    `url(name)` gives the page of a move; `checks` maps a move's name to a callable that raises Refused with the rule
    when the move is not possible yet.
    """
    found = []
    for transition in lifecycle.open_from(getattr(record, field)):
        if not access.can(person, transition.action, record):
            continue
        check = (checks or {}).get(transition.name)
        refusal = refusal_of(check, record) if check else None
        found.append(Offer(transition, url(transition.name), refusal))
    return found


def atomic(function):
    """One transaction around a service; what it owes (`kernel.afterwards`) and its trail are written at its end."""

    @wraps(function)
    def service(*args, **kwargs):
        with transaction.atomic(), chain.gathering(), settling():
            return function(*args, **kwargs)

    return service
