"""Writing a proposal: its texts, actions, budget lines and expected indicators, while it is a draft (art. 8)."""

from datetime import timedelta
from decimal import Decimal

from alliances.models import Alliance
from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile, Refused
from conciliazione.kernel.moves import atomic, begin, lock
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.rulebook import violated
from network.rules.indicators import check_usable
from network.rules.programmes import check_area_of_programme

from ..enums import BudgetCategory, CallStatus, ProposalStatus
from ..models import Attachment, BudgetLine, Call, ExpectedIndicator, ProjectProposal, ProposalAction
from ..queries import proposals as queries
from ..rules import budget
from ..rules import proposals as rules
from .saving import check_unseen, drop, keep, keep_while_typing, who_wrote_last

ACTION_FIELDS = (
    "area",
    "district",
    "partner",
    "title",
    "description",
    "starts_on",
    "ends_on",
    "expected_participants",
)
LINE_FIELDS = ("category", "partner", "description", "cost", "grant", "co_financing")
INDICATOR_FIELDS = ("indicator", "baseline", "target")
TEXT_FIELDS = ("summary", "needs", "objectives", "sustainability")


@atomic
def create_proposal(call: Call, *, by, alliance, title: str, is_example: bool = False, **texts) -> ProjectProposal:
    """Begin a draft for a call that is open or will be, in the name of an alliance of its network.

    `texts`: summary, needs, objectives, sustainability. Raises Refused, RuleViolated R14.
    """
    call = Call.objects.select_related("network", "programme").get(pk=call.pk)
    check_may_begin(call, alliance)
    proposal = ProjectProposal(call=call, alliance=alliance, title=title, is_example=is_example, **texts)
    twin = _just_begun(proposal, by=by)
    if twin is not None:
        return twin
    check_title(proposal)
    keep(proposal, by=by, why="Bozza creata")
    begin(proposal, rules.PROPOSAL, by=by, label="Bozza creata")
    return proposal


def _just_begun(proposal: ProjectProposal, *, by) -> ProjectProposal | None:
    """The same draft, begun a moment ago by the same person and not touched since: the button was pressed twice."""
    Alliance.objects.select_for_update().get(pk=proposal.alliance_id)  # the second press waits for the first
    twin = ProjectProposal.objects.filter(
        call=proposal.call_id,
        alliance=proposal.alliance_id,
        title=proposal.title,
        revision=1,
        status=ProposalStatus.DRAFT,
    ).first()
    if twin is None:
        return None
    begun = twin.history.order_by("history_id").first()
    just_now = begun.history_date >= clock.now() - timedelta(minutes=1)
    return twin if just_now and begun.history_user_id == by.pk else None


def check_may_begin(call: Call, alliance) -> None:
    """The call takes proposals now or will, and is of the alliance's network and programme (R14)."""
    if call.network_id != alliance.network_id:
        raise violated(
            "R14",
            f"{alliance.name} è di un'altra Rete: il Comitato valuta solo le proposte delle Alleanze del proprio "
            "territorio. Scegli un avviso della tua Rete",
            field="alliance",
        )
    if call.programme_id != alliance.programme_id:
        raise Refused(f"L'avviso è di un altro programma rispetto a {alliance.name}.", field="alliance")
    if call.status != CallStatus.PUBLISHED or call.closes_at <= clock.now():
        raise Refused("Questo avviso non riceve nuove proposte: scegline uno aperto dall'elenco degli avvisi.")


@atomic
def save_texts(
    proposal: ProjectProposal, *, by, revision: int | None = None, while_typing: bool = False, **texts
) -> ProjectProposal:
    """Write some of title, summary, needs, objectives, sustainability.

    `revision` is that of the page the person wrote on: if somebody has changed one of these texts since, nothing is
    written and ChangedMeanwhile says who. Changes to other parts do not stand in the way. Saving `while_typing` leaves
    a row of history only once in a while (see `saving.keep_while_typing`). What has not changed is not written.
    """
    proposal = editable(proposal, *{rules.STEP_OF[name] for name in texts if name in rules.STEP_OF})
    unknown = texts.keys() - {"title", *TEXT_FIELDS}
    if unknown:
        raise TypeError(f"Unknown fields: {', '.join(sorted(unknown))}")
    _check_unchanged(proposal, revision, texts, by=by)
    changed = {name: value for name, value in texts.items() if getattr(proposal, name) != value}
    for name, value in changed.items():
        setattr(proposal, name, value)
    check_title(proposal)
    if changed:
        proposal.revision += 1
        proposal.text_revisions |= dict.fromkeys(changed, proposal.revision)
    if while_typing:
        return keep_while_typing(proposal, by=by) if changed else proposal
    kept = proposal.history.order_by("-history_id").values_list("revision", flat=True).first()
    if changed or kept != proposal.revision:
        keep(proposal, by=by, why="Testi modificati")
    return proposal


@atomic
def add_action(proposal: ProjectProposal, *, by, **values) -> ProposalAction:
    """Add an action: area, district, partner, title, description, starts_on, ends_on, expected_participants."""
    proposal = editable(proposal, "actions")
    return _same_row(proposal.actions, values) or _write_action(
        ProposalAction(proposal=proposal), values, by=by, why="Azione aggiunta"
    )


@atomic
def update_action(action: ProposalAction, *, by, seen: int | None = None, **values) -> ProposalAction:
    """Change an action of a draft."""
    action = _editable_part(action, seen)
    return _write_action(action, values, by=by, why="Azione modificata")


@atomic
def add_budget_line(proposal: ProjectProposal, *, by, **values) -> BudgetLine:
    """Add a voce di spesa: category, partner, description, and cost = grant + co_financing in EUR."""
    proposal = editable(proposal, "budget")
    return _same_row(proposal.budget_lines, values) or _write_line(
        BudgetLine(proposal=proposal), values, by=by, why="Voce di spesa aggiunta"
    )


@atomic
def update_budget_line(line: BudgetLine, *, by, seen: int | None = None, **values) -> BudgetLine:
    """Change a voce di spesa of a draft."""
    line = _editable_part(line, seen)
    return _write_line(line, values, by=by, why="Voce di spesa modificata")


@atomic
def add_indicator(proposal: ProjectProposal, *, by, **values) -> ExpectedIndicator:
    """Commit to a target on an indicator of the programme: indicator, target, baseline."""
    proposal = editable(proposal, "indicators")
    return _same_row(proposal.expected_indicators, values) or _write_indicator(
        ExpectedIndicator(proposal=proposal), values, by=by, why="Indicatore aggiunto"
    )


@atomic
def update_indicator(expected: ExpectedIndicator, *, by, seen: int | None = None, **values) -> ExpectedIndicator:
    """Change the target or the baseline of an expected indicator."""
    expected = _editable_part(expected, seen)
    return _write_indicator(expected, values, by=by, why="Indicatore modificato")


@atomic
def remove_part(part: ProposalAction | BudgetLine | ExpectedIndicator | Attachment, *, by) -> ProjectProposal:
    """Take an action, a budget line, an indicator or an attachment out of a draft."""
    proposal = editable(part.proposal, rules.STEP_OF[part._meta.model_name])
    drop(part, by=by, why=f"Tolto: {part._meta.verbose_name}")
    return touch(proposal, by=by, why=f"Tolto: {part._meta.verbose_name}")


# --- within --------------------------------------------------------------------------------------------------------
def editable(proposal: ProjectProposal, *steps: str) -> ProjectProposal:
    """The proposal locked, while these steps may be written: all of a draft, those reopened by a clarification
    request of what was handed in. Raises MoveRefused."""
    proposal = lock(proposal)
    reopened = queries.reopened_steps(proposal)
    for step in steps:
        rules.check_editable(proposal.status, step, reopened)
    return proposal


def _editable_part(part, seen: int | None):
    """The row locked, after its proposal; ChangedMeanwhile when it is gone or newer than what the person saw."""
    editable(part.proposal, rules.STEP_OF[part._meta.model_name])
    try:
        part = lock(part)
    except type(part).DoesNotExist:
        raise ChangedMeanwhile(
            "Nel frattempo un'altra persona ha tolto questa riga: torna all'elenco e, se serve, aggiungila di nuovo."
        ) from None
    check_unseen(part, seen)
    return part


def touch(proposal: ProjectProposal, *, by, why: str) -> ProjectProposal:
    """A new revision, after a part of it changed."""
    proposal.revision += 1
    return keep(proposal, by=by, why=why)


def _check_unchanged(proposal: ProjectProposal, revision: int | None, texts: dict, *, by) -> None:
    if revision is None:
        return
    if any(
        proposal.text_revisions.get(name, 0) > revision and getattr(proposal, name) != value
        for name, value in texts.items()
    ):
        raise ChangedMeanwhile(
            f"Nel frattempo {who_wrote_last(proposal, asks=by)} ha modificato questa parte. Il tuo testo è ancora qui, "
            "e accanto trovi quello salvato: uniscili e salva di nuovo."
        )


def check_title(proposal: ProjectProposal) -> None:
    """A title, and one that no other proposal of the alliance for this call has. Raises Refused beside the field."""
    if not proposal.title.strip():
        raise Refused("Scrivi il titolo della proposta.", field="title")
    check_public(title=proposal.title)
    same = ProjectProposal.objects.filter(call=proposal.call_id, alliance=proposal.alliance_id, title=proposal.title)
    if same.exclude(status=ProposalStatus.WITHDRAWN).exclude(pk__in=[proposal.pk, proposal.replaces_id or 0]).exists():
        raise Refused("L'Alleanza ha già una proposta con questo titolo per questo avviso: cambialo.", field="title")


def _same_row(rows, values: dict):
    """The row that is there already with exactly these values: the button was pressed twice, and it is added once."""
    return rows.filter(**values).first()


def _set(part, values: dict, names: tuple[str, ...]) -> None:
    unknown = values.keys() - set(names)
    if unknown:
        raise TypeError(f"Unknown fields: {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(part, name, value)


def _check_partner(part) -> None:
    """The body in charge takes part in the alliance now."""
    partner = part.partner if part.partner_id else None
    if partner is None or partner.alliance_id != part.proposal.alliance_id or partner.left_on is not None:
        raise Refused("Scegli un ente che partecipa ora all'Alleanza.", field="partner")


def _write_action(action: ProposalAction, values: dict, *, by, why: str) -> ProposalAction:
    _set(action, values, ACTION_FIELDS)
    check_public(title=action.title, description=action.description)  # funded, it stands in the plan
    rules.check_area(action.area)
    programme = action.proposal.call.programme
    check_area_of_programme(action.area, programme.areas, programme.name)
    rules.check_period(action.starts_on, action.ends_on)
    _check_partner(action)
    if action.district_id is None or action.district.network_id != action.proposal.call.network_id:
        raise Refused("Scegli un ambito del territorio della Rete.", field="district")
    keep(action, by=by, why=why)
    touch(action.proposal, by=by, why=why)
    return action


def _write_line(line: BudgetLine, values: dict, *, by, why: str) -> BudgetLine:
    _set(line, values, LINE_FIELDS)
    if line.category not in BudgetCategory.values:
        raise Refused("Scegli la voce di spesa dall'elenco.", field="category")
    budget.check_line(Decimal(line.cost), Decimal(line.grant), Decimal(line.co_financing))
    _check_partner(line)
    keep(line, by=by, why=why)
    touch(line.proposal, by=by, why=why)
    return line


def _write_indicator(expected: ExpectedIndicator, values: dict, *, by, why: str) -> ExpectedIndicator:
    _set(expected, values, INDICATOR_FIELDS)
    indicator = expected.indicator
    if indicator.programme_id != expected.proposal.call.programme_id:
        raise Refused("L'indicatore è di un altro programma: scegline uno dell'elenco.", field="indicator")
    owner = getattr(indicator, "owner", None)
    check_usable(indicator.status, is_own=owner is not None and owner.alliance_id == expected.proposal.alliance_id)
    if Decimal(expected.target) <= 0:
        raise Refused("L'obiettivo deve essere maggiore di zero.", field="target")
    if Decimal(expected.baseline) < 0:
        raise Refused("Il valore di base non può essere negativo.", field="baseline")
    others = ExpectedIndicator.objects.filter(proposal=expected.proposal_id, indicator=indicator)
    if others.exclude(pk=expected.pk).exists():
        raise Refused("Questo indicatore è già nella proposta: modifica il suo obiettivo.", field="indicator")
    before = ExpectedIndicator.objects.filter(pk=expected.pk).values_list("indicator", "target").first()
    if before is not None and before != (expected.indicator_id, Decimal(expected.target)):
        for part in expected.parts.all():  # they added up to another target
            drop(part, by=by, why="Cambiato l'obiettivo")
    keep(expected, by=by, why=why)
    touch(expected.proposal, by=by, why=why)
    return expected
