"""Handing in and withdrawing: the present lead, in time, complete; registry number, instant, fingerprint (art. 8)."""

from datetime import datetime

from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from conciliazione.kernel.moves import atomic, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.registry import register

from ..enums import ProposalStatus, RankingStatus
from ..models import Call, ProjectProposal, Ranking
from ..queries import proposals as queries
from ..rules import proposals as rules
from ..rules import submission


@atomic
def submit(proposal: ProjectProposal, *, by, at: datetime | None = None, reason: str = "") -> ProjectProposal:
    """Hand the proposal in to the committee of its territory, at an instant (now when not given).

    It gets the next registry number and the SHA-256 of its content, which is kept with it. Asked twice, it is handed
    in once and the same record comes back. Raises RuleViolated (R14, R29, R41), Refused with all that is missing.
    """
    proposal = lock(proposal)
    if proposal.status == ProposalStatus.SUBMITTED:
        return proposal
    rules.PROPOSAL.check(proposal.status, "submit")
    now = at or clock.now()
    call = lock(Call(pk=proposal.call_id))
    proposal = queries.whole(ProjectProposal.objects).get(pk=proposal.pk)
    submission.check_standing(
        queries.situation_of(proposal),
        now=now,
        today=timezone.localdate(now),
        person_bodies=queries.bodies_of(by),
        when=queries.when,
    )
    submission.check_content(queries.content_requirements(proposal))
    content = queries.content_of(proposal)
    proposal.submitted_content = content
    proposal.content_sha256 = submission.fingerprint(content)
    proposal.submitted_at, proposal.submitted_by = now, by
    entry = register(
        proposal,
        register=call.network.register,
        direction=RegistryEntry.Direction.INCOMING,
        subject=f"Proposta «{proposal.title}» di {proposal.alliance.name} per «{call.title}»",
        by=by,
        at=now,
        sha256=proposal.content_sha256,
    )
    proposal.registry_number = str(entry)
    move(proposal, rules.PROPOSAL, "submit", by=by, reason=reason, at=now)
    _take_the_place(proposal, by=by, at=now)
    text = (
        f"{proposal.alliance.name} ha presentato «{proposal.title}» per «{call.title}»: protocollo "
        f"{proposal.registry_number} del {queries.when(now)}."
    )
    office = access.people_with(Role.OFFICE, call.network)
    notify([*queries.people_of(proposal.alliance), *office], text, url=proposal.get_absolute_url(), by=by)
    return proposal


def _take_the_place(proposal: ProjectProposal, *, by, at) -> None:
    """The version that was in before leaves with the handing in of the new one, in the same instant."""
    if proposal.replaces_id is None:
        return
    former = lock(proposal.replaces)
    if former.status == ProposalStatus.SUBMITTED:
        why = f"Sostituita da {proposal.registry_number}"
        move(former, rules.PROPOSAL, "replace", by=by, reason=why, at=at)


@atomic
def discard(proposal: ProjectProposal, *, by, reason: str = "") -> ProjectProposal:
    """Give a draft up. It can still be read and duplicated."""
    proposal = lock(proposal)
    proposal.replaces = None  # what it was to replace may be replaced anew
    move(proposal, rules.PROPOSAL, "discard", by=by, reason=reason)
    _tell(proposal, f"La bozza «{proposal.title}» è stata abbandonata.", by=by, office=False)
    return proposal


@atomic
def withdraw(proposal: ProjectProposal, *, by, reason: str) -> ProjectProposal:
    """The alliance takes back what it handed in, until its ranking is approved. Number and content stay on record."""
    proposal = lock(proposal)
    check_may_withdraw(proposal)
    move(proposal, rules.PROPOSAL, "withdraw", by=by, reason=reason)
    text = f"{proposal.alliance.name} ha ritirato «{proposal.title}» (protocollo {proposal.registry_number}): {reason}"
    _tell(proposal, text, by=by)
    return proposal


def check_may_withdraw(proposal: ProjectProposal) -> None:
    """Raises Refused once the ranking is approved."""
    if Ranking.objects.filter(call=proposal.call_id).exclude(status=RankingStatus.DRAFT).exists():
        raise Refused("La graduatoria è già approvata: la proposta non si può più ritirare. Rivolgiti all'ASL.")


def check_may_submit(proposal: ProjectProposal, person) -> None:
    """Raises what would refuse the submission by this person now: the first rule, or all that is missing."""
    submission.check_standing(
        queries.situation_of(proposal),
        now=clock.now(),
        today=clock.today(),
        person_bodies=queries.bodies_of(person),
        when=queries.when,
    )
    submission.check_content(queries.content_requirements(proposal))


def _tell(proposal: ProjectProposal, text: str, *, by, office: bool = True) -> None:
    people = queries.people_of(proposal.alliance)
    if office:
        people += access.people_with(Role.OFFICE, proposal.call.network)
    notify(people, text, url=proposal.get_absolute_url(), by=by)
