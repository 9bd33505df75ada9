"""The grid of a call in preparation: criteria, their sub-criteria, penalties, and the ready grids."""

from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.personal import check_public

from ..enums import Aim
from ..models import Call, CriteriaGroup, Criterion
from ..queries.calls import blocks_of
from ..rules import grids as rules
from .saving import check_unseen, drop, editable_call, keep, known

CRITERION_FIELDS = (
    "title",
    "guidance",
    "aim",
    "max_points",
    "weight",
    "threshold",
    "tie_break",
    "group",
    "is_penalty",
)
GROUP_FIELDS = ("title", "guidance", "threshold")


@atomic
def apply_template(call: Call, *, by, template: str) -> Call:
    """Put a ready grid in place of the present criteria, with its total threshold."""
    call = editable_call(call)
    found = rules.template(template)
    for row in [*call.criteria.all(), *call.criteria_groups.all()]:
        drop(row, by=by, why="Sostituito da una griglia pronta")
    write_template(call, found, by=by, threshold=True)
    return call


def write_template(call: Call, template: rules.Template, *, by, threshold: bool) -> None:
    """Write the rows of a ready grid; inside the transaction of whoever prepares the call."""
    why = f"Griglia pronta: {template.label}"
    groups = {
        row.title: keep(
            CriteriaGroup(call=call, title=row.title, guidance=row.guidance, threshold=row.threshold), by=by, why=why
        )
        for row in template.groups
    }
    for position, row in enumerate(template.rows, start=1):
        values = {name: getattr(row, name) for name in CRITERION_FIELDS} | {"group": groups.get(row.group)}
        keep(Criterion(call=call, position=position, **values), by=by, why=why)
    if threshold:
        call.total_threshold = template.total_threshold
        keep(call, by=by, why=why)


@atomic
def add_criterion(call: Call, *, by, **values) -> Criterion:
    """Add a row at the end of the grid, or of its criterion: title, max_points, and what else CRITERION_FIELDS
    names."""
    call = editable_call(call)
    last = call.criteria.order_by("-position").first()
    criterion = Criterion(call=call, position=last.position + 1 if last else 1)
    return _write_criterion(criterion, values, by=by, why="Criterio aggiunto")


@atomic
def update_criterion(criterion: Criterion, *, by, seen: int | None = None, **values) -> Criterion:
    """Change a row of the grid of a call in preparation."""
    editable_call(criterion.call)
    criterion = lock(criterion)
    check_unseen(criterion, seen)
    return _write_criterion(criterion, values, by=by, why="Criterio modificato")


@atomic
def add_group(call: Call, *, by, **values) -> CriteriaGroup:
    """Add a criterion that will have sub-criteria: title, guidance, threshold on their sum."""
    call = editable_call(call)
    return _write_group(CriteriaGroup(call=call), values, by=by, why="Criterio aggiunto")


@atomic
def update_group(group: CriteriaGroup, *, by, seen: int | None = None, **values) -> CriteriaGroup:
    editable_call(group.call)
    group = lock(group)
    check_unseen(group, seen)
    return _write_group(group, values, by=by, why="Criterio modificato")


@atomic
def remove_group(group: CriteriaGroup, *, by) -> Call:
    """Take a criterion and its sub-criteria out of the grid."""
    call = editable_call(group.call)
    for row in [*group.criteria.all(), group]:
        drop(row, by=by, why="Criterio tolto")
    return call


@atomic
def remove_criterion(criterion: Criterion, *, by) -> Call:
    """Take a row out of the grid of a call in preparation."""
    call = editable_call(criterion.call)
    drop(criterion, by=by, why="Criterio tolto")
    return call


@atomic
def move_criterion(criterion: Criterion, *, by, up: bool) -> Criterion:
    """One place up or down: a sub-criterion within its criterion, a criterion among the others. At an end nothing
    changes."""
    call = editable_call(criterion.call)
    blocks = blocks_of(call.criteria.select_related("group").order_by("position"))
    block = next(block for block in blocks if any(row.pk == criterion.pk for row in block.criteria))
    if block.group is None:
        _step(blocks, block, up)
    else:
        _step(block.criteria, next(row for row in block.criteria if row.pk == criterion.pk), up)
    _number(blocks, by=by)
    criterion.refresh_from_db()
    return criterion


@atomic
def move_group(group: CriteriaGroup, *, by, up: bool) -> CriteriaGroup:
    """A criterion with its sub-criteria, one place up or down."""
    call = editable_call(group.call)
    blocks = blocks_of(call.criteria.select_related("group").order_by("position"))
    block = next((block for block in blocks if block.group == group), None)
    if block is not None:
        _step(blocks, block, up)
        _number(blocks, by=by)
    return group


def _step(rows: list, row, up: bool) -> None:
    at = rows.index(row)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]


def _number(blocks, *, by) -> None:
    """Give the rows the places 1, 2, 3... in their order; those that change pass through free places first."""
    rows = [row for block in blocks for row in block.criteria]
    moved = [(row, place) for place, row in enumerate(rows, start=1) if row.position != place]
    free = max([len(rows), *(row.position for row in rows)], default=0) + 1
    for at, (row, _) in enumerate(moved):
        row.position = free + at
        row.save_without_historical_record()  # a place for an instant, within the transaction
    for row, place in moved:
        row.position = place
        keep(row, by=by, why="Ordine dei criteri cambiato")


def _write_criterion(criterion: Criterion, values: dict, *, by, why: str) -> Criterion:
    for name, value in known(values, CRITERION_FIELDS).items():
        setattr(criterion, name, value)
    check_public(title=criterion.title, guidance=criterion.guidance)
    if criterion.max_points is None or criterion.max_points <= 0:
        raise Refused("I punti massimi devono essere più di zero.", field="max_points")
    if criterion.weight <= 0:
        raise Refused("Il peso deve essere maggiore di zero: 1 se il criterio conta come gli altri.", field="weight")
    if not 0 <= criterion.threshold <= criterion.max_points:
        raise Refused(
            f"La soglia sta tra zero e i punti massimi del criterio ({rules.plain(criterion.max_points)}).",
            field="threshold",
        )
    if criterion.is_penalty and (criterion.threshold or criterion.tie_break):
        raise Refused(
            "Una penalità toglie punti: lascia vuoti la soglia e l'ordine a parità.",
            field="threshold" if criterion.threshold else "tie_break",
        )
    if criterion.aim and criterion.aim not in Aim.values:
        raise Refused("La finalità è una delle tre dell'art. 6: sceglila dall'elenco.", field="aim")
    if criterion.group is not None and criterion.group.call_id != criterion.call_id:
        raise Refused("Scegli un criterio di questa griglia.", field="group")
    others = Criterion.objects.filter(call=criterion.call_id).exclude(pk=criterion.pk)
    if criterion.tie_break and others.filter(tie_break=criterion.tie_break).exists():
        raise Refused(
            "Un altro criterio ha già questo ordine a parità di punteggio: scegline uno libero.", field="tie_break"
        )
    if others.filter(title__iexact=criterion.title).exists():
        raise Refused("Un altro criterio della griglia ha già questo titolo.", field="title")
    keep(criterion, by=by, why=why)
    _number(blocks_of(Criterion.objects.filter(call=criterion.call_id).select_related("group")), by=by)
    criterion.refresh_from_db()
    return criterion


def _write_group(group: CriteriaGroup, values: dict, *, by, why: str) -> CriteriaGroup:
    for name, value in known(values, GROUP_FIELDS).items():
        setattr(group, name, value)
    check_public(title=group.title, guidance=group.guidance)
    if Decimal(group.threshold) < 0:
        raise Refused("La soglia non può essere negativa.", field="threshold")
    if group.call.criteria_groups.filter(title__iexact=group.title).exclude(pk=group.pk).exists():
        raise Refused("Un altro criterio della griglia ha già questo titolo.", field="title")
    return keep(group, by=by, why=why)
