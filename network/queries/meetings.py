"""Meetings: who belongs to them, whom they are told to, whether enough were there."""

from django.db.models import QuerySet
from django.utils import timezone

from conciliazione.kernel import access
from conciliazione.kernel.rulebook import enforces

from ..conveners import convener_of
from ..enums import MeetingBody, SeatKind
from ..models import (
    CommitteeMember,
    EvaluationCommittee,
    Meeting,
    Network,
    Organisation,
    Person,
    Seat,
    SteeringCommittee,
    SteeringSeat,
)
from .networks import delegates_of, members_on


@enforces("R11")
def people_of(meeting: Meeting, organisations=None) -> QuerySet[Person]:
    """Whom a meeting is told to: who sits in its body; for an assembly the delegates of every adherent (R11)."""
    if told := convener_of(meeting.body):
        return told.people(meeting.alliance_key)
    if meeting.body == MeetingBody.STEERING:
        return Person.objects.filter(is_active=True, groups__name="steering")
    if meeting.body == MeetingBody.COMMITTEE:
        return access.people_with(access.Role.COMMITTEE, meeting.network)
    if organisations is not None:
        return delegates_of(organisations)
    return access.people_with(access.Role.MEMBER, meeting.network)


def bodies_of(meeting: Meeting) -> QuerySet[Organisation]:
    """The bodies that belong to a meeting on its day: adherents, members of the committee, seats of the Cabina."""
    day = timezone.localtime(meeting.starts_at).date()
    if told := convener_of(meeting.body):
        return told.bodies(meeting.alliance_key, day).order_by("name")
    if meeting.body == MeetingBody.STEERING:
        pks = SteeringSeat.objects.current(day).values("organisation")
    elif meeting.body == MeetingBody.COMMITTEE:
        pks = CommitteeMember.objects.current(day).filter(committee__network=meeting.network_id).values("organisation")
    else:
        pks = members_on(meeting.network, day).values("organisation")
    return Organisation.objects.filter(pk__in=pks).order_by("name")


def without_delegate(meeting: Meeting, organisations=None) -> QuerySet[Organisation]:
    """The bodies convened to an assembly or to an alliance that have nobody in the portal: they are reached at their
    PEC, if any."""
    if meeting.body not in {MeetingBody.NETWORK, MeetingBody.ALLIANCE}:
        return Organisation.objects.none()
    convened = bodies_of(meeting)
    if organisations is not None:
        convened = convened.filter(pk__in=organisations)
    delegates = Seat.objects.active().filter(kind=SeatKind.DELEGATE, person__is_active=True)
    return convened.exclude(pk__in=delegates.values("organisation")).exclude(pk=meeting.network.lead_id)


def quorum_of(body: str, network: Network | None, key: int | None = None) -> int | None:
    """How many must be there for a meeting of the body to be valid, as set now; None when no number is set.

    `key` is that of the body where it is a record of another app.
    """
    if told := convener_of(body):
        return told.quorum(key)
    if body == MeetingBody.STEERING:
        return SteeringCommittee.objects.values_list("quorum", flat=True).first()
    if body == MeetingBody.COMMITTEE:
        return EvaluationCommittee.objects.filter(network=network).values_list("quorum", flat=True).first()
    return network.quorum if body == MeetingBody.NETWORK else None


def present_of(meeting: Meeting) -> int:
    """How many count for the quorum: bodies; in the committee, where who was there is told by body, a body counts for
    as many people as it has there."""
    present = meeting.attendances.values("organisation")
    if meeting.body != MeetingBody.COMMITTEE:
        return present.count()
    day = timezone.localtime(meeting.starts_at).date()
    sitting = CommitteeMember.objects.current(day).filter(committee__network=meeting.network_id)
    return sitting.filter(organisation__in=present).count()


def quorum_reached(meeting: Meeting) -> bool | None:
    """Whether enough were there; None when no number was set."""
    return None if meeting.quorum is None else present_of(meeting) >= meeting.quorum
