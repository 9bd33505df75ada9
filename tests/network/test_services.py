"""Registers, seats, adhesions, bodies and meetings through their services; the permissions follow each time."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice
from network.enums import (
    CommitteeStatus,
    IndicatorStatus,
    Nature,
    OrganisationKind,
    SeatKind,
    SteeringSeatKind,
)
from network.models import (
    CommitteeMember,
    EvaluationCommittee,
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
    networks,
    organisations,
    people,
    programmes,
    seats,
    steering,
)
from tests.factories import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


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


@pytest.mark.rule("R03")
def test_a_term_in_the_cabina_ends_by_itself_and_takes_the_access_with_it(world):
    person, today = make_person(), clock.today()
    seat = {"kind": SteeringSeatKind.ANCI, "holder": "Delegata ANCI", "person": person, "by": world.region}
    with pytest.raises(Refused, match="ancora venire") as caught:
        steering.name_seat(**seat, term_ends_on=today)
    assert caught.value.field == "term_ends_on"
    named = steering.name_seat(**seat, term_ends_on=today + timedelta(days=30))
    with clock.standing_at(clock.now() + timedelta(days=29)):
        assert steering.end_terms() == []
    with clock.standing_at(clock.now() + timedelta(days=30)):
        assert steering.end_terms() == [named]
        assert steering.end_terms() == []
        assert not access.can(Person.objects.get(pk=person.pk), "steering.view")
    assert Notice.objects.filter(to=world.region, text__contains="Delegata ANCI").exists()
    seats.repair()  # back at today, where the term still runs
