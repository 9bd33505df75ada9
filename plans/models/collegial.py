"""What the committee does together on a proposal: its points are opened, and judged in a meeting."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class ScoresOpening(models.Model):
    """The chair opens the points of a proposal before all have delivered; who had not scores it no more."""

    proposal = models.OneToOneField("plans.ProjectProposal", models.PROTECT, related_name="scores_opening")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField("motivo")
    opened_at = models.DateTimeField("aperti il")

    class Meta:
        verbose_name = "apertura dei punteggi"

    def __str__(self):
        return f"Punteggi aperti: {self.proposal}"


class CollegialEvaluation(models.Model):
    """The committee's own points on a proposal, given in a meeting. They stand in the ranking in place of the mean."""

    proposal = models.OneToOneField("plans.ProjectProposal", models.PROTECT, related_name="collegial")
    meeting = models.ForeignKey("network.Meeting", models.PROTECT, related_name="collegial_evaluations")
    present = models.JSONField("presenti", default=list)
    away = models.JSONField("allontanati per conflitto", default=list)
    note = models.TextField("nota", blank=True)
    recorded_at = models.DateTimeField("registrata il")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "valutazione collegiale"

    def __str__(self):
        return f"Valutazione collegiale: {self.proposal}"


class CollegialScore(models.Model):
    """The committee's points on a criterion, with the reason."""

    collegial = models.ForeignKey(CollegialEvaluation, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("plans.Criterion", models.PROTECT, related_name="collegial_scores")
    points = models.DecimalField("punti", max_digits=6, decimal_places=2)
    reason = models.TextField("motivazione")

    history = HistoricalRecords()

    class Meta:
        ordering = ["collegial", "criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["collegial", "criterion"],
                name="collegial_score_once_per_criterion",
                violation_error_message="Il punteggio collegiale di questo criterio è già dato.",
            ),
            models.CheckConstraint(
                name="collegial_score_not_negative",
                condition=Q(points__gte=0),
                violation_error_message="Il punteggio non può essere negativo.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.points}"
