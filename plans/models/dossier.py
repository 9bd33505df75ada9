"""The fascicolo of a project: everything that a person may read about it, in one ZIP made in the background."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from conciliazione.kernel.models import MadeByWorker


class Dossier(MadeByWorker):
    """What one person asked for and got, as it was then. `parts` says what goes in; what was left out stands beside."""

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="dossiers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seat_label = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    done = models.PositiveSmallIntegerField("documenti pronti", default=0)
    file = models.FileField(upload_to="dossiers/%Y", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField("chiesto il")
    beat_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "fascicolo di progetto"
        ordering = ["-pk"]

    def __str__(self):
        return f"Fascicolo di {self.project.title}"

    def get_absolute_url(self):
        return reverse("plans:dossier", args=[self.project_id])

    def scopes(self):
        return self.project.scopes()
