"""How often somebody may do something costly, counted in the database so that every process sees the same number."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from .errors import Refused
from .models import RateCount


def address_of(request) -> str:
    """The network address of whoever asks; behind proxies of ours, the one that the outermost of them saw."""
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and len(chain) >= settings.TRUSTED_PROXIES:
        return chain[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 # nosec B104 -- «no address»; nothing listens


# the table's name is ours, the values are parameters
UPSERT = (
    "INSERT INTO {table} (name, who, counted_from, number) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (name, who, counted_from) DO UPDATE SET number = {table}.number + 1 RETURNING number"
)


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds`, for each person or, for whoever did not sign in, each address."""

    name: str
    most: int
    seconds: int
    sentence: str

    def count(self, key: str) -> int:
        """One more; returns how many there are in the present window."""
        window = int(timezone.now().timestamp()) // self.seconds
        table = connection.ops.quote_name(RateCount._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(UPSERT.format(table=table), [self.name, key, window * self.seconds])
            return cursor.fetchone()[0]

    def spend(self, request) -> None:
        """Count this request. Raises TooMany with how long to wait."""
        person = getattr(request, "user", None)
        key = f"person:{person.pk}" if person is not None and person.is_authenticated else f"from:{address_of(request)}"
        if self.count(key) > self.most:
            wait = self.seconds - int(timezone.now().timestamp()) % self.seconds
            raise TooMany(f"{self.sentence} Riprova tra {minutes(wait)}.", wait=wait)


class TooMany(Refused):
    """Too often: the page says how long to wait (status 429)."""

    code = "rate"

    def __init__(self, message: str, *, wait: int):
        super().__init__(message)
        self.wait = wait


def minutes(seconds: int) -> str:
    whole = -(-seconds // 60)
    return "un minuto" if whole <= 1 else f"{whole} minuti"


def forget_old(before: timedelta = timedelta(days=1)) -> int:
    """Throw away the counts of windows that are long over; returns how many."""
    limit = int((timezone.now() - before).timestamp())
    return RateCount.objects.filter(counted_from__lt=limit).delete()[0]
