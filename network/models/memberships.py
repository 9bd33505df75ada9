from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import MembershipOrigin, MembershipStatus, SeatKind
from ..rules.duties import DUTY_CHOICES


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of the networks one sees, and those of the body for which one acts, also once they are over."""
        own = Q(pk__in=[])
        seat = person.acting_seat if person.is_authenticated else None
        if seat is not None and seat.kind == SeatKind.DELEGATE:
            own = Q(organisation=seat.organisation_id)
        return self.filter(access.reach(person, "network.view", network="network") | own)

    def current(self):
        return self.filter(status=MembershipStatus.MEMBER)

    def on(self, day):
        """Who was a member on a given day, whatever happened later."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Membership(models.Model):
    """A body's belonging to the network. Being a member and having signed are two states (R08, R10)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, related_name="memberships")
    status = models.CharField("stato", max_length=12, choices=MembershipStatus)
    origin = models.CharField("origine", max_length=20, choices=MembershipOrigin)
    since = models.DateField("aderente dal", null=True, blank=True)
    until = models.DateField("fino al", null=True, blank=True)
    reason = models.TextField("motivazione", blank=True)
    convened_on = models.DateField("convocato il", null=True, blank=True)

    history = HistoricalRecords()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "adesione"
        verbose_name_plural = "adesioni"
        ordering = ["organisation__name"]
        # how many adhere: to a network, to any
        indexes = [
            models.Index(fields=["network", "status"], name="membership_of_network_by_state"),
            models.Index(fields=["status", "organisation"], name="membership_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"],
                condition=Q(until=None),
                name="membership_open_once",
                violation_error_message="Questo ente ha già un'adesione aperta nella Rete.",
            ),
            models.CheckConstraint(
                name="membership_ends_with_reason",
                condition=~Q(status=MembershipStatus.RENOUNCED) | (~Q(reason="") & Q(until__isnull=False)),
                violation_error_message="La rinuncia è espressa: serve la motivazione (art. 5).",
            ),
        ]

    def __str__(self):
        return f"{self.organisation.name} – {self.network.name}"

    def get_absolute_url(self):
        return reverse("network:membership", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}


class DutyContribution(models.Model):
    """What an adherent did for one of the duties of article 7 that the portal cannot see by itself (R21 to R24)."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="contributions")
    duty = models.CharField("impegno", max_length=3, choices=DUTY_CHOICES)
    day = models.DateField("data")
    text = models.TextField("che cosa è stato fatto")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "contributo agli impegni"
        verbose_name_plural = "contributi agli impegni"
        ordering = ["-day", "-pk"]

    def __str__(self):
        return f"{self.get_duty_display()}, {self.day:%d/%m/%Y}"
