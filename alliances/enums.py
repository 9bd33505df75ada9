"""States and kinds of the alliances app."""

from django.db.models import TextChoices


class AllianceStatus(TextChoices):
    FORMING = "forming", "In formazione"
    SIGNING = "signing", "Alla firma"
    CONSTITUTED = "constituted", "Costituita"
    DISSOLVED = "dissolved", "Sciolta"


class PartnerKind(TextChoices):
    FULL = "full", "Effettivo"
    ASSOCIATED = "associated", "Associato"


class Opening(TextChoices):
    """Whether others may accede later (R34, R37)."""

    UNSTATED = "", "Non ancora indicato"
    CLOSED = "closed", "Accordo chiuso"
    OPEN = "open", "Accordo aperto a successive adesioni"


class PartnershipStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    SIGNING = "signing", "Alla firma"
    IN_FORCE = "in_force", "In vigore"
    SUPERSEDED = "superseded", "Sostituito"
    WITHDRAWN = "withdrawn", "Ritirato prima della firma di tutti"
    ENDED = "ended", "Cessato"


class Verdict(TextChoices):
    """How an alliance stands towards one rule: missing, something is not there; broken, what is there is against it."""

    MET = "met", "Rispettata"
    MISSING = "missing", "Manca qualcosa"
    BROKEN = "broken", "Non rispettata"


class Addressee(TextChoices):
    """Whom an alliance would write to (R25, R31)."""

    OFFICE = "office", "ASL capofila di Rete"
    REGION = "region", "Regione Lombardia"
    STEERING = "steering", "Cabina di Regia"
