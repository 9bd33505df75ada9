"""The daily round: what time alone brings about (terms that lapse, reminders, seats that begin or end by their date).

Each app tells its duties in its own `daily.py`:

    @daily("network.expire_agreements", "Scadenza degli accordi di rete")
    def expire_agreements():
        return [f"Scaduto: {agreement}" for agreement in terms.expire_due()]

`manage.py daily` performs them all, from a timer once a day (or more often: a second round the same day finds nothing
left to do). A duty returns a sentence for each thing it did, and works on what is due and not yet done; for a reminder,
`once(record, "scadenza-90")` says whether it still has to leave. Each duty has a transaction of its own and holds a row
while it works, so two rounds at once follow one another, and one that fails undoes only itself.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from . import clock
from .models import AboutRecord, DailyRun, Reminder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duty:
    """One timed duty: `key` (app and name, never changed), what it is in words, and how it is done."""

    key: str
    label: str
    perform: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Outcome:
    """What one duty did in this round: a sentence for each thing, or the error that stopped it."""

    duty: Duty
    done: tuple[str, ...] = ()
    error: str = ""


_duties: dict[str, Duty] = {}


def daily(key: str, label: str) -> Callable:
    """Register a function as a duty of the daily round. It takes nothing and returns sentences (or None)."""

    def add(function):
        if key in _duties:
            raise ImproperlyConfigured(f"Two daily duties are called {key}.")
        _duties[key] = Duty(key, label, function)
        return function

    return add


@cache
def _look_in_every_app() -> None:
    autodiscover_modules("daily")


def duties() -> list[Duty]:
    """Every duty, in the order of the apps: the lower ones first, since the upper ones build on what they did."""
    _look_in_every_app()
    return list(_duties.values())


def once(record, key: str) -> bool:
    """True the first time that it is asked for this record and key: the reminder is to leave now, and never again.

    Call inside the transaction in which the reminder leaves.
    """
    _, created = Reminder.objects.get_or_create(**AboutRecord.key(record), key=key)
    return created


def perform(duty: Duty) -> Outcome:
    """Do one duty, and keep what came of it."""
    try:
        with transaction.atomic():
            run = _hold(duty)
            done = tuple(str(sentence) for sentence in duty.perform() or ())
            _keep(run, ok=True, lines=done)
    except Exception as error:
        logger.exception("Daily duty %s", duty.key)
        sentence = f"{type(error).__name__}: {error}"
        with transaction.atomic():
            _keep(_hold(duty), ok=False, lines=(sentence,))
        return Outcome(duty, error=sentence)
    return Outcome(duty, done)


def _hold(duty: Duty) -> DailyRun:
    DailyRun.objects.get_or_create(key=duty.key, day=clock.today())
    return DailyRun.objects.select_for_update().get(key=duty.key, day=clock.today())


def _keep(run: DailyRun, *, ok: bool, lines: tuple[str, ...]) -> None:
    run.ok, run.at = ok, clock.now()
    run.report = "\n".join(filter(None, (run.report, *lines)))
    run.save()
