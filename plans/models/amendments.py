"""A project as it was granted, and as each act has changed it since: versions that are never rewritten, and what
the public reads of them.
"""

from django.conf import settings
from django.db import models

from conciliazione.kernel.addresses import reverse

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


class PublicationUpdate(models.Model):
    """A published grant whose amount an act has changed, published anew; what was public before stays beside it.

    It says amounts, act and office, never the reason: that may tell of people (d.lgs. 33/2013 art. 26 c. 4, art. 27).
    """

    publication = models.ForeignKey("plans.Publication", models.PROTECT, related_name="updates")
    number = models.PositiveSmallIntegerField("numero")
    before = models.DecimalField("importo pubblicato prima", max_digits=12, decimal_places=2)
    amount = models.DecimalField("importo", max_digits=12, decimal_places=2)
    act = models.CharField("atto", max_length=200)
    act_on = models.DateField("data dell'atto")
    office = models.CharField("ufficio", max_length=150)
    official = models.CharField("responsabile del procedimento", max_length=150)
    published_at = models.DateTimeField("pubblicato il")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "pubblicazione di un contributo modificato"
        ordering = ["publication", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"],
                name="publication_update_once",
                violation_error_message="Qualcuno ha appena pubblicato la modifica: ricarica la pagina.",
            )
        ]

    def __str__(self):
        return f"{self.publication.beneficiary}: {self.amount} invece di {self.before}"
