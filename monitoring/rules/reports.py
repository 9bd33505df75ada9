"""What a progress report must hold, in quantity and in quality (art. 11), and when it may be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated
from network.enums import Dimension
from network.rules.breakdowns import Parts, check_parts, plain


@dataclass(frozen=True)
class Need:
    """One thing that a report must hold: whether it does, why it is asked, and the field where it is written."""

    label: str
    done: bool
    field: str
    why: str = ""


@dataclass(frozen=True)
class MeasuredValue:
    """What is written for an expected indicator; None where nothing is written yet (which is not zero).

    `allowed` gives the categories of each breakdown that is asked; `weight` goes with a mean.
    """

    key: int
    name: str
    value: Decimal | None = None
    parts: Parts = field(default_factory=dict)
    allowed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    weight: Decimal | None = None
    weighted: bool = False

    def field_of(self, dimension: str) -> str:
        """The first field of a breakdown on the page."""
        return f"part_{self.key}_{dimension}_{next(iter(self.allowed.get(dimension, {})), '')}"

    def sums(self) -> dict[str, Decimal]:
        """The sum of each breakdown in which something is written."""
        found: dict[str, Decimal] = {}
        for (dimension, _), part in self.parts.items():
            found[dimension] = found.get(dimension, Decimal(0)) + part
        return found


@dataclass(frozen=True)
class ActionState:
    """How far an action is, in percent; None where nobody said it yet."""

    key: int
    title: str
    percent: int | None = None


@enforces("R44")
def check_value(measured: MeasuredValue) -> Decimal | None:
    """The value to keep for an indicator, in its own unit; None when nothing is written.

    Without a total, it is the sum of a breakdown in which every category is written; what is left empty beside a
    total counts as zero. Raises Refused beside the field: negative, parts that do not add up, a mean without weight.
    """
    own = f"value_{measured.key}"
    value = measured.value
    if value is not None and value < 0:
        raise Refused(
            f"«{measured.name}»: un valore non può essere negativo. Scrivi zero o un numero maggiore.", field=own
        )
    for (dimension, category), part in measured.parts.items():
        if part < 0:
            raise Refused(
                f"«{measured.name}»: nessuna voce può essere negativa. Scrivi zero o un numero maggiore.",
                field=f"part_{measured.key}_{dimension}_{category}",
            )
    sums = measured.sums()
    if value is None and sums:
        whole = [d for d in sums if all((d, category) in measured.parts for category in measured.allowed.get(d, {}))]
        if not whole:
            raise Refused(f"«{measured.name}»: scrivi il totale, oppure tutte le voci, anche quelle a zero.", field=own)
        value = sums[whole[0]]
    try:
        check_parts(measured.name, value, measured.parts, measured.allowed)
    except Refused as refused:
        refused.field = measured.field_of(refused.field.removeprefix("part_"))
        raise
    _check_weight(measured, value)
    return value


def _check_weight(measured: MeasuredValue, value: Decimal | None) -> None:
    if not measured.weighted:
        if measured.weight is not None:
            raise Refused(f"«{measured.name}» non è una media e non ha un peso.", field=f"value_{measured.key}")
    elif value is not None and (measured.weight is None or measured.weight <= 0):
        raise Refused(
            f"«{measured.name}» è una media: scrivi anche su quanti casi è calcolata, più di zero.",
            field=f"weight_{measured.key}",
        )


@enforces("R44")
def check_distinct(name: str, value: Decimal | None, last: Decimal | None, *, field: str) -> None:
    """People counted once, since the project began, do not become fewer. Raises Refused."""
    if value is not None and last is not None and value < last:
        raise Refused(
            f"«{name}» conta le persone diverse dall'inizio del progetto: nel periodo prima erano {plain(last)}, non "
            f"possono essere {plain(value)}. Scrivi il totale dall'inizio.",
            field=field,
        )


@dataclass(frozen=True)
class Deviation:
    """How a value looks beside the last period and the target; percentages as whole numbers."""

    words: str


def deviation(
    *,
    value: Decimal | None,
    last: Decimal | None,
    total: Decimal | None,
    target: Decimal | None,
    limit: int,
    final: bool,
) -> Deviation | None:
    """Why a value asks for a note: more than `limit` % away from the last period, or the total from the target.

    Below the target only in the last report, since earlier there is time. None when all is as one would expect.
    """
    if value is None or not limit:
        return None
    if last and abs(value - last) * 100 > limit * last:
        return Deviation(f"si scosta di oltre il {limit} % dal periodo prima ({plain(last)})")
    if target and total is not None:
        if (total - target) * 100 > limit * target:
            return Deviation(f"il totale supera di oltre il {limit} % l'obiettivo ({plain(target)})")
        if final and (target - total) * 100 > limit * target:
            return Deviation(f"il totale resta di oltre il {limit} % sotto l'obiettivo ({plain(target)})")
    return None


@dataclass(frozen=True)
class ValueState:
    """A value as the list of what is missing looks at it."""

    measured: MeasuredValue
    note: str = ""
    deviation: Deviation | None = None


@enforces("R44")
def needs(
    *,
    values: list[ValueState],
    actions: list[ActionState],
    narrative: str,
    people: int | None,
    enterprises: int | None,
) -> list[Need]:
    """Everything that a report must hold, done or not: the list «Che cosa manca» of the page, always complete."""
    found = [need for value in values for need in _needs_of_value(value)]
    found += [
        Need("Persone raggiunte nel periodo", people is not None, "people_reached", "anche zero"),
        Need("Imprese raggiunte nel periodo", enterprises is not None, "enterprises_reached", "anche zero"),
    ]
    found += [
        Need(f"Avanzamento di «{action.title}»", action.percent is not None, f"percent_{action.key}", "da 0 a 100 %")
        for action in actions
    ]
    found.append(
        Need(
            "Come procede il progetto",
            bool(narrative.strip()),
            "narrative",
            "in parole: l'art. 11 chiede quantità e qualità",
        )
    )
    return found


def _needs_of_value(state: ValueState) -> list[Need]:
    measured = state.measured
    found = [
        Need(
            f"Valore di «{measured.name}»",
            measured.value is not None,
            f"value_{measured.key}",
            "anche zero, se non c'è ancora nulla",
        )
    ]
    if measured.value:
        sums = measured.sums()
        found += [
            Need(
                f"«{measured.name}» per {Dimension(dimension).label.lower()}",
                sums.get(dimension) == measured.value,
                measured.field_of(dimension),
                f"le parti sommano a {plain(measured.value)}",
            )
            for dimension in measured.allowed
        ]
    if state.deviation:
        found.append(
            Need(f"Nota su «{measured.name}»", bool(state.note.strip()), f"note_{measured.key}", state.deviation.words)
        )
    return found


@enforces("R44")
def check_complete(found: list[Need]) -> None:
    """A report is sent whole. Raises RuleViolated naming everything that is missing, at once."""
    missing = [need.label for need in found if not need.done]
    if missing:
        raise violated("R44", f"La relazione non è completa. Manca: {'; '.join(missing)}", field=None)


def check_open(opens_on: date, today: date) -> None:
    """A window is filled in from the day it opens. Raises Refused."""
    if today < opens_on:
        raise Refused(
            f"La finestra si apre il {opens_on:%d/%m/%Y}: prima di quel giorno non si compila e non si invia."
        )


def is_late(due_on: date, day: date) -> bool:
    """A report sent after the term is accepted, and marked late."""
    return day > due_on
