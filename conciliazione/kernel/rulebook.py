"""The 46 rules of the agreement, and where the code enforces or shows each.

Source: the agreement 2014-15 of the Cremona network. H = the portal refuses; D = the portal asks, reminds and shows
what is missing. Rules are enforced in each app's `rules/`; the decorators below tie a function to its rule, and
`docs/rules.md` is written from these ties.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .errors import RuleViolated


class Kind(StrEnum):
    HARD = "H"
    DUTY = "D"


@dataclass(frozen=True)
class Rule:
    id: str
    article: str
    kind: Kind
    text: str


H, D = Kind.HARD, Kind.DUTY
_ROWS = (
    ("R01", "2", H, "Le aree di intervento sono esattamente cinque"),
    ("R02", "3", H, "La governance ha tre organi: Cabina di Regia, capofila di Rete, Comitato di Valutazione"),
    ("R03", "4", H, "La Cabina di Regia è regionale e ha sei tipi di seggio"),
    ("R04", "4", H, "Solo la Direzione Famiglia presiede e convoca la Cabina di Regia"),
    ("R05", "4", D, "La Cabina formula azioni correttive e indirizzi dall'analisi periodica dei risultati"),
    ("R06", "5", H, "Il capofila di Rete è l'ASL, per il tramite della Direzione Sociale"),
    ("R07", "5", H, "Ogni ASL presenta non più di un Piano Territoriale per programma"),
    ("R08", "5", H, "Gli aderenti agli accordi precedenti sono parte della Rete salvo espressa rinuncia"),
    ("R09", "5", D, "Alla sottoscrizione il capofila convoca e coinvolge tutti gli aderenti precedenti"),
    ("R10", "5", D, "La partecipazione degli aderenti precedenti si formalizza con la firma dell'adesione"),
    ("R11", "5", D, "Il capofila coinvolge ogni sottoscrittore in tutte le fasi"),
    ("R12", "6", H, "Ogni Rete ha un solo Comitato di Valutazione"),
    ("R13", "6", H, "Il Comitato è validamente costituito solo con ASL e STER del territorio"),
    ("R14", "6", H, "Il Comitato valuta solo le proposte delle Alleanze del proprio territorio"),
    ("R15", "6", D, "La valutazione guarda a conciliazione, crescita economica e coesione sociale"),
    ("R16", "6", D, "Il Comitato monitora i processi in itinere"),
    ("R17", "6", D, "Il Comitato verifica la copertura del territorio e può aggiungere azioni"),
    ("R18", "7", D, "L'aderente rispetta le condizioni concordate"),
    ("R19", "7", D, "L'aderente partecipa alla formazione e all'accompagnamento"),
    ("R20", "7", D, "L'aderente partecipa agli incontri periodici della Rete"),
    ("R21", "7", D, "L'aderente individua le azioni correttive"),
    ("R22", "7", D, "L'aderente promuove la compartecipazione, anche finanziaria"),
    ("R23", "7", D, "L'aderente opera in sinergia con le azioni informative e formative"),
    ("R24", "7", D, "L'aderente promuove partnership con enti finanziatori terzi"),
    ("R25", "7", H, "Il capofila di Alleanza si interfaccia con il capofila di Rete"),
    ("R26", "8", H, "Nella Rete possono formarsi liberamente più Alleanze"),
    ("R27", "8", H, "Un Piano di Zona può gestire azioni o essere capofila di un'Alleanza"),
    ("R28", "8", D, "Le iniziative brevi e solo sovrapposte sono segnalate al Comitato"),
    ("R29", "8", H, "Solo il capofila dell'Alleanza presenta proposte, al Comitato di Valutazione"),
    ("R30", "8", H, "Il capofila di Alleanza ha quattro compiti: coordina, gestisce le risorse, risponde, rendiconta"),
    ("R31", "8", H, "L'Alleanza si rivolge alla Regione solo per il tramite dell'ASL"),
    ("R32", "9", H, "L'accordo di partenariato è sottoscritto da tutti i partecipanti"),
    ("R33", "9", D, "L'accordo di partenariato segue le indicazioni fornite dall'ASL"),
    ("R34", "9", H, "Altri soggetti aderiscono dopo solo se l'accordo lo prevede"),
    ("R35", "9", H, "L'Alleanza ha almeno un soggetto pubblico e uno privato"),
    ("R36", "9", D, "I partner dimostrano le competenze e le risorse necessarie"),
    ("R37", "9", H, "L'accordo di partenariato ha cinque contenuti obbligatori"),
    ("R38", "9", H, "L'Alleanza ha un solo capofila, nominato al suo interno"),
    ("R39", "9", H, "Il capofila dell'Alleanza è un soggetto pubblico"),
    ("R40", "9", H, "Un soggetto può stare in più Alleanze, ma è capofila di una sola alla volta"),
    ("R41", "10", H, "L'accordo dura due anni dalla sottoscrizione"),
    ("R42", "10", D, "L'accordo si aggiorna solo nelle forme concordate, per versioni"),
    ("R43", "11", H, "Il monitoraggio ha tre livelli: capofila di Alleanza, ASL, Regione"),
    ("R44", "11.1", D, "Il capofila di Alleanza descrive l'evoluzione in termini quantitativi e qualitativi"),
    ("R45", "11.2", H, "L'ASL raccoglie e cataloga le azioni con indicatori concordati con la Regione"),
    ("R46", "11.3", D, "La Regione raccoglie in modo sistematico i risultati dei territori"),
)
RULES: dict[str, Rule] = {row[0]: Rule(*row) for row in _ROWS}

_enforced: dict[str, list[str]] = defaultdict(list)


def enforces(*rule_ids: str) -> Callable:
    """Mark a function, class or constraint holder as the place where rules are enforced (H) or shown (D)."""

    def mark(thing):
        for rule_id in rule_ids:
            _enforced[RULES[rule_id].id].append(f"{thing.__module__}.{thing.__qualname__}")
        return thing

    return mark


def places() -> dict[str, list[str]]:
    """Rule id -> the code that enforces or shows it, in import order."""
    return {rule_id: list(_enforced.get(rule_id, [])) for rule_id in RULES}


def violated(rule_id: str, message: str, *, field: str | None = None) -> RuleViolated:
    """The refusal for a rule: the sentence ends with the article it comes from."""
    rule = RULES[rule_id]
    sentence = message if "art." in message else f"{message.rstrip('.')} (art. {rule.article} dell'accordo)."
    return RuleViolated(rule_id, sentence, field=field)
