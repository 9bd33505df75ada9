"""What somebody tries who knows how portals are entered: planted sessions, links used twice, false hosts and sites."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from network.enums import SeatKind
from tests import factories

from .test_signing_in import code_for, given_totp, sign_in

pytestmark = pytest.mark.django_db
NEW = "una-password-nuova-2026"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


@pytest.fixture(scope="module")
def world(made):
    return made(factories.make_network())


@pytest.fixture(scope="module")
def seated_twice(world, made):
    person = factories.make_person(seat=SeatKind.REGION)
    factories.add_seat(person, SeatKind.OFFICE, network=world.network)
    return made(person)


def key_of(client) -> str:
    return client.cookies["sessionid"].value


def planted() -> Client:
    """A browser into which somebody put a session of theirs."""
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def test_a_planted_session_is_not_the_one_that_is_signed_in(world):
    client = planted()
    before = key_of(client)
    sign_in(client, world.office)
    assert key_of(client) != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get(reverse("portal:home")).status_code == 302


def test_the_session_changes_with_the_second_factor(world):
    secret = given_totp(world.office)
    client = planted()
    sign_in(client, world.office)
    half = key_of(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 302
    assert key_of(client) != half
    thief = Client()
    thief.cookies["sessionid"] = half
    assert thief.get(reverse("portal:home")).status_code == 302


def test_the_session_changes_when_a_second_factor_is_used_in_the_middle(world, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client()
    sign_in(client, world.office)
    secret = given_totp(world.office)
    assert client.get(reverse("portal:home"))["Location"].startswith(reverse("mfa_reauthenticate"))
    before = key_of(client)
    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret), "next": "/"})
    assert client.get(reverse("portal:home")).status_code == 200
    after = key_of(client)
    assert after != before
    client.get(reverse("portal:home"))
    assert key_of(client) == after  # once
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get(reverse("portal:notices")).status_code == 302


def test_the_session_changes_with_the_seat_and_stays_among_ones_own(seated_twice):
    client = Client()
    sign_in(client, seated_twice)
    before = key_of(client)
    other = seated_twice.active_seats[1]
    assert client.post(reverse("portal:switch_seat"), {"seat": other.pk}).status_code == 302
    assert key_of(client) != before
    assert client.session["seat"] == other.pk
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get(reverse("portal:notices")).status_code == 302
    assert [row.session_key for row in UserSession.objects.filter(user=seated_twice)] == [key_of(client)]
    client.post(reverse("network:sessions"), {"everywhere": "1"})
    assert client.get(reverse("portal:notices")).status_code == 302


# --- links by mail --------------------------------------------------------------------------------------------------
def reset_link(email: str) -> str:
    Client().post(reverse("account_reset_password"), {"email": email})
    return re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)[1]


def choose(client, link: str, password: str = NEW):
    form = client.get(link, follow=True)
    typed = {"password1": password, "password2": password}
    return client.post(form.redirect_chain[-1][0], typed) if form.redirect_chain else form


def test_the_link_of_a_new_password_is_good_once(world):
    link = reset_link(world.office.email)
    assert choose(Client(), link).status_code == 302
    again = choose(Client(), link, "un-altra-password-2026")
    assert again.status_code == 200
    world.office.refresh_from_db()
    assert world.office.check_password(NEW)
    assert "Scegli la nuova password" not in again.content.decode()


def test_of_two_who_hold_the_link_the_second_is_too_late(world):
    """Both have opened it before either sends: the first counts, and the second is told."""
    link = reset_link(world.office.email)
    first, second = Client(), Client()
    where = [client.get(link, follow=True).redirect_chain[-1][0] for client in (first, second)]
    for client, address, password in ((first, where[0], NEW), (second, where[1], "un-altra-password-2026")):
        client.post(address, {"password1": password, "password2": password})
    world.office.refresh_from_db()
    assert world.office.check_password(NEW)


def test_an_invitation_is_taken_up_once(world):
    """Whoever was invited chooses the password by a link of the same kind; the link before opens no more."""
    from network.services import people

    person = people.invite(email="nuova@example.org", first_name="Nora", last_name="Bassi", by=world.office)
    assert not person.has_usable_password()
    early, late = reset_link(person.email), reset_link(person.email)
    assert choose(Client(), late).status_code == 302
    choose(Client(), early, "un-altra-password-2026")
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_a_new_password_ends_every_other_session(world):
    elsewhere = Client()
    sign_in(elsewhere, world.office)
    choose(Client(), reset_link(world.office.email))
    assert elsewhere.get(reverse("portal:notices")).status_code == 302


@pytest.mark.parametrize(
    "headers", [{"HTTP_HOST": "altrove.example.org"}, {"HTTP_HOST": "localhost:80@altrove.example.org"}]
)
def test_a_false_host_sends_no_mail(headers, world):
    answer = Client().post(reverse("account_reset_password"), {"email": world.office.email}, **headers)
    assert answer.status_code == 400
    assert not mail.outbox


def test_a_host_that_somebody_claims_on_the_way_is_in_no_mail(world):
    claimed = {"HTTP_X_FORWARDED_HOST": "altrove.example.org", "HTTP_FORWARDED": "host=altrove.example.org"}
    Client().post(reverse("account_reset_password"), {"email": world.office.email}, **claimed)
    assert "altrove" not in mail.outbox[0].body
    assert "://testserver/" in mail.outbox[0].body


# --- other sites ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://altrove.example.org/",
        "//altrove.example.org/",
        "/\\altrove.example.org/",
        "https:altrove.example.org",
        "javascript:alert(1)",
        "\thttps://altrove.example.org/",
        "https://testserver@altrove.example.org/",
    ],
)
def test_whoever_enters_is_led_nowhere_else(elsewhere, world):
    typed = {"login": world.office.email, "password": factories.PASSWORD, "next": elsewhere}
    by_form = Client().post(reverse("account_login"), typed)
    by_address = Client().post(f"{reverse('account_login')}?next={elsewhere}", typed)
    client = Client()
    sign_in(client, world.office)
    out = client.post(reverse("account_logout"), {"next": elsewhere})
    switched = Client()
    sign_in(switched, world.office)
    seat = switched.post(reverse("portal:switch_seat"), {"seat": world.office.acting_seat.pk, "next": elsewhere})
    for answer in (by_form, by_address, out, seat):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/"), answer["Location"]
        assert "altrove" not in answer["Location"]
