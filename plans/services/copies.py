"""A proposal that begins from another: last year's duplicated, or a new version of what was handed in (art. 8)."""

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock

from ..enums import ProposalStatus
from ..models import Attachment, BudgetLine, Call, ExpectedIndicator, ExpectedPart, ProjectProposal, ProposalAction
from ..queries import proposals as queries
from ..rules import proposals as rules
from ..rules.calls import check_open
from .proposals import (
    ACTION_FIELDS,
    INDICATOR_FIELDS,
    LINE_FIELDS,
    TEXT_FIELDS,
    create_proposal,
)
from .saving import keep


@atomic
def duplicate(
    proposal: ProjectProposal, *, by, call: Call | None = None, alliance=None, title: str = ""
) -> ProjectProposal:
    """A new draft with the same content, for the same call or another one of the network that takes proposals.

    `alliance` is who will propose it: the same one, or that of the new programme. What no longer exists is left to be
    chosen anew: the part of a partner who is not there goes to the lead, indicators of another programme and documents
    of another call are left out. Raises Refused.
    """
    source = queries.whole(ProjectProposal.objects).get(pk=proposal.pk)
    call, alliance = call or source.call, alliance or source.alliance
    draft = create_proposal(
        call,
        by=by,
        alliance=alliance,
        title=title or _free_title(source, call, alliance),
        is_example=source.is_example,
        **{name: getattr(source, name) for name in TEXT_FIELDS},
    )
    if not draft.actions.exists() and not draft.budget_lines.exists():  # pressed twice, copied once
        _copy_rows(source, draft, by=by)
    return draft


@atomic
def replace(proposal: ProjectProposal, *, by) -> ProjectProposal:
    """A draft of the new version of what was handed in. The one that is in stays so until the new one is handed in.

    Asked twice, it is the same draft. Raises Refused once the call is closed.
    """
    source = lock(proposal)
    check_may_replace(source)
    begun = ProjectProposal.objects.filter(replaces=source.pk).first()
    if begun is not None:
        return begun
    source = queries.whole(ProjectProposal.objects).get(pk=source.pk)
    draft = ProjectProposal(
        call=source.call,
        alliance=source.alliance,
        title=source.title,
        is_example=source.is_example,
        replaces=source,
        **{name: getattr(source, name) for name in TEXT_FIELDS},
    )
    keep(draft, by=by, why=f"Nuova versione di {source.registry_number}")
    begin(draft, rules.PROPOSAL, by=by, label=f"Nuova versione della proposta {source.registry_number}")
    _copy_rows(source, draft, by=by)
    return draft


def check_may_replace(proposal: ProjectProposal) -> None:
    """Raises Refused unless it was handed in and its call still takes proposals."""
    if proposal.status != ProposalStatus.SUBMITTED:
        raise Refused("Si sostituisce solo una proposta presentata e non ancora verificata.")
    call = proposal.call
    check_open(call.status, opens_at=call.opens_at, closes_at=call.closes_at, now=clock.now(), when=queries.when)


def _copy_rows(source: ProjectProposal, draft: ProjectProposal, *, by) -> None:
    present = {partner.organisation_id: partner for partner in queries.partners_for(draft)}
    fallback = next(iter(present.values()), None)
    for action in source.actions.all():
        values = {name: getattr(action, name) for name in ACTION_FIELDS}
        values["partner"] = present.get(action.partner.organisation_id, fallback)
        keep(ProposalAction(proposal=draft, **values), by=by, why="Copiata")
    for line in source.budget_lines.all():
        values = {name: getattr(line, name) for name in LINE_FIELDS}
        values["partner"] = present.get(line.partner.organisation_id, fallback)
        keep(BudgetLine(proposal=draft, **values), by=by, why="Copiata")
    usable = set(queries.indicators_for(draft).values_list("pk", flat=True))
    for expected in source.expected_indicators.all():
        if expected.indicator_id in usable:
            values = {name: getattr(expected, name) for name in INDICATOR_FIELDS}
            copy = keep(ExpectedIndicator(proposal=draft, **values), by=by, why="Copiato")
            for part in expected.parts.all():
                values = {"dimension": part.dimension, "category": part.category, "target": part.target}
                keep(ExpectedPart(expected=copy, **values), by=by, why="Copiato")
    if source.call_id == draft.call_id:
        for attachment in source.attachments.all():
            copy = Attachment(
                proposal=draft, document=attachment.document, title=attachment.title, file=attachment.file
            )
            keep(copy, by=by, why="Copiato")


def _free_title(source: ProjectProposal, call: Call, alliance) -> str:
    taken = set(
        ProjectProposal.objects.filter(call=call, alliance=alliance)
        .exclude(status=ProposalStatus.WITHDRAWN)
        .values_list("title", flat=True)
    )
    names = [source.title] + [f"{source.title[:180]} (copia{f' {n}' if n > 1 else ''})" for n in range(1, 99)]
    return next(name for name in names if name not in taken)
