"""The proposals that a meeting of the committee deals with: who left for each, and to whom what was said is closed."""

from django.db.models import Q

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from network.matters import Matter
from network.models import Meeting

from ..enums import CallStatus
from ..models import ConflictDeclaration, ProjectProposal
from ..rules.collegial import Seat
from ..rules.evaluation import why_minutes_closed
from .evaluation import EVALUATED, members_of


def matters_of(meeting: Meeting, person=None) -> list[Matter]:
    """The proposals in evaluation when the meeting took place, and those on which its minutes have a part.

    What the minutes say of one is closed, until its call is concluded, to whoever is in conflict of interest on it, to
    the members who have not declared, and to whoever is neither of the committee nor of the ASL. Five queries.
    """
    running = Q(status__in=EVALUATED, call__status=CallStatus.EVALUATION, call__closes_at__lte=meeting.starts_at)
    kept = Q(pk__in=meeting.parts.values("matter_key")) | Q(collegial__meeting=meeting)
    proposals = list(
        ProjectProposal.objects.filter(running | kept, call__network=meeting.network_id)
        .select_related("call", "alliance", "collegial")
        .order_by("registry_number", "pk")
    )
    if not proposals:
        return []
    declared: dict[int, dict[int, bool]] = {}
    own: dict[int, bool] = {}
    for row in ConflictDeclaration.objects.filter(proposal__in=proposals).select_related("member"):
        declared.setdefault(row.proposal_id, {})[row.member_id] = row.has_conflict
        if person is not None and row.member.person_id == person.pk:
            own[row.proposal_id] = own.get(row.proposal_id, False) or row.has_conflict
    there = set(meeting.attendances.values_list("organisation_id", flat=True))
    members = list(members_of(meeting.network_id))
    return [
        Matter(
            proposal.pk,
            proposal.title,
            proposal.get_absolute_url(),
            mentions=(proposal.title, proposal.alliance.name),
            away=tuple(_away(members, there, declared.get(proposal.pk, {}))),
            dealt_with=hasattr(proposal, "collegial") and proposal.collegial.meeting_id == meeting.pk,
            closed=_why_closed(person, meeting, proposal, own),
        )
        for proposal in proposals
    ]


def _away(members, there: set[int], declared: dict[int, bool]) -> list[str]:
    seats = (Seat(str(m.person), m.organisation.name, m.organisation_id in there, declared.get(m.pk)) for m in members)
    return [f"{seat.name} ({seat.body})" for seat in seats if seat.leaves]


def _why_closed(person, meeting: Meeting, proposal: ProjectProposal, own: dict[int, bool]) -> str:
    if person is None or person.is_superuser or proposal.call.status == CallStatus.CONCLUDED:
        return ""
    return why_minutes_closed(
        evaluates=access.can(person, "evaluation.view", meeting),
        must_declare=Role.OFFICE not in access.roles_on(person, meeting),
        declared=own.get(proposal.pk),
    )
