"""The time of the portal. Every rule, term and trace asks here what time it is.

In production it is the time of the machine. A demonstration stands at the date its story has reached (its agreement
is of 2014), so that whoever tries it finds calls that are open and terms that run; the tests stand where they want.
"""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_offset: timedelta | None = None


def now() -> datetime:
    """The present instant, aware."""
    return timezone.now() + _shift()


def today() -> date:
    """The present day in Europe/Rome."""
    return timezone.localdate(now())


@contextmanager
def standing_at(instant: datetime):
    """Inside the block the portal's time starts from `instant`. Refused in production."""
    global _offset
    _refuse_in_production()
    before, _offset = _offset, instant - timezone.now()
    try:
        yield
    finally:
        _offset = before


def keep_standing_at(instant: datetime) -> None:
    """Let this demonstration stand at `instant` from now on, in every process started later too."""
    global _offset
    from .models import DemoClock

    _refuse_in_production()
    _offset = instant - timezone.now()
    DemoClock.objects.update_or_create(singleton=True, defaults={"offset": _offset})


def is_shifted() -> bool:
    return bool(_shift())


def _shift() -> timedelta:
    global _offset
    if _offset is None:
        _offset = _stored_shift() if settings.DEPLOYMENT == "demo" else timedelta()
    return _offset


def _stored_shift() -> timedelta:
    from .models import DemoClock

    stored = DemoClock.objects.first()
    return stored.offset if stored else timedelta()


def _refuse_in_production() -> None:
    if settings.IS_PRODUCTION:
        raise RuntimeError("The time of a production portal is the time of its machine.")
