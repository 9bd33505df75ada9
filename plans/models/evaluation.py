from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from ..enums import EvaluationStatus


def _call_of_proposal():
    """The call of the proposal, kept on the row: what a committee did on a whole call lies together in one index, and
    not a few rows for each of thousands of proposals. A proposal never changes call, so this is never written again;
    it is empty only in rows that an earlier release wrote while this one was put in place, until the daily round."""
    return models.ForeignKey("plans.Call", models.PROTECT, null=True, editable=False, db_index=False, related_name="+")


class OfCall(models.Model):
    """What a member of the committee did with a proposal of a call."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.call_id is None:
            self.call_id = self.proposal.call_id
        super().save(*args, **kwargs)


class ConflictDeclaration(OfCall):
    """A committee member's word on a proposal, given before opening it."""

    proposal = models.ForeignKey("plans.ProjectProposal", models.PROTECT, related_name="conflict_declarations")
    call = _call_of_proposal()
    member = models.ForeignKey("network.CommitteeMember", models.PROTECT, related_name="conflict_declarations")
    has_conflict = models.BooleanField("in conflitto di interessi")
    known_link = models.CharField("legame noto al portale", max_length=300, blank=True)
    note = models.TextField("nota", blank=True)
    declared_at = models.DateTimeField("dichiarato il")

    history = HistoricalRecords(excluded_fields=["call"])

    class Meta:
        verbose_name = "dichiarazione sul conflitto di interessi"
        indexes = [
            models.Index(fields=["call", "proposal", "member", "has_conflict", "known_link"], name="declared_on_call"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "member"],
                name="conflict_declared_once",
                violation_error_message="La dichiarazione per questa proposta è già resa.",
            ),
            models.CheckConstraint(
                name="known_link_denied_with_note",
                condition=Q(known_link="") | Q(has_conflict=True) | ~Q(note=""),
                violation_error_message="Per negare un legame noto serve una nota.",
            ),
        ]

    def __str__(self):
        return f"{self.member}: {'in conflitto' if self.has_conflict else 'nessun conflitto'}"


class Evaluation(OfCall):
    """One member's scores for one proposal."""

    proposal = models.ForeignKey("plans.ProjectProposal", models.PROTECT, related_name="evaluations")
    call = _call_of_proposal()
    member = models.ForeignKey("network.CommitteeMember", models.PROTECT, related_name="evaluations")
    status = models.CharField("stato", max_length=10, choices=EvaluationStatus, default=EvaluationStatus.DRAFT)
    delivered_at = models.DateTimeField("consegnata il", null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["call"])

    class Meta:
        verbose_name = "valutazione"
        verbose_name_plural = "valutazioni"
        indexes = [models.Index(fields=["call", "proposal", "member", "status"], name="evaluated_on_call")]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "member"],
                name="evaluation_once_per_member",
                violation_error_message="Questa proposta ha già la tua valutazione.",
            )
        ]

    def __str__(self):
        return f"{self.proposal}: {self.member}"

    def scopes(self):
        return {"network": self.proposal.call.network_id}


class Score(models.Model):
    """The points a member gives on a criterion, with the reason."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("plans.Criterion", models.PROTECT, related_name="scores")
    points = models.DecimalField("punti", max_digits=6, decimal_places=2, null=True, blank=True)
    reason = models.TextField("motivazione", blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"],
                name="score_once_per_criterion",
                violation_error_message="Il punteggio di questo criterio è già dato.",
            ),
            models.CheckConstraint(
                name="score_not_negative",
                condition=Q(points__gte=0),
                violation_error_message="Il punteggio non può essere negativo.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.points}"
