from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.signatures.proof import Proven, SigningMethod

from ..enums import Opening, PartnershipStatus


class PartnershipInstructionsQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "alliance.view", network="network"))


class PartnershipInstructions(models.Model):
    """What the ASL tells the alliances of its network about their agreement (R33, art. 9)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="partnership_instructions")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="partnership_instructions")
    text = models.TextField("indicazioni")
    issued_on = models.DateField("emanate il")

    history = HistoricalRecords()
    objects = PartnershipInstructionsQuerySet.as_manager()

    class Meta:
        verbose_name = "indicazioni per l'accordo di partenariato"
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme"],
                name="partnership_instructions_once",
                violation_error_message="Le indicazioni per questo programma esistono già: modificale.",
            )
        ]

    def __str__(self):
        return f"Indicazioni {self.network.name}"

    def get_absolute_url(self):
        return reverse("alliances:instructions", args=[self.network_id, self.programme_id])

    def scopes(self):
        return {"network": self.network_id}


class PartnershipAgreementQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "alliance.view", network="alliance__network", alliance="alliance"))


class PartnershipAgreement(models.Model):
    """One version of an alliance's agreement, with the five contents of art. 9 (R37)."""

    alliance = models.ForeignKey("alliances.Alliance", models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField("versione", default=1)
    status = models.CharField("stato", max_length=12, choices=PartnershipStatus, default=PartnershipStatus.DRAFT)
    opening = models.CharField("chiuso o aperto", max_length=8, choices=Opening, blank=True)
    organisation_text = models.TextField("assetti organizzativi", blank=True)
    governance_text = models.TextField("assetti di governance", blank=True)
    commitments_text = models.TextField("impegni delle parti", blank=True)
    reason = models.CharField("motivo della versione", max_length=300, blank=True)
    # who leads once this version is in force; only for versions after the first (before, the alliance's own lead)
    new_lead = models.ForeignKey("alliances.Partner", models.PROTECT, null=True, blank=True, related_name="+")
    sign_by = models.DateField("da firmare entro", null=True, blank=True)
    frozen_parties = models.JSONField(default=list, editable=False)
    sent_to_sign_at = models.DateTimeField(null=True, blank=True)
    in_force_on = models.DateField("in vigore dal", null=True, blank=True)

    history = HistoricalRecords()
    objects = PartnershipAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accordo di partenariato"
        verbose_name_plural = "accordi di partenariato"
        ordering = ["alliance", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "version"],
                name="partnership_version_once",
                violation_error_message="Questa versione dell'accordo esiste già.",
            ),
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(status=PartnershipStatus.IN_FORCE),
                name="partnership_in_force_is_one",
                violation_error_message="L'Alleanza ha già un accordo in vigore.",
            ),
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(status__in=[PartnershipStatus.DRAFT, PartnershipStatus.SIGNING]),
                name="partnership_open_version_is_one",
                violation_error_message="Una nuova versione dell'accordo è già in preparazione.",
            ),
        ]

    def __str__(self):
        return f"Accordo di partenariato {self.alliance.name}, versione {self.version}"

    def get_absolute_url(self):
        return f"{reverse('alliances:agreement', args=[self.alliance_id])}?versione={self.version}"

    def scopes(self):
        return self.alliance.scopes()


class PartnershipSignatureQuerySet(models.QuerySet):
    def awaited(self):
        """Those that are still due: of a version at signing, or of a body that accedes to one in force."""
        open_now = Q(agreement__status=PartnershipStatus.SIGNING) | Q(
            agreement__status=PartnershipStatus.IN_FORCE, is_addendum=True
        )
        return self.filter(open_now, signed_at=None, partner__left_on=None)


class PartnershipSignature(Proven):
    """A party's signature, expected from the moment the agreement goes to be signed (R32)."""

    agreement = models.ForeignKey(PartnershipAgreement, models.PROTECT, related_name="signatures")
    partner = models.ForeignKey("alliances.Partner", models.PROTECT, related_name="signatures")
    signatory = models.CharField("firmatario", max_length=200, blank=True)
    signed_at = models.DateTimeField("firmato il", null=True, blank=True)
    # a later accession: the party signs an addendum to what the others signed (R34), kept as it was then
    is_addendum = models.BooleanField("adesione successiva", default=False, editable=False)
    frozen_party = models.JSONField(default=dict, editable=False)

    history = HistoricalRecords()

    objects = PartnershipSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "firma dell'accordo di partenariato"
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "partner"],
                name="partnership_signature_once",
                violation_error_message="La firma di questo partner è già prevista.",
            ),
            models.CheckConstraint(
                name="partnership_signature_has_its_proof",
                condition=Q(signed_at=None)
                | (Q(method=SigningMethod.PAPER) & Q(scan__isnull=False))
                | (Q(method=SigningMethod.DIGITAL) & Q(digital__isnull=False))
                | (Q(method=SigningMethod.IN_PORTAL) & ~Q(identification="")),
                violation_error_message="Una firma si registra con la sua prova: scansione, file firmato o "
                "identificazione.",
            ),
        ]

    def __str__(self):
        return f"{self.partner}: {'firmato' if self.signed_at else 'da firmare'}"

    def get_absolute_url(self):
        return self.agreement.get_absolute_url()

    def scopes(self):
        return self.agreement.scopes()

    @property
    def body_name(self) -> str:
        """The body as the text that was sent to be signed names it, whoever stands in its place today."""
        parties = [self.frozen_party] if self.is_addendum else self.agreement.frozen_parties
        named = (party["name"] for party in parties if party.get("partner") == self.partner_id)
        return next(named, self.partner.organisation.name)
