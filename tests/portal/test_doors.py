"""The addresses of the packages behind the portal: signing in, second factors, identities, health, administration.

One table by hand says who may; every address of the map is in it, and a new one fails until it is. They are asked by
every method, of nobody, of a person of the portal and of the administration's own.
"""

import pytest
from django.urls import reverse

from tests import factories

from .walk import FOREIGN, named_views

pytestmark = pytest.mark.django_db

ANYBODY = {
    "account_login",
    "account_logout",  # nobody is led away, a person is asked
    "account_inactive",
    "account_signup",  # says that access is by invitation
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",  # half signed in: without a first factor it leads to the entrance
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "openid_connect_login",
    "openid_connect_callback",
    "health_alive",
    "health_ready",
}
SIGNED_IN = {
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "socialaccount_connections",
}
BY_TOKEN = {"metrics"}
KEY = {"pk": 999_999_999}
INCLUDED = {"mfa_edit_webauthn": KEY, "mfa_remove_webauthn": KEY}  # parts that stand in the address around theirs
INCLUDED |= {name: {"provider_id": "spid"} for name in ("openid_connect_login", "openid_connect_callback")}
PARTS = {
    "key": "abc-set-password",
    "uidb36": "1",
    "object_id": "999999999",
    "app_label": "network",
    "content_type_id": 1,
    "url": "ignota",
}
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
DOORS = sorted((name, entry) for name, entry in dict(named_views()).items() if name.startswith(FOREIGN))


def address(name, entry) -> str:
    """The address of a door; the administration's unnamed ones lead to its own 404."""
    parts = {part: PARTS[part] for part in entry.pattern.regex.groupindex if part not in {"pk", "provider_id"}}
    if name.startswith("admin:"):
        named = {part for part in parts if part in {"app_label", "object_id", "content_type_id", "url"}}
        if entry.name is None:
            return "/amministrazione/network/person/999999999/"
        return reverse(name, kwargs={part: parts[part] for part in named})
    return reverse(name, kwargs=parts | INCLUDED.get(name, {}))


def test_the_table_names_every_door():
    named = {name for name, _ in DOORS if not name.startswith("admin:")}
    assert named == ANYBODY | SIGNED_IN | BY_TOKEN


def leads_to_the_entrance(answer) -> bool:
    return answer.status_code == 302 and "/accesso/" in answer["Location"]


def test_nobody_gets_past_a_door_that_is_for_somebody(client):
    wrong = []
    for name, entry in DOORS:
        url = address(name, entry)
        for method in METHODS:
            answer = getattr(client, method)(url)
            if name in ANYBODY:
                fine = answer.status_code < 500
            elif name in BY_TOKEN:
                fine = answer.status_code in {403, 404, 405}
            elif name in {"admin:login", "admin:logout", "admin:jsi18n"}:
                fine = answer.status_code < 500
            else:
                fine = answer.status_code in {302, 401, 403, 404, 405} and (
                    answer.status_code != 302 or leads_to_the_entrance(answer) or "login" in answer["Location"]
                )
            if not fine:
                wrong.append((name, method, url, answer.status_code, answer.get("Location")))
    assert not wrong


def test_the_administration_is_for_support_alone(client):
    """Whoever has a role in the networks, the Regione too, has none there; a superuser reads."""
    wrong = []
    for person in (factories.make_network().region, factories.make_person(is_staff=True)):
        client.force_login(person)
        for name, entry in DOORS:
            if not name.startswith("admin:") or name in {"admin:login", "admin:logout", "admin:jsi18n"}:
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(address(name, entry))
                staff_home = person.is_staff and name in {"admin:index", "admin:password_change"}
                fine = answer.status_code in {302, 403, 404, 405} or staff_home
                if not fine and not (person.is_staff and name == "admin:password_change_done"):
                    wrong.append((name, method, answer.status_code))
    assert not wrong


def test_in_the_administration_nothing_is_added_or_deleted_past_the_services(client):
    """A second factor given to somebody, a forged identity: not even a superuser can, the rules hold all."""
    client.force_login(factories.make_person(is_superuser=True, is_staff=True))
    wrong = [
        name
        for name, entry in DOORS
        if name.startswith("admin:") and name.endswith(("_add", "_delete"))
        if client.get(address(name, entry)).status_code not in {302, 403, 404}
    ]
    assert not wrong


@pytest.fixture
def hostile():
    return {
        "over-long": "x" * 20_000,
        "script": "<script>alert(1)</script>{{ 7|add:7 }}",
        "injection": "'; DROP TABLE network_network; --",
        "control characters": "a\x00b\x1b[31m",
        "another site": "https://altrove.example.org/",
        "number": "9" * 40,
        "nothing": "",
    }


FIELDS = ("login", "password", "email", "code", "credential", "next", "oldpassword", "password1", "password2", "name")


@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_hostile_values_in_the_pages_of_signing_in(who, hostile, client):
    """Refused on the same page or led on inside the portal: never a failure, never shown as it is, never outside."""
    person = factories.make_network().office
    wrong = []
    for name, entry in DOORS:
        if name.startswith(("admin:", "health", "metrics")):
            continue
        if who == "somebody":
            client.force_login(person)
        for kind, value in hostile.items():
            data = dict.fromkeys((*FIELDS, "process", "state", "action", "id"), value)
            for answer in (client.post(address(name, entry), data), client.get(address(name, entry), data)):
                if answer.status_code >= 500:
                    wrong.append((name, kind, answer.status_code))
                if "altrove.example.org" in answer.get("Location", "").split("?")[0]:
                    wrong.append((name, kind, answer["Location"]))
                if not answer.streaming and b"<script>alert(1)" in answer.content:
                    wrong.append((name, kind, "shown as it is"))
    assert not wrong
