"""What the pages of the committee's common work show: who votes, who leaves, what stands, who lags."""

from collections.abc import Iterable
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from conciliazione.kernel.models import Move
from network.enums import MeetingBody, MeetingStatus
from network.models import Meeting

from ..enums import CallStatus, EvaluationStatus
from ..models import Call, CollegialEvaluation, ConflictDeclaration, Evaluation, ProjectProposal, ScoresOpening
from ..rules.collegial import Seat, term_after
from .evaluation import members_of


def collegial_of(proposal: ProjectProposal) -> CollegialEvaluation | None:
    """The committee's own points on a proposal, with its scores."""
    return (
        CollegialEvaluation.objects.filter(proposal=proposal)
        .select_related("meeting", "recorded_by")
        .prefetch_related("scores__criterion")
        .first()
    )


def delivered_count(proposal: ProjectProposal) -> int:
    """How many have delivered, those in conflict left out."""
    shut = ConflictDeclaration.objects.filter(proposal=proposal, has_conflict=True).values("member")
    rows = Evaluation.objects.filter(proposal=proposal, status=EvaluationStatus.DELIVERED)
    return rows.exclude(member__in=shut).count()


def seats_at(meeting: Meeting, proposal: ProjectProposal, members: Iterable | None = None) -> list[Seat]:
    """The committee's members as the meeting saw them when it came to this proposal."""
    members = list(members_of(meeting.network_id) if members is None else members)
    there = set(meeting.attendances.values_list("organisation_id", flat=True))
    declared = dict(ConflictDeclaration.objects.filter(proposal=proposal).values_list("member_id", "has_conflict"))
    return [
        Seat(str(m.person), m.organisation.name, m.organisation_id in there, declared.get(m.pk), m.is_chair)
        for m in members
    ]


def meetings_to_judge(proposal: ProjectProposal):
    """The committee's meetings that took place since the call closed."""
    return Meeting.objects.filter(
        body=MeetingBody.COMMITTEE,
        network_id=proposal.call.network_id,
        status__in=[MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED],
        starts_at__gte=proposal.call.closes_at,
    ).order_by("-starts_at")


def presiding(person, proposal: ProjectProposal) -> tuple[bool, bool]:
    """(this person presides, the committee has a chair who is not in conflict on the proposal)"""
    conflict = ConflictDeclaration.objects.filter(proposal=proposal, member=OuterRef("pk"), has_conflict=True)
    chair = members_of(proposal.call.network_id).filter(is_chair=True).annotate(shut=Exists(conflict)).first()
    if chair is None:
        return False, False
    return chair.person_id == person.pk and not chair.shut, not chair.shut


def presides_over(person, call: Call) -> bool:
    """This person presides over the committee of the call, or nobody does and they sit on it."""
    members = list(members_of(call.network_id))
    chair = next((member for member in members if member.is_chair), None)
    if chair is None:
        return any(member.person_id == person.pk for member in members)
    return chair.person_id == person.pk


def evaluation_periods(calls: Iterable[Call]) -> dict[int, tuple[date, date]]:
    """(day on which the evaluation began, its term) of those that have begun, by call id. One query."""
    days = {call.pk: call.evaluation_days for call in calls}
    kind = ContentType.objects.get_for_model(Call)
    moves = Move.objects.filter(content_type=kind, object_id__in=days, to_state=CallStatus.EVALUATION).order_by("at")
    began = {move.object_id: timezone.localdate(move.at) for move in moves}
    return {pk: (day, term_after(day, days[pk])) for pk, day in began.items()}


def term_of(call: Call) -> date | None:
    """The day by which the members deliver; None before the evaluation begins."""
    if hasattr(call, "began_at"):  # as `calls_to_evaluate` gives it
        return term_after(timezone.localdate(call.began_at), call.evaluation_days) if call.began_at else None
    period = evaluation_periods([call]).get(call.pk)
    return period[1] if period else None


def sentences_of(call: Call) -> list[dict]:
    """How each proposal was judged, for the minutes: who took part, who left, by which points."""
    rows = CollegialEvaluation.objects.filter(proposal__call=call).select_related("proposal", "meeting")
    openings = {o.proposal_id: o for o in ScoresOpening.objects.filter(proposal__call=call).select_related("by")}
    judged = [
        {
            "title": row.proposal.title,
            "present": [f"{seat['name']} ({seat['body']})" for seat in row.present],
            "away": [f"{seat['name']} ({seat['body']})" for seat in row.away],
            "meeting": row.meeting.starts_at,
            "note": row.note,
            "opened": openings.pop(row.proposal_id, None),
        }
        for row in rows.order_by("proposal__registry_number")
    ]
    judged += [
        {"title": o.proposal.title, "present": [], "away": [], "meeting": None, "note": "", "opened": o}
        for o in openings.values()
    ]
    return judged
