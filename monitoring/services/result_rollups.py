"""Keeping the results: what a project adds is told again from its records, and the difference goes to its territory."""

from collections.abc import Iterable

from ..models import ProjectResults, ResultFigures
from ..queries.tallies import projects_of, tallies_of_projects, territory_tallies
from ..rules.tallies import Key, Tallies, Tally, add, packed, unpacked

KEY = ("indicator_id", "half", "dimension", "category")
VALUES = ("reports", "value", "weight", "projects", "target")
Territory = tuple[int, int]


def _told(row: ResultFigures) -> Tally:
    return Tally(*(getattr(row, name) for name in VALUES)).exact()


def _key(row: ResultFigures) -> Key:
    return tuple(getattr(row, name) for name in KEY)


def _of(model, territory: Territory):
    return model.objects.filter(network=territory[0], programme=territory[1])


def apply(territory: Territory, projects: Iterable[int]) -> None:
    """Bring the results of some projects up to date; the caller holds the territory."""
    kept = {row.project_id: row for row in _of(ProjectResults, territory).filter(project__in=projects)}
    change: Tallies = {}
    for project, fresh in tallies_of_projects(projects).items():
        row = kept.pop(project, None) or ProjectResults(
            network_id=territory[0], programme_id=territory[1], project_id=project
        )
        before = unpacked(row.tallies)
        if before == fresh and row.pk:
            continue
        add(change, fresh)
        add(change, {key: -tally for key, tally in before.items()})
        row.tallies = packed(fresh)
        row.save()
    for row in kept.values():  # revoked, or gone
        add(change, {key: -tally for key, tally in unpacked(row.tallies).items()})
        row.delete()
    _shift(territory, {key: tally for key, tally in change.items() if tally})


def _shift(territory: Territory, change: Tallies) -> None:
    if not change:
        return
    indicators = {key[0] for key in change}
    rows = {_key(row): row for row in _of(ResultFigures, territory).filter(indicator__in=indicators)}
    totals = {key: (_told(rows[key]) if key in rows else Tally()) + tally for key, tally in change.items()}
    _write(territory, totals, rows)


def _write(territory: Territory, totals: dict[Key, Tally], rows: dict[Key, ResultFigures]) -> None:
    """Make the rows say these totals; a total of nothing has no row."""
    new, changed, gone = [], [], []
    for key, total in totals.items():
        row = rows.get(key)
        if not total:
            gone += [row.pk] if row else []
            continue
        if row is None:
            row = ResultFigures(network_id=territory[0], programme_id=territory[1], **dict(zip(KEY, key, strict=True)))
            new.append(row)
        else:
            changed.append(row)
        for name in VALUES:
            setattr(row, name, getattr(total, name))
    ResultFigures.objects.filter(pk__in=gone).delete()
    ResultFigures.objects.bulk_update(changed, VALUES, batch_size=200)
    ResultFigures.objects.bulk_create(new, batch_size=1000)


def recompute(territory: Territory, *, write: bool) -> list[tuple[str, tuple, object, object]]:
    """Every result of a territory again from its records: (figure, key, kept, reckoned) of what differed."""
    fresh = tallies_of_projects(projects_of(*territory))
    kept = {row.project_id: row for row in _of(ProjectResults, territory)}
    found: list[tuple] = []
    for project, tallies in fresh.items():
        row = kept.pop(project, None)
        before = unpacked(row.tallies) if row else None
        if before != tallies:
            found.append(("ProjectResults", (*territory, project), before, tallies))
            if write:
                row = row or ProjectResults(network_id=territory[0], programme_id=territory[1], project_id=project)
                row.tallies = packed(tallies)
                row.save()
    found += [("ProjectResults", (*territory, project), row.tallies, None) for project, row in kept.items()]
    totals = territory_tallies(fresh)
    rows = {_key(row): row for row in _of(ResultFigures, territory)}
    wrong: dict[Key, Tally] = {}
    for key in {*totals, *rows}:
        told = _told(rows[key]) if key in rows else Tally()
        wanted = totals.get(key, Tally())
        if told != wanted:
            wrong[key] = wanted
            found.append(("ResultFigures", (*territory, *key), told, wanted))
    if write:
        ProjectResults.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()
        _write(territory, wrong, rows)
    return found
