"""Rows that keep a key of the record they belong to, so that lists and boards find them by an index of their own.

The record never changes that key, so what is kept is derived and no decision: it has no history, and is written once.
It is empty only in rows that an earlier release wrote while this one was put in place, until the daily round of their
app fills it in (`fill`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import OuterRef, Subquery


def kept_key(to: str) -> models.ForeignKey:
    """The field for it: never edited, and without an index by itself, since those of the model begin with it."""
    return models.ForeignKey(to, models.PROTECT, null=True, editable=False, db_index=False, related_name="+")


class Keeping(models.Model):
    """Keeps `kept`, a `kept_key` by the same name as the key of the record in `belongs_to`."""

    kept: ClassVar[str]
    belongs_to: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        key = f"{self.kept}_id"
        if getattr(self, key) is None and getattr(self, f"{self.belongs_to}_id") is not None:
            setattr(self, key, getattr(getattr(self, self.belongs_to), key))
        super().save(*args, **kwargs)


def fill(model: type[Keeping]) -> int:
    """Write what is kept into the rows that lack it, and say into how many."""
    record = model._meta.get_field(model.belongs_to).related_model
    known = record._base_manager.filter(pk=OuterRef(model.belongs_to)).values(model.kept)[:1]
    return model._base_manager.filter(**{model.kept: None}).update(**{model.kept: Subquery(known)})
