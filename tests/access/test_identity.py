"""SPID and CIE: a real OpenID Connect server runs beside the test, and the person is matched by codice fiscale."""

import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import User, run_server_in_thread

from conciliazione.kernel.oidc import oidc_providers, origins_of
from network.identity_provider import NONCES, CarefulAdapter
from tests import factories

pytestmark = pytest.mark.django_db
CLAIM = "https://attributes.eid.gov.it/fiscal_number"
ROSSI, VERDI = "RSSMRA70A01D150X", "VRDLGI75B02D150Y"


@pytest.fixture(scope="module")
def provider():
    people = [
        User(sub="rossi", claims={CLAIM: f"TINIT-{ROSSI}", "email": "altro@example.org"}),
        User(sub="rossi2", claims={CLAIM: ROSSI, "acr": "https://www.spid.gov.it/SpidL2"}),
        User(sub="ignoto", claims={CLAIM: "TINIT-XXXXXX00X00X000X", "email": "capo@example.org"}),
        User(sub="muto", claims={"email": "capo@example.org", "email_verified": True}),
    ]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def spid(provider, settings):
    apps = [
        {
            "provider_id": "spid",
            "name": "SPID",
            "client_id": "portale",
            "secret": "segreto",
            "settings": {
                "server_url": provider,
                "tax_code_claim": CLAIM,
                "strong_acr": ["https://www.spid.gov.it/SpidL2"],
                "origins": [provider],
            },
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
    return provider


@pytest.fixture(scope="module")
def person(made):
    office = factories.make_network().office
    office.tax_code = ROSSI
    office.save()
    return made(office)


def authorise(client, sub: str) -> str:
    """Begin at the portal, be recognised at the provider; returns the address to which it leads back."""
    leaves = client.post(reverse("openid_connect_login", args=["spid"]), {"process": "login"})
    assert leaves.status_code == 302, leaves.content
    asked = parse_qs(urlsplit(leaves["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return requests.post(leaves["Location"], {"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]


def come_back(client, url: str):
    parts = urlsplit(url)
    return client.get(f"{parts.path}?{parts.query}")


def signed_in(client) -> bool:
    return client.get(reverse("portal:notices")).status_code == 200


def test_the_person_is_the_one_with_that_codice_fiscale(spid, person, client):
    assert "Entra con SPID" in client.get(reverse("account_login")).content.decode()
    assert come_back(client, authorise(client, "rossi"))["Location"] == reverse("portal:home")
    assert signed_in(client)
    assert int(client.session["_auth_user_id"]) == person.pk


def test_whoever_has_no_access_gets_none(spid, person, client):
    factories.make_person("capo@example.org")  # the same address is not enough
    for sub, words in (
        ("ignoto", "non corrisponde un accesso attivo"),
        ("muto", "non ha comunicato il codice fiscale"),
    ):
        answer = come_back(client, authorise(client, sub))
        assert answer.status_code == 403
        assert words in answer.content.decode()
        assert not signed_in(client)


def test_an_identity_stays_with_its_person(spid, person, client):
    come_back(client, authorise(client, "rossi"))
    client.logout()
    person.tax_code = VERDI
    person.save()
    other = factories.make_person(tax_code=ROSSI)
    answer = come_back(client, authorise(client, "rossi"))
    assert answer.status_code == 403
    assert "già legata a un altro accesso" in answer.content.decode()
    other.is_active = False
    other.save()
    assert come_back(client, authorise(client, "rossi")).status_code == 403


def test_level_two_of_spid_counts_as_second_factor_and_level_one_does_not(spid, person, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    come_back(client, authorise(client, "rossi"))
    assert client.get(reverse("portal:home"))["Location"] == reverse("network:second_factor")
    strong = Client()
    come_back(strong, authorise(strong, "rossi2"))
    assert strong.get(reverse("portal:home")).status_code == 200


def test_a_replayed_answer_opens_nothing(spid, person, client):
    back = authorise(client, "rossi")
    come_back(client, back)
    client.post(reverse("account_logout"))
    assert "non era valida" in come_back(client, back).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(
    "forged", ["state=falso&code=falso", "code=falso", "error=access_denied", "", "state=%00&code=%00"]
)
def test_a_forged_answer_opens_nothing(forged, spid, person, client):
    authorise(client, "rossi")
    answer = client.get(f"{reverse('openid_connect_callback', args=['spid'])}?{forged}")
    assert answer.status_code == 403
    assert not signed_in(client)
    assert "Traceback" not in answer.content.decode()


def test_an_answer_taken_from_somebody_else_opens_nothing(spid, person, client):
    back = authorise(client, "rossi")
    thief = Client()
    assert come_back(thief, back).status_code == 403
    assert not signed_in(thief)


def refused_plainly(answer) -> bool:
    text = answer.content.decode()
    return answer.status_code == 403 and "non era valida" in text and "Traceback" not in text


def test_an_answer_signed_with_another_key_opens_nothing(spid, person, client, settings):
    """Also by the direct way, where the standard would let the signature be: the keys are those of another server."""
    with run_server_in_thread(user_claims=[]) as other:
        keys = f"http://localhost:{other.server_port}/jwks"
        assert requests.get(keys, timeout=10).json()["keys"]
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["openid_configuration_overrides"] = {"jwks_uri": keys}
        assert refused_plainly(come_back(client, authorise(client, "rossi")))
    assert not signed_in(client)


@pytest.mark.parametrize("overrides", [{"issuer": "https://altrove.example.org"}, {"issuer": ""}])
def test_an_answer_of_another_issuer_opens_nothing(overrides, spid, person, client, settings):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["openid_configuration_overrides"] = overrides
    assert refused_plainly(come_back(client, authorise(client, "rossi")))
    assert not signed_in(client)


@pytest.mark.parametrize("kept", [[], ["un-altro"]])
def test_an_answer_with_a_nonce_that_is_not_of_this_browser_opens_nothing(kept, spid, person, client):
    back = authorise(client, "rossi")
    session = client.session
    assert len(session[NONCES]) == 1
    session[NONCES] = kept
    session.save()
    assert refused_plainly(come_back(client, back))
    assert not signed_in(client)


def test_a_nonce_is_good_once_and_the_address_adds_nothing_to_what_is_asked(spid, person, client):
    where = reverse("openid_connect_login", args=["spid"])
    asked = client.post(f"{where}?auth_params=nonce%3Dmio%26acr_values%3Dbasso&scope=tutto")
    sent = parse_qs(urlsplit(asked["Location"]).query)
    assert sent["nonce"] == client.session[NONCES]
    assert "acr_values" not in sent
    assert "tutto" not in sent["scope"][0]
    come_back(client, authorise(client, "rossi"))
    assert len(client.session[NONCES]) == 1  # of the page that is still open


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        jwt.encode({"sub": "rossi"}, "", algorithm="none"),
        jwt.encode({"sub": "rossi"}, "x" * 32, algorithm="HS256", headers={"kid": "1"}),
        jwt.encode({"sub": "rossi"}, "x" * 32, algorithm="HS256"),
    ],
)
def test_a_token_without_a_signature_of_the_provider_is_refused(token, spid, rf):
    request = rf.get("/")
    request.session = {}
    adapter = CarefulAdapter(request, "spid")
    app = adapter.get_provider().app
    with pytest.raises(OAuth2Error):
        adapter._decode_id_token(app, token)
    with pytest.raises(OAuth2Error, match="has no id_token"):
        adapter.complete_login(request, app, SocialToken(), response={})


def test_a_provider_that_does_not_answer_is_told_plainly(spid, person, client, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://localhost:9"
    answer = client.post(reverse("openid_connect_login", args=["spid"]))
    assert answer.status_code == 403
    assert "Non è stato possibile entrare" in answer.content.decode()


def test_by_a_link_alone_nobody_is_sent_to_the_provider(spid, client):
    answer = client.get(reverse("openid_connect_login", args=["spid"]))
    assert answer.status_code == 200
    assert re.search(r"<form[^>]+method=\"post\"", answer.content.decode())
    assert client.post(reverse("openid_connect_login", args=["altro"])).status_code == 404


def test_one_sees_and_unlinks_ones_own_identity(spid, person, client):
    page = reverse("socialaccount_connections")
    come_back(client, authorise(client, "rossi"))
    shown = client.get(page).content.decode()
    assert "SPID, collegato il" in shown
    assert "Social Network" not in shown
    (account,) = SocialAccount.objects.filter(user=person)
    other = SocialAccount.objects.create(user=factories.make_person(), provider="spid", uid="altrui")
    client.post(page, {"account": other.pk})
    assert SocialAccount.objects.count() == 2  # somebody else's is not there
    client.post(page, {"account": account.pk})
    assert "Non hai ancora collegato nessuna identità" in client.get(page).content.decode()
    asked = client.get(reverse("openid_connect_login", args=["spid"])).content.decode()
    assert "Passi al sito di SPID" in asked


def test_providers_are_described_by_the_environment(monkeypatch):
    import environ
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("OIDC_PROVIDERS", "cie")
    monkeypatch.setenv("OIDC_CIE_SERVER_URL", "https://idserver.example.org/oidc/")
    monkeypatch.setenv("OIDC_CIE_CLIENT_ID", "portale")
    with pytest.raises(ImproperlyConfigured, match="OIDC_CIE_SECRET is not set"):
        oidc_providers(environ.Env())
    monkeypatch.setenv("OIDC_CIE_SECRET", "segreto")
    (cie,) = oidc_providers(environ.Env())
    assert (cie["provider_id"], cie["name"]) == ("cie", "CIE")
    assert origins_of([cie]) == {"https://idserver.example.org"}
