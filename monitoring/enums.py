"""States and kinds of the monitoring app."""

from django.db.models import TextChoices


class WindowKind(TextChoices):
    INTERMEDIATE = "intermediate", "Intermedio"
    FINAL = "final", "Finale"
    EXTRA = "extra", "Straordinario"


class ReportStatus(TextChoices):
    DRAFT = "draft", "In compilazione"
    SUBMITTED = "submitted", "Inviato all'ASL"
    RETURNED = "returned", "Restituito"
    VALIDATED = "validated", "Validato dall'ASL"


class TerritorialReportStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    TRANSMITTED = "transmitted", "Trasmesso alla Regione"
    RETURNED = "returned", "Restituito dalla Regione"
    ACCEPTED = "accepted", "Acquisito dalla Regione"


class FinancialReportStatus(TextChoices):
    DRAFT = "draft", "In compilazione"
    SUBMITTED = "submitted", "Inviato all'ASL"
    RETURNED = "returned", "Restituito"
    CHECKED = "checked", "Controllato dall'ASL"


class ItemOutcome(TextChoices):
    TO_CHECK = "to_check", "Da controllare"
    APPROVED = "approved", "Ammessa"
    PARTLY = "partly", "Ammessa in parte"
    DISALLOWED = "disallowed", "Non ammessa"


class IssuerBody(TextChoices):
    STEERING = "steering", "Cabina di Regia"
    OFFICE = "office", "ASL capofila di Rete"
    COMMITTEE = "committee", "Comitato di Valutazione"


class CorrectiveKind(TextChoices):
    CORRECTIVE_ACTION = "corrective_action", "Azione correttiva"
    GUIDANCE = "guidance", "Indirizzo operativo"


class CorrectiveStatus(TextChoices):
    OPEN = "open", "Aperta"
    ANSWERED = "answered", "Con risposta"
    CLOSED = "closed", "Chiusa"
