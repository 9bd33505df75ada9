"""The grid of a call: criteria and sub-criteria, weights, thresholds, penalties, and the ready grids (art. 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces

from ..enums import Aim


@dataclass(frozen=True)
class CriterionRow:
    """A row that takes points. `tie_break`: 1 resolves ties first, 2 next; 0 never. `group` is the title of the
    criterion of which the row is a sub-criterion; the points of a penalty are taken away."""

    title: str
    max_points: Decimal
    weight: Decimal = Decimal(1)
    threshold: Decimal = Decimal(0)
    tie_break: int = 0
    aim: str = ""
    guidance: str = ""
    group: str = ""
    is_penalty: bool = False

    @property
    def most(self) -> Decimal:
        """The most that the row brings to the total."""
        return Decimal(0) if self.is_penalty else self.max_points * self.weight


@dataclass(frozen=True)
class GroupRow:
    """A criterion that is scored through its sub-criteria, with a threshold on their weighted sum."""

    title: str
    threshold: Decimal = Decimal(0)
    guidance: str = ""


@dataclass(frozen=True)
class Template:
    """A grid that is ready to start from; every value can be changed while the call is in preparation."""

    key: str
    label: str
    note: str
    total_threshold: Decimal
    rows: tuple[CriterionRow, ...]
    groups: tuple[GroupRow, ...] = ()


def _row(title, points, tie_break, aim, guidance, threshold=0, group="", is_penalty=False) -> CriterionRow:
    return CriterionRow(
        title, Decimal(points), Decimal(1), Decimal(threshold), tie_break, aim, guidance, group, is_penalty
    )


COHERENCE = "Coerenza ed efficacia per la conciliazione"

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
        "100 punti, con soglie sui singoli criteri e una penalità",
        "Quattro criteri, il primo con due sottocriteri; su due criteri serve almeno la metà dei punti, nessuna soglia "
        "sul totale. Una penalità toglie fino a 10 punti.",
        Decimal(0),
        (
            _row(
                "Lettura dei bisogni e nesso con le azioni",
                20,
                2,
                Aim.RECONCILIATION,
                "Dati e ascolti da cui nasce la proposta; nesso tra bisogni, obiettivi, azioni e indicatori.",
                group=COHERENCE,
            ),
            _row(
                "Efficacia attesa per chi lavora e ha compiti di cura",
                20,
                1,
                Aim.RECONCILIATION,
                "Quanto le azioni alleggeriscono i compiti di cura, per quante persone e per quanto tempo.",
                group=COHERENCE,
            ),
            _row(
                "Crescita economica del territorio",
                20,
                3,
                Aim.GROWTH,
                "Effetti attesi per imprese, lavoratrici e lavoratori.",
            ),
            _row(
                "Coesione sociale",
                20,
                4,
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
            _row(
                "Iniziative brevi o solo accostate",
                10,
                0,
                "",
                "Punti tolti quando le azioni sono eventi isolati o non si integrano tra loro (art. 8).",
                is_penalty=True,
            ),
        ),
        (GroupRow(COHERENCE, Decimal(20), "Si valuta attraverso i due sottocriteri; serve la metà dei punti."),),
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


def grid_problems(rows: Iterable[CriterionRow], total_threshold: Decimal, groups: Sequence[GroupRow] = ()) -> list[str]:
    """What keeps the grid from giving a ranking, each in a sentence; empty when it is sound."""
    rows = list(rows)
    if not rows and not groups:
        return ["La griglia non ha ancora criteri: aggiungine, o parti da una griglia pronta."]
    problems = [problem for row in rows for problem in _row_problems(row)]
    for group in groups:
        problems += _group_problems(group, [row for row in rows if row.group == group.title])
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


def _row_problems(row: CriterionRow) -> list[str]:
    problems = []
    if row.max_points <= 0 or row.weight <= 0:
        problems.append(f"«{row.title}»: punti massimi e peso devono essere maggiori di zero.")
    if not 0 <= row.threshold <= row.max_points:
        problems.append(f"«{row.title}»: la soglia sta tra zero e il punteggio massimo del criterio.")
    if row.is_penalty and (row.threshold or row.tie_break):
        problems.append(f"«{row.title}»: una penalità toglie punti, non ha soglia e non decide le parità.")
    return problems


def _group_problems(group: GroupRow, rows: list[CriterionRow]) -> list[str]:
    if not rows:
        return [f"«{group.title}» non ha ancora sottocriteri: aggiungine, o toglilo."]
    most = most_points(rows)
    if group.threshold > most:
        return [
            f"«{group.title}»: la soglia è {plain(group.threshold)}, ma i suoi sottocriteri arrivano a {plain(most)} "
            "punti."
        ]
    return []


def check_grid(rows: Iterable[CriterionRow], total_threshold: Decimal, groups: Sequence[GroupRow] = ()) -> None:
    """Raises Refused with every problem of the grid."""
    problems = grid_problems(rows, total_threshold, groups)
    if problems:
        raise Refused("La griglia non è pronta. " + " ".join(problems))


@enforces("R15")
def aims_not_covered(rows: Iterable[CriterionRow]) -> list[str]:
    """The aims of evaluation (reconciliation, growth, cohesion) that no criterion looks at, in words (art. 6)."""
    covered = {row.aim for row in rows}
    return [aim.label for aim in Aim if aim not in covered]


def plain(number: Decimal) -> str:
    """12,5 for 12.50."""
    return f"{number.normalize():f}".replace(".", ",")
