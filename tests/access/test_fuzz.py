"""Any value, in any field, parameter and number of an address, by anybody: an answer, never a failure of ours.

Bounded and always the same (derandomised). `tests/portal/test_hostile_input.py` posts chosen values to open forms; here
the values, the fields and the records are drawn.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conciliazione.kernel.pages import FormPage
from tests import factories
from tests.knocking import fresh, knock
from tests.portal.walk import PAGES

pytestmark = pytest.mark.django_db

NASTY = [
    "' OR 1=1 --",
    "{{ 7|add:7 }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\x00",
    "%00",
    "9" * 30,
    "-1",
    "NaN",
]
VALUES = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=60), st.integers(-5, 10**20).map(str), st.booleans().map(str)
)
NUMBERS = st.one_of(st.integers(1, 40), st.sampled_from([0, 2**31, 2**63 - 1, 2**63, 10**19]))
ASCII = st.characters(codec="ascii")
QUERIES = ["pagina", "ordina", "formato", "q", "cerca", "stato", "rete", "programma", "ente", "next", "anno"]


def field_names(view) -> list[str]:
    form = getattr(view, "form_class", None) if issubclass(view, FormPage) else None
    return [*getattr(form, "base_fields", {}), "reason", "seat", "session", "codice"]


def address(draw, name, entry) -> str:
    """An address of this page with drawn parts; what a part's pattern does not take is left to the plainest value."""
    parts = {}
    for part in entry.pattern.regex.groupindex:
        converter = type(entry.pattern.converters[part]).__name__
        if converter == "IntConverter":
            parts[part] = draw(NUMBERS)
        elif converter == "SlugConverter":
            parts[part] = draw(st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True))
        elif converter == "StringConverter":
            parts[part] = draw(st.text("abcXYZ09-_.'\"<>%", min_size=1, max_size=20))
        else:  # a pattern of our own
            parts[part] = draw(st.from_regex(entry.pattern.converters[part].regex, fullmatch=True, alphabet=ASCII))
    return reverse(name, kwargs=parts)


def asked_of(draw, name, entry, method):
    """(method, address, values) of a request to this page, all of it drawn."""
    url = address(draw, name, entry)
    if method == "GET":
        return method, url, draw(st.dictionaries(st.sampled_from(QUERIES), VALUES, max_size=4))
    names = field_names(entry.callback.view_class)
    return method, url, draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))


@st.composite
def requests(draw):
    name, entry = draw(st.sampled_from(PAGES))
    return asked_of(draw, name, entry, draw(st.sampled_from(["GET", "POST"])))


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """Nobody, and one of each role in a network where something of each kind is."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        world = factories.make_network()
        ally = factories.make_alliance(world)
        proposal = factories.make_proposal(factories.make_call(world), ally)
        factories.make_project(factories.make_plan(world), proposal)
        yield [AnonymousUser(), *map(fresh, (world.region, world.office, world.chair, ally.lead_person))]
        transaction.set_rollback(True)


def bounded(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def fine(answer) -> bool:
    if answer.streaming or "text/html" not in answer.get("Content-Type", ""):
        return answer.status_code < 500
    hidden = b"<script>alert(1)" in answer.content or b"Traceback" in answer.content
    return answer.status_code < 500 and not hidden


@pytest.mark.parametrize(("name", "entry"), PAGES, ids=[name for name, _ in PAGES])
@given(data=st.data(), who=st.integers(0, 4))
@bounded(2)
def test_every_page_answers_whatever_is_asked_of_it(name, entry, data, who, people):
    """Each address of the map is opened, and each form sent, by whoever is drawn; the page itself, as
    `tests/knocking.py` asks it: what it does not refuse in words fails here with its reason."""
    from django.db import transaction

    method = "POST" if hasattr(entry.callback.view_class, "post") else "GET"
    method, url, values = asked_of(data.draw, name, entry, method)
    with transaction.atomic():
        try:
            answer = knock(people[who], method, url, values)
        except Http404:  # an address that only looks like one of this page
            return
        assert fine(answer), (method, url, values)
        transaction.set_rollback(True)


@given(asked=requests(), who=st.integers(0, 4))
@bounded(40)
def test_whatever_is_asked_there_is_an_answer(asked, who, people):
    """The same through the whole portal, from its door on."""
    from django.db import transaction

    method, url, data = asked
    with transaction.atomic():
        client = Client()
        if people[who].is_authenticated:
            client.force_login(people[who])
        answer = (client.get if method == "GET" else client.post)(url, data)
        assert fine(answer), (method, url, data)
        transaction.set_rollback(True)
