"""How the services of this app write: with history, by whom, and why."""

from django.db import models

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
