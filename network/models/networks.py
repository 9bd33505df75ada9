from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.access import Role, role_permissions
from conciliazione.kernel.addresses import reverse


class NetworkQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "network.view", network="pk"))


class Network(models.Model):
    """A Rete territoriale: the territory of one ASL, which leads it through its Direzione Sociale (R06, art. 5)."""

    name = models.CharField("nome", max_length=150, unique=True)
    slug = models.SlugField("sigla", max_length=50, unique=True)
    lead = models.OneToOneField("network.Organisation", models.PROTECT, related_name="led_network", verbose_name="ASL")
    lead_department = models.CharField("direzione", max_length=100, default="Direzione Sociale")
    ster = models.ForeignKey(
        "network.Organisation", models.PROTECT, related_name="+", verbose_name="STER del territorio"
    )
    quorum = models.PositiveSmallIntegerField("enti presenti perché l'assemblea sia valida", null=True, blank=True)

    history = HistoricalRecords()
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = "rete"
        verbose_name_plural = "reti"
        ordering = ["name"]
        permissions = role_permissions(Role.REGION, Role.STEERING, Role.OFFICE, Role.COMMITTEE, Role.MEMBER)

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("network:network", args=[self.pk])

    def scopes(self):
        return {"network": self.pk}

    @property
    def office_group(self) -> str:
        return f"network-office:{self.pk}"

    @property
    def committee_group(self) -> str:
        return f"network-committee:{self.pk}"

    @property
    def register(self) -> str:
        """The name of the network's register of formal acts."""
        return f"network:{self.pk}"


class District(models.Model):
    """A part of the territory (ambito distrettuale) on which coverage is checked."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="districts")
    name = models.CharField("ambito", max_length=100)

    class Meta:
        verbose_name = "ambito"
        verbose_name_plural = "ambiti"
        ordering = ["network", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "name"],
                name="district_name_once",
                violation_error_message="Questo ambito esiste già nella Rete.",
            )
        ]

    def __str__(self):
        return self.name


class NetworkUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Network, models.CASCADE)


class NetworkGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Network, models.CASCADE)
