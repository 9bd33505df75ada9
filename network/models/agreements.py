from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.signatures.proof import HAS_IDENTIFICATION, HAS_SIGNED_FILE, Proven

from ..enums import AgreementStatus


class NetworkAgreementQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "network.view", network="network"))


class NetworkAgreement(models.Model):
    """The agreement of a network for a programme. In force from its signature, not from its deliberation (R41)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="agreements")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="agreements")
    title = models.CharField("titolo", max_length=300)
    status = models.CharField("stato", max_length=12, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    deliberation_number = models.CharField("deliberazione n.", max_length=30, blank=True)
    deliberated_on = models.DateField("deliberata il", null=True, blank=True)
    signed_on = models.DateField("sottoscritto il", null=True, blank=True)
    signed_at_place = models.CharField("luogo", max_length=100, blank=True)
    expires_on = models.DateField("scade il", null=True, blank=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals")

    history = HistoricalRecords()
    objects = NetworkAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accordo di rete"
        verbose_name_plural = "accordi di rete"
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme"],
                name="network_agreement_once_per_programme",
                violation_error_message="La Rete ha già un accordo per questo programma.",
            ),
            models.CheckConstraint(
                name="network_agreement_in_force_is_signed",
                condition=~Q(status=AgreementStatus.IN_FORCE) | Q(signed_on__isnull=False, expires_on__isnull=False),
                violation_error_message="Un accordo è in vigore solo dalla sottoscrizione (art. 10).",
            ),
            models.CheckConstraint(
                name="network_agreement_signed_after_deliberation",
                condition=Q(signed_on__isnull=True)
                | Q(deliberated_on__isnull=True)
                | Q(signed_on__gte=F("deliberated_on")),
                violation_error_message="La sottoscrizione non può precedere la deliberazione.",
            ),
        ]

    def __str__(self):
        return f"Accordo di rete – {self.network.name}, {self.programme.name}"

    def get_absolute_url(self):
        return reverse("network:agreement", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}


class AgreementVersion(models.Model):
    """One numbered version of the text. A newer one never overwrites it (R42, art. 10)."""

    agreement = models.ForeignKey(NetworkAgreement, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("versione")
    reason = models.CharField("motivo", max_length=300, blank=True)
    form_agreed = models.CharField("forma concordata", max_length=300, blank=True)
    preamble = models.TextField("premesse", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "versione dell'accordo"
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="agreement_version_once",
                violation_error_message="Questa versione esiste già: qualcuno l'ha appena creata.",
            )
        ]

    def __str__(self):
        return f"Versione {self.number}"


class AgreementArticle(models.Model):
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="articles")
    number = models.PositiveSmallIntegerField("articolo")
    heading = models.CharField("rubrica", max_length=200)
    text = models.TextField("testo")

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="agreement_article_once")]

    def __str__(self):
        return f"Articolo {self.number} – {self.heading}"


class AgreementSignature(Proven):
    """A row of the table of signatures, kept as the paper has it; signed when `signed_on` is set (R10).

    Its proof is that of its way of signing; the scan of a page signed at the subscription may follow.
    """

    agreement = models.ForeignKey(NetworkAgreement, models.CASCADE, related_name="signatures")
    organisation = models.ForeignKey("network.Organisation", models.PROTECT, related_name="agreement_signatures")
    version = models.ForeignKey(
        AgreementVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="testo firmato"
    )
    position = models.PositiveSmallIntegerField("ordine", default=0)
    name_on_paper = models.CharField("ente come scritto", max_length=200)
    signatory = models.CharField("nominativo per firma", max_length=200)
    signed_on = models.DateField("firmato il", null=True, blank=True)
    # whoever adheres to the agreement in force signs an act of adhesion, and is not in the table of the text (R10)
    is_adhesion = models.BooleanField("adesione successiva", default=False, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "firma"
        ordering = ["agreement", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="agreement_signature_once",
                violation_error_message="Questo ente è già tra i firmatari.",
            ),
            models.CheckConstraint(
                name="agreement_signature_is_identified",
                condition=HAS_IDENTIFICATION,
                violation_error_message="Chi accetta nel portale deve essere identificato.",
            ),
            models.CheckConstraint(
                name="agreement_signature_has_its_file",
                condition=HAS_SIGNED_FILE,
                violation_error_message="Una firma digitale si registra con il file firmato.",
            ),
        ]

    def __str__(self):
        return f"{self.name_on_paper}: {self.signatory}"
