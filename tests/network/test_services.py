"""Registers, seats, adhesions, bodies and meetings through their services; the permissions follow each time."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from network.enums import (
    CommitteeStatus,
    IndicatorStatus,
    MeetingBody,
    MeetingPurpose,
    MeetingStatus,
    MembershipStatus,
    Nature,
    OrganisationKind,
    SeatKind,
    SteeringSeatKind,
)
from network.models import (
    CommitteeMember,
    EvaluationCommittee,
    Membership,
    Network,
    Organisation,
    Person,
    Seat,
    SteeringCommittee,
)
from network.queries import members_on, rule_set_for
from network.services import (
    committees,
    indicators,
    meetings,
    memberships,
    networks,
    organisations,
    people,
    programmes,
    seats,
    steering,
)
from network.signals import membership_ending
from tests.factories import add_seat, at, make_member, make_network, make_organisation, make_person, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_network()


@pytest.fixture(autouse=True)
def _permissions_follow(request, db):
    """After every test the grants and the groups are what seats and bodies imply."""
    yield
    assert access.drift() == (set(), set())
    assert seats.drift() == (set(), set())


def rule_of(caught):
    return caught.value.rule


# --- organisations ------------------------------------------------------------------------------------------------
def test_a_body_enters_the_register_tidied(world):
    body = organisations.create(
        name="  Camera del Lavorо  ", kind="trade_union", tax_code="80003380195", by=world.office
    )  # with a Cyrillic letter
    assert body.name == "Camera del Lavoro"
    assert body.nature == Nature.UNCONFIRMED
    assert Move.objects.about(body).get().by == world.office


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tax_code": "80003380196"}, "tax_code"),
        ({"vat_number": "123"}, "vat_number"),
        ({"legal_representative_tax_code": "RSSMRA70A01D150Z"}, "legal_representative_tax_code"),
        ({"legal_representative_tax_code": "80003380195"}, "legal_representative_tax_code"),
        ({"name": " "}, "name"),
        ({"kind": "circus"}, "kind"),
    ],
)
def test_wrong_data_is_refused_beside_its_field(world, fields, field):
    before = Organisation.objects.count()
    with pytest.raises(Refused) as caught:
        organisations.create(**{"name": "Nuovo ente", "kind": "other"} | fields, by=world.office)
    assert caught.value.field == field
    assert Organisation.objects.count() == before


def test_the_same_body_is_not_registered_twice(world):
    make_organisation("Comune di Crema", tax_code="80003380195")
    for name, code in (("COMUNE DI CREMA", ""), ("Altro nome", "80003380195")):
        with pytest.raises(Refused):
            organisations.create(name=name, kind="municipality", tax_code=code, by=world.office)
    with pytest.raises(organisations.LikelyDuplicate):
        organisations.create(name="Crema, Comune di", kind="municipality", by=world.office)
    organisations.create(name="Comune di Cremona", kind="municipality", by=world.office)
    assert organisations.create(name="Comune di Crèma bis", kind="municipality", is_distinct=True, by=world.office)


def test_who_confirms_the_nature_stays_on_record(world):
    body = make_organisation("Bottega", nature=Nature.UNCONFIRMED, kind=OrganisationKind.ENTERPRISE)
    for wrong in ({"nature": "unconfirmed"}, {"nature": "private"}, {"nature": "public", "size": "micro"}):
        with pytest.raises(Refused):
            organisations.confirm_nature(body, by=world.office, **wrong)
    body = organisations.confirm_nature(body, nature="private", size="micro", by=world.office, reason="Visura")
    assert (body.nature, body.size, body.nature_confirmed_by) == ("private", "micro", world.office)
    assert Move.objects.about(body).get().label == "Natura confermata: Privato, micro"


# --- people and seats ---------------------------------------------------------------------------------------------
def test_a_seat_brings_its_permissions_and_takes_them_away(world):
    body = make_member(world)
    with pytest.raises(Refused, match="nome e cognome"):
        people.invite(email="nuovo@example.org", first_name="", last_name="", by=world.office)
    person = people.invite(email="Nuovo@Example.org", first_name="Ugo", last_name="Bo", by=world.office)
    assert not person.has_usable_password()
    seat = seats.give_seat(person=person, kind=SeatKind.DELEGATE, organisation=body, by=world.office)
    person = Person.objects.get(pk=person.pk)
    assert access.can(person, "network.view", world.network)
    with pytest.raises(Refused, match="già questo incarico"):
        seats.give_seat(person=person, kind=SeatKind.DELEGATE, organisation=body, by=world.office)
    seats.end_seat(seat, reason="Cambio di incarico", by=world.office)
    person = Person.objects.get(pk=person.pk)
    assert not access.can(person, "network.view", world.network)
    assert person.active_seats == []
    with pytest.raises(Refused, match="già finito"):
        seats.end_seat(seat, by=world.office)


def test_the_invited_is_told(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        people.invite(email="nuova@example.org", first_name="Eva", last_name="Po", by=world.office)
    assert mail.outbox[0].to == ["nuova@example.org"]
    assert "password" in mail.outbox[0].body


def test_the_last_of_an_office_stays(world):
    only = Seat.objects.get(kind=SeatKind.OFFICE, network=world.network)
    with pytest.raises(Refused, match="unica persona"):
        seats.end_seat(only, by=world.region)
    seats.give_seat(person=make_person(), kind=SeatKind.OFFICE, network=world.network, by=world.region)
    seats.end_seat(only, by=world.region)


def test_a_seat_that_begins_later_gives_nothing_yet(world):
    person = make_person()
    begins = clock.today() + timedelta(days=3)
    seats.give_seat(person=person, kind=SeatKind.OFFICE, network=world.network, starts_on=begins, by=world.region)
    assert not person.groups.exists()
    with clock.standing_at(clock.now() + timedelta(days=4)):
        missing, surplus = seats.drift()
        assert missing == {(person.pk, world.network.office_group)}
        assert surplus == set()
        seats.repair()
        assert seats.drift() == (set(), set())
    seats.repair()


@pytest.mark.parametrize(
    "wrong", [{"kind": SeatKind.OFFICE}, {"kind": SeatKind.COMMITTEE}, {"kind": SeatKind.DELEGATE}]
)
def test_a_seat_without_its_body_is_refused(world, wrong):
    with pytest.raises(Refused):
        seats.give_seat(person=make_person(), by=world.region, **wrong)


def test_check_permissions_shows_and_mends(world, capsys):
    call_command("check_permissions")
    assert "nothing differs" in capsys.readouterr().out
    access.revoke(world.network.office_group, Role.OFFICE, world.network)
    access.seat_person(world.steering, world.network.office_group)
    with pytest.raises(SystemExit):
        call_command("check_permissions")
    shown = capsys.readouterr().out
    assert "lacks" in shown
    assert "too much" in shown
    call_command("check_permissions", "--repair")
    assert "Added 1, took away 1" in capsys.readouterr().out


def test_the_daily_round(world, capsys):
    call_command("daily", "network.expire_agreements", "network.seats")
    assert "Scadenza degli accordi di rete: niente da fare" in capsys.readouterr().out


# --- programmes and indicators ------------------------------------------------------------------------------------
def test_a_programme_gets_rules_by_versions(world):
    programme = programmes.create(
        code="p",
        name="P",
        legal_basis="D.G.R.",
        starts_on=date(2014, 1, 1),
        ends_on=date(2015, 1, 1),
        by=world.region,
    )
    with pytest.raises(Refused, match="non ha ancora regole"):
        programmes.activate(programme, by=world.region)
    with pytest.raises(Refused, match="non ha ancora regole"):
        rule_set_for(programme)
    rules = {"lead_natures": ["public"], "max_leads_per_body": 1, "min_members": 2, "min_public": 1, "min_private": 1}
    rules |= {"min_micro_or_small": 0, "max_grant_share": None, "max_grant_amount": None}
    rules |= {"min_co_financing_share": None, "max_duration_months": None, "short_initiative_months": 3}
    programmes.set_rules(programme, valid_from=date(2014, 1, 1), source="Art. 9", by=world.region, **rules)
    programmes.set_rules(programme, valid_from=date(2014, 6, 1), source="D.G.R. 2", min_members=4, by=world.region)
    assert rule_set_for(programme, date(2014, 5, 31)).min_members == 2
    assert rule_set_for(programme, date(2014, 6, 1)).min_members == 4
    with pytest.raises(Refused, match="non può valere prima"):
        programmes.set_rules(programme, valid_from=date(2014, 5, 1), source="X", by=world.region)
    programmes.activate(programme, by=world.region)
    programmes.close(programme, reason="Fine del ciclo", by=world.region)
    with pytest.raises(Refused, match="concluso"):
        programmes.set_rules(programme, valid_from=date(2014, 7, 1), source="X", by=world.region)
    assert programme.rule_sets.count() == 2


@pytest.mark.rule("R45")
def test_the_regione_agrees_what_the_health_authority_proposes(world):
    fields = {"name": "Persone", "kind": "output", "unit": "persone", "by": world.office}
    indicator = indicators.propose(world.programme, code="a1", area="services", **fields)
    assert (indicator.code, indicator.status) == ("A1", IndicatorStatus.PROPOSED)
    assert Notice.objects.filter(to=world.region).exists()
    with pytest.raises(Refused, match="già nel programma"):
        indicators.propose(world.programme, code="A1", **fields)
    with pytest.raises(RuleViolated):
        indicators.propose(world.programme, code="A2", area="sport", **fields)
    indicator = indicators.agree(indicator, by=world.region)
    with pytest.raises(Refused, match="già concordato"):
        indicators.update(indicator, by=world.office, name="X", kind="output", unit="x", area="", description="")
    indicator = indicators.retire(indicator, reason="Non si rileva", by=world.region)
    with pytest.raises(MoveRefused):
        indicators.agree(indicator, by=world.region)


# --- the network and its bodies -----------------------------------------------------------------------------------
@pytest.mark.rule("R02", "R06", "R12", "R13")
def test_a_network_is_born_with_its_bodies(world):
    asl = make_organisation("ASL nuova", kind=OrganisationKind.HEALTH_AUTHORITY)
    ster = make_organisation("STER nuova", kind=OrganisationKind.STER)
    with pytest.raises(RuleViolated) as caught:
        networks.create_network(name="N", slug="n", lead=ster, ster=ster, by=world.region)
    assert rule_of(caught) == "R06"
    with pytest.raises(RuleViolated) as caught:
        networks.create_network(name="N", slug="n", lead=asl, ster=asl, by=world.region)
    assert rule_of(caught) == "R13"
    assert not Network.objects.filter(slug="n").exists()
    network = networks.create_network(name="N", slug="n", lead=asl, ster=ster, districts=["Est"], by=world.region)
    assert network.committee.status == CommitteeStatus.FORMING
    assert SteeringCommittee.objects.count() == 1
    assert members_on(network, clock.today()).get().organisation == asl
    with pytest.raises(Refused, match="guida già"):
        networks.create_network(name="M", slug="m", lead=asl, ster=ster, by=world.region)
    with pytest.raises(Refused, match="esiste già"):
        networks.add_district(network, name="est", by=world.region)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationCommittee.objects.create(network=network)  # R12 in the database


@pytest.mark.rule("R13")
def test_a_committee_without_ster_is_not_constituted(world):
    for member in CommitteeMember.objects.filter(organisation=world.ster):
        committees.end_member(member, reason="Trasferita", by=world.office)
    world.committee.refresh_from_db()
    assert world.committee.status == CommitteeStatus.FORMING  # it lapsed by itself
    with pytest.raises(RuleViolated) as caught:
        committees.constitute(world.committee, act="Decreto 1", by=world.office)
    assert rule_of(caught) == "R13"
    assert "STER" in caught.value.message
    world.committee.refresh_from_db()
    assert world.committee.status == CommitteeStatus.FORMING
    person = make_person()
    committees.name_member(world.committee, person=person, organisation=world.ster, by=world.office)
    with pytest.raises(Refused, match="numero legale"):
        committees.constitute(world.committee, act="Decreto 1", quorum=9, by=world.office)
    committee = committees.constitute(world.committee, act="Decreto 1", quorum=2, by=world.office)
    assert (committee.status, committee.quorum) == (CommitteeStatus.CONSTITUTED, 2)
    assert access.can(Person.objects.get(pk=person.pk), "committee.view", committee)


def test_a_person_sits_once_and_one_chairs(world):
    with pytest.raises(Refused, match="siede già"):
        committees.name_member(world.committee, person=world.chair, organisation=world.asl, by=world.office)
    with pytest.raises(Refused, match="già chi lo presiede"):
        committees.name_member(
            world.committee, person=make_person(), organisation=world.asl, is_chair=True, by=world.office
        )


@pytest.mark.rule("R03", "R04")
def test_the_cabina_has_six_kinds_of_seat_and_one_chair(world):
    with pytest.raises(RuleViolated) as caught:
        steering.name_seat(kind="mayor", holder="X", by=world.region)
    assert rule_of(caught) == "R03"
    with pytest.raises(RuleViolated) as caught:
        steering.name_seat(kind=SteeringSeatKind.ANCI, holder="X", is_chair=True, by=world.region)
    assert rule_of(caught) == "R04"
    person = make_person()
    seat = steering.name_seat(
        kind=SteeringSeatKind.FAMILY_DIRECTORATE, holder="Dir.", is_chair=True, person=person, by=world.region
    )
    assert access.can(Person.objects.get(pk=person.pk), "steering.view")
    with pytest.raises(RuleViolated):
        steering.name_seat(kind=SteeringSeatKind.FAMILY_DIRECTORATE, holder="Y", is_chair=True, by=world.region)
    steering.end_steering_seat(seat, reason="Fine mandato", by=world.region)
    assert not access.can(Person.objects.get(pk=person.pk), "steering.view")


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


def test_the_life_of_a_meeting(world):
    body = make_member(world)
    stranger = make_organisation()
    meeting = convened(world)
    with pytest.raises(Refused, match="verbale si scrive dopo"):
        meetings.write_minutes(meeting, minutes="X", by=world.office)
    with pytest.raises(Refused, match="Non siede"):
        meetings.hold(meeting, attendances=[stranger], by=world.office)
    with pytest.raises(Refused, match="deserta"):
        meetings.hold(meeting, attendances=[], by=world.office)
    assert meeting.attendances.count() == 0
    meeting = meetings.hold(meeting, attendances=[(body, "Ugo"), world.asl], by=world.office)
    with pytest.raises(Refused, match="vuoto"):
        meetings.approve_minutes(meeting, by=world.office)
    meetings.write_minutes(meeting, minutes="Si discute", by=world.office)
    meeting = meetings.approve_minutes(meeting, by=world.office)
    assert meeting.status == MeetingStatus.MINUTES_APPROVED
    with pytest.raises(Refused, match="non si può più cambiare"):
        meetings.write_minutes(meeting, minutes="Altro", by=world.office)
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
def test_only_the_chair_convenes_the_cabina(world):
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
