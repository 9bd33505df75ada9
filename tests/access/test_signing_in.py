"""Signing in: password, second factor, lockout; who must have a second factor and what they reach without one."""

import time
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from conciliazione.kernel.models import Notice, TrailEntry
from network.enums import SeatKind
from tests import factories

from .passkey import Passkey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def sign_in(client, person, password=factories.PASSWORD, **headers):
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, **headers)


def code_for(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def activate_totp(client) -> str:
    """Set the app up as a person does; returns the key that the app keeps."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


def given_totp(person) -> str:
    """The app set up some other day, with its recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    if not Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(person)
    return secret


@pytest.fixture(scope="module")
def seated(made):
    """Somebody in each kind of seat."""
    world = factories.make_network()
    return made(
        {
            SeatKind.OFFICE: world.office,
            SeatKind.COMMITTEE: world.chair,
            SeatKind.REGION: world.region,
            SeatKind.STEERING: factories.make_person(seat=SeatKind.STEERING),
            SeatKind.DELEGATE: factories.make_alliance(world).lead_person,
        }
    )


@pytest.mark.parametrize("kind", [SeatKind.OFFICE, SeatKind.COMMITTEE, SeatKind.REGION, SeatKind.STEERING])
def test_who_decides_reaches_nothing_before_setting_up_a_second_factor(seated, kind, client, required):
    person = seated[kind]
    assert sign_in(client, person)["Location"] == reverse("portal:home")
    for method in (client.get, client.post):
        answer = method(reverse("portal:home"))
        assert (answer.status_code, answer["Location"]) == (302, reverse("network:second_factor"))
    assert client.get("/amministrazione/")["Location"] == reverse("network:second_factor")
    page = client.get(reverse("network:second_factor"))
    assert "entra con la password e con un secondo fattore" in page.content.decode()


def test_support_staff_needs_it_and_a_delegate_does_not(seated, client, required):
    staff = factories.make_person(is_staff=True)
    client.force_login(staff)
    assert client.get(reverse("portal:home"))["Location"] == reverse("network:second_factor")
    other = Client()
    other.force_login(seated[SeatKind.DELEGATE])
    assert other.get(reverse("portal:home")).status_code == 200


def test_a_code_is_good_once(seated, client):
    person = seated[SeatKind.OFFICE]
    code = code_for(given_totp(person))
    first, second = Client(), Client()
    for each in (first, second):
        sign_in(each, person)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_recovery_codes_let_in_once_each(seated, client, required):
    person = seated[SeatKind.COMMITTEE]
    given_totp(person)
    code = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    for each in (first, second):
        sign_in(each, person)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert first.get(reverse("portal:home")).status_code == 200
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert second.get(reverse("portal:home")).status_code == 302


def test_a_passkey_is_a_second_factor(seated, client, required):
    person = seated[SeatKind.REGION]
    sign_in(client, person)
    key = Passkey("https://testserver")
    page = client.get(reverse("mfa_add_webauthn"))
    credential = key.create(page.context["js_data"]["creation_options"])
    added = client.post(reverse("mfa_add_webauthn"), {"name": "Chiave", "credential": credential})
    assert added.status_code == 302, added.context["form"].errors
    assert client.get(reverse("portal:home")).status_code == 200

    again = Client()
    sign_in(again, person)
    page = again.get(reverse("mfa_authenticate"))
    options = page.context["js_data"]["request_options"]
    stranger = Passkey("https://testserver")
    stranger.id = key.id  # says to be the same, has not its key
    refused = again.post(reverse("mfa_authenticate"), {"credential": stranger.get(options)})
    assert refused.status_code == 200
    options = again.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    assert again.post(reverse("mfa_authenticate"), {"credential": key.get(options)}).status_code == 302
    assert again.get(reverse("portal:home")).status_code == 200


def test_the_gate_asks_for_a_factor_that_is_there_but_was_not_used(seated, client, required):
    person = seated[SeatKind.OFFICE]
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(person)
    answer = client.get(reverse("portal:home"))
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))


def test_demonstrations_can_be_tried_without_it_and_say_so(seated, client):
    person = seated[SeatKind.OFFICE]
    client.force_login(person)
    assert client.get(reverse("portal:home")).status_code == 200
    assert "il secondo fattore è facoltativo" in client.get(reverse("network:second_factor")).content.decode()


def test_every_page_of_the_second_factor_is_in_the_house(seated, client):
    person = seated[SeatKind.OFFICE]
    sign_in(client, person)
    page = client.get(reverse("mfa_add_webauthn"))
    credential = Passkey("https://testserver").create(page.context["js_data"]["creation_options"])
    client.post(reverse("mfa_add_webauthn"), {"name": "Chiave", "credential": credential})
    given_totp(person)
    own = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    names = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
    names += ["mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate"]
    urls = [reverse(name) for name in names] + [
        reverse(n, args=[own.pk]) for n in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    ]
    for url in urls:
        page = client.get(url)
        assert page.status_code == 200, url
        text = page.content.decode()
        assert "<h1>" in text, url
        assert "site-header" in text, url
        assert 'aria-label="Percorso"' in text, url
        assert ">Name" not in text, url


def test_too_many_failures_lock_the_account_from_that_address_and_tell_its_person(seated, client):
    person = seated[SeatKind.OFFICE]
    here = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(4):
        assert sign_in(client, person, "sbagliata-di-sicuro", **here).status_code == 200
    locked = sign_in(client, person, "sbagliata-di-sicuro", **here)
    assert locked.status_code == 429
    assert "Accesso sospeso per 15 minuti" in locked.content.decode()
    assert sign_in(client, person, **here).status_code == 429  # the right password does not help now
    notice = Notice.objects.get(to=person)
    assert "ha sbagliato 5 volte la password" in notice.text
    # elsewhere the person works on: nobody can be kept out by failing in their name
    elsewhere = Client()
    assert sign_in(elsewhere, person, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_an_account_that_does_not_exist_is_refused_with_the_same_words(seated, client):
    person = seated[SeatKind.OFFICE]
    texts = set()
    for email in (person.email, "nessuno@example.org"):
        answer = client.post(reverse("account_login"), {"login": email, "password": "sbagliata-di-sicuro"})
        texts.add(str(answer.context["form"].errors.as_data()))
    assert len(texts) == 1


@pytest.mark.parametrize("password", ["corta", "password1234", "123456789012"])
def test_weak_passwords_are_refused(seated, password, client):
    person = seated[SeatKind.DELEGATE]
    client.force_login(person)
    typed = {"oldpassword": factories.PASSWORD, "password1": password, "password2": password}
    answer = client.post(reverse("account_change_password"), typed)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_whoever_lost_the_second_factor_gets_it_taken_away_with_a_reason_in_the_trail(seated, client, required):
    person = seated[SeatKind.OFFICE]
    with pytest.raises(CommandError, match="non ha un secondo fattore"):
        call_command("reset_second_factor", person.email, reason="Allo sportello")
    given_totp(person)
    sign_in(client, person)
    with pytest.raises(CommandError, match="come ti sei accertato"):
        call_command("reset_second_factor", person.email, reason=" ")
    with pytest.raises(CommandError, match="Nessuno entra"):
        call_command("reset_second_factor", "nessuno@example.org", reason="Allo sportello")
    out = StringIO()
    call_command("reset_second_factor", person.email.upper(), reason="Allo sportello", stdout=out)
    assert person.email not in out.getvalue()
    assert not Authenticator.objects.filter(user=person).exists()
    assert client.get(reverse("portal:notices")).status_code == 302
    assert Notice.objects.filter(to=person, text__contains="ha tolto il secondo fattore").exists()
    (entry,) = TrailEntry.objects.filter(what__startswith="Secondo fattore tolto")
    assert "Allo sportello" in entry.detail
    again = Client()
    sign_in(again, person)
    assert again.get(reverse("portal:home"))["Location"] == reverse("network:second_factor")
