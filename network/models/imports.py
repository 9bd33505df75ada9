from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import ImportOutcome, ImportStatus


class RegisterImportQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own: what somebody else is preparing is theirs until it is in the register."""
        if not person.is_authenticated or not access.can(person, "organisation.edit"):
            return self.none()
        return self.all() if person.is_superuser else self.filter(by=person)


class RegisterImport(models.Model):
    """A file of bodies: looked at row by row, then taken into the register all together or not at all.

    What is imported is the file that was looked at (kept, with its SHA-256), and only while it would still do exactly
    what the preview said (`outcome_sha256`).
    """

    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    status = models.CharField("stato", max_length=10, choices=ImportStatus, default=ImportStatus.PREVIEWED)
    rows = models.JSONField(default=list)
    outcome_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    history = HistoricalRecords(excluded_fields=["rows"])
    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "importazione di enti"
        verbose_name_plural = "importazioni di enti"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"Importazione di {self.file.name}"

    def get_absolute_url(self):
        return reverse("network:import", args=[self.pk])

    def scopes(self):
        return {}

    def count(self, outcome: ImportOutcome) -> int:
        return sum(row["outcome"] == outcome for row in self.rows)

    @property
    def first_error(self) -> tuple[int, str, str] | None:
        """(row, column, sentence) of the first thing that is wrong; None when nothing is."""
        row = next((row for row in self.rows if row["errors"]), None)
        return (row["number"], *row["errors"][0]) if row else None
