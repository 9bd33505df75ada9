"""The ASL's check of what was handed in: its list, then admitted or excluded with a reason that the alliance reads."""

from collections.abc import Mapping

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public

from ..enums import CheckOutcome, ClarificationStatus
from ..models import EligibilityItem, ProjectProposal
from ..queries import proposals as queries
from ..queries.clarifications import outcomes_of
from ..rules import eligibility as rules
from ..rules.proposals import PROPOSAL
from .clarifications import lapse_due
from .saving import keep

LEAST_REASON = rules.LEAST_WORDS


@atomic
def record(proposal: ProjectProposal, *, by, points: Mapping[str, tuple[str, str]]) -> ProjectProposal:
    """Record points of the list: key -> (outcome, note). Only what changed is written."""
    proposal = lock(proposal)
    PROPOSAL.check(proposal.status, "admit")
    check_may_decide(proposal)
    rules.check_points({key: outcome for key, (outcome, _) in points.items()})
    there = {item.key: item for item in proposal.eligibility_items.all()}
    for key, (outcome, note) in points.items():
        item = there.get(key) or EligibilityItem(proposal=proposal, key=key)
        if (item.outcome, item.note) != (outcome, note):
            item.outcome, item.note = outcome, note
            keep(item, by=by, why="Verifica di ammissibilità")
    return proposal


def all_in_order(proposal: ProjectProposal, *, by) -> ProjectProposal:
    """Record every point of the list as met."""
    return record(proposal, by=by, points={point.key: (CheckOutcome.MET, "") for point in rules.POINTS})


@atomic
def conclude_check(
    proposal: ProjectProposal, *, by, points: Mapping[str, tuple[str, str]], decision: str, reason: str = ""
) -> ProjectProposal:
    """Record the list and, in the same act, what it leads to: "admit", "exclude", or "record" to decide later."""
    proposal = record(proposal, by=by, points=points)
    decide = {"admit": admit, "exclude": exclude}.get(decision)
    return decide(proposal, by=by, reason=reason) if decide else proposal


@atomic
def admit(proposal: ProjectProposal, *, by, reason: str = "") -> ProjectProposal:
    """Admit to evaluation. Raises Refused before the call is in evaluation, while a clarification request is open, and
    when a point of the list is not met."""
    proposal = lock(proposal)
    check_may_decide(proposal)
    check_nothing_open(proposal)
    PROPOSAL.check(proposal.status, "admit")
    rules.check_may_admit(outcomes_of(proposal))
    move(proposal, PROPOSAL, "admit", by=by, reason=reason)
    text = f"«{proposal.title}» è ammessa alla valutazione del Comitato."
    committee = access.people_with(Role.COMMITTEE, proposal.call.network)
    notify([*queries.people_of(proposal.alliance), *committee], text, url=proposal.get_absolute_url(), by=by)
    return proposal


@atomic
def exclude(proposal: ProjectProposal, *, by, reason: str) -> ProjectProposal:
    """Exclude, with the reason that the alliance reads. Raises Refused without a reason it can understand."""
    proposal = lock(proposal)
    check_may_decide(proposal)
    check_nothing_open(proposal)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(
            "Scrivi perché la proposta è esclusa, con il punto dell'avviso che non rispetta: l'Alleanza lo legge.",
            field="reason",
        )
    check_public(reason=reason)  # it stands in the ranking
    proposal.exclusion_reason = reason.strip()
    move(proposal, PROPOSAL, "exclude", by=by, reason=reason)
    text = f"«{proposal.title}» è esclusa dalla valutazione: {reason}"
    notify(queries.people_of(proposal.alliance), text, url=proposal.get_absolute_url(), by=by)
    return proposal


def check_may_decide(proposal: ProjectProposal) -> None:
    """The call is in evaluation, after its closing: before, other proposals may still come."""
    rules.check_in_evaluation(proposal.call.status)


def check_nothing_open(proposal: ProjectProposal) -> None:
    """No clarification request waits for its answer; one whose term is over is closed first."""
    lapse_due(proposal)
    if proposal.clarifications.filter(status=ClarificationStatus.OPEN).exists():
        raise Refused(
            "L'Alleanza sta rispondendo a una richiesta di chiarimenti: decidi dopo la risposta o la scadenza."
        )
