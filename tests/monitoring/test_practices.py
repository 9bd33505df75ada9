"""Good practices: proposed from validated results, validated by another, published for all (art. 11)."""

import pytest
from django.test import Client
from django.urls import reverse

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Notice
from conciliazione.portal.queries import search
from monitoring.enums import PracticeStatus
from monitoring.models import GoodPractice
from monitoring.queries import tasks_for
from monitoring.services import practices
from network.enums import Area
from tests import factories

from .conftest import make_territory, validated

pytestmark = pytest.mark.django_db

TEXTS = {
    "title": "Il doposcuola che segue i turni",
    "summary": "Orari del doposcuola decisi con le fabbriche.",
    "description": "Due cooperative e tre imprese hanno messo insieme i turni.",
    "results": "Venti bambini in più.",
    "transfer": "Serve un tavolo con le imprese.",
    "area": Area.SERVICES,
}


@pytest.fixture(scope="module")
def told(made):
    """A territory whose project has a validated report."""
    territory = make_territory()
    validated(territory)
    return made(territory)


@pytest.fixture(scope="module")
def elsewhere(made, told):
    return made(factories.make_network(programme=told.programme))


def proposed(territory, **fields):
    fields = {"by": territory.lead, "project": territory.project, **TEXTS, **fields}
    return practices.propose(territory.network, **fields)


def published(territory):
    practice = practices.validate(proposed(territory), by=territory.office)
    return practices.publish(practice, by=territory.region)


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def whats(person):
    return [task.label for task in tasks_for(fresh(person)) if task.what.startswith("Buona prassi")]


def test_it_goes_from_the_lead_to_everybody(told, elsewhere):
    practice = proposed(told)
    assert Notice.objects.filter(to=told.office, text__contains="buona prassi").count() == 1
    assert (whats(told.office), whats(told.region), whats(told.lead)) == (["Leggi e valida"], [], [])
    practice = practices.return_practice(practice, by=told.office, reason="Mancano i costi")
    assert whats(told.lead) == ["Correggi la proposta"]
    practice = practices.update(practice, by=told.lead, **TEXTS | {"transfer": "Costa 3.000 euro l'anno."})
    practice = practices.propose_again(practice, by=told.lead)
    practice = practices.validate(practice, by=told.office)
    assert whats(told.region) == ["Leggi e pubblica"]
    with pytest.raises(Refused, match="già stata validata"):
        practices.update(practice, by=told.lead, **TEXTS)
    assert not GoodPractice.objects.visible_to(elsewhere.office).exists()
    practice = practices.publish(practice, by=told.region)
    assert practice.published_at is not None
    assert GoodPractice.objects.visible_to(elsewhere.office).get() == practice
    practice = practices.unpublish(practice, by=told.region, reason="Superata")
    assert practice.status == PracticeStatus.WITHDRAWN
    assert not GoodPractice.objects.visible_to(fresh(elsewhere.office)).exists()


@pytest.mark.rule("R43")
def test_nobody_validates_their_own_and_nothing_skips_the_asl(told):
    practice = proposed(told, by=told.office, project=None)
    with pytest.raises(RuleViolated) as caught:
        practices.validate(practice, by=told.office)
    assert caught.value.rule == "R43"
    with pytest.raises(MoveRefused):
        practices.publish(practice, by=told.region)
    practice.refresh_from_db()
    assert (practice.status, practice.published_at) == (PracticeStatus.PROPOSED, None)
    colleague = factories.make_person(seat="office", network=told.network)
    assert practices.validate(practice, by=colleague).status == PracticeStatus.VALIDATED


def test_only_approved_results_are_told(told):
    unproved = factories.make_project(told.plan, factories.make_proposal(told.call, told.ally))
    for fields, field in (
        ({"project": unproved}, "project"),
        ({"area": "salute"}, "area"),
        ({"results": "  "}, "results"),
    ):
        with pytest.raises(Refused) as caught:
            proposed(told, **fields)
        assert caught.value.field == field
    assert not GoodPractice.objects.exists()


def test_through_the_pages(told, elsewhere):
    client = Client()
    page = reverse("monitoring:propose_practice")
    statuses = {}
    for who in ("partner", "chair", "region", "office", "lead"):
        client.force_login(getattr(told, who))
        statuses[who] = client.get(page).status_code
    assert statuses == {"partner": 403, "chair": 403, "region": 403, "office": 200, "lead": 200}
    wrong = client.post(page, TEXTS | {"project": told.project.pk, "results": ""})
    assert wrong.status_code == 422
    assert TEXTS["description"] in wrong.content.decode()
    assert client.post(page, TEXTS).status_code == 422  # of which project?
    answer = client.post(page, TEXTS | {"project": told.project.pk})
    practice = GoodPractice.objects.get()
    assert answer.url == practice.get_absolute_url()
    assert "Correggi il testo" in client.get(answer.url).content.decode()
    edit = reverse("monitoring:edit_practice", args=[practice.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, TEXTS | {"title": "Altro titolo"}).status_code == 302

    def move(person, slug, **data):
        client.force_login(person)
        return client.post(reverse("monitoring:practice_move", args=[practice.pk, slug]), data).status_code

    assert move(told.lead, "valida-la-buona-prassi") == 403
    assert move(told.region, "pubblica-la-buona-prassi") == 404  # not yet past the ASL
    assert move(elsewhere.office, "valida-la-buona-prassi") == 404
    assert move(told.office, "chiedi-di-rivederla", reason="") == 422
    assert move(told.office, "valida-la-buona-prassi") == 302
    assert client.get(edit).status_code == 409
    assert move(told.region, "pubblica-la-buona-prassi") == 302
    for person in (elsewhere.office, told.partner, told.chair):
        client.force_login(person)
        assert client.get(practice.get_absolute_url()).status_code == 200
    text = client.get(reverse("monitoring:practices"), {"cerca": "tavolo con le imprese"}).content.decode()
    assert "Altro titolo" in text
    text = client.get(reverse("monitoring:practices"), {"cerca": "imprese tavolo"}).content.decode()
    assert "Altro titolo" in text  # words, as in the search of the portal
    assert "Altro titolo" not in client.get(reverse("monitoring:practices"), {"cerca": "zzz"}).content.decode()


def test_anybody_reads_what_is_published_and_nothing_else(told, elsewhere, client):
    hidden = proposed(told)
    assert client.get(reverse("portal:public_practice", args=[hidden.pk])).status_code == 404
    shown = published(told)
    page = client.get(reverse("portal:public_practice", args=[shown.pk])).content.decode()
    assert TEXTS["transfer"] in page
    found = client.get(reverse("portal:public_practices"), {"area": Area.SERVICES}).context["page_obj"]
    assert list(found) == [shown]
    assert not client.get(reverse("portal:public_practices"), {"area": Area.TRAINING}).context["page_obj"].object_list
    (hits,) = search(fresh(elsewhere.office), "doposcuola")
    assert (hits.label, hits.rows) == ("Buone prassi", [shown])
    for fmt in ("csv", "xlsx"):
        assert client.get(reverse("portal:public_practices"), {"formato": fmt}).status_code == 200
