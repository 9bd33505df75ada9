"""Every address of the portal x every role (and nobody signed in), held against the permission tables."""

import pytest
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from conciliazione.kernel import access
from conciliazione.kernel.access import PUBLIC, SIGNED_IN, Role
from conciliazione.kernel.pages import Page
from network.models import Network, Person
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("permissions")]

# who signs in, and the role they hold somewhere: said here by hand, not asked of the code under test
CAST = {
    "regione": {Role.REGION},
    "cabina": {Role.STEERING},
    "asl": {Role.OFFICE},
    "comitato1": {Role.COMMITTEE},
    "capofila.cremona": {Role.LEAD, Role.MEMBER, Role.PARTNER},
    "partner.cremona": {Role.PARTNER, Role.MEMBER},
}
# addresses of other packages and of whoever runs the portal, with their own tests
FOREIGN = ("account_", "admin:", "mfa_", "socialaccount_", "openid_connect_", "health_", "metrics")
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


def first_pk(queryset):
    row = queryset.order_by("pk").first()
    return row and row.pk


# the other parts of an address, from the record that the page is about
PARTS = {
    "partner_pk": lambda record: first_pk(record.partners),
    "signature_pk": lambda record: first_pk(record.agreements.order_by("pk").first().signatures),
    "programme_pk": lambda record: record.agreements.order_by("pk").first().programme_id,
    "day": lambda record: "2014-06-01",
    "decision": lambda record: record.decisions.values_list("number", flat=True).first(),
    "number": lambda record: record.versions.first().number,
    "row": lambda record: first_pk(record.signatures),
    "organisation": lambda record: record.signatures.order_by("pk").values_list("organisation", flat=True).first(),
    "where": lambda record: "su",
    "action": lambda record: first_pk(record.actions.filter(origin="committee")),
    "kind": lambda record: "context",
}
# issued documents ask the record they are about: tests/kernel/test_documents.py opens them in every role
BY_CODE = {
    "network:adhesion_link",  # by a token that only its mail holds: tests/network/test_links.py
    "network:application_access",
    "kernel:document",
    "kernel:document_file",
    "kernel:request_document",
    "kernel:retry_document",
    "kernel:verify_code",
}


# pages that the table opens to a role and that are then for one's own body, or for a thing that may not be there;
# the tests of their app say to whom
NARROWER = {
    "alliances:signature_file",
    "monitoring:corrective_move",
    "network:agreement_sign_own",
    "network:agreement_sign_own_file",
    "network:contribution_add",
    "network:signature_file",
    "network:indicator_move",  # an own indicator is proposed by the ASL of its network, not by every ASL
    "network:membership_move",
}
# at the end of the story there is nothing left for them to be about
OVER = {"network:steering_seat_end", "plans:evaluation_move"}


def set_up(entry, person, kwargs):
    request = RequestFactory().get("/")
    request.user = person
    view = entry.callback.view_class(**entry.callback.view_initkwargs)
    view.setup(request, **kwargs)
    return view


def opened(name, entry, person, order="pk"):
    """(url, view) for a record that this page can be about and this person can see; for moves, one for each move."""
    parameters = entry.pattern.regex.groupindex
    kwargs = {}
    if "pk" in parameters:
        records = set_up(entry, person, {}).records()
        first = records.order_by(order).first() if records is not None else None
        if first is None:
            return
        kwargs = {part: PARTS[part](first) for part in parameters if part in PARTS and name not in BY_CODE}
        kwargs["pk"] = first.pk
        if None in kwargs.values():
            return
    moves = [{}]
    if "move" in parameters:
        view = set_up(entry, person, kwargs)
        moves = [{"move": move.slug} for move in view.lifecycle.transitions if move.name in view.moves]
    for move in moves:
        if not set(parameters) - {*kwargs, *move}:
            yield reverse(name, kwargs=kwargs | move), set_up(entry, person, kwargs | move)


def test_every_address_is_opened_by_someone(story):
    root = factories.make_person(is_superuser=True)
    people = [root, *(person_of(key) for key in CAST)]
    unopened = [name for name, entry in PAGES if not any(list(opened(name, entry, person)) for person in people)]
    assert set(unopened) == BY_CODE | OVER


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
def test_roles_open_what_the_table_says_and_write_nothing_else(key, story, client):
    person = person_of(key)
    client.force_login(person)
    wrong = []
    for name, entry in PAGES:
        for url, view in opened(name, entry, person):
            open_to_all = view.permission in (PUBLIC, SIGNED_IN)
            may = open_to_all or roles_here(key, view.scope_object) & access.policy()[view.permission]
            # who may not is refused whatever the method: by POST, which is the one that could do harm
            answer = client.get(url) if may else client.post(url)
            expected = POSSIBLE if may else {403, 404}
            if name in NARROWER:
                expected = expected | {403, 404}
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
    for person in (elsewhere.office, ally.lead_person):
        client.force_login(person)
        for name, entry in PAGES:
            for url, view in opened(name, entry, person_of("asl")):
                record = view.scope_object
                if view.permission in (PUBLIC, SIGNED_IN) or record is None or "network" not in record.scopes():
                    continue
                if not record.scopes()["network"]:
                    continue
                answer = client.post(url)
                if answer.status_code not in {403, 404}:
                    wrong.append((name, url, view.permission, answer.status_code))
    assert not wrong
