"""Breakdowns of a value: sex, age band, kind of care, size of enterprise, district; their parts add up to the value."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.rulebook import enforces

from ..enums import AgeBand, Aggregation, CareKind, Dimension, Sex, Size

# (dimension, category) -> part of the value
Parts = Mapping[tuple[str, str], Decimal]

FIXED: dict[str, dict[str, str]] = {
    Dimension.SEX: dict(Sex.choices),
    Dimension.AGE: dict(AgeBand.choices),
    Dimension.CARE: dict(CareKind.choices),
    Dimension.SIZE: {value: label.split(" (")[0] for value, label in Size.choices if value},
}
# a mean or a ratio has no parts that add up to it
DIVISIBLE = (Aggregation.SUM, Aggregation.LAST, Aggregation.DISTINCT)


def categories(dimension: str, districts: Mapping[str, str] | None = None) -> dict[str, str]:
    """The categories of a dimension with their words, in their order; `districts` are key and name of those of the
    network, since each network has its own."""
    return dict(districts or {}) if dimension == Dimension.DISTRICT else FIXED[dimension]


def check_dimensions(dimensions: Iterable[str], *, aggregation: str) -> list[str]:
    """The dimensions in the order of the enum. Raises Refused for what is none, or does not fit the aggregation."""
    chosen = set(dimensions)
    if chosen - set(Dimension.values):
        raise Refused("Scegli le disaggregazioni dall'elenco.", field="breakdowns")
    if chosen and aggregation not in DIVISIBLE:
        raise Refused(
            "Una media o un rapporto non si divide in parti che sommano al totale: togli le disaggregazioni, o scegli "
            "un altro modo di sommare.",
            field="breakdowns",
        )
    return [value for value in Dimension.values if value in chosen]


@enforces("R44")
def check_parts(name: str, value: Decimal | None, parts: Parts, allowed: Mapping[str, Mapping[str, str]]) -> None:
    """Every part is a known category of an asked dimension, none is negative, and each dimension adds up to the value.

    `allowed` gives the categories of each dimension asked. Raises Refused; its field is `part_<dimension>` of the
    dimension that is wrong.
    """
    for (dimension, category), part in parts.items():
        field = f"part_{dimension}"
        if dimension not in allowed:
            raise Refused(f"«{name}» non si divide per {_word(dimension)}: scrivi solo il totale.", field=field)
        if category not in allowed[dimension]:
            raise Refused(f"«{name}»: una delle voci per {_word(dimension)} non esiste.", field=field)
        if part < 0:
            raise Refused(
                f"«{name}», {allowed[dimension][category].lower()}: un valore non può essere negativo. Scrivi zero o "
                "un numero maggiore.",
                field=field,
            )
    for dimension in allowed:
        mine = [part for (where, _), part in parts.items() if where == dimension]
        if mine and value is not None and sum(mine) != value:
            raise Refused(
                f"«{name}»: le parti per {_word(dimension)} sommano a {plain(sum(mine))}, ma il totale è "
                f"{plain(value)}. Correggi il totale o una delle parti.",
                field=f"part_{dimension}",
            )


def _word(dimension: str) -> str:
    return Dimension(dimension).label.lower() if dimension in Dimension.values else dimension


def plain(number: Decimal) -> str:
    """A number as it is written, without the places that say nothing."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
