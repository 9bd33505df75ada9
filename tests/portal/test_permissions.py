"""Every address of the portal x every role (and nobody signed in), held against the permission tables."""

import pytest
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from conciliazione.kernel import access
from conciliazione.kernel.access import PUBLIC, SIGNED_IN, Role
from conciliazione.kernel.pages import MovePage, Page
from network.models import Network, Person
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("story")]

# who signs in, and the role they hold somewhere: said here by hand, not asked of the code under test
CAST = {
    "regione": {Role.REGION},
    "cabina": {Role.STEERING},
    "asl": {Role.OFFICE},
    "comitato1": {Role.COMMITTEE},
    "capofila.cremona": {Role.LEAD, Role.MEMBER, Role.PARTNER},
    "partner.cremona": {Role.PARTNER, Role.MEMBER},
}
# addresses of other packages, with their own tests
FOREIGN = ("account_", "admin:")
POSSIBLE = {200, 302, 405, 409, 422}


def named_views(patterns=None, namespace=""):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_views(entry.url_patterns, inner)
        elif entry.name and not f"{namespace}{entry.name}".startswith(FOREIGN):
            yield f"{namespace}{entry.name}", entry


ALL = sorted(dict(named_views()).items())
PAGES = [(name, entry) for name, entry in ALL if issubclass(getattr(entry.callback, "view_class", object), Page)]


def test_every_address_is_a_page_that_declares_who_may():
    assert [name for name, _ in ALL] == [name for name, _ in PAGES]


def opened(name, entry, person):
    """(url, view) for each thing this page can be about and this person can see; for moves, one for each move."""
    cls = entry.callback.view_class
    parameters = entry.pattern.regex.groupindex
    moves = (
        [move.slug for move in cls.lifecycle.transitions if move.name in cls.moves]
        if issubclass(cls, MovePage)
        else [None]
    )
    for move in moves:
        kwargs = {"move": move} if move else {}
        request = RequestFactory().get("/")
        request.user = person
        view = cls(**entry.callback.view_initkwargs)
        view.setup(request, **kwargs)
        if "pk" in parameters:
            records = view.records()
            first = records.order_by("pk").first() if records is not None else None
            if first is None:
                continue
            kwargs["pk"] = first.pk
        if set(parameters) - set(kwargs):
            continue
        view = cls(**entry.callback.view_initkwargs)
        view.setup(request, **kwargs)
        yield reverse(name, kwargs=kwargs), view


def person_of(key):
    return Person.objects.get(email=f"{key}@demo.example.org")


def roles_here(key, record):
    """The roles of a character on a record of Cremona; being lead or partner is asked of the alliance itself."""
    held = set(CAST[key])
    if record is not None and not isinstance(record, Network) and Role.LEAD in held:
        alliance = record.scopes().get("alliance")
        if alliance is not None:
            from alliances.models import Partner

            row = Partner.objects.filter(
                alliance=alliance, organisation=person_of(key).acting_seat.organisation
            ).first()
            held -= {Role.LEAD, Role.PARTNER}
            held |= {Role.LEAD if row.is_lead else Role.PARTNER} if row else set()
    return held


@pytest.mark.parametrize("key", CAST)
def test_roles_open_what_the_table_says(key, story, client):
    person = person_of(key)
    client.force_login(person)
    wrong = []
    for name, entry in PAGES:
        for url, view in opened(name, entry, person):
            if view.permission in (PUBLIC, SIGNED_IN):
                expected = POSSIBLE
            else:
                may = bool(roles_here(key, view.scope_object) & access.policy()[view.permission])
                expected = POSSIBLE if may else {403, 404}
            answer = client.get(url)
            if answer.status_code not in expected:
                wrong.append((name, url, view.permission, answer.status_code))
    assert not wrong


def test_nobody_signed_in_sees_the_public_pages_alone(story, client):
    wrong = []
    for name, entry in PAGES:
        root = factories.make_person(is_superuser=True)
        for url, view in opened(name, entry, root):
            answer = client.get(url)
            if view.permission == PUBLIC:
                fine = answer.status_code in {200, 302, 404, 405}
            else:
                fine = answer.status_code == 302 and "/accesso/" in answer["Location"]
            if not fine:
                wrong.append((name, url, view.permission, answer.status_code))
    assert not wrong


def test_people_of_another_network_find_nothing_of_this_one(story, client):
    elsewhere = factories.make_network(programme=None)
    ally = factories.make_alliance(elsewhere)
    wrong = []
    for person in (elsewhere.office, elsewhere.chair, ally.lead_person):
        client.force_login(person)
        for name, entry in PAGES:
            for url, view in opened(name, entry, person_of("asl")):
                record = view.scope_object
                if view.permission in (PUBLIC, SIGNED_IN) or record is None or "network" not in record.scopes():
                    continue
                if not record.scopes()["network"]:
                    continue
                for answer in (client.get(url), client.post(url)):
                    # what is public may be read by anyone; nothing may be written from outside
                    if answer.status_code not in {403, 404, 405}:
                        wrong.append((name, url, view.permission, answer.status_code))
    assert not wrong


def test_what_a_role_may_not_do_is_not_done_by_post_either(story, client):
    wrong = []
    for key in CAST:
        person = person_of(key)
        client.force_login(person)
        for name, entry in PAGES:
            for url, view in opened(name, entry, person):
                if view.permission in (PUBLIC, SIGNED_IN):
                    continue
                if roles_here(key, view.scope_object) & access.policy()[view.permission]:
                    continue
                answer = client.post(url)
                if answer.status_code not in {403, 404}:
                    wrong.append((key, name, url, view.permission, answer.status_code))
    assert not wrong
