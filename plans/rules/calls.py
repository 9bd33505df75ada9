"""A call (avviso): its life, its terms to the second, and a grid that can give a ranking (art. 6, 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import Aim
from ..enums import CallStatus as State

CALL = register(
    Lifecycle(
        noun="call",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "publish",
                (State.DRAFT,),
                State.PUBLISHED,
                "Pubblica l'avviso",
                "call.publish",
                consequence="L'avviso diventa pubblico e prende il numero di protocollo. Da ora termini, risorse e "
                "griglia non cambiano più. Gli aderenti alla Rete ricevono una notifica.",
                primary=True,
            ),
            Transition(
                "start_evaluation",
                (State.PUBLISHED,),
                State.EVALUATION,
                "Avvia la valutazione",
                "call.publish",
                consequence="Le proposte presentate passano alla verifica di ammissibilità dell'ASL e poi al Comitato "
                "di Valutazione. Le bozze non presentate restano fuori.",
                primary=True,
            ),
            Transition(
                "conclude",
                (State.EVALUATION,),
                State.CONCLUDED,
                "Concludi l'avviso",
                "call.publish",
                consequence="L'avviso è concluso: ogni proposta ha il suo esito e non si valuta più nulla.",
            ),
            Transition(
                "close_early",
                (State.PUBLISHED,),
                State.CONCLUDED,
                "Chiudi l'avviso senza valutazione",
                "call.publish",
                consequence="L'avviso è concluso e non riceve più proposte. La motivazione si legge nella sua storia.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


@dataclass(frozen=True)
class CriterionRow:
    """A row of the grid. `tie_break`: 1 resolves ties first, 2 next; 0 never."""

    title: str
    max_points: Decimal
    weight: Decimal = Decimal(1)
    threshold: Decimal = Decimal(0)
    tie_break: int = 0
    aim: str = ""
    guidance: str = ""

    @property
    def most(self) -> Decimal:
        """The most that the row brings to the total."""
        return self.max_points * self.weight


@dataclass(frozen=True)
class Template:
    """A grid that is ready to start from; every value can be changed while the call is in preparation."""

    key: str
    label: str
    note: str
    total_threshold: Decimal
    rows: tuple[CriterionRow, ...]


def _row(title, points, tie_break, aim, guidance, threshold=0) -> CriterionRow:
    return CriterionRow(title, Decimal(points), Decimal(1), Decimal(threshold), tie_break, aim, guidance)


TEMPLATES = (
    Template(
        "total",
        "100 punti, con una soglia sul totale",
        "Cinque criteri; passa la proposta che raggiunge 60 punti in tutto. A parità decide la conciliazione.",
        Decimal(60),
        (
            _row(
                "Efficacia per la conciliazione famiglia-lavoro",
                30,
                1,
                Aim.RECONCILIATION,
                "Quanto le azioni rispondono ai bisogni descritti e alleggeriscono i compiti di cura di chi lavora.",
            ),
            _row(
                "Crescita economica e coinvolgimento delle imprese",
                20,
                2,
                Aim.GROWTH,
                "Quante imprese partecipano, in particolare micro e piccole, e con quali cambiamenti organizzativi.",
            ),
            _row(
                "Coesione sociale e copertura del territorio",
                20,
                3,
                Aim.COHESION,
                "Quali ambiti e quali persone sono raggiunti, anche fuori dai centri maggiori.",
            ),
            _row(
                "Qualità del partenariato",
                15,
                0,
                "",
                "Competenze e risorse dei partner rispetto agli obiettivi; integrazione con la programmazione locale.",
            ),
            _row(
                "Piano economico e sostenibilità",
                15,
                0,
                "",
                "Congruità dei costi, cofinanziamento dei partner, continuità oltre il contributo.",
            ),
        ),
    ),
    Template(
        "each",
        "100 punti, con una soglia su singoli criteri",
        "Quattro criteri; sui due principali serve almeno la metà dei punti. Nessuna soglia sul totale.",
        Decimal(0),
        (
            _row(
                "Coerenza ed efficacia per la conciliazione",
                40,
                1,
                Aim.RECONCILIATION,
                "Nesso tra bisogni, obiettivi, azioni e indicatori.",
                threshold=20,
            ),
            _row(
                "Crescita economica del territorio",
                20,
                2,
                Aim.GROWTH,
                "Effetti attesi per imprese, lavoratrici e lavoratori.",
            ),
            _row(
                "Coesione sociale",
                20,
                3,
                Aim.COHESION,
                "Inclusione delle famiglie più fragili e copertura degli ambiti.",
                threshold=10,
            ),
            _row(
                "Congruità del piano economico",
                20,
                0,
                "",
                "Costi adeguati alle azioni, cofinanziamento, sostenibilità.",
            ),
        ),
    ),
)


def template(key: str) -> Template:
    """The ready grid with this key. Raises Refused."""
    found = next((each for each in TEMPLATES if each.key == key), None)
    if found is None:
        raise Refused("Questa griglia non esiste: scegline una dall'elenco.", field="template")
    return found


def most_points(rows: Iterable[CriterionRow]) -> Decimal:
    """The most that a proposal can reach in all."""
    return sum((row.most for row in rows), Decimal(0))


def grid_problems(rows: Iterable[CriterionRow], total_threshold: Decimal) -> list[str]:
    """What keeps the grid from giving a ranking, each in a sentence; empty when it is sound."""
    rows = list(rows)
    if not rows:
        return ["La griglia non ha ancora criteri: aggiungine, o parti da una griglia pronta."]
    problems = []
    for row in rows:
        if row.max_points <= 0 or row.weight <= 0:
            problems.append(f"«{row.title}»: punti massimi e peso devono essere maggiori di zero.")
        if not 0 <= row.threshold <= row.max_points:
            problems.append(f"«{row.title}»: la soglia sta tra zero e il punteggio massimo del criterio.")
    most = most_points(rows)
    if total_threshold > most:
        problems.append(
            f"La soglia totale è {plain(total_threshold)}, ma i criteri arrivano in tutto a {plain(most)} punti: "
            "nessuna proposta potrebbe superarla."
        )
    orders = [row.tie_break for row in rows if row.tie_break]
    if len(orders) != len(set(orders)):
        problems.append("Due criteri hanno lo stesso ordine a parità di punteggio: dai a ciascuno il suo.")
    if not orders:
        problems.append("Nessun criterio risolve le parità: indica almeno un criterio con ordine 1.")
    titles = [row.title.casefold() for row in rows]
    if len(titles) != len(set(titles)):
        problems.append("Due criteri hanno lo stesso titolo.")
    return problems


def check_grid(rows: Iterable[CriterionRow], total_threshold: Decimal) -> None:
    """Raises Refused with every problem of the grid."""
    problems = grid_problems(rows, total_threshold)
    if problems:
        raise Refused("La griglia non è pronta. " + " ".join(problems))


def check_terms(opens_at: datetime, closes_at: datetime, *, act_on: date | None = None) -> None:
    """The call closes after it opens, and opens not before its act. Raises Refused beside the field."""
    if closes_at <= opens_at:
        raise Refused("La chiusura dell'avviso deve seguire l'apertura.", field="closes_at")
    if act_on is not None and opens_at.date() < act_on:
        raise Refused("L'avviso non può aprire prima della data dell'atto che lo approva.", field="opens_at")


def check_money(budget: Decimal, network_budget: Decimal, advance_share: Decimal) -> None:
    if budget <= 0:
        raise Refused("Indica le risorse per le proposte delle Alleanze: un importo maggiore di zero.", field="budget")
    if network_budget < 0:
        raise Refused("Le risorse per le azioni di rete non possono essere negative.", field="network_budget")
    if not 0 <= advance_share <= 100:
        raise Refused("L'anticipo è una percentuale tra 0 e 100.", field="advance_share")


def check_editable(status: str) -> None:
    """A published call is frozen: whoever writes a proposal relies on its terms and grid."""
    if status != State.DRAFT:
        raise MoveRefused(
            f"L'avviso è «{State(status).label}»: termini, risorse e griglia non cambiano più. "
            "Se un dato è sbagliato, chiudi questo avviso con la motivazione e pubblicane uno nuovo."
        )


def check_publishable(
    rows: Iterable[CriterionRow], total_threshold: Decimal, *, closes_at: datetime, now: datetime
) -> None:
    """A call is published with a sound grid and time left to answer it."""
    check_grid(rows, total_threshold)
    if closes_at <= now:
        raise Refused("La chiusura dell'avviso è già passata: sposta i termini prima di pubblicarlo.")


def is_open(status: str, *, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Published, and opens_at <= now < closes_at, to the second."""
    return status == State.PUBLISHED and opens_at <= now < closes_at


def check_open(status: str, *, opens_at: datetime, closes_at: datetime, now: datetime, when) -> None:
    """Proposals are taken from the opening on and until the instant of closing. `when` writes an instant in words.

    Raises Refused with the term and what is left to do.
    """
    if status == State.DRAFT:
        raise Refused("L'avviso non è ancora pubblicato: le proposte si presentano dopo la pubblicazione.")
    if status != State.PUBLISHED or now >= closes_at:
        raise Refused(
            f"I termini sono chiusi dal {when(closes_at)}: questo avviso non riceve più proposte. "
            "La bozza resta consultabile e si può duplicare per un altro avviso."
        )
    if now < opens_at:
        raise Refused(f"L'avviso apre il {when(opens_at)}: la proposta si presenta da quel momento.")


@enforces("R13")
def check_may_evaluate(
    status: str, *, closes_at: datetime, now: datetime, when, submitted: int, constituted: bool
) -> None:
    """Evaluation starts once the term is over, on proposals that were submitted, before a valid committee (art. 6)."""
    CALL.check(status, "start_evaluation")
    if now < closes_at:
        raise Refused(f"L'avviso è aperto fino al {when(closes_at)}: la valutazione si avvia dopo la chiusura.")
    if not submitted:
        raise Refused(
            "Nessuna proposta è stata presentata: non c'è nulla da valutare. Puoi chiudere l'avviso senza valutazione."
        )
    if not constituted:
        raise violated(
            "R13",
            "Il Comitato di Valutazione non è ancora costituito: servono ASL e STER del territorio. "
            "Completa la sua composizione nella sezione Rete",
        )


def check_may_conclude(status: str, *, undecided: int) -> None:
    """An evaluated call ends when every proposal has its outcome."""
    CALL.check(status, "conclude")
    if undecided:
        words = "proposta attende" if undecided == 1 else "proposte attendono"
        raise Refused(f"{undecided} {words} ancora l'esito: prima servono verifica, valutazione e graduatoria.")


def check_may_close_early(status: str, *, submitted: int) -> None:
    """A published call is closed without evaluation only while no proposal has been handed in."""
    CALL.check(status, "close_early")
    if submitted:
        words = "è stata presentata una proposta" if submitted == 1 else f"sono state presentate {submitted} proposte"
        raise Refused(f"Per questo avviso {words}: si conclude dopo la loro valutazione.")


@enforces("R15")
def aims_not_covered(rows: Iterable[CriterionRow]) -> list[str]:
    """The aims of evaluation (reconciliation, growth, cohesion) that no criterion looks at, in words (art. 6)."""
    covered = {row.aim for row in rows}
    return [aim.label for aim in Aim if aim not in covered]


def plain(number: Decimal) -> str:
    """12,5 for 12.50."""
    return f"{number.normalize():f}".replace(".", ",")
