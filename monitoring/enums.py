"""States and kinds of the monitoring app."""

from django.db.models import TextChoices


class WindowKind(TextChoices):
    INTERMEDIATE = "intermediate", "Intermedio"
    FINAL = "final", "Finale"
    EXTRA = "extra", "Straordinario"


class ReportStatus(TextChoices):
    DRAFT = "draft", "In compilazione"
    SUBMITTED = "submitted", "Inviata all'ASL"
    RETURNED = "returned", "Restituita"
    VALIDATED = "validated", "Validata dall'ASL"
    SUPERSEDED = "superseded", "Sostituita da una correzione"


UNDER_WAY = [ReportStatus.DRAFT, ReportStatus.SUBMITTED, ReportStatus.RETURNED]  # neither accepted nor replaced


class TerritorialReportStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    TRANSMITTED = "transmitted", "Trasmessa alla Regione"
    RETURNED = "returned", "Restituita dalla Regione"
    ACCEPTED = "accepted", "Acquisita dalla Regione"
    SUPERSEDED = "superseded", "Sostituita da una nuova versione"


class FinancialReportStatus(TextChoices):
    DRAFT = "draft", "In compilazione"
    SUBMITTED = "submitted", "Inviata all'ASL"
    RETURNED = "returned", "Restituita"
    CHECKED = "checked", "Controllata dall'ASL"


class ItemOutcome(TextChoices):
    TO_CHECK = "to_check", "Da controllare"
    APPROVED = "approved", "Ammessa"
    PARTLY = "partly", "Ammessa in parte"
    DISALLOWED = "disallowed", "Non ammessa"
    PARKED = "parked", "Sospesa"


class DeclarationOutcome(TextChoices):
    """What the ASL finds of a self-declaration that the sample drew."""

    TO_VERIFY = "to_verify", "Da verificare"
    CONFIRMED = "confirmed", "Confermata"
    NOT_CONFIRMED = "not_confirmed", "Non confermata"


class IssuerBody(TextChoices):
    STEERING = "steering", "Cabina di Regia"
    OFFICE = "office", "ASL capofila di Rete"
    COMMITTEE = "committee", "Comitato di Valutazione"


class CorrectiveKind(TextChoices):
    CORRECTIVE_ACTION = "corrective_action", "Azione correttiva"
    GUIDANCE = "guidance", "Indirizzo operativo"


class PracticeStatus(TextChoices):
    PROPOSED = "proposed", "Proposta"
    RETURNED = "returned", "Da rivedere"
    VALIDATED = "validated", "Validata dall'ASL"
    PUBLISHED = "published", "Pubblicata"
    WITHDRAWN = "withdrawn", "Ritirata"


class CorrectiveStatus(TextChoices):
    OPEN = "open", "Aperta"
    ANSWERED = "answered", "Con risposta"
    CLOSED = "closed", "Chiusa"
