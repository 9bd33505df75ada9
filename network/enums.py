"""States and kinds of the network app. Labels are what people read."""

from django.db.models import TextChoices


class Area(TextChoices):
    """The five areas of intervention, and no other (R01, art. 2)."""

    PLANNING = "planning", "Armonizzazione della programmazione territoriale"
    TRAINING = "training", "Informazione e formazione specifica"
    SERVICES = "services", "Offerta integrata dei servizi"
    ORGANISATION = "organisation", "Innovazione organizzativa"
    COMMUNICATION = "communication", "Comunicazione sul territorio"


class PartnershipContent(TextChoices):
    """What a programme may require in a partnership agreement; the first five are those of the act (R37, art. 9)."""

    OPENING = "opening", "Soggetti coinvolti, e se l'accordo è chiuso o aperto"
    ORGANISATION = "organisation_text", "Assetti organizzativi"
    GOVERNANCE = "governance_text", "Assetti di governance"
    LEAD = "lead", "Capofila"
    COMMITMENTS = "commitments_text", "Impegni delle parti"
    PURPOSE = "purpose", "Finalità dell'Alleanza"
    DISTRICTS = "districts", "Ambiti in cui l'Alleanza opera"
    CONTRIBUTIONS = "contributions", "Competenze e risorse di ogni partner effettivo"
    PARTY_COMMITMENTS = "party_commitments", "Impegni di ciascun partner effettivo"


FIVE_CONTENTS = tuple(PartnershipContent)[:5]


class Nature(TextChoices):
    """Public or private: not in the paper, so ASL staff confirm it (R35 and R39 depend on it)."""

    UNCONFIRMED = "unconfirmed", "Da confermare"
    PUBLIC = "public", "Pubblico"
    PRIVATE_NON_PROFIT = "private_non_profit", "Privato non profit"
    PRIVATE = "private", "Privato"


PRIVATE_NATURES = frozenset({Nature.PRIVATE, Nature.PRIVATE_NON_PROFIT})


class OrganisationKind(TextChoices):
    HEALTH_AUTHORITY = "health_authority", "ASL / ATS"
    REGION = "region", "Regione"
    STER = "ster", "STER – sede territoriale della Regione"
    PROVINCE = "province", "Provincia"
    MUNICIPALITY = "municipality", "Comune"
    ZONE_PLAN_BODY = "zone_plan_body", "Ente gestore di Piano di Zona"
    CHAMBER_OF_COMMERCE = "chamber_of_commerce", "Camera di commercio"
    HOSPITAL = "hospital", "Azienda ospedaliera"
    EQUALITY_ADVISER = "equality_adviser", "Consigliera di parità"
    EMPLOYERS = "employers", "Associazione datoriale"
    TRADE_UNION = "trade_union", "Organizzazione sindacale"
    THIRD_SECTOR = "third_sector", "Terzo settore"
    ENTERPRISE = "enterprise", "Impresa"
    OTHER = "other", "Altro ente"


class SuccessionKind(TextChoices):
    TRANSFORMATION = "transformation", "Trasformazione"
    MERGER = "merger", "Fusione"
    INCORPORATION = "incorporation", "Incorporazione"


class ImportStatus(TextChoices):
    PREVIEWED = "previewed", "Da controllare"
    DONE = "done", "Importato"
    DISCARDED = "discarded", "Scartato"


class ImportOutcome(TextChoices):
    """What a row of an import would do to the register."""

    ERROR = "error", "Errori"
    NEW = "new", "Enti nuovi"
    CHANGED = "changed", "Enti che cambiano"
    SAME = "same", "Già uguali"


class Size(TextChoices):
    """Size of an enterprise: staff and turnover as in the European definition."""

    NOT_APPLICABLE = "", "Non è un'impresa"
    MICRO = "micro", "Micro (meno di 10 addetti, fino a 2 M€)"
    SMALL = "small", "Piccola (meno di 50 addetti, fino a 10 M€)"
    MEDIUM = "medium", "Media (meno di 250 addetti, fino a 50 M€)"
    LARGE = "large", "Grande"


class ProgrammeStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    ACTIVE = "active", "Attivo"
    CLOSED = "closed", "Concluso"


class AgreementStatus(TextChoices):
    DRAFT = "draft", "In preparazione"
    APPROVED = "approved", "Approvato con deliberazione"
    IN_FORCE = "in_force", "In vigore"
    EXPIRED = "expired", "Scaduto"
    SUPERSEDED = "superseded", "Sostituito da un nuovo accordo"


class MembershipStatus(TextChoices):
    MEMBER = "member", "Aderente"
    REQUESTED = "requested", "Adesione richiesta"
    DECLINED = "declined", "Richiesta non accolta"
    RENOUNCED = "renounced", "Ha rinunciato"
    LEFT = "left", "Uscito dalla Rete"


class MembershipOrigin(TextChoices):
    FORMER_AGREEMENT = "former_agreement", "Aderente agli accordi precedenti"
    SIGNATORY = "signatory", "Sottoscrittore dell'accordo"
    REQUEST = "request", "Su richiesta"


class ApplicationKind(TextChoices):
    """What somebody without an account asks of a network."""

    JOIN = "join", "Adesione alla Rete"
    ACCESS = "access", "Accesso al portale"


class ApplicationStatus(TextChoices):
    RECEIVED = "received", "Da decidere"
    ACCEPTED = "accepted", "Accolta"
    DECLINED = "declined", "Non accolta"


class SeatKind(TextChoices):
    """Where a person sits; with the body of the seat this decides what they may do."""

    REGION = "region", "Regione Lombardia"
    STEERING = "steering", "Cabina di Regia"
    OFFICE = "office", "Ufficio ASL – capofila di Rete"
    COMMITTEE = "committee", "Comitato di Valutazione"
    DELEGATE = "delegate", "Delegato dell'ente"


class SteeringSeatKind(TextChoices):
    """The six kinds of seat in the Cabina di Regia, and no other (R03, art. 4)."""

    FAMILY_DIRECTORATE = "family_directorate", "Direzione Famiglia, Solidarietà Sociale e Volontariato"
    REGIONAL_DIRECTORATE = "regional_directorate", "Direzione Regionale competente"
    EQUALITY_ADVISER = "equality_adviser", "Consigliera Regionale di Parità"
    UNIONCAMERE = "unioncamere", "Unioncamere Lombardia"
    ANCI = "anci", "ANCI"
    UPL = "upl", "UPL"


class CommitteeStatus(TextChoices):
    FORMING = "forming", "In formazione"
    CONSTITUTED = "constituted", "Costituito"


class MeetingBody(TextChoices):
    STEERING = "steering", "Cabina di Regia"
    COMMITTEE = "committee", "Comitato di Valutazione"
    NETWORK = "network", "Assemblea della Rete"
    ALLIANCE = "alliance", "Alleanza"


class MeetingPurpose(TextChoices):
    """What a meeting is for: the duties of article 7 are read from who came to which."""

    CONVENING = "convening", "Convocazione degli aderenti"
    PERIODIC = "periodic", "Incontro periodico"
    TRAINING = "training", "Formazione e accompagnamento"
    EVALUATION = "evaluation", "Valutazione delle proposte"
    STEERING = "steering", "Indirizzo e verifica"


class MeetingStatus(TextChoices):
    CONVENED = "convened", "Convocata"
    HELD = "held", "Svolta"
    MINUTES_APPROVED = "minutes_approved", "Verbale approvato"
    CANCELLED = "cancelled", "Annullata"


class IndicatorKind(TextChoices):
    OUTPUT = "output", "Realizzazione"
    RESULT = "result", "Risultato"


class IndicatorStatus(TextChoices):
    """An alliance's own is used by that alliance alone, and never counts in the totals of the Regione (R45)."""

    ASKED = "asked", "Chiesto dall'Alleanza"
    OWN = "own", "Proprio dell'Alleanza"
    PROPOSED = "proposed", "Proposto"
    AGREED = "agreed", "Concordato con la Regione"
    SUPERSEDED = "superseded", "Sostituito da una nuova versione"
    RETIRED = "retired", "Ritirato"


# What counts in the totals: agreed, or agreed once and still measured by the projects that began with it (R45)
COUNTED_INDICATORS = (IndicatorStatus.AGREED, IndicatorStatus.SUPERSEDED)
# What a project measures: also its alliance's own
MEASURED_INDICATORS = (*COUNTED_INDICATORS, IndicatorStatus.OWN)
# What concerns an alliance and its network alone, until it is offered to all
PRIVATE_INDICATORS = (IndicatorStatus.ASKED, IndicatorStatus.OWN)


class Direction(TextChoices):
    UP = "up", "Più alto è meglio"
    DOWN = "down", "Più basso è meglio"


class Aggregation(TextChoices):
    """How the values of periods and projects add up."""

    SUM = "sum", "Somma"
    LAST = "last", "Ultimo valore"
    MEAN = "mean", "Media pesata"
    RATIO = "ratio", "Rapporto tra due indicatori"
    DISTINCT = "distinct", "Persone contate una volta sola"


class Dimension(TextChoices):
    """Along which lines a value is broken down."""

    SEX = "sex", "Sesso"
    AGE = "age", "Fascia di età"
    CARE = "care", "Tipo di cura"
    SIZE = "size", "Dimensione dell'impresa"
    DISTRICT = "district", "Ambito"


class Sex(TextChoices):
    WOMEN = "women", "Donne"
    MEN = "men", "Uomini"


class AgeBand(TextChoices):
    UNDER_30 = "under_30", "Fino a 29 anni"
    FROM_30 = "from_30", "Da 30 a 39 anni"
    FROM_40 = "from_40", "Da 40 a 49 anni"
    FROM_50 = "from_50", "Da 50 a 64 anni"
    FROM_65 = "from_65", "65 anni e oltre"


class CareKind(TextChoices):
    """For whom the person cares. Counted, never linked to a person."""

    SMALL_CHILDREN = "small_children", "Figli da 0 a 3 anni"
    CHILDREN = "children", "Figli da 4 a 14 anni"
    ELDERLY = "elderly", "Anziani"
    DISABLED = "disabled", "Persone con disabilità"
    OTHER = "other", "Altro o nessuno"


class Means(TextChoices):
    """How a letter came or went."""

    CERTIFIED = "certified", "PEC"
    POST = "post", "Posta"
    HAND = "hand", "Consegna a mano"
    EMAIL = "email", "Posta elettronica"


class DecisionOutcome(TextChoices):
    """How a point was decided."""

    UNANIMOUS = "unanimous", "Approvata all'unanimità"
    MAJORITY = "majority", "Approvata a maggioranza"
    REJECTED = "rejected", "Respinta"
