"""Money that comes back: a grant is renounced, and the free money goes down the reserve list by an act of the ASL."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.money import ZERO, format_eur
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.registry import register

from ..enums import RankingStatus
from ..models import PlanAction, Project, ProjectProposal, Ranking, RankingDraw, RankingDrawRow, TerritorialPlan
from ..queries import draws as queries
from ..rules import draws as rules
from ..rules.plan import EDITABLE
from ..rules.proposals import PROPOSAL
from .plan import take_in


def check_can_draw(ranking: Ranking) -> None:
    """Raises Refused while the ranking is not public, or nobody waits: money may also come with the act itself."""
    waiting = queries.waiting_in(ranking)
    rules.check_waiting(published=ranking.status == RankingStatus.PUBLISHED, waiting=waiting)


def _check_money(ranking: Ranking, added: Decimal) -> queries.Situation:
    situation = queries.situation_of(ranking, added=added)
    rules.check_can_draw(
        published=ranking.status == RankingStatus.PUBLISHED,
        waiting=len(situation.waiting),
        money=situation.money,
        reached=len(situation.reached),
    )
    return situation


@atomic
def draw(ranking: Ranking, *, by, act: str, act_on: date, added: Decimal | None = None) -> RankingDraw:
    """Fund the next of the reserve list with the money that is free, in the order of the ranking, which stays frozen.

    `added` (EUR) is what the act brings on top. Raises Refused when there is no money or nobody waits, or (field
    `act`, `act_on`) for an act out of time.
    """
    check_public(act=act)
    ranking = lock(ranking)
    lock(ranking.call)
    added = added or ZERO
    situation = _check_money(ranking, added)
    published_on = timezone.localtime(ranking.published_at).date()
    rules.check_act(act=act, act_on=act_on, published_on=published_on, today=clock.today())
    found = RankingDraw(
        ranking=ranking,
        number=ranking.draws.count() + 1,
        act=act.strip(),
        act_on=act_on,
        added=added,
        available=situation.money,
        sources=situation.sources,
        drawn_at=clock.now(),
    )
    found._history_user = by
    found.save()
    begin(found, rules.DRAW, by=by, label="Dispone lo scorrimento", reason=found.act)
    for row, reached in situation.names:
        RankingDrawRow.objects.create(
            draw=found,
            proposal=row.proposal,
            position=reached.position,
            requested=reached.requested,
            granted=reached.granted,
            reason=reached.reason,
        )
        reason = f"Scorrimento n. {found.number}: {reached.reason}"
        move(lock(row.proposal), PROPOSAL, "fund", by=by, reason=reason)
    note(
        ranking,
        noun="ranking",
        name="draw",
        label=f"Scorrimento n. {found.number}: {format_eur(situation.money)} liberi",
        by=by,
        reason=found.act,
    )
    for row, people in queries.who_is_reached(found):
        text = (
            f"Con lo scorrimento della graduatoria di «{ranking.call.title}» la proposta «{row.proposal.title}» è "
            f"finanziata: {format_eur(row.granted)}."
        )
        notify(people, text, url=found.get_absolute_url(), by=by)
    call = ranking.call
    for plan in TerritorialPlan.objects.filter(network=call.network_id, programme=call.programme_id):
        take_in(plan, by=by, act=f"{found}: {found.act}", act_on=act_on)
    committee = access.people_with(Role.COMMITTEE, ranking.call.network)
    notify(committee, f"L'ASL ha disposto: {found}.", url=found.get_absolute_url(), by=by)
    return found


@atomic
def publish(draw: RankingDraw, *, by, reason: str = "") -> RankingDraw:
    """The draw becomes public, with its registry number."""
    draw = lock(draw)
    rules.DRAW.check(draw.status, "publish")
    draw.published_at = clock.now()
    entry = register(
        draw,
        register=draw.ranking.call.network.register,
        direction=RegistryEntry.Direction.OUTGOING,
        subject=f"Pubblicazione: {draw}",
        by=by,
    )
    draw.registry_number = str(entry)
    move(draw, rules.DRAW, "publish", by=by, reason=reason)
    return draw


def check_may_renounce(proposal: ProjectProposal) -> None:
    """A grant is renounced once the ranking is public; when it is a project already, on the project's page."""
    ranking = Ranking.objects.filter(call=proposal.call_id).first()
    if ranking is None or ranking.status != RankingStatus.PUBLISHED:
        raise Refused("Si rinuncia al contributo dopo la pubblicazione della graduatoria.")
    if Project.objects.filter(proposal=proposal.pk).exists():
        raise Refused("La proposta è già un progetto: la rinuncia si fa dalla pagina del progetto.")


@atomic
def renounce(proposal: ProjectProposal, *, by, reason: str) -> ProjectProposal:
    """The alliance gives back the grant of a proposal that is no project yet. Its actions leave a plan in writing."""
    proposal = lock(proposal)
    check_may_renounce(proposal)
    move(proposal, PROPOSAL, "renounce", by=by, reason=reason)
    for action in PlanAction.objects.filter(proposal=proposal, plan__status__in=EDITABLE).select_related("plan"):
        label = f"Toglie l'azione «{action.title}»: l'Alleanza ha rinunciato al contributo"
        note(action.plan, noun="territorial_plan", name="remove_action", label=label, by=by, reason=reason)
        action._history_user = by
        action.delete()
    text = f"{proposal.alliance.name} ha rinunciato al contributo per «{proposal.title}»: le risorse tornano libere."
    office = access.people_with(Role.OFFICE, proposal.call.network)
    notify(office, text, url=proposal.call.ranking.get_absolute_url(), by=by)
    return proposal
