"""What a progress report must hold, in quantity and in quality (art. 11), and when it may be sent."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces, violated

AGREED = "agreed"  # network.enums.IndicatorStatus.AGREED


@dataclass(frozen=True)
class Need:
    """One thing that a report must hold: whether it does, why it is asked, and the field where it is written."""

    label: str
    done: bool
    field: str
    why: str = ""


@dataclass(frozen=True)
class MeasuredValue:
    """What is written for an expected indicator; None where nothing is written yet (which is not zero)."""

    key: int
    name: str
    by_sex: bool
    value: Decimal | None = None
    women: Decimal | None = None
    men: Decimal | None = None


@dataclass(frozen=True)
class ActionState:
    """How far an action is, in percent; None where nobody said it yet."""

    key: int
    title: str
    percent: int | None = None


@enforces("R45")
def check_agreed(indicator: str, status: str, *, field: str | None = None) -> None:
    """Only indicators agreed with the Regione are measured. Raises RuleViolated."""
    if status != AGREED:
        raise violated(
            "R45",
            f"L'indicatore «{indicator}» non è concordato con la Regione e non si può misurare. Togli il valore, o "
            "chiedi "
            "all'ASL di concordarlo",
            field=field,
        )


@enforces("R44")
def check_value(measured: MeasuredValue) -> Decimal | None:
    """The value to keep for an indicator, in its own unit; None when nothing is written.

    Where the indicator is split by sex the total is women plus men. Raises Refused (negative, or parts that do not add
    up) beside the field of the value.
    """
    field = f"{'women' if measured.by_sex else 'value'}_{measured.key}"
    parts = (measured.women, measured.men)
    if any(x is not None and x < 0 for x in (measured.value, *parts)):
        raise Refused(
            f"«{measured.name}»: un valore non può essere negativo. Scrivi zero o un numero maggiore.", field=field
        )
    if not measured.by_sex:
        if any(x is not None for x in parts):
            raise Refused(f"«{measured.name}» non si divide per sesso: scrivi solo il totale.", field=field)
        return measured.value
    if all(x is not None for x in parts):
        total = sum(parts)
        if measured.value is not None and measured.value != total:
            raise Refused(
                f"«{measured.name}»: donne e uomini insieme fanno {_plain(total)}, ma il totale è "
                f"{_plain(measured.value)}. "
                "Correggi uno dei tre numeri.",
                field=field,
            )
        return total
    if any(x is not None for x in parts) or (measured.value or 0) > 0:
        raise Refused(
            f"«{measured.name}» si divide per sesso: scrivi quante donne e quanti uomini, anche quando sono zero.",
            field=f"women_{measured.key}" if measured.women is None else f"men_{measured.key}",
        )
    return measured.value


@enforces("R44")
def needs(*, values: list[MeasuredValue], actions: list[ActionState], narrative: str) -> list[Need]:
    """Everything that a report must hold, done or not: the list «Che cosa manca» of the page, always complete."""
    found = [
        Need(
            f"Valore di «{value.name}»" + (", donne e uomini" if value.by_sex else ""),
            value.value is not None and (not value.by_sex or value.value == 0 or None not in (value.women, value.men)),
            f"{'women' if value.by_sex else 'value'}_{value.key}",
            "anche zero, se non c'è ancora nessuno",
        )
        for value in values
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


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
