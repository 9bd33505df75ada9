"""Registry numbers (protocollo): gapless per register and year, also when many ask at once."""

from django.db import transaction
from django.utils import timezone

from . import clock
from .models import AboutRecord, RegistryEntry, RegistrySequence


def register(record, *, register: str, direction: str, subject: str, by, at=None, sha256: str = "") -> RegistryEntry:
    """Give the next number of the register in the year of `at` (aware, read in Europe/Rome).

    The sequence row stays locked until the transaction of the caller ends, so a rolled back act leaves no gap.
    Raises TransactionManagementError outside a transaction.
    """
    at = at or clock.now()
    sequence = next_number(register, at=at)
    return RegistryEntry.objects.create(
        **AboutRecord.key(record),
        sequence=sequence,
        number=sequence.last,
        at=at,
        direction=direction,
        subject=subject[:300],
        sha256=sha256,
        by=by,
    )


def next_number(register: str, *, at=None) -> RegistrySequence:
    """Take the next number (`last`) of a series in the year of `at`, for what is numbered without an entry of its own.

    Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A registry number is taken inside the transaction of its act.")
    year = timezone.localtime(at or clock.now()).year
    RegistrySequence.objects.get_or_create(register=register, year=year)
    sequence = RegistrySequence.objects.select_for_update().get(register=register, year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence
