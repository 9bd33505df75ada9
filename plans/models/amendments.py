"""A project as it was granted, and as each act has changed it since: versions that are never rewritten."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from ..enums import AmendmentKind


class ProjectVersion(models.Model):
    """Period, money and budget of a project from a day on. The first is the grant, the others are acts of the ASL."""

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("versione")
    kind = models.CharField("tipo", max_length=10, choices=AmendmentKind)
    act = models.CharField("atto", max_length=200)
    act_on = models.DateField("data dell'atto")
    reason = models.TextField("motivo", blank=True)
    content = models.JSONField(editable=False)
    made_at = models.DateTimeField("registrata il")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "versione del progetto"
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="project_version_once",
                violation_error_message="Qualcuno ha appena registrato una variazione: ricarica la pagina.",
            )
        ]

    def __str__(self):
        return f"{self.project.title}, versione {self.number}"

    def get_absolute_url(self):
        return reverse("plans:project_versions", args=[self.project_id])

    def scopes(self):
        return self.project.scopes()
