"""People in the same second: of two who take up an invitation, give a seat or end one, the second sees the first."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move
from network.enums import ApplicationStatus, SeatKind
from network.models import Membership, Person, Seat
from network.services import applications, people, seats
from tests import factories
from tests.at_once import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to see"),
]
WHO = {"email": "nuova@example.org", "first_name": "Nora", "last_name": "Bassi"}
FIRST, SECOND = "una-password-nuova-2026", "un-altra-password-2026"


def actor(person) -> Person:
    """As a request of their own reads them, with the seat in which they act."""
    found = Person.objects.get(pk=person.pk)
    assert found.acting_seat
    return found


def of_body(seat):
    return Seat.objects.active().filter(organisation=seat.organisation)


def in_order() -> None:
    """Whatever was done in the same second, the groups are what the seats say."""
    assert seats.drift() == (set(), set())


def colleagues():
    """Two delegates of the same body."""
    delegate = factories.make_alliance(factories.make_network()).lead_person
    colleague = people.invite_colleague(who=WHO, by=actor(delegate)).person
    return delegate, colleague


def test_of_two_who_choose_a_password_by_the_same_link_the_first_counts():
    person = factories.make_person()
    Client().post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)[1]
    said = {}

    def choose(password):
        client = Client()
        where = client.get(link, follow=True).redirect_chain[-1][0]

        def send():
            answer = client.post(where, {"password1": password, "password2": password})
            said[password] = answer.get("Location", "")  # none: the link opens no more

        return send

    assert together(choose(FIRST), choose(SECOND)) == ["done", "done"]
    person.refresh_from_db()
    won = FIRST if person.check_password(FIRST) else SECOND
    lost = SECOND if won == FIRST else FIRST
    assert person.check_password(won)
    assert said[lost] in {"", reverse("account_reset_password")}
    assert said[won] not in {"", reverse("account_reset_password")}


def test_two_who_invite_the_same_new_person_give_one_account_and_one_seat():
    delegate, colleague = colleagues()
    new = WHO | {"email": "nuovissima@example.org"}
    acts = [lambda who=who: people.invite_colleague(who=new, by=who) for who in (actor(delegate), actor(colleague))]
    assert together(*acts) == ["done", "refused"]
    assert Person.objects.filter(email=new["email"]).count() == 1
    assert Seat.objects.filter(person__email=new["email"]).count() == 1
    in_order()


def test_two_who_seat_the_same_person_seat_them_once():
    world = factories.make_network()
    person = factories.make_person()

    def give():
        seats.give_seat(person=person, kind=SeatKind.OFFICE, network=world.network, by=actor(world.region))

    assert together(give, give) == ["done", "refused"]
    assert Seat.objects.filter(person=person).count() == 1
    in_order()


def test_two_delegates_who_end_each_other_do_not_both_succeed():
    delegate, colleague = colleagues()
    one, other = actor(delegate), actor(colleague)

    def end(ended, by):
        return lambda: seats.end_seat(ended.acting_seat, by=by)

    assert together(end(other, one), end(one, other)) == ["done", "refused"]
    assert of_body(one.acting_seat).count() == 1
    in_order()


def test_the_last_two_of_an_office_do_not_both_leave_it_empty():
    world = factories.make_network()
    other = factories.make_person()
    last = seats.give_seat(person=other, kind=SeatKind.OFFICE, network=world.network, by=world.region)
    region = actor(world.region)
    acts = [lambda seat=seat: seats.end_seat(seat, by=region) for seat in (last, world.office.acting_seat)]
    assert together(*acts) == ["done", "refused"]
    assert Seat.objects.active().filter(kind=SeatKind.OFFICE, network=world.network).count() == 1
    in_order()


def test_a_seat_that_ends_while_its_holder_invites_leaves_no_invitation_behind_it():
    """Either the invitation came first and stands, or the seat had ended and it is refused."""
    delegate, colleague = colleagues()
    holder, ender = actor(colleague), actor(delegate)
    new = WHO | {"email": "dopo@example.org"}
    heard = together(
        lambda: people.invite_colleague(who=new, by=holder), lambda: seats.end_seat(holder.acting_seat, by=ender)
    )
    assert heard in (["done", "done"], ["done", "refused"])
    invited = Seat.objects.filter(person__email=new["email"])
    assert invited.count() == heard.count("done") - 1
    if invited:
        assert (
            Move.objects.about(invited.get()).get(name="give").pk
            < Move.objects.about(holder.acting_seat).get(name="end").pk
        )
    with pytest.raises(Refused, match="il tuo incarico è finito"):
        people.invite_colleague(who=WHO | {"email": "tardi@example.org"}, by=holder)
    assert not access.grants_of(Person.objects.get(pk=holder.pk)).any()
    in_order()


def asked(world):
    """Somebody outside asks to act for an adherent."""
    membership = Membership.objects.filter(network=world.network, organisation=world.asl).first()
    membership = membership or Membership.objects.filter(network=world.network).first()
    return applications.ask_for_access(membership, office="Segreteria", reason="Ci lavoro", **WHO)


@pytest.mark.parametrize("second", [applications.accept, applications.decline])
def test_a_request_is_answered_once(second):
    """Accepted twice, or withdrawn while it is accepted: one answer, and a seat only if that is yes."""
    world = factories.make_network()
    factories.make_alliance(world)
    application, office = asked(world), actor(world.office)
    heard = together(
        lambda: applications.accept(application, by=office), lambda: second(application, by=office, reason="No")
    )
    assert heard == ["done", "refused"]
    application.refresh_from_db()
    seated = Seat.objects.filter(person__email=WHO["email"]).count()
    assert seated == (application.status == ApplicationStatus.ACCEPTED)
    assert Move.objects.about(application).exclude(name="begin").count() == 2  # received, and one answer
    in_order()


def test_a_seat_and_its_substitute_end_together_whoever_ends_which():
    delegate, colleague = colleagues()
    ends = clock.today() + timedelta(days=9)
    substitute = people.invite_colleague(
        who=WHO | {"email": "sostituta@example.org"},
        by=actor(delegate),
        ends_on=ends,
        substitutes_for=colleague.seats.get(),
    )
    by = actor(delegate)
    heard = together(lambda: seats.end_seat(colleague.seats.get(), by=by), lambda: seats.end_seat(substitute, by=by))
    assert "done" in heard
    assert of_body(by.acting_seat).count() == 1
    in_order()
