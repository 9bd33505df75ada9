"""Sessions end by rest and at the latest, lose no text, and can be looked at and ended by their person."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from conciliazione.kernel import sessions
from tests import factories

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


def test_what_an_ended_session_was_sending_is_found_again_and_sent_with_one_button(office, client):
    client.force_login(office)
    url, text = reverse("network:seat_give"), "Un ruolo scritto <a lungo>"
    age(client, rested=31 * 60)
    answer = client.post(url, {"office": text, "kind": "office", "password": "segreta"})
    assert answer["Location"].startswith(reverse("account_login"))
    sign_in(client, office)
    page = client.get(reverse("network:resume")).content.decode()
    assert "Un ruolo scritto &lt;a lungo&gt;" in page
    assert f'action="{url}"' in page
    assert "segreta" not in page
    client.post(reverse("network:resume"))
    assert "Non c'è nulla in sospeso" in client.get(reverse("network:resume")).content.decode()


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
