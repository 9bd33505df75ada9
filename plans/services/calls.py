"""Calls: the office prepares them, publishes them with a registry number, and leads them to evaluation and end."""

from decimal import Decimal

from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.registry import register
from network.queries import rule_set_for

from ..models import Call
from ..queries import calls as queries
from ..queries.proposals import when
from ..rules import calls as rules
from ..rules import grids as grid_rules
from .grids import write_template
from .saving import check_unseen, editable_call, keep, known

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
    "interim_share",
    "money_rule",
    "partial_minimum",
    "check_days",
    "clarification_days",
    "evaluation_days",
)


@atomic
def create_call(network, *, by, template: str = "", is_example: bool = False, **values) -> Call:
    """Prepare a call of the network: programme, title, act, act_on, opens_at, closes_at, budget, and what else
    FIELDS names. `template` is the key of a ready grid to start from. Raises Refused."""
    call = Call(network=network, is_example=is_example, **known(values, FIELDS))
    _check(call)
    rule_set_for(call.programme)
    keep(call, by=by, why="Avviso in preparazione")
    begin(call, rules.CALL, by=by, label="Avviso in preparazione")
    if template:
        write_template(call, grid_rules.template(template), by=by, threshold="total_threshold" not in values)
    return call


@atomic
def update_call(call: Call, *, by, seen: int | None = None, **values) -> Call:
    """Change a call in preparation; only the named fields. Raises MoveRefused once published, ChangedMeanwhile."""
    call = editable_call(call)
    check_unseen(call, seen)
    for name, value in known(values, FIELDS).items():
        setattr(call, name, value)
    _check(call)
    return keep(call, by=by, why="Avviso modificato")


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
    queries.check_grid(call)
    rules.check_publishable(closes_at=call.closes_at, now=clock.now())


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


def _check(call: Call) -> None:
    check_public(title=call.title, description=call.description, act=call.act)
    rules.check_terms(timezone.localtime(call.opens_at), call.closes_at, act_on=call.act_on)
    rules.check_money(call.budget, Decimal(call.network_budget), Decimal(call.advance_share))
    rules.check_tranches(Decimal(call.advance_share), Decimal(call.interim_share))
    rules.check_partial(call.money_rule, Decimal(call.partial_minimum))
    rules.check_days(call.check_days, call.clarification_days, call.evaluation_days)
    same = Call.objects.filter(network=call.network_id, programme=call.programme_id, title=call.title)
    if same.exclude(pk=call.pk).exists():
        raise Refused("Esiste già un avviso con questo titolo nello stesso programma: cambialo.", field="title")
