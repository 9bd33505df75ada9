"""The trail: what was decided, permitted, opened and downloaded, chained so that a change cannot hide.

Each entry is sealed by a digest of its content made with a key that is not in the database (HMAC-SHA256), and linked
to all before it: hash = SHA-256(hash before : digest). The head row holds the last hash. Writing costs two statements
however many entries there are: one takes the head and moves it on (whoever comes second waits), one inserts.

Inside a service (`kernel.moves.atomic`) entries wait for its end, so that the head is held as briefly as possible and
two services that lock records in different order cannot block each other on it. They commit or vanish with the service.
"""

import hashlib
import hmac
import json
import threading
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from .models import TrailEntry, TrailHead

GENESIS = "0" * 64
# the table's name and the expression are ours, the values are parameters
MOVE_ON = "UPDATE {table} SET number = number + %s, previous = hash, hash = {expression} RETURNING number, previous"
MOST_AT_ONCE = 20  # entries sealed by one statement
Kind = TrailEntry.Kind
_local = threading.local()


def record(kind: str, what: str, *, by=None, about: models.Model | None = None, **detail) -> None:
    """Write one entry, when the service that is under way ends; at once when none is."""
    entry = {
        "kind": str(kind),
        "at": timezone.now().isoformat(),
        "person": by.pk if by is not None and getattr(by, "pk", None) else None,
        "what": what[:300],
        "about": f"{about._meta.label_lower}:{about.pk}" if about is not None else "",
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str) if detail else "",
    }
    waiting = getattr(_local, "waiting", None)
    if waiting is None:
        write([entry])
    else:
        waiting.append(entry)


@contextmanager
def gathering():
    """Entries recorded inside are written together at the end, before the transaction of the outermost one commits."""
    if getattr(_local, "waiting", None) is not None:
        before = len(_local.waiting)
        try:
            yield
        except BaseException:
            del _local.waiting[before:]  # what was rolled back did not happen
            raise
        return
    _local.waiting = []
    try:
        yield
        waiting, _local.waiting = _local.waiting, None
        if waiting:
            write(waiting)
    finally:
        _local.waiting = None


def key() -> bytes:
    """The key of the seals: TRAIL_KEY, or one that follows from SECRET_KEY."""
    return hashlib.sha256(f"trail:{settings.TRAIL_KEY}".encode()).digest()


def digest_of(entry: dict) -> str:
    """The seal of an entry's content."""
    content = {name: entry[name] for name in ("kind", "at", "person", "what", "about", "detail")}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hmac.new(key(), text.encode(), hashlib.sha256).hexdigest()


def link(previous: str, digest: str) -> str:
    return hashlib.sha256(f"{previous}:{digest}".encode()).hexdigest()


def write(entries: list[dict]) -> None:
    """Seal and append, in the transaction under way or one of its own."""
    with transaction.atomic():
        for start in range(0, len(entries), MOST_AT_ONCE):
            _append(entries[start : start + MOST_AT_ONCE])


def _append(entries: list[dict]) -> None:
    digests = [digest_of(entry) for entry in entries]
    number, previous = _move_head(digests)
    rows, current = [], previous
    for offset, (entry, digest) in enumerate(zip(entries, digests, strict=True), start=number - len(entries) + 1):
        current = link(current, digest)
        rows.append(TrailEntry(number=offset, digest=digest, hash=current, **entry))
    TrailEntry.objects.bulk_create(rows)


def _move_head(digests: list[str]) -> tuple[int, str]:
    """Move the head over these entries in one statement: (number of the last, hash before the first)."""
    expression, values = "hash", []
    for digest in digests:
        expression = (
            f"encode(sha256(convert_to({expression} || ':' || %s, 'UTF8')), 'hex')"
            if connection.vendor == "postgresql"
            else f"sha256({expression} || ':' || %s)"  # Django gives SQLite this function
        )
        values.append(digest)
    table = connection.ops.quote_name(TrailHead._meta.db_table)
    statement = MOVE_ON.format(table=table, expression=expression)
    with connection.cursor() as cursor:
        cursor.execute(statement, [len(digests), *values])
        row = cursor.fetchone()
        if row is None:  # the very first entry
            TrailHead.objects.bulk_create([TrailHead(previous=GENESIS, hash=GENESIS)], ignore_conflicts=True)
            cursor.execute(statement, [len(digests), *values])
            row = cursor.fetchone()
    return row
