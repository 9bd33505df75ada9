"""Sessions end by rest and at the latest, lose no text, and can be looked at and ended by their person."""

from urllib.parse import quote

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import sessions
from network.models import Seat
from tests import factories

from .test_signing_in import code_for, given_totp

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(made):
    return made(factories.make_network().office)


def age(client, **seconds):
    """Put the clocks of the session back."""
    session = client.session
    for key, value in seconds.items():
        session[{"rested": sessions.SEEN, "lasted": sessions.STARTED}[key]] -= value
    session.save()


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": factories.PASSWORD})


@pytest.mark.parametrize("aged", [{"rested": 31 * 60}, {"lasted": 10 * 3600 + 1}])
def test_a_session_that_rested_or_lasted_too_long_is_over(aged, office, client):
    client.force_login(office)
    age(client, **aged)
    answer = client.get(reverse("portal:notices"), follow=True)
    assert answer.redirect_chain[0][0].startswith(f"{reverse('account_login')}?next=")
    assert "La sessione è finita, per sicurezza" in answer.content.decode()
    assert client.get(reverse("portal:notices")).status_code == 302


def test_working_keeps_it_alive_but_not_beyond_the_latest_end(office, client):
    client.force_login(office)
    age(client, rested=29 * 60)
    assert client.get(reverse("portal:notices")).status_code == 200
    age(client, rested=29 * 60, lasted=9 * 3600)
    answer = client.post(reverse("network:keep_session"))
    assert 1790 <= answer.json()["left"] <= 1800
    age(client, lasted=3601)
    assert client.post(reverse("network:keep_session")).status_code == 302


def test_the_page_says_how_long_is_left(office, client):
    client.force_login(office)
    age(client, lasted=9.5 * 3600)
    page = client.get(reverse("portal:notices"))
    assert page.context["session_left"].absolute <= 1800
    assert 'data-session-left="' in page.content.decode()


SEAT = {"office": "Un ruolo scritto <a lungo>", "kind": "office", "tax_code": "RSSMRA70A41F205Z", "password": "segreta"}


def interrupted(client, person, url, typed):
    """The session rested too long; the form was sent all the same."""
    client.force_login(person)
    age(client, rested=31 * 60)
    answer = client.post(url, typed)
    assert answer["Location"] == f"{reverse('account_login')}?next={quote(reverse('network:resume'), safe='')}"


def test_what_an_ended_session_was_sending_is_found_again_in_its_own_form(office, client):
    """As it was typed, the tax code too; whoever has no scripts goes the same way."""
    url = reverse("network:seat_give")
    interrupted(client, office, url, SEAT)
    sign_in(client, office)
    page = client.get(reverse("network:resume")).content.decode()
    assert "Un ruolo scritto &lt;a lungo&gt;" in page
    assert "<dt>Codice fiscale</dt>" in page
    assert f'href="{url}"' in page
    assert f'action="{url}"' in page
    assert "segreta" not in page
    again = client.get(url)
    assert again.context["form"]["office"].value() == SEAT["office"]
    assert again.context["form"]["tax_code"].value() == SEAT["tax_code"]
    assert "Ritrovi qui quello che stavi inviando" in again.content.decode()
    client.post(reverse("network:resume"))
    assert "Non c'è nulla in sospeso" in client.get(reverse("network:resume")).content.decode()
    assert not client.get(url).context["form"].is_bound


def test_what_was_found_again_and_sent_arrives_and_is_kept_no_more(office, client):
    url = reverse("network:seat_give")
    typed = {"email": "nuova@example.org", "first_name": "Nora", "last_name": "Bassi", "office": "Segreteria"}
    typed |= {"kind": "office", "network": office.acting_seat.network_id}
    interrupted(client, office, url, typed)
    sign_in(client, office)
    assert client.post(url, typed | {"email": "senza-chiocciola"}).status_code == 422
    assert client.session[sessions.KEPT]  # refused: still there
    answer = client.post(url, typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert sessions.KEPT not in client.session
    assert Seat.objects.filter(person__email="nuova@example.org").exists()


def test_what_is_kept_comes_through_a_second_factor(office, client):
    secret = given_totp(office)
    interrupted(client, office, reverse("network:seat_give"), SEAT)
    where = f"{reverse('account_login')}?next={reverse('network:resume')}"
    client.post(where, {"login": office.email, "password": factories.PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert answer["Location"] == reverse("network:resume")
    assert "Un ruolo scritto" in client.get(answer["Location"]).content.decode()


def test_what_is_kept_outlasts_another_rest_and_another_entrance(office, client):
    interrupted(client, office, reverse("network:seat_give"), SEAT)
    sign_in(client, office)
    age(client, rested=31 * 60)
    assert client.get(reverse("portal:notices")).status_code == 302
    sign_in(client, office)
    assert "Un ruolo scritto" in client.get(reverse("network:resume")).content.decode()


def test_a_form_sent_on_monday_from_fridays_page_is_kept(office, client):
    """The row of a session outlasts a weekend after the session itself is over; it opens nothing meanwhile."""
    client.force_login(office)
    row = Session.objects.get(session_key=client.session.session_key)
    assert (row.expire_date - timezone.now()).days >= 7
    monday = {"lasted": 3 * 24 * 3600, "rested": 3 * 24 * 3600}
    age(client, **monday)
    assert client.get(reverse("portal:notices")).status_code == 302
    client.force_login(office)
    age(client, **monday)
    client.post(reverse("network:seat_give"), SEAT)
    assert client.session[sessions.KEPT]["person"] == office.pk


def test_a_form_long_as_the_portal_takes_it_is_kept_whole(office, client):
    long = "Una parola dopo l'altra. " * 80_000
    interrupted(client, office, reverse("network:seat_give"), {"office": long})
    sign_in(client, office)
    kept = dict(client.session[sessions.KEPT]["fields"])
    assert kept["office"] == long


def test_who_must_prove_twice_in_the_middle_of_a_form_finds_it_again(office, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, office)
    given_totp(office)
    answer = client.post(reverse("network:seat_give"), SEAT)
    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?next={quote(reverse('network:resume'), safe='')}"
    assert client.session[sessions.KEPT]["path"] == reverse("network:seat_give")


def test_without_scripts_the_page_says_beforehand_when_the_session_ends(office, client):
    client.force_login(office)
    age(client, lasted=9.75 * 3600)
    page = client.get(reverse("network:seat_give"))
    ends = timezone.localtime(page.context["session_left"].last_ends)
    told = page.content.decode().split("<noscript>")[1].split("</noscript>")[0]
    assert f"finisce alle {ends:%H:%M}" in told  # resting ends later than the latest: that is never promised
    assert f"e comunque alle {ends:%H:%M}" in told
    assert "Quello che invii dopo non va perso" in told


def test_a_session_that_is_over_is_not_among_the_open_ones(office):
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, office)
    age(there, rested=31 * 60)
    assert len(here.get(reverse("network:sessions")).context["open_sessions"]) == 1


def test_kept_text_is_shown_to_nobody_else(office, client):
    client.force_login(office)
    age(client, rested=31 * 60)
    client.post(reverse("network:seat_give"), {"office": "Un ruolo"})
    sign_in(client, factories.make_person())
    assert "Un ruolo" not in client.get(reverse("network:resume")).content.decode()
    client.post(reverse("account_logout"))
    sign_in(client, office)
    assert "Un ruolo" not in client.get(reverse("network:resume")).content.decode()


def test_a_forged_form_is_not_kept(office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(office)
    age(client, rested=31 * 60)
    assert client.post(reverse("network:seat_give"), {"office": "x"}).status_code == 403
    assert sessions.KEPT not in client.session


def test_one_sees_and_ends_ones_own_sessions_alone(office):
    here, there, other = Client(), Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"), Client()
    somebody = factories.make_person()
    for client, person in ((here, office), (there, office), (other, somebody)):
        sign_in(client, person)
    page = here.get(reverse("network:sessions"))
    rows = page.context["open_sessions"]
    assert [(row["here"], row["device"]) for row in rows] == [
        (True, "Dispositivo non riconosciuto"),
        (False, "Firefox su Windows"),
    ]
    theirs = UserSession.objects.get(user=somebody)
    here.post(reverse("network:sessions"), {"session": theirs.pk})
    assert other.get(reverse("portal:notices")).status_code == 200
    here.post(reverse("network:sessions"), {"session": rows[1]["pk"]})
    assert there.get(reverse("portal:notices")).status_code == 302
    assert here.get(reverse("portal:notices")).status_code == 200


def test_everywhere_means_everywhere(office):
    clients = [Client(), Client()]
    for client in clients:
        sign_in(client, office)
    clients[0].post(reverse("network:sessions"), {"everywhere": "1"})
    assert [client.get(reverse("portal:notices")).status_code for client in clients] == [302, 302]


@pytest.mark.parametrize("wanted", ["", "abc", "-1", "9" * 40])
def test_a_session_that_is_not_there_is_said_to_be_gone(wanted, office, client):
    client.force_login(office)
    answer = client.post(reverse("network:sessions"), {"session": wanted}, follow=True)
    assert "Questa sessione non c" in answer.content.decode()
