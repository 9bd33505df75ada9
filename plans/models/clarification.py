"""The check of the ASL: its list, and the clarification requests (soccorso istruttorio)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel.addresses import reverse

from ..enums import CheckOutcome, ClarificationStatus


class EligibilityItem(models.Model):
    """What the ASL found on one point of its list."""

    proposal = models.ForeignKey("plans.ProjectProposal", models.PROTECT, related_name="eligibility_items")
    key = models.CharField(max_length=30)
    outcome = models.CharField("esito", max_length=10, choices=CheckOutcome)
    note = models.TextField("nota", blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["proposal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "key"],
                name="eligibility_item_once",
                violation_error_message="Questo punto è già stato verificato.",
            )
        ]

    def __str__(self):
        return f"{self.key}: {self.outcome}"


class ClarificationRequest(models.Model):
    """What the ASL asks an alliance to make clear or complete: named parts alone reopen, and a term runs.

    `before` is what those parts were when the request left, `after` what they became with the answer.
    """

    proposal = models.ForeignKey("plans.ProjectProposal", models.PROTECT, related_name="clarifications")
    text = models.TextField("che cosa si chiede")
    steps = models.JSONField("parti da chiarire", default=list)
    status = models.CharField("stato", max_length=10, choices=ClarificationStatus, default=ClarificationStatus.OPEN)
    sent_at = models.DateTimeField("inviata il")
    due_at = models.DateTimeField("scadenza")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    registry_number = models.CharField("protocollo", max_length=20)
    before = models.JSONField(default=dict, editable=False)
    answer = models.TextField("risposta", blank=True)
    answered_at = models.DateTimeField("risposta il", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer_number = models.CharField("protocollo della risposta", max_length=20, blank=True)
    after = models.JSONField(default=dict, editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField("conclusa il", null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["before", "after"])

    class Meta:
        verbose_name = "richiesta di chiarimenti"
        verbose_name_plural = "richieste di chiarimenti"
        ordering = ["proposal", "sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(status=ClarificationStatus.OPEN),
                name="clarification_one_open",
                violation_error_message="Per questa proposta c'è già una richiesta di chiarimenti aperta.",
            ),
            models.CheckConstraint(
                name="clarification_answered_with_number",
                condition=~Q(status=ClarificationStatus.ANSWERED)
                | (Q(answered_at__isnull=False) & ~Q(answer_number="") & ~Q(content_sha256="")),
                violation_error_message="Una risposta ha sempre protocollo, istante e impronta.",
            ),
        ]

    def __str__(self):
        return f"Chiarimenti su «{self.proposal.title}»"

    def get_absolute_url(self):
        return reverse("plans:clarification", args=[self.pk])

    def scopes(self):
        return self.proposal.scopes()
