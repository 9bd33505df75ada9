"""The kept figures, read for a selection: a few rows for each territory, however many records stand behind them.

None means that nothing has come yet; zero means that it came and is zero.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, Sum

from conciliazione.kernel import clock
from conciliazione.kernel.money import ZERO, round_eur
from network.models import District

from ..models import Coverage, ProjectMoney, ReportCount, TerritoryMoney
from ..rules.halves import first_day, half_label, last_day
from .reckoning import COUNTS, REPORT_STATES, SUMS


@dataclass(frozen=True)
class Selection:
    """What a dashboard shows: a programme or all, these networks (or the projects of these alliances), an area of
    intervention or all five, from one half-year to another."""

    programme: int | None = None
    networks: tuple[int, ...] | None = None
    alliances: tuple[int, ...] | None = None
    area: str = ""
    first: int | None = None
    last: int | None = None
    # the one network that the person chose, for the addresses
    network: int | None = None

    def query(self, **more) -> dict[str, str]:
        """The names of the selection in an address."""
        found = {
            "programma": self.programme,
            "rete": self.network,
            "area": self.area,
            "dal": self.first,
            "al": self.last,
            **more,
        }
        return {name: str(value) for name, value in found.items() if value not in (None, "")}

    def of_network(self, network: int) -> "Selection":
        return replace(self, networks=(network,), network=network)

    def placed(self, prefix: str = "") -> Q:
        """Programme and networks, as a condition on records that have both."""
        found = Q()
        if self.programme is not None:
            found &= Q(**{f"{prefix}programme": self.programme})
        if self.networks is not None:
            found &= Q(**{f"{prefix}network__in": self.networks})
        return found

    def over_days(self, path: str) -> Q:
        """The days of the half-years, as a condition on a date."""
        found = Q()
        if self.first is not None:
            found &= Q(**{f"{path}__gte": first_day(self.first)})
        if self.last is not None:
            found &= Q(**{f"{path}__lte": last_day(self.last)})
        return found


COUNT_OF = {
    "planned": "planned_count",
    "granted": "granted_count",
    "co_financing": "granted_count",
    "spent": "spent_count",
    "approved": "spent_count",
    "paid": "paid_count",
}


@dataclass
class MoneyTotal:
    """EUR over some rows. `value` is None while no record has come."""

    sums: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(SUMS, ZERO))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def add(self, amounts: Iterable[Decimal], counts: Iterable[int]) -> None:
        """`amounts` in the order of SUMS, rounded; `counts` in that of COUNTS."""
        for name, amount in zip(SUMS, amounts, strict=True):
            self.sums[name] += amount
        for name, count in zip(COUNTS, counts, strict=True):
            self.counts[name] += count

    def value(self, kind: str) -> Decimal | None:
        return self.sums[kind] if self.counts[COUNT_OF[kind]] else None

    @property
    def projects(self) -> int:
        return self.counts["granted_count"]

    @property
    def by_kind(self) -> dict[str, Decimal | None]:
        return {kind: self.value(kind) for kind in SUMS}


@dataclass
class MoneyBoard:
    """The money of a selection: over all, by network and by half-year."""

    total: MoneyTotal = field(default_factory=MoneyTotal)
    networks: dict[int, MoneyTotal] = field(default_factory=dict)
    halves: dict[int, MoneyTotal] = field(default_factory=dict)

    def over_time(self, kind: str) -> list[tuple[int, str, Decimal]]:
        """(half-year, its name, what came in it and before) from the first half-year in which something came."""
        come = sorted(half for half, money in self.halves.items() if money.value(kind) is not None)
        found, running = [], ZERO
        for half in range(come[0], come[-1] + 1) if come else ():
            if half in self.halves:
                running += self.halves[half].sums[kind]
            found.append((half, half_label(half), running))
        return found


def money_of(selection: Selection) -> MoneyBoard:
    """One query, over the figures of the territories; over those of the projects for the alliances."""
    if selection.alliances is None:
        rows = TerritoryMoney.objects.filter(selection.placed())
    else:
        rows = ProjectMoney.objects.filter(selection.placed(), project__alliance__in=selection.alliances)
    if selection.area:
        rows = rows.filter(area=selection.area)
    if selection.first is not None:
        rows = rows.filter(half__gte=selection.first)
    if selection.last is not None:
        rows = rows.filter(half__lte=selection.last)
    board = MoneyBoard()
    sums = [Sum(name) for name in (*SUMS, *COUNTS)]
    networks, halves = defaultdict(MoneyTotal), defaultdict(MoneyTotal)
    for network, half, *found in rows.order_by().values_list("network", "half").annotate(*sums):
        amounts, counts = [round_eur(amount) for amount in found[: len(SUMS)]], found[len(SUMS) :]
        for total in (networks[network], halves[half]):
            total.add(amounts, counts)
    board.networks, board.halves = dict(networks), dict(halves)
    for total in board.networks.values():
        board.total.add(total.sums.values(), total.counts.values())
    return board


@dataclass
class CoverageCell:
    """Actions in an area and a place: how many, EUR planned, people expected, mean progress in percent."""

    actions: int = 0
    amount: Decimal = ZERO
    participants: int = 0
    reported: int = 0
    progress_sum: int = 0

    def add(self, other: "CoverageCell") -> None:
        self.actions += other.actions
        self.amount += other.amount
        self.participants += other.participants
        self.reported += other.reported
        self.progress_sum += other.progress_sum

    @property
    def progress(self) -> Decimal | None:
        if not self.reported:
            return None
        return (Decimal(self.progress_sum) / self.reported).quantize(Decimal("0.1"))


@dataclass
class CoverageBoard:
    """Actions by area and place; a place is a district of the one network, or else a network.

    `places` are all where the plan has actions, also of other areas than the chosen one, and of the one network all its
    districts: what is not covered is not left out.
    """

    by_district: bool
    cells: dict[tuple[str, int], CoverageCell] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    districts: dict[int, set[int]] = field(default_factory=dict)  # network -> those with actions

    @cached_property
    def areas(self) -> dict[str, CoverageCell]:
        found: dict[str, CoverageCell] = {}
        for (area, _), cell in self.cells.items():
            found.setdefault(area, CoverageCell()).add(cell)
        return found

    def covered(self, network: int) -> int:
        """How many of its districts have an action."""
        return len(self.districts.get(network, ()))


def coverage_of(selection: Selection) -> CoverageBoard:
    """At most two queries. The half-years do not matter here: a plan covers its territory or does not."""
    networks = selection.networks if selection.network is None else (selection.network,)
    board = CoverageBoard(by_district=networks is not None and len(networks) == 1)
    columns = ("area", "network", "network__name", "district")
    sums = ("actions", "amount", "participants", "reported", "progress")
    rows = Coverage.objects.filter(selection.placed()).order_by().values_list(*columns)
    for area, network, name, district, actions, amount, *more in rows.annotate(*map(Sum, sums)):
        board.places[network] = name
        if selection.area in ("", area):
            cell = board.cells.setdefault((area, district if board.by_district else network), CoverageCell())
            cell.add(CoverageCell(actions, round_eur(amount), *more))
            board.districts.setdefault(network, set()).add(district)
    if board.by_district and board.places:
        board.places = dict(District.objects.filter(network__in=networks).values_list("pk", "name"))
    return board


@dataclass
class ReportTotal:
    """Progress reports: expected by today, where they stand, and those that should be with the ASL and are not."""

    expected: int = 0
    submitted: int = 0
    validated: int = 0
    returned: int = 0
    late: int = 0

    def add(self, other: "ReportTotal") -> None:
        for name in ("expected", "submitted", "validated", "returned", "late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class ReportBoard:
    """The reports of a selection: by network, and how many have not come in each window whose term is over."""

    networks: dict[int, ReportTotal] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)  # window -> reports, the longest over first

    def windows_with(self, most: int) -> list[int]:
        """The windows, longest over first, in which there are `most` late reports or all."""
        found, count = [], 0
        for window, late in self.late.items():
            if count >= most:
                break
            found.append(window)
            count += late
        return found


def reports_of(selection: Selection) -> ReportBoard:
    """The reports of the windows whose period ends in the half-years. One query, a row a network and window."""
    today = clock.today()
    networks, lates = defaultdict(ReportTotal), defaultdict(int)
    rows = ReportCount.objects.filter(selection.placed(), selection.over_days("window__period_to"))
    columns = ("network", "window", "window__opens_on", "window__due_on", *REPORT_STATES)
    at = {state: place for place, state in enumerate(REPORT_STATES)}
    draft, submitted, validated, returned = (at[state] for state in ("draft", "submitted", "validated", "returned"))
    for network, window, opens_on, due_on, *counts in rows.order_by("window__due_on", "window").values_list(*columns):
        total = networks[network]
        total.submitted += counts[submitted]
        total.validated += counts[validated]
        total.returned += counts[returned]
        if opens_on <= today:
            total.expected += sum(counts)
        if due_on < today and counts[draft]:
            total.late += counts[draft]
            lates[window] += counts[draft]
    return ReportBoard(dict(networks), dict(lates))


def all_of(totals: Iterable[ReportTotal]) -> ReportTotal:
    found = ReportTotal()
    for total in totals:
        found.add(total)
    return found
