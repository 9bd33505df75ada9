from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access

from ..enums import Outcome, RankingStatus


class RankingQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Published rankings are for everyone; before, for the committee and the office of the network."""
        received = access.reach(person, "ranking.view", network="call__network")
        return self.filter(received | models.Q(status=RankingStatus.PUBLISHED))


class Ranking(models.Model):
    """The graduatoria of a call; its rows are frozen when the committee approves it."""

    call = models.OneToOneField("plans.Call", models.PROTECT, related_name="ranking")
    status = models.CharField("stato", max_length=10, choices=RankingStatus, default=RankingStatus.DRAFT)
    meeting = models.ForeignKey("network.Meeting", models.PROTECT, null=True, blank=True, related_name="rankings")
    approved_on = models.DateField("approvata il", null=True, blank=True)
    published_at = models.DateTimeField("pubblicata il", null=True, blank=True)

    history = HistoricalRecords()
    objects = RankingQuerySet.as_manager()

    class Meta:
        verbose_name = "graduatoria"
        verbose_name_plural = "graduatorie"

    def __str__(self):
        return f"Graduatoria – {self.call.title}"

    def get_absolute_url(self):
        return reverse("plans:ranking", args=[self.pk])

    def scopes(self):
        return {"network": self.call.network_id}


class RankingRow(models.Model):
    """A proposal's place, points and outcome, frozen."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="rows")
    proposal = models.OneToOneField("plans.ProjectProposal", models.PROTECT, related_name="ranking_row")
    position = models.PositiveIntegerField("posizione")
    total = models.DecimalField("punteggio", max_digits=8, decimal_places=2, null=True)
    points = models.JSONField("punti per criterio", default=list)
    outcome = models.CharField("esito", max_length=20, choices=Outcome)
    requested = models.DecimalField("contributo richiesto", max_digits=12, decimal_places=2)
    granted = models.DecimalField("contributo assegnato", max_digits=12, decimal_places=2, default=0)
    tie_note = models.CharField("parità", max_length=300, blank=True)
    reason = models.TextField("motivo", blank=True)

    class Meta:
        ordering = ["ranking", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ranking", "position"],
                name="ranking_position_once",
                violation_error_message="Due proposte non possono avere lo stesso posto.",
            )
        ]

    def __str__(self):
        return f"{self.position}. {self.proposal}"
