"""Who belongs to the meetings of a body that is a record of another app: that app tells, this one asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet


@dataclass(frozen=True)
class Convener:
    """`bodies` and `people` of the record with a key, `bodies` on a day; `quorum` is how many must be there, if set."""

    bodies: Callable[[int, date], QuerySet]
    people: Callable[[int], QuerySet]
    quorum: Callable[[int], int | None]


_conveners: dict[str, Convener] = {}


def register(body: str, convener: Convener) -> None:
    """Tell who belongs to the meetings of this kind of body (a MeetingBody)."""
    _conveners[body] = convener


def convener_of(body: str) -> Convener | None:
    return _conveners.get(body)
