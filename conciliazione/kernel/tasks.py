"""What a person's home page shows. Each app answers for its own records; the portal puts the answers together."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps

from . import clock

HORIZON = timedelta(days=60)  # how far ahead the terms are told


_read: ContextVar[dict | None] = ContextVar("read", default=None)


@contextmanager
def reading_once():
    """Within the block what is marked with `read_once` is read once for each person: for the parts of one page."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def read_once(function):
    """For a query about a person that what awaits, what runs and which terms come all start from."""

    @wraps(function)
    def reading(person):
        kept = _read.get()
        if kept is None:
            return function(person)
        key = (function, person.pk)
        if key not in kept:
            kept[key] = function(person)
        return kept[key]

    return reading


@dataclass(frozen=True)
class Task:
    """Something that awaits the person: what, why, by when, and the page with its one button (`label`)."""

    what: str
    why: str
    url: str
    label: str
    due: date | None = None

    @property
    def late(self) -> int:
        """Days past the term; 0 when there is time or no term."""
        return max(0, (clock.today() - self.due).days) if self.due else 0


@dataclass(frozen=True)
class Running:
    """A process of the person's and where it stands: `steps` are (label, "done" | "current" | "todo")."""

    title: str
    url: str
    steps: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Deadline:
    """A term that runs."""

    day: date
    what: str
    url: str
