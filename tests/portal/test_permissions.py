"""Every address of the portal x every method x every role (and nobody signed in), held against the permission tables.

Each page is asked as its address leads to it (`tests/knocking.py`), with a record that the person can see, with one of
another network and with one that is not there. The corridor before the pages is asked once for each kind of answer.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import resolve, reverse

from alliances.models import Alliance
from conciliazione.kernel import access
from conciliazione.kernel.access import PUBLIC, SIGNED_IN
from tests import factories
from tests.knocking import fresh, knock, knock_with_each

from .walk import BY_CODE, CAST, OWN, PAGES, PARTS, opened, person_of, roles_here, traces

pytestmark = pytest.mark.django_db

POSSIBLE = {200, 302, 409, 422}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
READ_OR_SENT = ("GET", "POST", "HEAD")
NOWHERE = 999_999_999
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
# whoever reads the record and may no longer use the form is led to the record
LED_ON = {"plans:clarification_answer"}
# at the end of the story there is nothing left for them to be about
OVER = {"network:steering_seat_end", "plans:evaluation_move"}


def test_every_address_is_a_page_that_declares_who_may():
    assert [name for name, _ in OWN] == [name for name, _ in PAGES]


def test_every_address_is_opened_by_someone(story):
    root = factories.make_person(is_superuser=True)
    people = [root, *(person_of(key) for key in CAST)]
    unopened = [name for name, entry in PAGES if not any(list(opened(name, entry, person)) for person in people)]
    assert set(unopened) == BY_CODE | OVER


def test_no_page_answers_a_method_that_it_does_not_show():
    """What a form cannot send, no page takes: HEAD is GET without its text, and so on."""
    own = [name for name, entry in PAGES if {"put", "patch", "delete", "head"} & set(dir(entry.callback.view_class))]
    assert not own


def expected_of(method, view, name):
    """The statuses with which this page may answer this method to whoever may open it."""
    if method in {"PUT", "PATCH", "DELETE"}:
        usual = {405}
    elif method == "OPTIONS":
        usual = {200}
    else:
        usual = POSSIBLE if hasattr(view, method.lower()) else {405}
    return usual | ({403, 404} if name in NARROWER else set())


def answers(person, url, may):
    """Method -> status. Only a POST of somebody who may could write, and is undone; HEAD is GET for who may."""
    if not may:
        return knock_with_each(person, METHODS, url)
    found = knock_with_each(person, ("PUT", "PATCH", "DELETE", "OPTIONS"), url)
    found["GET"] = knock(person, "GET", url).status_code
    with transaction.atomic():
        found["POST"] = knock(fresh(person), "POST", url).status_code
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("key", CAST)
def test_roles_open_what_the_table_says_and_write_nothing_else(key, story):
    person = fresh(person_of(key))
    wrong, before = [], traces()
    for name, entry in PAGES:
        for url, view in opened(name, entry, person):
            open_to_all = view.permission in (PUBLIC, SIGNED_IN)
            may = open_to_all or roles_here(key, person, view.scope_object) & access.policy()[view.permission]
            for method, status in answers(person, url, may).items():
                refused = {403, 404} | ({302} if method == "GET" and name in LED_ON else set())
                if status not in (expected_of(method, view, name) if may else refused):
                    wrong.append((name, method, url, view.permission, status))
    assert not wrong
    assert traces() == before


@pytest.mark.parametrize("key", CAST)
def test_what_is_not_there_is_not_found_whatever_one_asks(key, story):
    person = fresh(person_of(key))
    wrong = []
    for name, entry in PAGES:
        if "pk" not in entry.pattern.regex.groupindex:
            continue
        for url, view in opened(name, entry, person):
            missing = reverse(name, kwargs=resolve(url).kwargs | {"pk": NOWHERE})
            for method, status in knock_with_each(person, METHODS, missing).items():
                # a page that is about no one scope tells of its methods before it looks its record up
                takes = method in READ_OR_SENT and hasattr(view, method.lower())
                if status not in {403, 404} | (set() if takes else expected_of(method, view, name)):
                    wrong.append((name, method, missing, status))
            break  # the other moves of the page ask for the same record
    assert not wrong


def test_nobody_signed_in_sees_the_public_pages_alone(story, client):
    nobody, root = AnonymousUser(), fresh(factories.make_person(is_superuser=True))
    wrong = []
    for name, entry in PAGES:
        for url, view in opened(name, entry, root):
            if view.permission == PUBLIC:
                if client.get(url).status_code not in {200, 302, 404, 405}:
                    wrong.append((name, url))
                unsafe = knock_with_each(nobody, ("PUT", "PATCH", "DELETE"), url)
                if not set(unsafe.values()) <= {404, 405}:
                    wrong.append((name, url, unsafe))
                continue
            for method in METHODS:
                answer = knock(nobody, method, url)
                if answer.status_code != 302 or "/accesso/" not in answer["Location"]:
                    wrong.append((name, method, url, view.permission, answer.status_code))
    assert not wrong


def test_people_of_another_network_find_nothing_of_this_one(story):
    elsewhere = factories.make_network(programme=None)
    ally = factories.make_alliance(elsewhere)
    people = [fresh(one) for one in (elsewhere.office, elsewhere.chair, ally.lead_person, ally.partner_person)]
    asl = fresh(person_of("asl"))
    wrong = []
    for name, entry in PAGES:
        for url, view in opened(name, entry, asl):
            record = view.scope_object
            if view.permission in (PUBLIC, SIGNED_IN) or record is None or not record.scopes().get("network"):
                continue
            for person in people:
                statuses = knock_with_each(person, METHODS, url)
                if not set(statuses.values()) <= {403, 404}:
                    wrong.append((name, url, view.permission, statuses))
    assert not wrong


@pytest.mark.parametrize("part", ["partner_pk", "signature_pk"])
def test_a_part_of_another_record_is_not_found_under_ones_own(part, story):
    """A number in an address names a part of the record before it: one that is another record's is not there, not
    even for a superuser, to whom no permission hides it."""
    root = fresh(factories.make_person(is_superuser=True))
    one, other = Alliance.objects.order_by("pk")[:2]
    wrong, asked = [], 0
    for name, entry in PAGES:
        if part in entry.pattern.regex.groupindex:
            forged = reverse(name, kwargs={"pk": one.pk, part: PARTS[part](other)})
            statuses = {knock(root, method, forged).status_code for method in ("GET", "POST")}
            asked += 1
            if not statuses <= {404, 405}:
                wrong.append((name, forged, statuses))
    assert not wrong
    assert asked >= 2


def test_the_corridor_says_the_same_as_the_pages(story, client):
    """Asked from the door on, with a session: sent to the entrance, shown, not that way, forbidden, not found."""
    own, forbidden = reverse("network:sessions"), reverse("network:seat_give")
    missing = reverse("plans:call", args=[NOWHERE])
    assert client.get(own).status_code == 302
    client.force_login(person_of("partner.cremona"))
    asked = [client.get(own), client.put(own), client.post(forbidden), client.delete(forbidden), client.patch(missing)]
    assert [answer.status_code for answer in asked] == [200, 405, 403, 403, 404]
