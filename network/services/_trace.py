"""How the services of this app write: with history, by whom, and why; one record, or as many as a network has."""

from collections.abc import Sequence

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from conciliazione.kernel import clock
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.registry import register


def save(record: models.Model, *, by, why: str = "") -> models.Model:
    """Save with a row of history that says who and why."""
    record._history_date = clock.now()
    record._change_reason = why[:100] or None
    if by is not None:
        record._history_user = by
    record.save()
    return record


def filed(record, network, subject: str, *, by, incoming: bool = False) -> RegistryEntry:
    """Give an act of the network its registry number, inside the transaction of the act."""
    way = RegistryEntry.Direction.INCOMING if incoming else RegistryEntry.Direction.OUTGOING
    return register(record, register=network.register, direction=way, subject=subject, by=by)


def save_all(records: Sequence[models.Model], fields: list[str], *, by, why: str) -> None:
    """Save these fields of records of one model, with history, in a number of queries that does not follow theirs."""
    if records:
        extra = {"default_user": by, "default_change_reason": why[:100], "default_date": clock.now()}
        bulk_update_with_history(records, type(records[0]), fields, **extra)


def create_all(records: Sequence[models.Model], *, by, why: str) -> list[models.Model]:
    """Create records of one model, with history, in a number of queries that does not follow theirs."""
    if not records:
        return []
    extra = {"default_user": by, "default_change_reason": why[:100], "default_date": clock.now()}
    return bulk_create_with_history(records, type(records[0]), **extra)
