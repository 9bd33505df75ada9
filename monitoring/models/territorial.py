from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse

from ..enums import TerritorialReportStatus


class TerritorialReportQuerySet(models.QuerySet):
    def visible_to(self, person):
        own = access.reach(person, "territorial.view", network="plan__network")
        regional = access.reach(person, "territorial.view_transmitted", network="plan__network")
        return self.filter(own | regional & ~Q(status=TerritorialReportStatus.DRAFT))


class TerritorialReport(models.Model):
    """The ASL's collection of all actions of its territory in a window (R45), gathered by the Regione (R46)."""

    plan = models.ForeignKey("plans.TerritorialPlan", models.PROTECT, related_name="territorial_reports")
    window = models.ForeignKey("monitoring.ReportingWindow", models.PROTECT, related_name="territorial_reports")
    status = models.CharField(
        "stato", max_length=12, choices=TerritorialReportStatus, default=TerritorialReportStatus.DRAFT
    )
    version = models.PositiveSmallIntegerField("versione", default=1)
    why_anew = models.CharField("motivo della nuova versione", max_length=300, blank=True)
    comment = models.TextField("commento dell'ASL", blank=True)
    catalogue = models.JSONField("catalogo delle azioni", null=True, blank=True, editable=False)
    registry_number = models.CharField("protocollo", max_length=20, blank=True)
    transmitted_at = models.DateTimeField("trasmesso il", null=True, blank=True)
    accepted_at = models.DateTimeField("acquisito il", null=True, blank=True)

    history = HistoricalRecords()
    objects = TerritorialReportQuerySet.as_manager()

    class Meta:
        verbose_name = "relazione territoriale"
        verbose_name_plural = "relazioni territoriali"
        ordering = ["-window__period_from", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "window", "version"],
                name="territorial_report_once",
                violation_error_message="La relazione territoriale per questa finestra esiste già.",
            ),
            models.UniqueConstraint(
                fields=["plan", "window"],
                condition=Q(status__in=[TerritorialReportStatus.TRANSMITTED, TerritorialReportStatus.ACCEPTED]),
                name="territorial_report_stands_once",
                violation_error_message="Presso la Regione sta una versione alla volta della relazione territoriale.",
            ),
            models.UniqueConstraint(
                fields=["plan", "window"],
                condition=Q(status__in=[TerritorialReportStatus.DRAFT, TerritorialReportStatus.RETURNED]),
                name="territorial_report_written_once",
                violation_error_message="Di questa relazione c'è già una versione in corso: completa quella.",
            ),
        ]

    def __str__(self):
        anew = f", versione {self.version}" if self.version > 1 else ""
        return f"Relazione territoriale {self.plan.network.name} – {self.window.name}{anew}"

    def get_absolute_url(self):
        return reverse("monitoring:territorial_report", args=[self.pk])

    def scopes(self):
        return self.plan.scopes()
