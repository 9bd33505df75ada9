"""Registry numbers (protocollo): gapless per register and year, also when many ask at once."""

from django.db import transaction
from django.utils import timezone

from . import clock
from .errors import Refused
from .models import AboutRecord, RegistryEntry, RegistrySequence
from .moves import atomic, lock, note
from .text import normalise


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


def check_can_annul(entry: RegistryEntry) -> None:
    """Once, and for good. Raises Refused."""
    if entry.annulled_at is not None:
        raise Refused(
            f"La registrazione n. {entry} è già annullata dal {timezone.localtime(entry.annulled_at):%d/%m/%Y}."
        )


@atomic
def annul(entry: RegistryEntry, *, reason: str, by) -> RegistryEntry:
    """Annul an entry that was made by mistake: number and content stay, with who annulled it, when and why (D.P.R.
    445/2000, art. 54). It is never deleted, and the number is never given again."""
    entry = lock(entry)
    check_can_annul(entry)
    reason = normalise(reason)[:500]
    if not reason:
        raise Refused("Scrivi perché la registrazione si annulla: resta leggibile accanto al numero.", field="reason")
    entry.annulled_at, entry.annulled_by, entry.annulled_reason = clock.now(), by, reason
    entry.save(update_fields=["annulled_at", "annulled_by", "annulled_reason"])
    note(
        entry, noun="registry_entry", name="annul", label=f"Annullata la registrazione n. {entry}", by=by, reason=reason
    )
    return entry


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
