"""Results as they are counted: what nobody has measured yet is not zero (art. 11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from conciliazione.kernel.money import share
from conciliazione.kernel.rulebook import enforces
from network.enums import Dimension, Direction, Sex
from network.rules.indicators import reached


def plain(value: Decimal | None) -> int | Decimal | None:
    """A value as it is written: without the places that say nothing."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()


@enforces("R45")
@dataclass(frozen=True)
class Achieved:
    """What was reached on an indicator against what was promised, in the indicator's unit.

    `value` is None while no validated report has measured it; Decimal(0) says that it was measured and is zero.
    `parts` are its breakdowns by (dimension, category).
    """

    target: Decimal | None
    value: Decimal | None = None
    parts: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    reports: int = 0
    direction: str = Direction.UP

    @property
    def women(self) -> Decimal | None:
        return self.parts.get((Dimension.SEX, Sex.WOMEN))

    @property
    def men(self) -> Decimal | None:
        return self.parts.get((Dimension.SEX, Sex.MEN))

    @property
    def measured(self) -> bool:
        return self.value is not None

    @property
    def share(self) -> Decimal | None:
        """Percentage of the target with two places; None when not measured or without a target."""
        return share(self.value, self.target) if self.measured and self.target else None

    @property
    def reached(self) -> bool:
        return reached(self.direction, self.value, self.target)

    @property
    def state(self) -> str:
        """In words: «non ancora misurato», «zero», «in corso», «raggiunto»."""
        if not self.measured:
            return "non ancora misurato"
        if self.reached:
            return "raggiunto"
        return "misurato: zero" if self.value == 0 else "in corso"
