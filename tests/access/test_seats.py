"""Seats: given from a day to a day, by whoever may, with substitutes; what ends takes its permissions at once."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import timeline
from network.enums import SeatKind
from network.models import Person, Seat
from network.services import people, seats
from tests import factories

pytestmark = pytest.mark.django_db
NEW = {"email": "nuova@example.org", "first_name": "Nora", "last_name": "Bassi", "tax_code": ""}


@pytest.fixture(scope="module")
def world(made):
    return made(factories.make_network())


@pytest.fixture(scope="module")
def delegate(world, made):
    return made(factories.make_alliance(world).lead_person)


def days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def on(day: date):
    return clock.standing_at(timezone.make_aware(datetime(day.year, day.month, day.day, 9)))


def test_a_delegate_invites_a_colleague_for_the_own_body(delegate, client):
    client.force_login(delegate)
    data = NEW | {"office": "Segreteria", "tax_code": "RSSMRA70A41F205Z"}
    answer = client.post(reverse("network:colleague_invite"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    seat = Seat.objects.get(person__email=NEW["email"])
    assert (seat.kind, seat.organisation) == (SeatKind.DELEGATE, delegate.acting_seat.organisation)
    assert seat.person.tax_code == "RSSMRA70A41F205Z"
    assert [move.by for move in timeline(seat)] == [delegate]
    assert seat.history.first().history_user == delegate
    page = client.get(reverse("network:colleagues")).content.decode()
    assert "Nora Bassi" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "senza-chiocciola"}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"tax_code": "RSSMRA70A41F205X"}, "tax_code"),
        ({"ends_on": "2001-01-01"}, "ends_on"),
        ({"substitutes_for": "999999"}, "substitutes_for"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(wrong, field, delegate, client):
    client.force_login(delegate)
    before = Person.objects.count()
    answer = client.post(reverse("network:colleague_invite"), NEW | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Person.objects.count() == before


def test_an_invitation_does_not_change_by_which_identity_somebody_enters(delegate):
    victim = factories.make_person()
    who = {"email": victim.email, "first_name": "", "last_name": "", "tax_code": "RSSMRA70A41F205Z"}
    people.invite_colleague(who=who, by=delegate)
    victim.refresh_from_db()
    assert victim.tax_code == ""


def test_who_acts_for_no_body_invites_no_colleague(world, client):
    with pytest.raises(Refused, match="chi agisce per un ente"):
        people.invite_colleague(who=NEW, by=world.office)
    client.force_login(world.office)
    assert client.get(reverse("network:colleague_invite")).status_code == 403


def test_a_colleague_of_another_body_does_not_exist(world, delegate, client):
    other = factories.make_alliance(world).lead_person
    client.force_login(delegate)
    url = reverse("network:colleague_end", args=[other.acting_seat.pk])
    assert client.get(url).status_code == client.post(url).status_code == 404
    own = reverse("network:colleague_end", args=[delegate.acting_seat.pk])
    assert client.post(own, {"reason": "x"}).status_code == 404


def test_the_seat_that_ends_takes_its_permissions_at_once(delegate, client):
    seat = people.invite_colleague(who=NEW, by=delegate)
    client.force_login(seat.person)
    assert client.get(reverse("network:colleagues")).status_code == 200
    seats.end_seat(seat, by=delegate, reason="Va via")
    assert client.get(reverse("network:colleagues")).status_code == 403
    assert not access.grants_of(Person.objects.get(pk=seat.person_id)).any()


def test_a_seat_with_an_end_is_over_on_that_day_even_before_the_daily_round(delegate):
    seat = people.invite_colleague(who=NEW, by=delegate, ends_on=days(10))
    person = Person.objects.get(pk=seat.person_id)
    assert access.grants_of(person).any()
    with on(days(9)):
        assert access.grants_of(Person.objects.get(pk=person.pk)).any()
    with on(days(10)):
        assert not access.grants_of(Person.objects.get(pk=person.pk)).any()
        assert seats.repair() == (0, 1)
        assert seats.drift() == (set(), set())


def test_a_seat_that_begins_later_gives_nothing_before(delegate):
    seat = people.invite_colleague(who=NEW, by=delegate, starts_on=days(5))
    assert not access.grants_of(Person.objects.get(pk=seat.person_id)).any()
    with on(days(5)):
        seats.repair()
        assert access.grants_of(Person.objects.get(pk=seat.person_id)).any()


def test_a_substitute_sits_until_a_day_and_never_longer_than_the_one_who_is_away(world, delegate):
    own = delegate.acting_seat
    substitute = people.invite_colleague(who=NEW, by=delegate, ends_on=days(30), substitutes_for=own)
    assert substitute.substitutes_for == own
    office = world.office
    colleague = people.invite_colleague(
        who={**NEW, "email": "altra@example.org"}, by=delegate, ends_on=days(40), substitutes_for=own
    )
    seats.end_seat(own, by=office, on=days(3))
    for seat in (substitute, colleague):
        seat.refresh_from_db()
        assert seat.ends_on == days(3)


def test_what_a_substitute_cannot_be(world, delegate):
    own = delegate.acting_seat
    with pytest.raises(Refused, match="indica fino a quando"):
        people.invite_colleague(who=NEW, by=delegate, substitutes_for=own)
    with pytest.raises(Refused, match="Nessuno sostituisce se stesso"):
        seats.give_seat(
            person=delegate,
            kind=SeatKind.DELEGATE,
            organisation=own.organisation,
            ends_on=days(3),
            substitutes_for=own,
            by=world.office,
        )
    with pytest.raises(Refused, match="di un altro organo"):
        people.invite_colleague(who=NEW, by=delegate, ends_on=days(3), substitutes_for=world.office.acting_seat)


def test_a_substitute_alone_does_not_keep_an_office(world):
    own = world.office.acting_seat
    stand_in = factories.make_person()
    seats.give_seat(
        person=stand_in,
        kind=SeatKind.OFFICE,
        network=world.network,
        ends_on=days(20),
        substitutes_for=own,
        by=world.region,
    )
    with pytest.raises(Refused, match="l'unica persona in questo ufficio"):
        seats.end_seat(own, by=world.region)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_colleagues_asks_the_same_for_one_and_for_three(count, delegate, client, django_assert_num_queries):
    for number in range(count - 1):
        people.invite_colleague(who=NEW | {"email": f"collega{number}@example.org"}, by=delegate)
    client.force_login(delegate)
    with django_assert_num_queries(7):
        assert len(client.get(reverse("network:colleagues")).context["page_obj"]) == count
