"""What the roll-ups give: figures, each with the address of the list that holds its records."""

from dataclasses import dataclass
from datetime import date

from ..rules.results import Achieved


@dataclass(frozen=True)
class IndicatorResult:
    """An indicator over a selection: target, what was reached, and the list of values behind it."""

    indicator_id: int
    code: str
    name: str
    unit: str
    kind: str
    area: str
    by_sex: bool
    projects: int
    achieved: Achieved
    url: str


@dataclass(frozen=True)
class LateReport:
    """A report that has not come though its term is over."""

    project: str
    alliance: str
    network: str
    window: str
    due_on: date
    days: int
    url: str
