"""States and kinds of the plans app."""

from django.db.models import TextChoices


class CallStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    PUBLISHED = "published", "Pubblicato"
    EVALUATION = "evaluation", "In valutazione"
    CONCLUDED = "concluded", "Concluso"


class Aim(TextChoices):
    """The three aims that evaluation looks at (R15, art. 6)."""

    RECONCILIATION = "reconciliation", "Conciliazione famiglia-lavoro"
    GROWTH = "growth", "Crescita economica"
    COHESION = "cohesion", "Coesione sociale"


class ProposalStatus(TextChoices):
    DRAFT = "draft", "In compilazione"
    SUBMITTED = "submitted", "Presentata"
    ELIGIBLE = "eligible", "Ammessa alla valutazione"
    EXCLUDED = "excluded", "Esclusa"
    WITHDRAWN = "withdrawn", "Ritirata"
    FUNDED = "funded", "Finanziata"
    ELIGIBLE_NOT_FUNDED = "eligible_not_funded", "Ammessa e non finanziata"
    BELOW_THRESHOLD = "below_threshold", "Sotto soglia"
    RENOUNCED = "renounced", "Rinunciata dopo il finanziamento"


class BudgetCategory(TextChoices):
    STAFF = "staff", "Personale interno"
    EXTERNAL = "external", "Servizi e consulenze"
    EQUIPMENT = "equipment", "Attrezzature e materiali"
    VOUCHERS = "vouchers", "Voucher e sostegni ai destinatari"
    COMMUNICATION = "communication", "Comunicazione"
    OVERHEADS = "overheads", "Spese generali"


class CheckOutcome(TextChoices):
    """What the ASL found on a point of its list."""

    MET = "met", "In regola"
    UNCLEAR = "missing", "Da chiarire"
    BROKEN = "broken", "Non in regola"


class ClarificationStatus(TextChoices):
    OPEN = "open", "In attesa di risposta"
    ANSWERED = "answered", "Risposta arrivata"
    LAPSED = "expired", "Termine scaduto senza risposta"
    RECALLED = "cancelled", "Ritirata dall'ASL"


class EvaluationStatus(TextChoices):
    DRAFT = "draft", "In corso"
    DELIVERED = "delivered", "Consegnata"


class RankingStatus(TextChoices):
    DRAFT = "draft", "Provvisoria"
    APPROVED = "approved", "Approvata"
    PUBLISHED = "published", "Pubblicata"


class Outcome(TextChoices):
    FUNDED = "funded", "Ammessa e finanziata"
    ELIGIBLE_NOT_FUNDED = "eligible_not_funded", "Ammessa e non finanziata"
    BELOW_THRESHOLD = "below_threshold", "Sotto soglia"
    EXCLUDED = "excluded", "Esclusa"


class MoneyRule(TextChoices):
    """What happens to the first proposal for which the money does not last."""

    WHOLE = "whole", "Solo contributi interi"
    PARTIAL = "partial", "Contributo parziale all'ultima"


class DrawStatus(TextChoices):
    ORDERED = "ordered", "Disposto"
    PUBLISHED = "published", "Pubblicato"


class PlanStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    ADOPTED = "adopted", "Adottato"
    TRANSMITTED = "transmitted", "Trasmesso alla Regione"
    RETURNED = "returned", "Restituito con indirizzi"
    VALIDATED = "validated", "Validato dalla Cabina di Regia"
    RUNNING = "running", "In attuazione"
    CONCLUDED = "concluded", "Concluso"


class PlanSectionKind(TextChoices):
    """The sections of real plans."""

    PURPOSES = "purposes", "Finalità"
    CONTEXT = "context", "Analisi di contesto"
    GOVERNANCE = "governance", "Governance"
    NEEDS = "needs", "Bisogni"
    INTEGRATION = "integration", "Integrazione con la programmazione locale"
    SERVICES_MAP = "services_map", "Mappa dei servizi esistenti"
    OBJECTIVES = "objectives", "Obiettivi e indicatori di risultato"
    TRAINING = "training", "Piano di formazione"
    COMMUNICATION = "communication", "Piano di comunicazione"


class ActionOrigin(TextChoices):
    ALLIANCE = "alliance", "Progetto di un'Alleanza"
    COMMITTEE = "committee", "Azione aggiunta dal Comitato"


class ProjectStatus(TextChoices):
    AWARDED = "awarded", "Ammesso al contributo"
    RUNNING = "running", "In corso"
    CLOSED = "closed", "Concluso"
    REVOKED = "revoked", "Revocato o rinunciato"


class PaymentKind(TextChoices):
    ADVANCE = "advance", "Anticipo"
    INTERIM = "interim", "Acconto"
    FINAL = "final", "Saldo"


class PaymentStatus(TextChoices):
    ORDERED = "ordered", "Disposto"
    PAID = "paid", "Pagato"
    CANCELLED = "cancelled", "Annullato"


class AmendmentKind(TextChoices):
    GRANT = "grant", "Concessione"
    AMENDMENT = "amendment", "Variazione"
    EXTENSION = "extension", "Proroga"
    REDUCTION = "reduction", "Riduzione del contributo"
