"""A network at a glance."""

from dataclasses import dataclass

from django.db.models import Count, Q

from conciliazione.kernel import clock

from ..enums import MeetingStatus, MembershipStatus
from ..models import EvaluationCommittee, Meeting, Membership, Network, NetworkAgreement
from .networks import current_agreement, memberships_with_signature


@dataclass(frozen=True)
class Overview:
    """What one sees first of a network."""

    network: Network
    agreement: NetworkAgreement | None
    committee: EvaluationCommittee | None
    members: int
    unsigned: int
    requests: int
    next_meeting: Meeting | None


def overview_of(network: Network, agreement: NetworkAgreement | None = None) -> Overview:
    """Five queries at most, however large the network is; `agreement` is its current one, where the caller has it."""
    standing = memberships_with_signature(Membership.objects.filter(network=network, until=None))
    members = Q(status=MembershipStatus.MEMBER)
    numbers = standing.aggregate(
        members=Count("pk", filter=members),
        unsigned=Count("pk", filter=members & Q(has_signed=False)),
        requests=Count("pk", filter=Q(status=MembershipStatus.REQUESTED)),
    )
    coming = Meeting.objects.filter(
        network=network, alliance_key=None, status=MeetingStatus.CONVENED, starts_at__gte=clock.now()
    )
    return Overview(
        network=network,
        agreement=agreement or current_agreement(network),
        committee=EvaluationCommittee.objects.filter(network=network).first(),
        next_meeting=coming.order_by("starts_at").first(),
        **numbers,
    )
