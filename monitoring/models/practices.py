from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.searching import matching
from network.enums import Area

from ..enums import PracticeStatus

# what the regional bodies see of those that are not published
PAST_THE_ASL = (PracticeStatus.VALIDATED, PracticeStatus.PUBLISHED)


class GoodPracticeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=PracticeStatus.PUBLISHED)

    def told_with(self, words: str):
        """Those that hold the words in their title or text."""
        return matching(self, words, "title", "summary", "description", "results", "transfer")

    def visible_to(self, person):
        """Those published, for all networks; the others for their network and alliance; validated, for the Regione."""
        if not access.can(person, "practice.view"):
            return self.none()
        return self.filter(
            Q(status=PracticeStatus.PUBLISHED)
            | access.reach(person, "practice.view_own", network="network", alliance="project__alliance")
            | access.reach(person, "practice.view_validated", network="network") & Q(status__in=PAST_THE_ASL)
        )


class GoodPractice(models.Model):
    """What worked, told so that others can do it again: a project's, or the network's own (buona prassi)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="good_practices")
    project = models.ForeignKey("plans.Project", models.PROTECT, null=True, blank=True, related_name="good_practices")
    title = models.CharField("titolo", max_length=200)
    summary = models.CharField("in breve", max_length=400)
    description = models.TextField("che cosa si è fatto")
    results = models.TextField("che cosa è cambiato")
    transfer = models.TextField("come rifarlo altrove")
    area = models.CharField("area", max_length=20, choices=Area)
    status = models.CharField("stato", max_length=10, choices=PracticeStatus, default=PracticeStatus.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField("proposta il", default=clock.now)
    published_at = models.DateTimeField("pubblicata il", null=True, blank=True)
    is_example = models.BooleanField(default=False)

    history = HistoricalRecords()
    objects = GoodPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = "buona prassi"
        verbose_name_plural = "buone prassi"
        ordering = ["-published_at", "-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="practice_published_has_instant",
                condition=~Q(status=PracticeStatus.PUBLISHED) | Q(published_at__isnull=False),
                violation_error_message="Una buona prassi pubblicata ha la data di pubblicazione.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("monitoring:practice", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id} | ({"alliance": self.project.alliance_id} if self.project_id else {})

    @property
    def whose(self) -> str:
        """Who did it, in words."""
        return self.project.alliance.name if self.project_id else self.network.name
