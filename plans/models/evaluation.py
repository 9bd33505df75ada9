from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel.keeping import Keeping, kept_key

from ..enums import EvaluationStatus


class OfCall(Keeping):
    """What a member of the committee did with a proposal. It keeps the call: what was done on a whole call lies
    together in one index, and not a few rows for each of thousands of proposals."""

    kept, belongs_to = "call", "proposal"

    class Meta:
        abstract = True


class ConflictDeclaration(OfCall):
    """A committee member's word on a proposal, given before opening it."""

    proposal = models.ForeignKey("plans.ProjectProposal", models.PROTECT, related_name="conflict_declarations")
    call = kept_key("plans.Call")
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
    call = kept_key("plans.Call")
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
