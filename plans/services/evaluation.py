"""The members of the committee declare, score and deliver, each by themselves (art. 6)."""

from decimal import Decimal

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, move, note
from conciliazione.kernel.notices import notify
from network.models import CommitteeMember

from ..enums import CallStatus, EvaluationStatus, ProposalStatus, RankingStatus
from ..models import ConflictDeclaration, Criterion, Evaluation, ProjectProposal, Score
from ..queries import evaluation as queries
from ..queries.standing import standing_of
from ..rules import evaluation as rules
from ..rules.collegial import check_not_opened


@atomic
def declare(proposal: ProjectProposal, *, by, has_conflict: bool, note_text: str = "") -> ConflictDeclaration:
    """A member's word on a proposal: in conflict of interest, or not. It comes before everything else.

    What the portal knows of the member's links is kept with it. Who declared no conflict may still declare one, and
    then their points no longer count; who declared a conflict stays out. Raises Refused, RuleViolated (R13, R14).
    """
    proposal = lock(proposal)
    member = check_can_declare(proposal, by=by)
    known = queries.known_links(member, proposal.call).get(proposal.pk, "")
    earlier = ConflictDeclaration.objects.filter(proposal=proposal, member=member).first()
    delivered = Evaluation.objects.filter(proposal=proposal, member=member, status=EvaluationStatus.DELIVERED).exists()
    rules.check_declaration(
        known=known,
        has_conflict=has_conflict,
        note=note_text,
        before=earlier.has_conflict if earlier else None,
        delivered=delivered,
    )
    declaration = earlier or ConflictDeclaration(proposal=proposal, member=member)
    declaration.has_conflict = has_conflict
    declaration.known_link = known
    declaration.note = note_text.strip()
    declaration.declared_at = clock.now()
    declaration._history_user = by
    declaration.save()
    label = "Dichiara un conflitto di interessi" if has_conflict else "Dichiara di non essere in conflitto di interessi"
    note(declaration, noun="conflict_declaration", name="declare", label=label, by=by, reason=declaration.note)
    if has_conflict:
        office = access.people_with(Role.OFFICE, proposal.call.network)
        text = f"{by} ha dichiarato un conflitto di interessi sulla proposta «{proposal.title}» e non la valuta."
        notify(office, text, url=proposal.call.get_absolute_url(), by=by)
    return declaration


def check_can_declare(proposal: ProjectProposal, *, by) -> CommitteeMember:
    """The member who may declare on this proposal now. Raises Refused, RuleViolated (R13, R14)."""
    member = _member(proposal, by)
    _check_open(proposal)
    _check_not_ranked(proposal)
    return member


def check_can_score(proposal: ProjectProposal, *, by) -> CommitteeMember:
    """The member who may give points to this proposal now. Raises Refused, RuleViolated (R13, R14)."""
    member = check_can_declare(proposal, by=by)
    declared = ConflictDeclaration.objects.filter(proposal=proposal, member=member).first()
    rules.check_may_open(declared.has_conflict if declared else None)
    return member


@atomic
def save_scores(proposal: ProjectProposal, *, by, scores: dict[int, tuple[Decimal | None, str]]) -> Evaluation:
    """Keep a member's points and reasons so far: criterion id -> (points or None, reason).

    Raises Refused (field `points_<criterion>`) for points outside the criterion, RuleViolated (R13, R14).
    """
    proposal = lock(proposal)
    evaluation = _own_evaluation(proposal, by)
    criteria = {c.pk: c for c in proposal.call.criteria.all()}
    if scores.keys() - criteria.keys():
        raise Refused("Un criterio non è della griglia di questo avviso: ricarica la pagina.")
    for key, (points, _) in scores.items():
        rules.check_points(points, criteria[key].max_points, field=f"points_{key}")
    _write(evaluation, scores, by)
    return evaluation


@atomic
def deliver(proposal: ProjectProposal, *, by) -> Evaluation:
    """Deliver one's evaluation: points and reason on every criterion. The others see it when all have delivered."""
    proposal = lock(proposal)
    evaluation = _own_evaluation(proposal, by)
    scored = {score.criterion_id: (score.points, score.reason) for score in evaluation.scores.all()}
    criteria: dict[int, Criterion] = {c.pk: c for c in proposal.call.criteria.all()}
    rules.check_complete(rules.missing_scores({pk: c.title for pk, c in criteria.items()}, scored))
    evaluation.delivered_at = clock.now()
    move(evaluation, rules.EVALUATION, "deliver", by=by)
    _tell_when_complete(proposal, by)
    return evaluation


@atomic
def reopen(proposal: ProjectProposal, *, by, reason: str) -> Evaluation:
    """Take one's own delivered evaluation back to correct it, while nobody has seen it yet."""
    proposal = lock(proposal)
    _check_open(proposal)
    evaluation = Evaluation.objects.filter(proposal=proposal, member=_member(proposal, by)).first()
    if evaluation is None:
        raise Refused("Non hai ancora valutato questa proposta.")
    if queries.is_disclosed(proposal):
        raise Refused("I punti di questa proposta sono già visibili a tutto il Comitato: la tua valutazione resta.")
    evaluation = lock(evaluation)
    evaluation.delivered_at = None
    move(evaluation, rules.EVALUATION, "reopen", by=by, reason=reason)
    return evaluation


def _member(proposal: ProjectProposal, by) -> CommitteeMember:
    """The person's place on the committee of the proposal's territory. Raises RuleViolated R14, R13."""
    member = queries.member_for(by, proposal.call)
    if member is None and Role.COMMITTEE in access.roles_on(by, proposal.call):
        raise Refused(
            "Non risulti tra i componenti in carica del Comitato: chiedi all'ASL di aggiornarne la composizione."
        )
    rules.check_territory(
        committee_network=member.committee.network_id if member else 0,
        call_network=proposal.call.network_id,
        alliance_network=proposal.alliance.network_id,
    )
    queries.check_committee(proposal.call.network)
    return member


def _check_open(proposal: ProjectProposal) -> None:
    rules.check_evaluable(
        call_in_evaluation=proposal.call.status == CallStatus.EVALUATION,
        eligible=proposal.status == ProposalStatus.ELIGIBLE,
    )


def _check_not_ranked(proposal: ProjectProposal) -> None:
    ranking = getattr(proposal.call, "ranking", None)
    if ranking is not None and ranking.status != RankingStatus.DRAFT:
        raise Refused("La graduatoria è già approvata: le valutazioni non cambiano più.")


def _own_evaluation(proposal: ProjectProposal, by) -> Evaluation:
    """The member's evaluation in draft, made at the first points. Raises Refused when they may not score."""
    member = check_can_score(proposal, by=by)
    check_not_opened(queries.is_opened(proposal))
    evaluation, _ = Evaluation.objects.get_or_create(proposal=proposal, member=member)
    evaluation = lock(evaluation)
    if evaluation.status == EvaluationStatus.DELIVERED:
        raise Refused("Hai già consegnato questa valutazione: riaprila per correggerla.")
    return evaluation


def _write(evaluation: Evaluation, scores, by) -> None:
    present = {score.criterion_id: score for score in evaluation.scores.all()}
    for key, (points, reason) in scores.items():
        score = present.get(key) or Score(evaluation=evaluation, criterion_id=key)
        if score.pk and (score.points, score.reason) == (points, reason.strip()):
            continue
        score.points, score.reason = points, reason.strip()
        score._history_user = by
        score._history_date = clock.now()
        score.save()


def _tell_when_complete(proposal: ProjectProposal, by) -> None:
    """The last one to deliver opens the way to the ranking: the others should know."""
    if standing_of(by, proposal.call).complete:
        committee = access.people_with(Role.COMMITTEE, proposal.call.network)
        text = f"Tutte le proposte di «{proposal.call.title}» sono valutate: il Comitato può formare la graduatoria."
        notify(committee, text, url=proposal.call.get_absolute_url(), by=by)
