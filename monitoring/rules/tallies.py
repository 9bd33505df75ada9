"""How the values of one project are told apart so that territories, periods and parts can be added up.

A tally belongs to an indicator, a half-year and a part of it ("", "" for the whole). What is counted once, or read at
its last value, is told as the change since the reading before: adding the changes gives the last value again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from network.enums import Aggregation
from network.rules.indicators import mean

from .halves import half_of

ZERO = Decimal(0)
PLACES = Decimal("0.0001")
WHOLE = ("", "")
NO_HALF = 0  # a target is of no half-year

Key = tuple[int, int, str, str]  # indicator, half-year, dimension, category


@dataclass(frozen=True)
class Tally:
    reports: int = 0
    value: Decimal = ZERO
    weight: Decimal = ZERO
    projects: int = 0
    target: Decimal = ZERO

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.reports + other.reports,
            self.value + other.value,
            self.weight + other.weight,
            self.projects + other.projects,
            self.target + other.target,
        )

    def __neg__(self) -> "Tally":
        return Tally(-self.reports, -self.value, -self.weight, -self.projects, -self.target)

    def __bool__(self) -> bool:
        return any((self.reports, self.value, self.weight, self.projects, self.target))

    def exact(self) -> "Tally":
        """With the four places that are kept."""
        value, weight, target = (x.quantize(PLACES) for x in (self.value, self.weight, self.target))
        return Tally(self.reports, value, weight, self.projects, target)


Tallies = dict[Key, Tally]


@dataclass(frozen=True)
class Read:
    """One validated value: the end of its period, its weight if it is a mean, its parts."""

    period_end: date
    value: Decimal
    weight: Decimal | None
    parts: Mapping[tuple[str, str], Decimal]


def add(into: Tallies, more: Mapping[Key, Tally]) -> None:
    for key, tally in more.items():
        into[key] = into.get(key, Tally()) + tally


def tallies_of(
    indicator: int,
    aggregation: str,
    target: Decimal,
    part_targets: Mapping[tuple[str, str], Decimal],
    reads: Iterable[Read],
) -> Tallies:
    """What one project adds for one indicator that it expects."""
    found: Tallies = {(indicator, NO_HALF, *WHOLE): Tally(projects=1, target=target)}
    for part, amount in part_targets.items():
        found[indicator, NO_HALF, *part] = Tally(projects=1, target=amount)
    before: dict[tuple[str, str], Decimal] = {}
    for read in sorted(reads, key=lambda r: r.period_end):
        half = half_of(read.period_end)
        now = {WHOLE: read.value, **read.parts}
        weight = (read.weight or ZERO) if aggregation == Aggregation.MEAN else ZERO
        for part in {**before, **now}:
            value = now.get(part, ZERO)
            if aggregation == Aggregation.MEAN:
                value *= weight
            elif aggregation != Aggregation.SUM:
                value -= before.get(part, ZERO)
            tally = Tally(reports=int(part in now), value=value, weight=weight if part == WHOLE else ZERO)
            add(found, {(indicator, half, *part): tally})
        if aggregation not in {Aggregation.SUM, Aggregation.MEAN}:
            before = now
    return {key: tally.exact() for key, tally in found.items()}


def reached(aggregation: str, tally: Tally) -> Decimal | None:
    """The value that some tallies give together; None while no report has told it. A ratio has none of its own."""
    if not tally.reports or aggregation == Aggregation.RATIO:
        return None
    return mean(tally.value, tally.weight) if aggregation == Aggregation.MEAN else tally.value


def promised(aggregation: str, tally: Tally) -> Decimal | None:
    """The target of some projects together: the sum of what is counted, the mean of means and ratios."""
    if not tally.projects:
        return None
    if aggregation in {Aggregation.MEAN, Aggregation.RATIO}:
        return (tally.target / tally.projects).quantize(Decimal("0.01"))
    return tally.target


def packed(tallies: Tallies) -> dict[str, list]:
    """As it is kept with the project."""
    return {
        "|".join(map(str, key)): [t.reports, str(t.value), str(t.weight), t.projects, str(t.target)]
        for key, t in sorted(tallies.items())
    }


def unpacked(kept: Mapping[str, list]) -> Tallies:
    found: Tallies = {}
    for text, (reports, value, weight, projects, target) in kept.items():
        indicator, half, dimension, category = text.split("|", 3)
        key = (int(indicator), int(half), dimension, category)
        found[key] = Tally(reports, Decimal(value), Decimal(weight), projects, Decimal(target))
    return found
