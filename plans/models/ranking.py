from django.db import models
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse

from ..enums import DrawStatus, Outcome, RankingStatus


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


class RankingDrawQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Published draws are for everyone; before, for the committee and the office of the network."""
        received = access.reach(person, "ranking.view", network="ranking__call__network")
        return self.filter(received | models.Q(status=DrawStatus.PUBLISHED))


class RankingDraw(models.Model):
    """A scorrimento: money that came back goes down the reserve list, by an act. The ranking itself stays as it was."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField("numero")
    status = models.CharField("stato", max_length=10, choices=DrawStatus, default=DrawStatus.ORDERED)
    act = models.CharField("atto", max_length=200)
    act_on = models.DateField("data dell'atto")
    added = models.DecimalField("risorse aggiuntive", max_digits=12, decimal_places=2, default=0)
    available = models.DecimalField("risorse disponibili", max_digits=12, decimal_places=2)
    sources = models.JSONField("da dove vengono", default=list)
    drawn_at = models.DateTimeField("disposto il")
    published_at = models.DateTimeField("pubblicato il", null=True, blank=True)
    registry_number = models.CharField("protocollo", max_length=20, blank=True)

    history = HistoricalRecords()
    objects = RankingDrawQuerySet.as_manager()

    class Meta:
        verbose_name = "scorrimento della graduatoria"
        ordering = ["ranking", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["ranking", "number"],
                name="ranking_draw_number_once",
                violation_error_message="Qualcuno ha appena disposto uno scorrimento: ricarica la pagina.",
            ),
            models.CheckConstraint(
                name="ranking_draw_added_not_negative",
                condition=models.Q(added__gte=0),
                violation_error_message="Le risorse aggiuntive non possono essere negative.",
            ),
        ]

    def __str__(self):
        return f"Scorrimento n. {self.number} – {self.ranking.call.title}"

    def get_absolute_url(self):
        return reverse("plans:draw", args=[self.pk])

    def scopes(self):
        return self.ranking.scopes()


class RankingDrawRow(models.Model):
    """A proposal of the reserve list that the draw reaches, frozen; once at most in its life."""

    draw = models.ForeignKey(RankingDraw, models.CASCADE, related_name="rows")
    proposal = models.OneToOneField("plans.ProjectProposal", models.PROTECT, related_name="draw_row")
    position = models.PositiveIntegerField("posto in graduatoria")
    requested = models.DecimalField("contributo richiesto", max_digits=12, decimal_places=2)
    granted = models.DecimalField("contributo assegnato", max_digits=12, decimal_places=2)
    reason = models.TextField("motivo")

    class Meta:
        ordering = ["draw", "position"]

    def __str__(self):
        return f"{self.draw}: {self.proposal}"
