"""The ASL's check of what was handed in: admitted to evaluation, or excluded with a reason that the alliance reads."""

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, move
from conciliazione.kernel.notices import notify

from ..enums import CallStatus
from ..models import ProjectProposal
from ..queries import proposals as queries
from ..rules.proposals import PROPOSAL

LEAST_REASON = 20  # characters: a reason that the alliance can understand


@atomic
def admit(proposal: ProjectProposal, *, by, reason: str = "") -> ProjectProposal:
    """Admit to evaluation. Raises Refused before the call is in evaluation."""
    proposal = lock(proposal)
    check_may_decide(proposal)
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
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(
            "Scrivi perché la proposta è esclusa, con il punto dell'avviso che non rispetta: l'Alleanza lo legge.",
            field="reason",
        )
    proposal.exclusion_reason = reason.strip()
    move(proposal, PROPOSAL, "exclude", by=by, reason=reason)
    text = f"«{proposal.title}» è esclusa dalla valutazione: {reason}"
    notify(queries.people_of(proposal.alliance), text, url=proposal.get_absolute_url(), by=by)
    return proposal


def check_may_decide(proposal: ProjectProposal) -> None:
    """The call is in evaluation, after its closing: before, other proposals may still come."""
    if proposal.call.status != CallStatus.EVALUATION:
        raise Refused(
            "La verifica si fa quando l'avviso è in valutazione: prima avvia la valutazione dalla pagina dell'avviso."
        )
