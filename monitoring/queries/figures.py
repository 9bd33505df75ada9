"""What the roll-ups give: figures, each with the address of the list that holds its records."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.money import share

from ..rules.results import Achieved


@dataclass(frozen=True)
class Figure:
    """A number with the list of its records. `value` is None while there is nothing yet."""

    label: str
    value: Decimal | int | None
    url: str


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
class Money:
    """EUR over a selection of projects."""

    planned: Figure
    granted: Figure
    co_financing: Figure
    spent: Figure
    approved: Figure
    paid: Figure

    def figures(self) -> list[Figure]:
        return [self.planned, self.granted, self.co_financing, self.spent, self.approved, self.paid]


@dataclass(frozen=True)
class ActionGroup:
    """Actions of the plans in one area or district: how many, EUR planned, participants, mean progress in percent."""

    key: str
    label: str
    actions: int
    amount: Decimal
    participants: int
    progress: Decimal | None
    url: str


@dataclass(frozen=True)
class NetworkResult:
    """A territory at a glance."""

    network_id: int
    name: str
    projects: int
    granted: Decimal
    expected_reports: int
    validated_reports: int
    late_reports: int
    approved: Decimal | None
    url: str

    @property
    def validated_share(self) -> Decimal | None:
        return share(Decimal(self.validated_reports), Decimal(self.expected_reports))


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
