"""What every row of a table of signatures keeps: how it was signed, and the proof that this way asks for."""

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices


class SigningMethod(TextChoices):
    PAPER = "paper", "Firma autografa su carta"
    IN_PORTAL = "in_portal", "Accettazione nel portale"
    DIGITAL = "digital", "Firma digitale"


# one sentence a method, without what paper asks for: the scan of an older row may still be on its way
HAS_IDENTIFICATION = ~Q(method=SigningMethod.IN_PORTAL) | ~Q(identification="")
HAS_SIGNED_FILE = ~Q(method=SigningMethod.DIGITAL) | Q(digital__isnull=False)


class Proven(models.Model):
    """The proof, by method: how the person was identified, the digital signature as it was verified, the scan."""

    method = models.CharField("modo", max_length=12, choices=SigningMethod, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    identification = models.CharField("identificazione", max_length=200, blank=True)
    digital = models.ForeignKey("kernel.DigitalSignature", models.PROTECT, null=True, blank=True, related_name="+")
    scan = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def file(self):
        """What was handed in with it: the scan, or the signed file."""
        return self.digital.file if self.digital_id else self.scan

    @property
    def proof(self) -> str:
        """What proves it, in words for the table of signatures; empty before it is signed."""
        match self.method:
            case SigningMethod.DIGITAL:
                return (
                    f"{self.digital.form}; certificato di {self.digital.signer}, C.F. {self.digital.tax_code}, emesso "
                    f"da {self.digital.issuer}; {self.digital.get_revocation_display()}"
                )
            case SigningMethod.IN_PORTAL:
                return self.identification
            case SigningMethod.PAPER:
                return f"attestata da {self.signed_by}" if self.signed_by else ""
        return ""
