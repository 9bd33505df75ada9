from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.access import Role, role_permissions
from conciliazione.kernel.addresses import reverse

from ..enums import AllianceStatus, PartnerKind


class AllianceQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "alliance.view", network="network", alliance="pk"))


class Alliance(models.Model):
    """A freely formed partnership inside a network, for a programme (art. 8)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="alliances")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="alliances")
    name = models.CharField("nome", max_length=150)
    purpose = models.TextField("finalità", blank=True)
    status = models.CharField("stato", max_length=12, choices=AllianceStatus, default=AllianceStatus.FORMING)
    districts = models.ManyToManyField("network.District", related_name="alliances", verbose_name="ambiti", blank=True)
    constituted_on = models.DateField("costituita il", null=True, blank=True)
    rule_set = models.ForeignKey("network.RuleSet", models.PROTECT, null=True, blank=True, related_name="alliances")
    quorum = models.PositiveSmallIntegerField("partner presenti perché un incontro decida", null=True, blank=True)
    is_example = models.BooleanField("esempio inventato", default=False)

    history = HistoricalRecords()
    objects = AllianceQuerySet.as_manager()

    class Meta:
        verbose_name = "alleanza"
        verbose_name_plural = "alleanze"
        ordering = ["name"]
        indexes = [
            # the list by name: of one network, of all; and the public one, of those constituted
            models.Index(fields=["network", "name", "id", "status"], name="alliance_of_network_by_name"),
            models.Index(fields=["name", "id", "network"], name="alliance_by_name"),
            models.Index(fields=["status", "name", "id"], name="alliance_by_state_and_name"),
        ]
        permissions = role_permissions(Role.LEAD, Role.PARTNER)
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme", "name"],
                name="alliance_name_once",
                violation_error_message="Esiste già un'Alleanza con questo nome nella Rete e nel programma.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("alliances:alliance", args=[self.pk])

    def scopes(self):
        return {"alliance": self.pk, "network": self.network_id}


class PartnerQuerySet(models.QuerySet):
    def current(self):
        return self.filter(left_on=None)


class Partner(models.Model):
    """A body inside an alliance. The lead is one of them, so it is always from inside (R38)."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, related_name="partnerships")
    kind = models.CharField("tipo", max_length=12, choices=PartnerKind, default=PartnerKind.FULL)
    is_lead = models.BooleanField("capofila", default=False)
    # the body that started the alliance acts for it until a lead is named
    is_promoter = models.BooleanField("promotore", default=False, editable=False)
    # true while the programme lets a body lead one alliance only: the database then holds R40 by itself
    exclusive_lead = models.BooleanField(default=False, editable=False)
    competences = models.TextField("competenze", blank=True)
    resources = models.TextField("risorse", blank=True)
    commitments = models.TextField("impegni", blank=True)
    joined_on = models.DateField("partecipa dal")
    left_on = models.DateField("fino al", null=True, blank=True)

    history = HistoricalRecords()
    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partner"
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"],
                condition=Q(left_on=None),
                name="partner_once",
                violation_error_message="Questo ente partecipa già all'Alleanza.",
            ),
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(is_lead=True, left_on=None),
                name="alliance_lead_is_one",
                violation_error_message="L'Alleanza ha già un capofila: ne può avere uno solo (art. 9).",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(exclusive_lead=True, left_on=None),
                name="body_leads_one_alliance",
                violation_error_message="Questo ente è già capofila di un'altra Alleanza (art. 9).",
            ),
            models.CheckConstraint(
                name="exclusive_lead_is_lead",
                condition=Q(exclusive_lead=False) | Q(is_lead=True),
                violation_error_message="Solo un capofila può esserlo in via esclusiva.",
            ),
        ]

    def __str__(self):
        return self.organisation.name


class AllianceUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Alliance, models.CASCADE)


class AllianceGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Alliance, models.CASCADE)
