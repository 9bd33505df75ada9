"""The trail's two tables. Written by `kernel.trail.chain` alone; nothing ever changes or deletes an entry."""

import json
from datetime import datetime

from django.apps import apps
from django.db import models


class TrailHead(models.Model):
    """Where the chain stands: one row, which whoever writes holds until their transaction ends."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    number = models.PositiveBigIntegerField(default=0)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "kernel"

    def __str__(self):
        return f"{self.number} {self.hash[:12]}"


class TrailEntry(models.Model):
    """One thing that happened. Who did it is a number alone, so that it outlives their pseudonymisation; the title of
    an act that names somebody, such as an appointment, keeps the name as the act does."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Decisione"
        PERMISSION = "permission", "Permesso"
        SIGN_IN = "sign_in", "Accesso"
        DOWNLOAD = "download", "Scaricamento di dati personali"
        PRIVACY = "privacy", "Dati personali"
        TRAIL = "trail", "La traccia stessa"

    number = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.CharField(max_length=40)  # ISO 8601, as it was sealed
    person = models.PositiveBigIntegerField(null=True)  # who did it: a number, not a link
    what = models.CharField(max_length=300)
    about = models.CharField(max_length=120, blank=True)  # app.model:pk
    detail = models.TextField(blank=True)  # JSON
    digest = models.CharField(max_length=64)  # of the content, with the key of the trail
    hash = models.CharField(max_length=64)  # of the hash before and the digest

    class Meta:
        app_label = "kernel"
        ordering = ["-number"]
        indexes = [models.Index(fields=["kind", "-number"]), models.Index(fields=["person"])]

    def __str__(self):
        return f"{self.number} {self.what}"

    def save(self, *args, **kwargs):
        raise TypeError("The trail is written by kernel.trail.chain, and never changed.")

    def delete(self, *args, **kwargs):
        raise TypeError("Nothing is deleted from the trail.")

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def about_kind(self) -> str:
        return self.about.partition(":")[0]

    @property
    def about_number(self) -> str:
        return self.about.partition(":")[2]

    @property
    def about_words(self) -> str:
        """What the entry is about, as a person reads it: «alleanza n. 3»."""
        label, _, number = self.about.partition(":")
        try:
            return f"{apps.get_model(label)._meta.verbose_name} n. {number}" if label else ""
        except (LookupError, ValueError):  # a table that is no longer there
            return self.about

    @property
    def seat(self) -> str:
        """In which seat the person acted, where the entry keeps it."""
        return str(json.loads(self.detail).get("seat", "")) if self.detail else ""
