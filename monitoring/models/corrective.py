from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import CorrectiveKind, CorrectiveStatus, IssuerBody


class CorrectiveActionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those on a project: its alliance and the bodies. Those on the whole network: also its adherents."""
        general = access.reach(person, "corrective.view_general", network="network")
        return self.filter(
            access.reach(person, "corrective.view", network="network", alliance="project__alliance")
            | general & Q(project=None)
        )


class CorrectiveAction(models.Model):
    """A corrective action or guidance issued on a network or on one of its projects (R05, R16, R21)."""

    kind = models.CharField("tipo", max_length=20, choices=CorrectiveKind)
    issuer = models.CharField("organo", max_length=10, choices=IssuerBody)
    network = models.ForeignKey("network.Network", models.PROTECT, related_name="corrective_actions")
    project = models.ForeignKey(
        "plans.Project", models.PROTECT, null=True, blank=True, related_name="corrective_actions"
    )
    subject = models.CharField("oggetto", max_length=200)
    text = models.TextField("testo")
    due_on = models.DateField("entro il", null=True, blank=True)
    status = models.CharField("stato", max_length=10, choices=CorrectiveStatus, default=CorrectiveStatus.OPEN)
    answer = models.TextField("risposta", blank=True)
    answered_at = models.DateTimeField("risposta del", null=True, blank=True)
    outcome = models.TextField("esito", blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField("emessa il", default=clock.now)

    history = HistoricalRecords()
    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = "azione correttiva"
        verbose_name_plural = "azioni correttive"
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="corrective_answer_before_closing",
                condition=~Q(status=CorrectiveStatus.ANSWERED) | ~Q(answer=""),
                violation_error_message="La risposta non può essere vuota.",
            ),
            models.CheckConstraint(
                name="corrective_action_has_term",
                condition=Q(kind=CorrectiveKind.GUIDANCE) | Q(due_on__isnull=False),
                violation_error_message="Un'azione correttiva ha sempre un termine per la risposta.",
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("monitoring:corrective", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id} | ({"alliance": self.project.alliance_id} if self.project_id else {})
