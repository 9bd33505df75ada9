"""How far the plan covers the territory: actions by district and area of intervention (R17, art. 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel.rulebook import enforces, violated


@dataclass(frozen=True)
class Covering:
    """What an action of the plan covers, and with how much money (EUR); or several actions together."""

    district: int
    area: str
    amount: Decimal
    count: int = 1


@dataclass(frozen=True)
class Cell:
    district: int
    area: str
    count: int
    amount: Decimal

    @property
    def is_hole(self) -> bool:
        return self.count == 0


def matrix(districts: Sequence[int], areas: Sequence[str], actions: Iterable[Covering]) -> list[list[Cell]]:
    """A row for each district, a cell for each area, both in the order given."""
    sums: dict[tuple[int, str], tuple[int, Decimal]] = {}
    for action in actions:
        count, amount = sums.get((action.district, action.area), (0, Decimal(0)))
        sums[action.district, action.area] = count + action.count, amount + action.amount
    return [[Cell(d, a, *sums.get((d, a), (0, Decimal(0)))) for a in areas] for d in districts]


def holes(rows: Iterable[Iterable[Cell]]) -> list[Cell]:
    """The cells that no action covers."""
    return [cell for row in rows for cell in row if cell.is_hole]


@enforces("R17")
def check_coverage_was_verified(note: str) -> None:
    """The committee verifies the coverage before the plan is adopted, and writes what it found (art. 6)."""
    if not note.strip():
        raise violated(
            "R17",
            "Il Comitato di Valutazione deve prima verificare la copertura del territorio e scriverne l'esito.",
        )
