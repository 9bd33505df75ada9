"""Adhesions and meetings through their services; the permissions follow each time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Notice, RegistryEntry
from network.enums import (
    MeetingBody,
    MeetingPurpose,
    MeetingStatus,
    MembershipStatus,
    OrganisationKind,
    SeatKind,
    SteeringSeatKind,
)
from network.models import (
    Membership,
    Person,
)
from network.queries import members_on
from network.services import (
    meetings,
    memberships,
    minutes,
    programmes,
    seats,
    steering,
)
from network.signals import membership_ending
from tests.factories import add_seat, at, make_member, make_organisation, make_person, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _permissions_follow(request, db):
    """After every test the grants and the groups are what seats and bodies imply."""
    yield
    assert access.drift() == (set(), set())
    assert seats.drift() == (set(), set())


def rule_of(caught):
    return caught.value.rule


# --- adhesions ----------------------------------------------------------------------------------------------------
def test_a_request_is_accepted_or_declined_with_a_reason(world):
    body = make_organisation("Associazione")
    delegate = make_person(seat=SeatKind.DELEGATE, organisation=body)
    membership = memberships.request(world.network, body, reason="Vogliamo collaborare", by=delegate)
    assert Notice.objects.filter(to=world.office, url=membership.get_absolute_url()).exists()
    assert RegistryEntry.objects.get().direction == "in"
    with pytest.raises(Refused, match="adesione aperta"):
        memberships.request(world.network, body, reason="Ancora", by=delegate)
    with pytest.raises(Refused, match="motivazione"):
        memberships.decline(membership, reason=" ", by=world.office)
    memberships.decline(membership, reason="Fuori territorio", by=world.office)
    again = memberships.request(world.network, body, reason="Abbiamo una sede qui", by=delegate)
    again = memberships.accept(again, by=world.office)
    assert (again.status, again.since) == (MembershipStatus.MEMBER, clock.today())
    assert access.can(Person.objects.get(pk=delegate.pk), "network.view", world.network)


@pytest.mark.rule("R08")
def test_renouncing_needs_a_reason_and_takes_the_permissions(world):
    body = make_member(world)
    delegate = make_person(seat=SeatKind.DELEGATE, organisation=body)
    membership = Membership.objects.get(organisation=body)
    with pytest.raises(RuleViolated) as caught:
        memberships.renounce(membership, reason="", by=delegate)
    assert rule_of(caught) == "R08"
    membership.refresh_from_db()
    assert membership.status == MembershipStatus.MEMBER
    membership = memberships.renounce(membership, reason="Cessiamo", by=delegate)
    assert (membership.status, membership.until) == (MembershipStatus.RENOUNCED, clock.today())
    assert not access.can(Person.objects.get(pk=delegate.pk), "network.view", world.network)
    assert membership in members_on(world.network, clock.today() - timedelta(days=1))
    assert membership not in members_on(world.network, clock.today())
    membership.reason = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        membership.save()


@pytest.mark.rule("R06")
def test_the_lead_does_not_leave_its_network(world):
    membership = Membership.objects.get(organisation=world.asl)
    for service in (memberships.leave, memberships.renounce):
        with pytest.raises(RuleViolated) as caught:
            service(membership, reason="Motivo", by=world.office)
        assert rule_of(caught) == "R06"


def test_another_app_may_hold_a_membership(world):
    membership = Membership.objects.get(organisation=make_member(world))

    def hold(sender, membership, by, **kwargs):
        raise Refused("È capofila di un'Alleanza.")

    membership_ending.connect(hold)
    try:
        with pytest.raises(Refused, match="capofila"):
            memberships.leave(membership, reason="Esce", by=world.office)
    finally:
        membership_ending.disconnect(hold)
    membership.refresh_from_db()
    assert membership.until is None


@pytest.mark.rule("R09", "R11")
def test_former_adherents_are_convened_in_one_act(world):
    bodies = [make_organisation(f"Ex {n}") for n in range(3)]
    for body in bodies:
        memberships.join(world.network, body, origin="former_agreement", since=date(2012, 1, 1), by=world.office)
    delegate = make_person(seat=SeatKind.DELEGATE, organisation=bodies[0])
    meeting = memberships.convene_former(
        world.network,
        starts_at=clock.now() + timedelta(days=10),
        place="Sala",
        agenda="Accordo",
        by=world.office,
    )
    assert meeting.purpose == MeetingPurpose.CONVENING
    convened = Membership.objects.filter(origin="former_agreement").values_list("convened_on", flat=True)
    assert list(convened) == [clock.today()] * 3
    assert Notice.objects.filter(to=delegate, url=meeting.get_absolute_url()).exists()
    with pytest.raises(Refused, match="già stati convocati"):
        memberships.convene_former(
            world.network, starts_at=clock.now() + timedelta(days=1), place="S", agenda="A", by=world.office
        )


@pytest.mark.rule("R22")
def test_what_was_done_for_a_duty(world):
    membership = Membership.objects.get(organisation=make_member(world))
    kept = memberships.contribute(membership, duty="R22", day=clock.today(), text="Due operatori", by=world.office)
    assert kept.text == "Due operatori"
    for wrong in (
        {"duty": "R18", "day": clock.today(), "text": "x"},
        {"duty": "R22", "day": clock.today() + timedelta(days=1), "text": "x"},
        {"duty": "R22", "day": clock.today(), "text": " "},
    ):
        with pytest.raises(Refused):
            memberships.contribute(membership, by=world.office, **wrong)
    assert membership.contributions.count() == 1


# --- meetings -----------------------------------------------------------------------------------------------------
@pytest.fixture
def at_noon():
    """A meeting of the next hour is still one of today, whenever the tests run."""
    with clock.standing_at(timezone.localtime(clock.now()).replace(hour=12)):
        yield


def convened(world, **fields):
    base = {
        "body": MeetingBody.NETWORK,
        "purpose": MeetingPurpose.PERIODIC,
        "network": world.network,
        "starts_at": clock.now() + timedelta(hours=1),
        "place": "Sala",
        "agenda": "Punti",
        "by": world.office,
    }
    return meetings.convene(**base | fields)


def test_the_life_of_a_meeting(world, at_noon):
    body = make_member(world)
    stranger = make_organisation()
    meeting = convened(world)
    with pytest.raises(Refused, match="verbale si scrive dopo"):
        minutes.write_minutes(meeting, minutes="X", by=world.office)
    with pytest.raises(Refused, match="Non siede"):
        meetings.hold(meeting, attendances=[stranger], by=world.office)
    with pytest.raises(Refused, match="deserta"):
        meetings.hold(meeting, attendances=[], by=world.office)
    assert meeting.attendances.count() == 0
    meeting = meetings.hold(meeting, attendances=[(body, "Ugo"), world.asl], by=world.office)
    with pytest.raises(Refused, match="vuoto"):
        meetings.approve_minutes(meeting, by=world.office)
    minutes.write_minutes(meeting, minutes="Si discute", by=world.office)
    meeting = meetings.approve_minutes(meeting, by=world.office)
    assert meeting.status == MeetingStatus.MINUTES_APPROVED
    with pytest.raises(Refused, match="non si può più cambiare"):
        minutes.write_minutes(meeting, minutes="Altro", by=world.office)
    meeting.refresh_from_db()
    assert meeting.minutes == "Si discute"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_at": at(2014, 1, 1)}, "starts_at"),
        ({"place": " "}, "place"),
        ({"agenda": ""}, "agenda"),
        ({"network": None}, "network"),
        ({"purpose": MeetingPurpose.STEERING}, "purpose"),
    ],
)
def test_a_meeting_is_convened_properly(world, fields, field):
    with pytest.raises(Refused) as caught:
        convened(world, **fields)
    assert caught.value.field == field


def test_a_meeting_to_come_is_not_held_yet_but_may_be_cancelled(world):
    meeting = convened(world, starts_at=clock.now() + timedelta(days=5))
    with pytest.raises(Refused, match="non c'è ancora stata"):
        meetings.hold(meeting, attendances=[world.asl], by=world.office)
    with pytest.raises(Refused, match="motivazione"):
        meetings.cancel(meeting, reason="", by=world.office)
    assert meetings.cancel(meeting, reason="Neve", by=world.office).status == MeetingStatus.CANCELLED


@pytest.mark.rule("R04")
def test_only_the_chair_convenes_the_cabina(world, at_noon):
    steering_fields = {"body": MeetingBody.STEERING, "purpose": MeetingPurpose.STEERING}
    for person in (world.region, world.steering, world.office):
        with pytest.raises(RuleViolated) as caught:
            convened(world, by=person, **steering_fields)
        assert rule_of(caught) == "R04"
    region = make_organisation("Regione", kind=OrganisationKind.REGION)
    chair = make_person()
    steering.name_seat(
        kind=SteeringSeatKind.FAMILY_DIRECTORATE,
        holder="D",
        is_chair=True,
        person=chair,
        organisation=region,
        by=world.region,
    )
    meeting = convened(world, by=chair, **steering_fields)
    assert meeting.network is None
    assert meetings.hold(meeting, attendances=[region], by=chair).status == MeetingStatus.HELD


def test_a_second_seat_in_the_same_body_keeps_the_group(world):
    body = make_member(world)
    person = make_person(seat=SeatKind.DELEGATE, organisation=body)
    other = add_seat(person, SeatKind.DELEGATE, organisation=body)
    seats.end_seat(other, by=world.office)
    assert access.can(Person.objects.get(pk=person.pk), "network.view", world.network)


def test_a_programme_name_can_change_until_it_is_closed(world):
    programme = make_programme()
    access.repair()
    fields = {"legal_basis": "L", "starts_on": date(2014, 1, 1), "ends_on": date(2016, 1, 1), "agreement_months": 24}
    assert programmes.update(programme, name="Nuovo", by=world.region, **fields).name == "Nuovo"
    with pytest.raises(Refused, match="deve seguire"):
        programmes.update(programme, name="N", by=world.region, **fields | {"ends_on": date(2013, 1, 1)})
