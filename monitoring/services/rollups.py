"""Keeping the figures: brought up to date in the transaction that changes a record, made again from all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from conciliazione.kernel import clock
from conciliazione.kernel.money import round_eur
from conciliazione.kernel.moves import atomic

from ..models import Coverage, KeptTerritory, ProjectMoney, ReportCount, TerritoryMoney
from ..queries import reckoning
from . import result_rollups


@dataclass(frozen=True)
class Difference:
    """A kept figure that is not what the records give; None stands for a row that is not there."""

    figure: str
    key: tuple
    kept: object
    reckoned: object

    def __str__(self):
        return f"{self.figure} {self.key}: kept {self.kept}, the records give {self.reckoned}"


@dataclass(frozen=True)
class Kept:
    """A table of figures: by which fields a row of a territory is known, and how it is reckoned."""

    model: type[models.Model]
    keys: tuple[str, ...]
    values: tuple[str, ...]
    reckon: Callable[[int, int], reckoning.Figures]


PROJECT_MONEY = Kept(ProjectMoney, ("project_id", "area", "half"), reckoning.MONEY, reckoning.money_of_projects)
TERRITORY_MONEY = Kept(TerritoryMoney, ("area", "half"), reckoning.MONEY, reckoning.money_of_territory)
COVERAGE = Kept(
    Coverage,
    ("area", "district_id"),
    ("actions", "amount", "participants", "reported", "progress"),
    reckoning.coverage_of,
)
REPORTS = Kept(ReportCount, ("window_id",), reckoning.REPORT_STATES, reckoning.report_counts)
ALL = (PROJECT_MONEY, TERRITORY_MONEY, COVERAGE, REPORTS)


def _value(value):
    return round_eur(value) if isinstance(value, Decimal) else value


def _bring(kept: Kept, territory: tuple[int, int], fresh: reckoning.Figures, rows, *, write: bool) -> list[Difference]:
    """Compare the rows with what was reckoned and, with `write`, make them so."""
    network, programme = territory
    differences, changed, surplus = [], [], []
    missing = dict(fresh)
    for row in rows:
        key = tuple(getattr(row, name) for name in kept.keys)
        stored = {name: _value(getattr(row, name)) for name in kept.values}
        wanted = missing.pop(key, None)
        if wanted is None:
            surplus.append(row.pk)
        elif wanted != stored:
            for name, value in wanted.items():
                setattr(row, name, value)
            changed.append(row)
        else:
            continue
        differences.append(Difference(kept.model.__name__, (*territory, *key), stored, wanted))
    for key, wanted in missing.items():
        differences.append(Difference(kept.model.__name__, (*territory, *key), None, wanted))
    if write:
        kept.model.objects.filter(pk__in=surplus).delete()
        kept.model.objects.bulk_update(changed, kept.values, batch_size=500)
        kept.model.objects.bulk_create(
            (
                kept.model(
                    network_id=network, programme_id=programme, **dict(zip(kept.keys, key, strict=True)), **wanted
                )
                for key, wanted in missing.items()
            ),
            batch_size=1000,
        )
    return differences


def _rows(kept: Kept, territory: tuple[int, int]):
    network, programme = territory
    return kept.model.objects.filter(network=network, programme=programme)


def _hold(territory: tuple[int, int]) -> None:
    """Wait until nobody else brings this territory up to date, and say when it was done."""
    network, programme = territory
    KeptTerritory.objects.get_or_create(network_id=network, programme_id=programme)
    row = KeptTerritory.objects.select_for_update().get(network=network, programme=programme)
    row.refreshed_at = clock.now()
    row.save()


@atomic
def recompute(territory: tuple[int, int], *, write: bool = True) -> list[Difference]:
    """All figures of a network in a programme again from its records; what differed from the kept ones."""
    if write:
        _hold(territory)
    found = [
        difference
        for kept in ALL
        for difference in _bring(kept, territory, kept.reckon(*territory), _rows(kept, territory), write=write)
    ]
    return found + [Difference(*told) for told in result_rollups.recompute(territory, write=write)]


def known_territories() -> list[tuple[int, int]]:
    """Every territory that has records or kept figures."""
    kept = KeptTerritory.objects.values_list("network", "programme")
    return sorted({*reckoning.territories(), *kept})


# --- what receivers owe: tasks of kernel.afterwards -----------------------------------------------------------------
def refresh_money(keys: Iterable[tuple[int, int, int | None]]) -> None:
    """Money of some projects, given as (network, programme, project or None for the committee's actions)."""
    found: dict[tuple[int, int], set] = {}
    for network, programme, project in keys:
        found.setdefault((network, programme), set()).add(project)
    for territory, projects in sorted(found.items()):
        _hold(territory)
        some = models.Q(project__in=[pk for pk in projects if pk is not None])
        if None in projects:
            some |= models.Q(project=None)
        fresh = reckoning.money_of_projects(*territory, projects)
        if _bring(PROJECT_MONEY, territory, fresh, _rows(PROJECT_MONEY, territory).filter(some), write=True):
            _refresh(TERRITORY_MONEY, territory)


def _refresh(kept: Kept, territory: tuple[int, int]) -> None:
    _bring(kept, territory, kept.reckon(*territory), _rows(kept, territory), write=True)


def refresh_all(keys: Iterable[tuple[int, int]]) -> None:
    """Everything of some territories, given as (network, programme)."""
    for territory in sorted(keys):
        recompute(territory)


def refresh_results(keys: Iterable[tuple[int, int, int]]) -> None:
    """Results of some projects, given as (network, programme, project)."""
    found: dict[tuple[int, int], set[int]] = {}
    for network, programme, project in keys:
        found.setdefault((network, programme), set()).add(project)
    for territory, projects in sorted(found.items()):
        _hold(territory)
        result_rollups.apply(territory, projects)


def refresh_coverage(keys: Iterable[tuple[int, int]]) -> None:
    for territory in sorted(keys):
        _hold(territory)
        _refresh(COVERAGE, territory)


def refresh_reports(keys: Iterable[tuple[int, int]]) -> None:
    for territory in sorted(keys):
        _hold(territory)
        _refresh(REPORTS, territory)
