"""Calls: the office prepares them, publishes them with a registry number, and leads them to evaluation and end."""

from decimal import Decimal

from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.registry import register
from network.queries import rule_set_for

from ..enums import Aim
from ..models import Call, Criterion
from ..queries import calls as queries
from ..queries.proposals import when
from ..rules import calls as rules
from .saving import check_unseen, drop, keep

FIELDS = (
    "programme",
    "title",
    "description",
    "act",
    "act_on",
    "opens_at",
    "closes_at",
    "budget",
    "network_budget",
    "total_threshold",
    "advance_share",
)
CRITERION_FIELDS = ("title", "guidance", "aim", "max_points", "weight", "threshold", "tie_break")


@atomic
def create_call(network, *, by, template: str = "", is_example: bool = False, **values) -> Call:
    """Prepare a call of the network: programme, title, act, act_on, opens_at, closes_at, budget, and what else
    FIELDS names. `template` is the key of a ready grid to start from. Raises Refused."""
    call = Call(network=network, is_example=is_example, **_known(values, FIELDS))
    _check(call)
    rule_set_for(call.programme)
    keep(call, by=by, why="Avviso in preparazione")
    begin(call, rules.CALL, by=by, label="Avviso in preparazione")
    if template:
        _write_template(call, rules.template(template), by=by, threshold="total_threshold" not in values)
    return call


@atomic
def update_call(call: Call, *, by, seen: int | None = None, **values) -> Call:
    """Change a call in preparation; only the named fields. Raises MoveRefused once published, ChangedMeanwhile."""
    call = _editable(call)
    check_unseen(call, seen)
    for name, value in _known(values, FIELDS).items():
        setattr(call, name, value)
    _check(call)
    return keep(call, by=by, why="Avviso modificato")


@atomic
def apply_template(call: Call, *, by, template: str) -> Call:
    """Put a ready grid in place of the present criteria, with its total threshold."""
    call = _editable(call)
    found = rules.template(template)
    for criterion in call.criteria.all():
        drop(criterion, by=by, why="Sostituito da una griglia pronta")
    _write_template(call, found, by=by, threshold=True)
    return call


@atomic
def add_criterion(call: Call, *, by, **values) -> Criterion:
    """Add a row at the end of the grid: title, max_points, and what else CRITERION_FIELDS names."""
    call = _editable(call)
    last = call.criteria.order_by("-position").first()
    criterion = Criterion(call=call, position=last.position + 1 if last else 1)
    return _write_criterion(criterion, values, by=by, why="Criterio aggiunto")


@atomic
def update_criterion(criterion: Criterion, *, by, seen: int | None = None, **values) -> Criterion:
    """Change a row of the grid of a call in preparation."""
    _editable(criterion.call)
    criterion = lock(criterion)
    check_unseen(criterion, seen)
    return _write_criterion(criterion, values, by=by, why="Criterio modificato")


@atomic
def move_criterion(criterion: Criterion, *, by, up: bool) -> Criterion:
    """Exchange places with the row above (or below); at the end of the grid nothing changes."""
    call = _editable(criterion.call)
    rows = list(call.criteria.order_by("position"))
    at = next(i for i, row in enumerate(rows) if row.pk == criterion.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return rows[at]
    one, other = rows[at], rows[to]
    one_place, other_place = one.position, other.position
    free = max(row.position for row in rows) + 1
    for row, place in ((one, free), (other, one_place), (one, other_place)):
        row.position = place
        keep(row, by=by, why="Ordine dei criteri cambiato")
    return one


@atomic
def remove_criterion(criterion: Criterion, *, by) -> Call:
    """Take a row out of the grid of a call in preparation."""
    call = _editable(criterion.call)
    drop(criterion, by=by, why="Criterio tolto")
    return call


@atomic
def publish(call: Call, *, by, reason: str = "") -> Call:
    """Publish: registry number, frozen terms and grid, a notice to the members of the network.

    Raises Refused when the grid cannot give a ranking or the term has passed.
    """
    call = lock(call)
    rules.CALL.check(call.status, "publish")
    now = clock.now()
    _check(call)
    check_publishable(call)
    entry = register(
        call,
        register=call.network.register,
        direction=RegistryEntry.Direction.OUTGOING,
        subject=f"Pubblicazione dell'avviso «{call.title}»",
        by=by,
        at=now,
    )
    call.registry_number, call.published_at = str(entry), now
    move(call, rules.CALL, "publish", by=by, reason=reason, at=now)
    text = (
        f"Pubblicato l'avviso «{call.title}»: le Alleanze presentano le proposte dal {when(call.opens_at)} "
        f"al {when(call.closes_at)}."
    )
    notify(access.people_with(Role.MEMBER, call.network), text, url=call.get_absolute_url(), by=by)
    return call


@atomic
def start_evaluation(call: Call, *, by, reason: str = "") -> Call:
    """After the closing: what was handed in goes to the check of the ASL and then to the committee.

    Raises Refused while the call is open or without proposals, RuleViolated R13 without a constituted committee.
    """
    call = lock(call)
    check_may_evaluate(call)
    move(call, rules.CALL, "start_evaluation", by=by, reason=reason)
    received, _ = queries.counts_of(call)
    counted = "una proposta" if received == 1 else f"{received} proposte"
    text = f"Si apre la valutazione di «{call.title}»: {counted} da esaminare dopo la verifica dell'ASL."
    notify(access.people_with(Role.COMMITTEE, call.network), text, url=call.get_absolute_url(), by=by)
    return call


@atomic
def conclude(call: Call, *, by, reason: str = "") -> Call:
    """End an evaluated call, once every proposal has its outcome."""
    call = lock(call)
    check_may_conclude(call)
    move(call, rules.CALL, "conclude", by=by, reason=reason)
    return call


@atomic
def close_early(call: Call, *, by, reason: str) -> Call:
    """Close a published call for which nothing was handed in, with the reason."""
    call = lock(call)
    check_may_close_early(call)
    move(call, rules.CALL, "close_early", by=by, reason=reason)
    notify(
        access.people_with(Role.MEMBER, call.network),
        f"L'avviso «{call.title}» è stato chiuso senza valutazione: {reason}",
        url=call.get_absolute_url(),
        by=by,
    )
    return call


# --- what a page asks beforehand, and the services again --------------------------------------------------------------
def check_publishable(call: Call) -> None:
    """Raises Refused with what keeps the call from being published."""
    rows = queries.rows_of(call.criteria.all())
    rules.check_publishable(rows, call.total_threshold, closes_at=call.closes_at, now=clock.now())


def check_may_evaluate(call: Call) -> None:
    """Raises Refused with what keeps the evaluation from starting."""
    rules.check_may_evaluate(
        call.status,
        closes_at=call.closes_at,
        now=clock.now(),
        when=when,
        submitted=queries.counts_of(call)[0],
        constituted=queries.committee_is_constituted(call.network),
    )


def check_may_conclude(call: Call) -> None:
    rules.check_may_conclude(call.status, undecided=queries.counts_of(call)[1])


def check_may_close_early(call: Call) -> None:
    rules.check_may_close_early(call.status, submitted=queries.counts_of(call)[0])


def _editable(call: Call) -> Call:
    call = lock(call)
    rules.check_editable(call.status)
    return call


def _known(values: dict, names: tuple[str, ...]) -> dict:
    unknown = values.keys() - set(names)
    if unknown:
        raise TypeError(f"Unknown fields: {', '.join(sorted(unknown))}")
    return values


def _check(call: Call) -> None:
    rules.check_terms(timezone.localtime(call.opens_at), call.closes_at, act_on=call.act_on)
    rules.check_money(call.budget, Decimal(call.network_budget), Decimal(call.advance_share))
    same = Call.objects.filter(network=call.network_id, programme=call.programme_id, title=call.title)
    if same.exclude(pk=call.pk).exists():
        raise Refused("Esiste già un avviso con questo titolo nello stesso programma: cambialo.", field="title")


def _write_template(call: Call, template: rules.Template, *, by, threshold: bool) -> None:
    for position, row in enumerate(template.rows, start=1):
        values = {name: getattr(row, name) for name in CRITERION_FIELDS}
        keep(Criterion(call=call, position=position, **values), by=by, why=f"Griglia pronta: {template.label}")
    if threshold:
        call.total_threshold = template.total_threshold
        keep(call, by=by, why=f"Griglia pronta: {template.label}")


def _write_criterion(criterion: Criterion, values: dict, *, by, why: str) -> Criterion:
    for name, value in _known(values, CRITERION_FIELDS).items():
        setattr(criterion, name, value)
    if criterion.max_points is None or criterion.max_points <= 0:
        raise Refused("I punti massimi devono essere più di zero.", field="max_points")
    if criterion.weight <= 0:
        raise Refused("Il peso deve essere maggiore di zero: 1 se il criterio conta come gli altri.", field="weight")
    if not 0 <= criterion.threshold <= criterion.max_points:
        raise Refused(
            f"La soglia sta tra zero e i punti massimi del criterio ({rules.plain(criterion.max_points)}).",
            field="threshold",
        )
    if criterion.aim and criterion.aim not in Aim.values:
        raise Refused("La finalità è una delle tre dell'art. 6: sceglila dall'elenco.", field="aim")
    others = Criterion.objects.filter(call=criterion.call_id).exclude(pk=criterion.pk)
    if criterion.tie_break and others.filter(tie_break=criterion.tie_break).exists():
        raise Refused(
            "Un altro criterio ha già questo ordine a parità di punteggio: scegline uno libero.", field="tie_break"
        )
    if others.filter(title__iexact=criterion.title).exists():
        raise Refused("Un altro criterio della griglia ha già questo titolo.", field="title")
    return keep(criterion, by=by, why=why)
