"""A person types; the session ends, the portal stops, the browser closes. After signing in again the text is there."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from plans.enums import ProposalStatus
from tests import factories
from tests.factories import PASSWORD
from tests.running import RunningPortal

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20_000  # milliseconds, on a machine with other work to do


@pytest.fixture
def portal():
    """A portal of its own, that can be killed and started again at the same address."""
    running = RunningPortal()
    running.start()
    yield running
    running.kill()


@pytest.fixture
def draft():
    world = factories.make_network()
    ally = factories.make_alliance(world)
    draft = factories.make_proposal(factories.make_call(world), ally, status=ProposalStatus.DRAFT)
    draft.person = ally.lead_person
    return draft


def sign_in(context, portal, person):
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": portal.url}])


def test_no_word_is_lost_when_session_and_portal_end_in_the_middle(context, portal, draft, faults, assert_good):
    faults.address = portal.url  # not the portal that the other journeys share
    sign_in(context, portal, draft.person)
    address = portal.url + reverse("plans:proposal_needs", args=[draft.pk])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    words = page.get_by_label(re.compile("Contesto e bisogni"))
    saved = page.locator("[data-saved-at]")

    words.fill("Prime parole.")
    expect(saved).to_contain_text("Salvato alle", timeout=PATIENCE)
    draft.refresh_from_db()
    assert draft.needs == "Prime parole."

    Session.objects.all().delete()
    words.press_sequentially(" Senza sessione.")
    expect(saved).to_contain_text("La sessione è scaduta", timeout=PATIENCE)
    assert_good(page)

    portal.kill()
    words.press_sequentially(" Senza portale.")
    expect(saved).to_contain_text("Il portale non risponde", timeout=PATIENCE)
    page.close()

    portal.start()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator("[name=login]").fill(draft.person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{address}*")
    offer = page.locator("[data-draft-offer]")
    expect(offer).to_contain_text("Prime parole. Senza sessione. Senza portale.")
    assert_good(page)
    page.get_by_role("button", name="Riprendi il testo non salvato").click()
    expect(page.locator("[data-saved-at]")).to_contain_text("Salvato alle", timeout=PATIENCE)
    draft.refresh_from_db()
    assert draft.needs == "Prime parole. Senza sessione. Senza portale."
    page.reload()
    expect(page.locator("[data-draft-offer]")).to_be_hidden()

    # another person saves the same part meanwhile: both texts side by side, and nothing is written unseen
    type(draft).objects.filter(pk=draft.pk).update(
        needs="Di un'altra persona.", revision=99, text_revisions={"needs": 99}
    )
    page.get_by_label(re.compile("Contesto e bisogni")).press_sequentially(" E altro.")
    expect(page.get_by_role("heading", name="Due persone hanno scritto qui")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-draft-offer]")).to_contain_text("Di un'altra persona.")
    draft.refresh_from_db()
    assert draft.needs == "Di un'altra persona."
    page.get_by_role("button", name="Tieni il mio testo").click()
    expect(page.locator("[data-saved-at]")).to_contain_text("Salvato alle", timeout=PATIENCE)
    draft.refresh_from_db()
    assert "Senza portale." in draft.needs
    assert "E altro." in draft.needs
    # the browser tells of the portal that did not answer, of the 401 and 409 that were meant
    faults.found.clear()
