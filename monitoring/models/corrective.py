from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import CorrectiveKind, CorrectiveStatus, IssuerBody


class CorrectiveActionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those on a project or an alliance: that alliance and the bodies. On the whole network: also its adherents."""
        general = access.reach(person, "corrective.view_general", network="network")
        return self.filter(
            access.reach(person, "corrective.view", network="network", alliance="project__alliance")
            | access.reach(person, "corrective.view", alliance="alliance")
            | general & Q(project=None, alliance=None)
        )


class CorrectiveAction(models.Model):
    """A corrective action or guidance issued on a network, one of its alliances or projects (R05, R16, R21)."""

    kind = models.CharField("tipo", max_length=20, choices=CorrectiveKind)
    issuer = models.CharField("organo", max_length=10, choices=IssuerBody)
    network = models.ForeignKey("network.Network", models.PROTECT, related_name="corrective_actions")
    project = models.ForeignKey(
        "plans.Project", models.PROTECT, null=True, blank=True, related_name="corrective_actions"
    )
    alliance = models.ForeignKey(
        "alliances.Alliance", models.PROTECT, null=True, blank=True, related_name="corrective_actions"
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
                name="corrective_on_alliance_or_project",
                condition=Q(project=None) | Q(alliance=None),
                violation_error_message="Riguarda un progetto o un'Alleanza, non entrambi.",
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
        return {"network": self.network_id} | ({"alliance": self.bearer_id} if self.bearer_id else {})

    @property
    def bearer_id(self) -> int | None:
        return self.project.alliance_id if self.project_id else self.alliance_id

    @property
    def bearer(self):
        """The alliance that it is addressed to, by itself or through one of its projects; None for the network."""
        return self.project.alliance if self.project_id else self.alliance

    @property
    def about(self) -> str:
        """What it concerns, in words."""
        if self.project_id:
            return self.project.title
        return self.alliance.name if self.alliance_id else "Tutta la Rete"
