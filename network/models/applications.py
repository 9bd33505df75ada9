from django.db import models

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import ApplicationKind, ApplicationStatus, Nature, OrganisationKind


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "membership.manage", network="network"))

    def pending(self):
        return self.filter(status=ApplicationStatus.RECEIVED)


class Application(models.Model):
    """What somebody without an account asks of a network: that a body may join it (art. 5), or, from the personal link
    of an adherent, to act for it in the portal. The ASL decides; what was written stays as it came."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="applications")
    kind = models.CharField("che cosa si chiede", max_length=10, choices=ApplicationKind)
    status = models.CharField("stato", max_length=10, choices=ApplicationStatus, default=ApplicationStatus.RECEIVED)
    # the body: as it was written for who asks to join, the adherent of the link for who asks for access
    membership = models.ForeignKey(
        "network.Membership", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    body_name = models.CharField("denominazione", max_length=200)
    body_kind = models.CharField("tipo", max_length=20, choices=OrganisationKind, blank=True)
    nature = models.CharField("natura dichiarata", max_length=20, choices=Nature, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=16, blank=True)
    municipality = models.CharField("comune", max_length=100, blank=True)
    certified_email = models.EmailField("PEC", blank=True)
    legal_representative = models.CharField("legale rappresentante", max_length=150, blank=True)
    legal_representative_office = models.CharField("carica", max_length=100, blank=True)
    # the person who writes, and who would act for the body
    first_name = models.CharField("nome", max_length=100)
    last_name = models.CharField("cognome", max_length=100)
    office = models.CharField("ruolo nell'ente", max_length=100, blank=True)
    email = models.EmailField("indirizzo e-mail", max_length=254)
    reason = models.TextField("motivo")
    received_at = models.DateTimeField("ricevuta il", default=clock.now)
    # what the ASL made of it
    organisation = models.ForeignKey(
        "network.Organisation", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    answer = models.TextField("risposta", blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "domanda"
        verbose_name_plural = "domande"
        ordering = ["-received_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.body_name}"

    def get_absolute_url(self):
        return reverse("network:application", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}

    @property
    def person_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
