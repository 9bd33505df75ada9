"""What the roll-ups give: figures, each with the address of the list that holds its records."""

from dataclasses import dataclass
from datetime import date


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
