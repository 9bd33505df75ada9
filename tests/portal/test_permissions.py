"""Every address of the portal x every method x every role (and nobody signed in), held against the permission tables.

Each page is asked as its address leads to it (`tests/knocking.py`), with a record that the person can see, with one of
another network and with one that is not there. The corridor before the pages is asked once for each kind of answer.
"""

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from alliances.models import Alliance
from conciliazione.kernel import access
from conciliazione.kernel.access import PUBLIC, SIGNED_IN
from conciliazione.kernel.pages import Page
from tests import factories
from tests.knocking import ask_each, fresh, knock, refuse_each

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


@pytest.fixture(scope="module")
def pages_of(story):
    """Who -> (name, address, page) of all that they can ask with a record that they see, looked for once."""
    found = {}

    def pages_of(key):
        if key not in found:
            person = fresh(factories.make_person(is_superuser=True) if key == "root" else person_of(key))
            found[key] = []
            for name, entry in PAGES:
                known = {}
                for url, page in opened(name, entry, person):
                    found[key].append((name, url, page))
                    if key != "root" and entry.callback.view_class.object is Page.object:
                        vars(page).update(known)  # every move of a page is about its record
                        known = {"object": page.object}
        return found[key]

    return pages_of


def test_every_address_is_a_page_that_declares_who_may():
    assert [name for name, _ in OWN] == [name for name, _ in PAGES]


def test_every_address_is_opened_by_someone(pages_of):
    opened_by_someone = {name for key in ("root", *CAST) for name, *_ in pages_of(key)}
    assert {name for name, _ in PAGES} - opened_by_someone == BY_CODE | OVER


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


@contextmanager
def written_out(fully: bool):
    """The page as it comes; or its status alone."""
    with pytest.MonkeyPatch.context() as patch:
        if not fully:
            patch.setattr(Page, "render", lambda page, *, status=200, **extra: HttpResponse(status=status))
        yield


class Answers:
    """Method -> status, as each person gets it from each page. Only a POST of somebody who may could write, and is
    undone; HEAD is GET for who may.

    Each page is written out for every role that may open it, and each move, and what comes back from each form sent
    without a word, for the first: those that remain differ in a name."""

    def __init__(self):
        self.seen = set()

    def unseen(self, *what) -> bool:
        known = self.seen.issuperset(what)
        self.seen.update(what)
        return not known

    def of(self, person, name, page, may):
        if not may:
            return ask_each(page, METHODS)
        move = page.kwargs.get("move")
        with written_out(self.unseen((person.pk, name), ("GET", name, move))):
            found = ask_each(page, ("PUT", "PATCH", "DELETE", "OPTIONS", "GET"))
        with written_out(self.unseen(("POST", name, move))), transaction.atomic():
            found["POST"] = knock(person, "POST", page.request.path).status_code
            transaction.set_rollback(True)
        return found


@pytest.fixture(scope="module")
def answers():
    return Answers()


@pytest.mark.parametrize("key", CAST)
def test_roles_open_what_the_table_says_and_write_nothing_else(key, pages_of, answers):
    person, wrong, before = fresh(person_of(key)), [], traces()
    for name, url, page in pages_of(key):
        open_to_all = page.permission in (PUBLIC, SIGNED_IN)
        may = open_to_all or roles_here(key, person, page.scope_object) & access.policy()[page.permission]
        given = answers.of(person, name, page, may)
        if given["POST"] == 302:  # it may have changed what is known of the person
            person = fresh(person)
        for method, status in given.items():
            refused = {403, 404} | ({302} if method == "GET" and name in LED_ON else set())
            if status not in (expected_of(method, page, name) if may else refused):
                wrong.append((name, method, url, page.permission, status))
    assert not wrong
    assert traces() == before


@pytest.mark.parametrize("key", CAST)
def test_what_is_not_there_is_not_found_whatever_one_asks(key, pages_of):
    person, wrong = fresh(person_of(key)), []
    # the other moves of a page ask for the same record
    for name, page in {name: page for name, _, page in reversed(pages_of(key))}.items():
        if "pk" not in page.kwargs:
            continue
        missing = reverse(name, kwargs=page.kwargs | {"pk": NOWHERE})
        for method, status in refuse_each(person, METHODS, missing).items():
            # a page that is about no one scope tells of its methods before it looks its record up
            takes = method in READ_OR_SENT and hasattr(page, method.lower())
            if status not in {403, 404} | (set() if takes else expected_of(method, page, name)):
                wrong.append((name, method, missing, status))
    assert not wrong


def test_nobody_signed_in_sees_the_public_pages_alone(pages_of, client):
    nobody, wrong = AnonymousUser(), []
    for name, url, page in pages_of("root"):
        if page.permission == PUBLIC:
            if client.get(url).status_code not in {200, 302, 404, 405}:
                wrong.append((name, url))
            unsafe = refuse_each(nobody, ("PUT", "PATCH", "DELETE"), url)
            if not set(unsafe.values()) <= {404, 405}:
                wrong.append((name, url, unsafe))
            continue
        for method in METHODS:
            answer = knock(nobody, method, url)
            if answer.status_code != 302 or "/accesso/" not in answer["Location"]:
                wrong.append((name, method, url, page.permission, answer.status_code))
    assert not wrong


def test_people_of_another_network_find_nothing_of_this_one(pages_of):
    elsewhere = factories.make_network(programme=None)
    ally = factories.make_alliance(elsewhere)
    people = [fresh(one) for one in (elsewhere.office, elsewhere.chair, ally.lead_person, ally.partner_person)]
    wrong = []
    for name, url, page in pages_of("asl"):
        record = page.scope_object
        if page.permission in (PUBLIC, SIGNED_IN) or record is None or not record.scopes().get("network"):
            continue
        for person in people:
            statuses = refuse_each(person, METHODS, url)
            if not set(statuses.values()) <= {403, 404}:
                wrong.append((name, url, page.permission, statuses))
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
