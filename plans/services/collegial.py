"""The committee together: its chair opens points and reminds, its meeting judges a proposal (art. 6)."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.daily import once
from conciliazione.kernel.errors import Refused, refusal_of
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from network.enums import MeetingBody, MeetingStatus

from ..enums import CallStatus
from ..models import Call, CollegialEvaluation, CollegialScore, ProjectProposal, ScoresOpening
from ..queries import collegial as queries
from ..queries import evaluation
from ..queries.standing import standing_of
from ..rules import collegial as rules
from ..rules.evaluation import check_evaluable, check_points
from ..rules.ranking import check_meeting
from .evaluation import check_can_score


@atomic
def open_scores(proposal: ProjectProposal, *, by, reason: str) -> ScoresOpening:
    """The chair opens the points before all have delivered, with the reason. Raises Refused, RuleViolated (R13)."""
    proposal = lock(proposal)
    check_can_open(proposal, by=by)
    if not reason.strip():
        raise Refused("Scrivi perché i punti si aprono ora.", field="reason")
    found = ScoresOpening.objects.create(proposal=proposal, by=by, reason=reason.strip(), opened_at=clock.now())
    note(proposal, noun="proposal", name="open_scores", label="Apre i punti al Comitato", by=by)
    text = f"I punti di «{proposal.title}» sono aperti: le valutazioni individuali sono chiuse, si decide in seduta."
    notify(access.people_with(Role.COMMITTEE, proposal.call.network), text, url=proposal.call.get_absolute_url(), by=by)
    return found


def check_can_open(proposal: ProjectProposal, *, by) -> None:
    """Raises Refused for who does not preside, and when there is nothing to open."""
    _check_presides(proposal, by)
    _check_opens(proposal, evaluation.is_disclosed(proposal))


@atomic
def judge(
    proposal: ProjectProposal, *, by, meeting, scores: dict[int, tuple[Decimal | None, str]], note_text: str = ""
) -> CollegialEvaluation:
    """The committee's own points on a proposal, given in a meeting; until the ranking is approved they may be redone.

    Who is in conflict is recorded as having left, and does not count. Raises Refused beside the field (`meeting`,
    `points_<criterion>`, `reason_<criterion>`), RuleViolated (R13, R14).
    """
    proposal = lock(proposal)
    check_can_judge(proposal, by=by)
    criteria = {c.pk: c for c in proposal.call.criteria.all()}
    rules.check_collegial_scores({pk: c.title for pk, c in criteria.items()}, scores)
    for key, criterion in criteria.items():
        check_points(scores[key][0], criterion.max_points, field=f"points_{key}")
    network = proposal.call.network
    ours = meeting.body == MeetingBody.COMMITTEE and meeting.network_id == network.pk
    seats = queries.seats_at(meeting, proposal) if ours else []
    check_meeting(
        is_committee_of_network=ours,
        held=meeting.status in {MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED},
        present=sum(1 for seat in seats if seat.present),
        quorum=network.committee.quorum,
    )
    rules.check_item(seats, network.committee.quorum)
    found = CollegialEvaluation.objects.filter(proposal=proposal).first() or CollegialEvaluation(proposal=proposal)
    found.meeting, found.note = meeting, note_text.strip()
    found.present = [{"name": s.name, "body": s.body} for s in seats if s.votes]
    found.away = [{"name": s.name, "body": s.body} for s in seats if s.leaves]
    found.recorded_at, found.recorded_by = clock.now(), by
    found._history_user = by
    found.save()
    present = {score.criterion_id: score for score in found.scores.all()}
    for key in criteria:
        score = present.get(key) or CollegialScore(collegial=found, criterion_id=key)
        score.points, score.reason = scores[key][0], scores[key][1].strip()
        score._history_user = by
        score.save()
    note(proposal, noun="proposal", name="judge", label="Il Comitato dà il punteggio collegiale", by=by)
    return found


def check_can_judge(proposal: ProjectProposal, *, by) -> None:
    """The chair records it, once the points of the members are open to all. Raises Refused."""
    _check_presides(proposal, by)
    rules.check_visible(evaluation.is_disclosed(proposal))


def why_not(proposal: ProjectProposal, *, by, disclosed: bool) -> tuple[Refused | None, Refused | None]:
    """(why the points are not opened now, why the committee does not judge now) by this person; None where they may."""
    try:
        _check_presides(proposal, by)
    except Refused as refused:
        return refused, refused
    return refusal_of(_check_opens, proposal, disclosed), refusal_of(rules.check_visible, disclosed)


@atomic
def remind(call: Call, *, by=None, key: str = "") -> list:
    """Tell each member what they still owe on a call, and by when; returns whom it told. At most once a day.

    `by` is the chair (Refused for others), or None for the portal's own round with its `key`, which leaves once and
    not on a day on which the chair has reminded already.
    """
    call = lock(call)
    check_evaluable(call_in_evaluation=call.status == CallStatus.EVALUATION, eligible=True)
    lags = standing_of(by or AnonymousUser(), call).lags
    lagging = [(member, lag) for member, lag in lags if lag and (by is None or member.person != by)]
    today = f"sollecito-{clock.today():%Y-%m-%d}"
    if by is not None:
        rules.check_presides(is_chair=queries.presides_over(by, call), chair_there=True)
        rules.check_somebody_lags(len(lagging), not once(call, today))
    elif not lagging or not once(call, key) or not once(call, today):
        return []
    term = queries.term_of(call)
    within = f" entro il {term:%d/%m/%Y}" if term and term >= clock.today() else ""
    for member, lag in lagging:
        text = f"Per «{call.title}» il Comitato aspetta da te{within} {lag.words}."
        notify([member.person], text, url=reverse("plans:board", args=[call.pk]), by=by)
    names = ", ".join(str(member.person) for member, _ in lagging)
    note(call, noun="call", name="remind", label=f"Sollecita i componenti del Comitato: {names}"[:200], by=by)
    return [member.person for member, _ in lagging]


def _check_opens(proposal: ProjectProposal, disclosed: bool) -> None:
    rules.check_can_open(disclosed=disclosed, delivered=queries.delivered_count(proposal))


def _check_presides(proposal: ProjectProposal, by) -> None:
    check_can_score(proposal, by=by)
    is_chair, chair_there = queries.presiding(by, proposal)
    rules.check_presides(is_chair=is_chair, chair_there=chair_there)
