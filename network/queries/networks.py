"""Networks: members and signatures, bodies and their people, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.rulebook import enforces

from ..enums import AgreementStatus, MembershipOrigin, MembershipStatus, SeatKind
from ..models import (
    AgreementSignature,
    EvaluationCommittee,
    Membership,
    Network,
    NetworkAgreement,
    Person,
    Seat,
    SteeringSeat,
)
from ..rules.governance import missing_from_committee
from ..rules.networks import GovernanceBody, governance_bodies

_STANDING = Case(
    When(status=AgreementStatus.IN_FORCE, then=Value(0)),
    When(status=AgreementStatus.APPROVED, then=Value(1)),
    When(status=AgreementStatus.DRAFT, then=Value(2)),
    When(status=AgreementStatus.EXPIRED, then=Value(3)),
    default=Value(4),
    output_field=IntegerField(),
)


def current_agreement(network: Network) -> NetworkAgreement | None:
    """The agreement that counts now: the one in force, else the one being made, else the last that was."""
    agreements = network.agreements.annotate(standing=_STANDING).select_related("programme", "network")
    return agreements.order_by("standing", "-signed_on", "-pk").first()


_ORDER = (AgreementStatus.IN_FORCE, AgreementStatus.APPROVED, AgreementStatus.DRAFT, AgreementStatus.EXPIRED)


def foremost(agreements: Iterable[NetworkAgreement]) -> NetworkAgreement | None:
    """The one of `current_agreement`, among agreements that are already there."""

    def standing(agreement):
        place = _ORDER.index(agreement.status) if agreement.status in _ORDER else len(_ORDER)
        return place, -(agreement.signed_on.toordinal() if agreement.signed_on else 0), -agreement.pk

    return min(agreements, key=standing, default=None)


def members_of_network() -> Coalesce:
    """Of each network how many adhere now, counted apart: joined with the network, all its adhesions would be read."""
    members = Membership.objects.filter(network=OuterRef("pk"), status=MembershipStatus.MEMBER).order_by()
    return Coalesce(Subquery(members.values("network").annotate(count=Count("pk")).values("count")), 0)


def members_on(network: Network, day: date) -> QuerySet[Membership]:
    """The adhesions that stood on a day, whatever happened later."""
    return (
        Membership.objects.filter(network=network)
        .on(day)
        .exclude(status__in=[MembershipStatus.REQUESTED, MembershipStatus.DECLINED])
        .select_related("organisation")
    )


@enforces("R08")
def signed_on(memberships: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    """With `signed_then`: whether the body had signed, by that day, the agreement that was in force on it (R10)."""
    rows = AgreementSignature.objects.filter(
        agreement__network=OuterRef("network"),
        agreement__signed_on__lte=day,
        agreement__expires_on__gte=day,
        organisation=OuterRef("organisation"),
        signed_on__lte=day,
    )
    return memberships.annotate(signed_then=Exists(rows))


@enforces("R10")
def memberships_with_signature(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """With `has_signed`: being a member and having signed are two states (R10). Counts the agreement in force, or
    before there is one the agreement that is out to be signed."""
    rows = AgreementSignature.objects.filter(
        agreement__network=OuterRef("network"),
        agreement__status__in=[AgreementStatus.IN_FORCE, AgreementStatus.APPROVED],
        signed_on__isnull=False,
    ).filter(
        # what a body signed holds for whoever followed it
        Q(organisation=OuterRef("organisation"))
        | Q(organisation__succession__successor=OuterRef("organisation"))
        | Q(organisation__succession__successor__succession__successor=OuterRef("organisation"))
    )
    return memberships.annotate(has_signed=Exists(rows))


@enforces("R10", "R11")
def missing_signatures(network: Network) -> QuerySet[Membership]:
    """The present members whose signature is still to come, in order of name."""
    current = Membership.objects.filter(network=network).current().select_related("organisation")
    return memberships_with_signature(current).filter(has_signed=False).order_by("organisation__name")


@enforces("R08", "R09")
def former_adherents(network: Network, agreement: NetworkAgreement | None = None) -> QuerySet[Membership]:
    """The adherents of earlier agreements: members all the same, since silence is not renunciation (R08). `agreement`
    is the one in force, where the caller has it."""
    agreement = agreement or network.agreements.filter(status=AgreementStatus.IN_FORCE).first()
    earlier = Q(origin=MembershipOrigin.FORMER_AGREEMENT)
    if agreement is not None and agreement.previous_id:
        earlier |= Q(since__lt=agreement.signed_on)
    return Membership.objects.filter(earlier, network=network).current().exclude(organisation=network.lead_id)


@enforces("R09")
def to_convene(network: Network, agreement: NetworkAgreement | None = None) -> QuerySet[Membership]:
    """The adherents of earlier agreements who were not convened since the one in force was signed (R09)."""
    agreement = agreement or network.agreements.filter(status=AgreementStatus.IN_FORCE).first()
    if agreement is None or agreement.status != AgreementStatus.IN_FORCE:
        return Membership.objects.none()
    waiting = Q(convened_on=None) | Q(convened_on__lt=agreement.signed_on)
    return former_adherents(network, agreement).filter(waiting).select_related("organisation", "network")


def delegates_of(organisations: Iterable) -> QuerySet[Person]:
    """The active people who sit for these bodies today."""
    seats = Seat.objects.active().filter(kind=SeatKind.DELEGATE, organisation__in=organisations)
    return Person.objects.filter(is_active=True, seats__in=seats).distinct()


@enforces("R13")
def committee_missing(committee: EvaluationCommittee) -> list[str]:
    """Which of ASL and STER does not sit in the committee yet."""
    sitting = [member.organisation_id for member in committee.members.all() if member.ends_on is None]
    return missing_from_committee(sitting, health_authority=committee.network.lead_id, ster=committee.network.ster_id)


@dataclass(frozen=True)
class GovernanceState:
    """One of the three bodies, who it is for this network, and how it stands."""

    body: GovernanceBody
    who: str
    state: str
    tone: str
    url: str


def governance(network: Network, person, committee: EvaluationCommittee | None) -> list[GovernanceState]:
    """The three bodies of the governance as they stand for a network. Links only where the person may go."""
    chair = SteeringSeat.objects.current().filter(is_chair=True).first()
    steering, lead, evaluation = governance_bodies()
    return [
        GovernanceState(
            steering,
            chair.holder if chair else "",
            "Presieduta" if chair else "Da insediare",
            "done" if chair else "waiting",
            reverse("network:steering") if access.can(person, "steering.view") else "",
        ),
        GovernanceState(
            lead,
            f"{network.lead.name}, {network.lead_department}",
            "In carica",
            "done",
            network.lead.get_absolute_url(),
        ),
        GovernanceState(
            evaluation,
            "",
            committee.get_status_display() if committee else "Da formare",
            committee.status if committee else "waiting",
            committee.get_absolute_url() if committee else "",
        ),
    ]
