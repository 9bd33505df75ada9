"""Every page of the map of addresses, as it stands before any script, shown in a browser and looked at by axe.

The pages are asked of Django on the demonstration, each as the first character who may open it; a form shows itself
even where the story has left nothing to do with it.
"""

import re
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from conciliazione.kernel import access, documents, long_sheets, pages
from conciliazione.kernel.access import PUBLIC, SIGNED_IN
from conciliazione.kernel.models import IssuedDocument
from conciliazione.portal.demo.story import PASSWORD
from network.models import Membership, NetworkAgreement, SteeringSeat
from network.services import links
from plans.enums import CallStatus, ProposalStatus
from plans.rules.evaluation import EVALUATION
from plans.services import clarifications, evaluation
from tests import factories
from tests.access.passkey import Passkey
from tests.access.test_signing_in import given_totp
from tests.journeys.examiner import SITE, Examiner
from tests.knocking import fresh
from tests.portal.test_doors import DOORS, address
from tests.portal.test_doors import SIGNED_IN as INSIDE
from tests.portal.walk import CAST, PAGES, opened, person_of

pytestmark = pytest.mark.django_db

SPID = {
    "openid_connect": {
        "APPS": [{"provider_id": "spid", "name": "SPID", "client_id": "portale", "secret": "segreto", "settings": {}}]
    }
}

# what one gets there is a file, or is led elsewhere
NO_PAGES = {
    "alliances:signature_file",
    "kernel:document_file",
    "kernel:sheet_file",
    "monitoring:attachment",
    "monitoring:item_paper",
    "monitoring:item_proof",
    "monitoring:statement",
    "network:import_model",
    "network:meeting_calendar",
    "network:members_on_day",
    "network:registry_file",
    "network:signature_file",
    "plans:attachment_file",
    "plans:criterion_move",
    "plans:dossier_file",
    "plans:group_move",
    "portal:deadlines",
}
# doors that lead on, refuse everybody, or answer a script or a machine
NO_DOORS = {
    "account_confirm_login_code",
    "account_set_password",
    "admin:(?P<url>.*)$",
    "admin:<path:object_id>/",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:login",
    "admin:logout",
    "admin:view_on_site",
    "health_alive",
    "health_ready",
    "metrics",
    "mfa_download_recovery_codes",
    "openid_connect_callback",  # refuses on the page of socialaccount_login_error
    "socialaccount_signup",
} | {name for name, _ in DOORS if name.startswith("admin:") and name.endswith(("_add", "_delete"))}


# --- the pages ------------------------------------------------------------------------------------------------------
def entered(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(answer, *, status: int = 200) -> str | None:
    """The page that came, if one did."""
    page = not answer.streaming and answer.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if page and answer.status_code == status else None


def open_to(key: str, permission) -> bool:
    """Whether this character holds a role that may; a move says its permission only when it is known which."""
    return (
        not isinstance(permission, str)
        or permission in (PUBLIC, SIGNED_IN)
        or bool(CAST[key] & access.policy()[permission])
    )


def of_the_story():
    """(name, page): as the first character who may open it finds it."""
    people = [(key, fresh(person_of(key)), entered(person_of(key))) for key in CAST]
    for name, entry in PAGES:
        if not hasattr(entry.callback.view_class, "get") or name in NO_PAGES:
            continue
        for key, person, client in people:
            if open_to(key, entry.callback.view_class.permission):
                url = next((url for url, view in opened(name, entry, person) if open_to(key, view.permission)), None)
                if url and (page := text_of(client.get(url))):
                    yield name, page
                    break


def prepared():
    """(name, page): those for which the story holds no address, or has nothing left to do."""
    region, office = person_of("regione"), person_of("asl")
    sheet = long_sheets.ask_for(f"{reverse('network:memberships')}?formato=csv", by=office)
    letter = links.address_of(links.issue(Membership.objects.order_by("pk").first(), by=office))
    agreement = NetworkAgreement.objects.order_by("pk").first()
    document = documents.request_document("network_agreement_signed", agreement, by=office)
    IssuedDocument.objects.update(state=IssuedDocument.State.READY, ready_at=document.requested_at, size=20_000)
    world = factories.make_network()
    ally = factories.make_alliance(world)
    call = factories.make_call(world, status=CallStatus.EVALUATION)
    scored, unclear = (factories.make_proposal(call, ally, status=ProposalStatus.ELIGIBLE) for _ in "ab")
    evaluation.declare(scored, by=world.chair, has_conflict=False)
    scores = {criterion.pk: (Decimal(1), "Motivazione") for criterion in call.criteria.all()}
    evaluation.save_scores(scored, by=world.chair, scores=scores)
    request = clarifications.send(
        unclear, by=world.office, text="Spiegate da quali dati nascono i bisogni.", steps=["needs"], days=10
    )
    chair, lead, nobody = entered(world.chair), entered(ally.lead_person), Client()
    seat, deliver = SteeringSeat.objects.order_by("pk").first(), EVALUATION["deliver"].slug
    for name, client, url in (
        ("kernel:document", entered(office), document.get_absolute_url()),
        ("kernel:sheet", entered(office), sheet.get_absolute_url()),
        ("kernel:verify_code", nobody, reverse("kernel:verify_code", args=[document.code])),
        ("network:adhesion_link", nobody, letter),
        ("network:application_access", nobody, f"{letter}accesso/"),
        ("network:steering_seat_end", entered(region), reverse("network:steering_seat_end", args=[seat.pk])),
        ("plans:score", chair, reverse("plans:score", args=[scored.pk])),
        ("plans:evaluation_move", chair, reverse("plans:evaluation_move", args=[scored.pk, deliver])),
        ("plans:clarification_answer", lead, reverse("plans:clarification_answer", args=[request.pk])),
    ):
        yield name, text_of(client.get(url))


def of_the_doors():
    """(name, page): of signing in and of the administration, for whoever has every kind of second factor."""
    person = person_of("asl")
    inside, half = Client(), Client()
    typed = {"login": person.email, "password": PASSWORD}
    inside.post(reverse("account_login"), typed)
    empty = inside.get(reverse("mfa_add_webauthn"))
    yield "mfa_activate_totp", text_of(inside.get(reverse("mfa_activate_totp")))
    Client().post(reverse("account_reset_password"), {"email": person.email})
    key = re.search(r"/password/reset/key/(\S+)/", mail.outbox[-1].body)[1]
    asked = Client().get(reverse("account_reset_password_from_key", args=key.split("-", 1)), follow=True)
    yield "account_reset_password_from_key", text_of(asked)
    credential = Passkey(SITE).create(empty.context["js_data"]["creation_options"])
    inside.post(reverse("mfa_add_webauthn"), {"name": "Chiave", "credential": credential})
    given_totp(person)
    own = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    half.post(reverse("account_login"), typed)
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="network.services.links.send", backend_name="default"
    )
    support = entered(factories.make_person(is_superuser=True, is_staff=True))
    addresses = {
        "mfa_edit_webauthn": reverse("mfa_edit_webauthn", args=[own.pk]),
        "mfa_remove_webauthn": reverse("mfa_remove_webauthn", args=[own.pk]),
    }
    for name, entry in DOORS:
        if name in {"mfa_activate_totp", "account_reset_password_from_key"}:
            continue  # above: now it is set up, and the key was used
        url = addresses.get(name) or address(name, entry)
        if hasattr(entry.callback, "model_admin") and "object_id" in entry.pattern.regex.groupindex:
            record = entry.callback.model_admin.model.objects.order_by("pk").first()
            url = reverse(name, args=[record.pk]) if record and entry.name else url
        if name.startswith("admin:"):
            who = support
        elif name == "mfa_authenticate":
            who = half
        else:
            who = inside if name in {*INSIDE, "account_logout"} else Client()
        if page := text_of(who.get(url), status=401 if name == "socialaccount_login_error" else 200):
            yield name, page


@pytest.fixture(scope="module")
def shown(story):
    """name -> the page that is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "refusal_of", lambda check: None)
        with override_settings(SOCIALACCOUNT_PROVIDERS=SPID):
            return dict(of_the_story()) | dict(prepared()) | dict(of_the_doors())


def test_every_address_has_its_page(shown):
    named = {name for name, entry in PAGES if hasattr(entry.callback.view_class, "get")} | {name for name, _ in DOORS}
    assert named - NO_PAGES - NO_DOORS - set(shown) == set()
    assert set(shown) - named | set(shown) & (NO_PAGES | NO_DOORS) == set()


# --- in the browser -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def base_url():
    """No portal is served: the pages are handed over."""
    return SITE


def assert_nothing(wrong: dict[str, list[str]]) -> None:
    """The names of the pages in which there is something, with it."""
    assert not {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("administration", [False, True], ids=["portal", "administration"])
def test_each_is_accessible(administration, shown, browser):
    """Nothing that axe calls moderate, serious or critical; the same frame, and kind of text, is judged once."""
    examiner = Examiner(browser)  # Django's own pages have other styles: in windows of their own
    own = {name: html for name, html in shown.items() if name.startswith("admin:") == administration}
    assert_nothing({name: examiner.inaccessible_in(html) for name, html in own.items()})


def test_each_fits_a_telephone(shown, examiner):
    own = {name: html for name, html in shown.items() if not name.startswith("admin:")}  # that is for a desk
    assert_nothing({name: examiner.too_wide_in(html) for name, html in own.items()})
