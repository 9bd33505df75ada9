"""What a person's home page shows. Each app answers for its own records; the portal puts the answers together."""

from collections.abc import Iterable
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import QuerySet

from . import clock
from .models import Notice

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


MOST_TOLD = 20  # single tasks of a kind; beyond, they are one that opens their list


class Awaited:
    """Rows that may concern a person, by name. How many there are of each is asked in one statement, and together with
    what else waits to be asked within `reading_once`: of most kinds there are none, and those are not read at all."""

    def __init__(self, rows: dict[str, QuerySet]):
        self._rows = rows
        self._numbers: dict[str, int] | None = None
        if (kept := _read.get()) is not None:
            kept.setdefault(Awaited, []).append(self)

    def number(self, name: str) -> int:
        """How many rows there are under a name; 0 also where nothing was asked."""
        if self._numbers is None:
            kept = _read.get()
            _count(kept.pop(Awaited, [self]) if kept is not None else [self])
        return self._numbers.get(name, 0)

    def __getitem__(self, name: str) -> Iterable:
        """The rows themselves; nothing is asked of the database where there are none."""
        return self._rows[name] if self.number(name) else ()

    def are_many(self, name: str) -> bool:
        """More than can be told one by one."""
        return self.number(name) > MOST_TOLD


def _count(many: list[Awaited]) -> None:
    """The numbers of all of them, in one statement."""
    parts, values, names = [], [], []
    for awaited in many:
        awaited._numbers = {}
        for name, rows in awaited._rows.items():
            with suppress(EmptyResultSet):
                sql, asked = rows.order_by().values("pk").query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
                parts.append(f"(SELECT COUNT(*) FROM ({sql}) asked)")  # noqa: S608 # nosec B608 -- Django's own query
                values += asked
                names.append((awaited, name))
    if not parts:
        return
    with connections[router.db_for_read(Notice)].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)  # nosec B608 -- Django's own queries, put beside each other
        for (awaited, name), number in zip(names, cursor.fetchone(), strict=True):
            awaited._numbers[name] = number


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
