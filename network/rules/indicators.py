"""Indicators: how they add up, and their life (R45, art. 11.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import MEASURED_INDICATORS, Aggregation, Direction, IndicatorStatus

INDICATOR = register(
    Lifecycle(
        noun="indicator",
        states=IndicatorStatus,
        initial=IndicatorStatus.PROPOSED,
        transitions=(
            Transition(
                "settle",
                (IndicatorStatus.ASKED,),
                IndicatorStatus.OWN,
                "Concorda con l'Alleanza",
                "indicator.settle",
                consequence="L'Alleanza lo indica nelle sue proposte e ne rileva i valori. Nei totali della Regione "
                "non conta: per quello va proposto al catalogo regionale.",
                primary=True,
            ),
            Transition(
                "refuse",
                (IndicatorStatus.ASKED,),
                IndicatorStatus.RETIRED,
                "Non concordare",
                "indicator.settle",
                consequence="L'Alleanza riceve la motivazione e può chiederne un altro.",
                needs_reason=True,
            ),
            Transition(
                "give_up",
                (IndicatorStatus.ASKED, IndicatorStatus.OWN),
                IndicatorStatus.RETIRED,
                "Ritira l'indicatore dell'Alleanza",
                "indicator.give_up",
                consequence="Non si può più indicare in nuove proposte; le misure già raccolte restano leggibili nelle "
                "relazioni.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "ask_again",
                (IndicatorStatus.RETIRED,),
                IndicatorStatus.ASKED,
                "Chiedi di nuovo all'ASL",
                "indicator.ask",
                consequence="L'ASL lo rilegge con la tua motivazione, e lo concorda o dice perché no.",
                needs_reason=True,
            ),
            Transition(
                "offer",
                (IndicatorStatus.OWN,),
                IndicatorStatus.PROPOSED,
                "Proponi per il catalogo regionale",
                "indicator.propose",
                consequence="L'indicatore va alla Regione; se lo concorda, lo usano tutte le Reti del programma.",
            ),
            Transition(
                "agree",
                (IndicatorStatus.PROPOSED,),
                IndicatorStatus.AGREED,
                "Concorda l'indicatore",
                "indicator.agree",
                consequence="Le ASL possono usarlo per catalogare le azioni del territorio (art. 11). Se è una nuova "
                "versione, quella di prima non si sceglie più nelle nuove proposte.",
                primary=True,
            ),
            Transition(
                "leave",
                (IndicatorStatus.PROPOSED,),
                IndicatorStatus.OWN,
                "Lascia all'Alleanza",
                "indicator.agree",
                consequence="L'indicatore resta a chi l'ha proposto, che lo usa per sé; nei totali della Regione non "
                "conta.",
                needs_reason=True,
            ),
            Transition(
                "supersede",
                (IndicatorStatus.AGREED,),
                IndicatorStatus.SUPERSEDED,
                "Sostituisci con la nuova versione",
                "indicator.agree",
                automatic=True,
            ),
            Transition(
                "retire",
                (IndicatorStatus.PROPOSED, IndicatorStatus.AGREED, IndicatorStatus.SUPERSEDED),
                IndicatorStatus.RETIRED,
                "Ritira l'indicatore",
                "indicator.agree",
                consequence="Non si può più usare in nuovi progetti e non conta più nei totali; le misure già raccolte "
                "restano leggibili nelle relazioni.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


@enforces("R45")
def check_usable(status: str, *, is_own: bool = False) -> None:
    """An indicator is used to catalogue actions only once the Regione has agreed it (R45, art. 11.2), or, by the
    alliance whose own it is (`is_own`), once its ASL has: it then counts in no total of the Regione."""
    if status != IndicatorStatus.AGREED and not (is_own and status == IndicatorStatus.OWN):
        raise violated(
            "R45",
            f"L'indicatore è «{IndicatorStatus(status).label}»: si usa solo se concordato con la Regione, o con l'ASL "
            "se è dell'Alleanza.",
        )


@enforces("R45")
def check_measured(name: str, status: str, *, field: str | None = None) -> None:
    """Only indicators agreed with the Regione are measured, and the alliance's own. Raises RuleViolated."""
    if status not in MEASURED_INDICATORS:
        raise violated(
            "R45",
            f"L'indicatore «{name}» non è concordato con la Regione e non si può misurare. Togli il valore, o "
            "chiedi all'ASL di concordarlo",
            field=field,
        )


@enforces("R45")
def check_ratio(*, aggregation: str, numerator, denominator) -> None:
    """A ratio has two other indicators, and only a ratio has them. Each is None, or (key, aggregation, programme).

    Raises Refused beside the field.
    """
    if aggregation != Aggregation.RATIO:
        if numerator or denominator:
            raise Refused("Numeratore e denominatore servono solo a un rapporto: lasciali vuoti.", field="numerator")
        return
    for field, part in (("numerator", numerator), ("denominator", denominator)):
        if part is None:
            raise Refused("Per un rapporto indica i due indicatori da cui si calcola.", field=field)
        if part[1] in {Aggregation.RATIO, Aggregation.MEAN}:
            raise Refused("Un rapporto si calcola da due indicatori che si contano, non da medie.", field=field)
    if numerator[0] == denominator[0]:
        raise Refused("Numeratore e denominatore sono due indicatori diversi.", field="denominator")
    if numerator[2] != denominator[2]:
        raise Refused("I due indicatori sono dello stesso programma.", field="denominator")


@dataclass(frozen=True)
class Reading:
    """One value: of which project, on a period that ends on a day, with its weight (only a mean has one)."""

    project: int
    period_end: date
    value: Decimal
    weight: Decimal | None = None


def combine(aggregation: str, readings: Iterable[Reading]) -> Decimal | None:
    """The total of the readings, over periods and projects; None without readings. A ratio has none of its own.

    SUM adds everything. LAST and DISTINCT take the last period of each project and add the projects: a distinct count
    is written since the project began, so that nobody is counted twice inside a project; between projects one person
    may still be counted in each. MEAN is the mean weighted by the weights, with four places.
    """
    rows = list(readings)
    if not rows:
        return None
    if aggregation == Aggregation.SUM:
        return sum((row.value for row in rows), Decimal(0))
    if aggregation in {Aggregation.LAST, Aggregation.DISTINCT}:
        last: dict[int, Reading] = {}
        for row in sorted(rows, key=lambda r: r.period_end):
            last[row.project] = row
        return sum((row.value for row in last.values()), Decimal(0))
    if aggregation == Aggregation.MEAN:
        weights = sum((row.weight or Decimal(0) for row in rows), Decimal(0))
        return mean(sum((row.value * (row.weight or Decimal(0)) for row in rows), Decimal(0)), weights)
    return None


def mean(weighted: Decimal | None, weights: Decimal | None) -> Decimal | None:
    """A weighted mean with four places from the sum of value x weight and the sum of weights."""
    if weighted is None or not weights:
        return None
    return (weighted / weights).quantize(Decimal("0.0001"))


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """A ratio in per cent with four places; None when a part is not measured or the denominator is zero."""
    if numerator is None or not denominator:
        return None
    return (numerator * 100 / denominator).quantize(Decimal("0.0001"))


def combine_targets(aggregation: str, targets: Iterable[Decimal]) -> Decimal | None:
    """The target of several projects together: the sum of what is counted, the mean of a mean or of a ratio."""
    rows = list(targets)
    if not rows:
        return None
    total = sum(rows, Decimal(0))
    if aggregation in {Aggregation.MEAN, Aggregation.RATIO}:
        return (total / len(rows)).quantize(Decimal("0.01"))
    return total


def reached(direction: str, value: Decimal | None, target: Decimal | None) -> bool:
    """The target is reached: from below, or from above where less is better."""
    if value is None or target is None:
        return False
    return value <= target if direction == Direction.DOWN else value >= target
