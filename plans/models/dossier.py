"""The fascicolo of a project: everything that a person may read about it, in one ZIP made in the background."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

STUCK_AFTER = timedelta(minutes=10)  # in the machine's time: whoever was making it is gone


class Dossier(models.Model):
    """What one person asked for and got, as it was then. `parts` says what goes in; what was left out stands beside."""

    class State(models.TextChoices):
        QUEUED = "queued", "In coda"
        RUNNING = "running", "In preparazione"
        READY = "ready", "Pronto"
        FAILED = "failed", "Non riuscito"

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="dossiers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seat_label = models.CharField(max_length=200, blank=True)
    state = models.CharField("stato", max_length=10, choices=State, default=State.QUEUED)
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

    @property
    def is_working(self) -> bool:
        """In the queue or in preparation, with signs of life."""
        working = self.state in {self.State.QUEUED, self.State.RUNNING}
        return working and self.beat_at is not None and timezone.now() - self.beat_at < STUCK_AFTER
