from django.conf import settings
from django.db import models

from conciliazione.kernel import clock


class AdhesionLink(models.Model):
    """The personal link of an adherent: whoever has it reads what is asked of the body, without an account, until it
    expires. The address carries `nonce` signed by the portal; a new link puts an end to the one before."""

    membership = models.ForeignKey("network.Membership", models.CASCADE, related_name="links")
    nonce = models.CharField(max_length=32, unique=True)
    sent_to = models.CharField("mandato a", max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField("scade il")  # the first day on which it no longer opens
    opened_at = models.DateTimeField("aperto la prima volta", null=True, blank=True)

    class Meta:
        verbose_name = "link personale"
        verbose_name_plural = "link personali"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Link personale di {self.membership}"

    @property
    def is_open(self) -> bool:
        return self.expires_on > clock.today()
