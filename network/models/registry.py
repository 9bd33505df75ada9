from django.conf import settings
from django.db import models

from conciliazione.kernel import clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.models import RegistryEntry

from ..enums import Means


class Correspondence(models.Model):
    """A formal letter that came in or went out beside the portal: paper, certified mail. Never changed, never deleted.

    Its registry number is that of `entry`, as for the acts that the portal makes by itself.
    """

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="correspondence")
    entry = models.OneToOneField("kernel.RegistryEntry", models.PROTECT, null=True, related_name="+")
    direction = models.CharField("verso", max_length=3, choices=RegistryEntry.Direction)
    subject = models.CharField("oggetto", max_length=300)
    counterpart = models.CharField("mittente o destinatario", max_length=200)
    organisation = models.ForeignKey(
        "network.Organisation", models.PROTECT, null=True, blank=True, related_name="correspondence"
    )
    means = models.CharField("mezzo", max_length=10, choices=Means)
    dated_on = models.DateField("data del documento", null=True, blank=True)
    note = models.TextField("annotazioni", blank=True)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "corrispondenza"
        verbose_name_plural = "corrispondenza"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("network:registry_entry", args=[self.entry_id])

    def scopes(self):
        return {"network": self.network_id}
