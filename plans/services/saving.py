"""Saving with the row of history that says who and why, and noticing that somebody else wrote meanwhile."""

from datetime import timedelta

from django.db import models

from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile
from conciliazione.kernel.moves import lock

from ..models import Call
from ..rules.calls import check_editable

QUIET = timedelta(minutes=10)


def keep(record: models.Model, *, by, why: str) -> models.Model:
    """Save with history, at the portal's time."""
    record._history_date = clock.now()
    record._history_user = by
    record._change_reason = why[:100]
    record.save()
    return record


def drop(record: models.Model, *, by, why: str) -> None:
    """Delete; the history keeps what was there."""
    record._history_date = clock.now()
    record._history_user = by
    record._change_reason = why[:100]
    record.delete()


def keep_while_typing(record: models.Model, *, by) -> models.Model:
    """Save what the page sends by itself: a row of history at most every ten minutes of the same person's typing.

    The button, and the handing in, always leave one: what matters is kept, the keystrokes are not.
    """
    last = record.history.first()
    recent = last is not None and last.history_date >= clock.now() - QUIET
    if recent and last.history_user_id == by.pk:
        record.save_without_historical_record()
        return record
    return keep(record, by=by, why="Salvataggio durante la scrittura")


def who_wrote_last(record: models.Model, *, asks=None) -> str:
    """Who made the newest row of history: «Anna Rossi»; «un'altra persona» where it is not known.

    To the person who `asks` it says when it was themselves, in another window.
    """
    last = record.history.select_related("history_user").first()
    if last and asks is not None and last.history_user_id == asks.pk:
        return "tu, in un'altra finestra, hai scritto qui: il portale"
    return str(last.history_user) if last and last.history_user else "un'altra persona"


def check_unseen(record: models.Model, seen: int | None) -> None:
    """Raises ChangedMeanwhile when the row has a newer version than the one the person had before them.

    `seen` is the id of the newest row of history that the form was made from; None skips the check.
    """
    if seen is None:
        return
    newest = record.history.order_by("-history_id").values_list("history_id", flat=True).first()
    if newest is not None and newest != seen:
        raise ChangedMeanwhile(
            f"Nel frattempo {who_wrote_last(record)} ha modificato questi dati. Sotto trovi ciò che ha scritto: "
            "confronta, correggi e salva di nuovo."
        )


def editable_call(call: Call) -> Call:
    """The call locked, while it is in preparation. Raises MoveRefused."""
    call = lock(call)
    check_editable(call.status)
    return call


def known(values: dict, names: tuple[str, ...]) -> dict:
    """The values, all of them named. Raises TypeError for a field that the service does not write."""
    unknown = values.keys() - set(names)
    if unknown:
        raise TypeError(f"Unknown fields: {', '.join(sorted(unknown))}")
    return values
