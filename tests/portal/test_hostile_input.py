"""Hostile values in every form of the portal: refused on the same page or taken as text, never a failure of ours."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpResponse

from conciliazione.kernel import access
from conciliazione.kernel.access import PUBLIC, SIGNED_IN
from conciliazione.kernel.pages import FormPage, Page
from network.models import Person
from tests.knocking import fresh, knock

from .walk import CAST, PAGES, opened, person_of, traces

pytestmark = pytest.mark.django_db

HOSTILE = {
    "nothing": "",
    "over-long": "x" * 20_000,
    "script": "<script>alert(1)</script>{{ 7|add:7 }}",
    "injection": "'; DROP TABLE network_network; --",
    "negative": "-1",
    "huge": "9" * 40,
    "not a number": "NaN",
    "no such day": "2014-02-31",
    "control characters": "a\x00b\x1b[31m",
    "foreign key": "999999999",
}


GIVES_ACCESS = {"network:seat_end", "network:colleague_end", "network:application_accept"}  # what they are for
SHOWN_WHOLE = {"nothing", "over-long", "script", "control characters"}  # what could break a page around its form


def forms_of(key, person, done):
    """Each form of the portal that is not done yet and that the table opens to this person somewhere, on the oldest
    and on the newest record that they see."""
    for name, entry in PAGES:
        if name in done or not issubclass(entry.callback.view_class, FormPage):
            continue
        asked = set()
        for order in ("pk", "-pk") if "pk" in entry.pattern.regex.groupindex else ("pk",):
            record = {}  # that every move of a page is about
            for url, page in opened(name, entry, person, order):
                may = page.permission == SIGNED_IN or CAST[key] & access.policy().get(page.permission, frozenset())
                if may and page.permission != PUBLIC and name not in done and url not in asked:
                    asked.add(url)
                    vars(page).update(record)
                    yield name, url, page
                    if entry.callback.view_class.object is Page.object:
                        record = {what: value for what, value in vars(page).items() if what == "object"}


class Writes:
    """Whether anything was written, also if it was taken back: only then the traces need to be counted."""

    def __enter__(self):
        self.any = False
        self._wrapper = connection.execute_wrapper(self._look)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error):
        self._wrapper.__exit__(*error)

    def _look(self, execute, sql, params, many, context):
        self.any = self.any or sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH"))
        return execute(sql, params, many, context)


@contextmanager
def shown_whole(whole: bool):
    """The page that comes back as it is; or its form alone, with what was typed and the reasons, in half the time."""

    def form_alone(self, *, status=200, **context):
        return HttpResponse(f"{context['form'].errors}{context['form']}" if context.get("form") else "", status=status)

    with pytest.MonkeyPatch.context() as patch:
        if not whole:
            patch.setattr(Page, "render", form_alone)
        yield


def form_shown(page):
    """The form of this page as it is shown; None when it cannot be used now."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "render", lambda **context: shown.append(context) or HttpResponse())
        try:
            page.dispatch(page.request, *page.args, **page.kwargs)
        except (PermissionDenied, Http404):
            return None
    if not shown or shown[0].pop("status", 200) != 200:
        return None
    return page.context(**shown[0]).get("form")


@pytest.fixture(scope="module")
def usable(story):
    """Each form of the portal at the first address at which somebody can use it now: name -> (who, address, what it
    shows, its fields). Looked for once: whatever is sent is taken back."""
    found = {}
    for key in CAST:
        for name, url, page in forms_of(key, fresh(person_of(key)), found):
            if (form := form_shown(page)) is not None:
                found[name] = key, url, {field.html_name: field.value() for field in form}, set(form.fields)
    assert len(found) > 80
    return found


def test_no_form_falls_and_what_is_refused_writes_nothing(usable):
    wrong, before, people = [], traces(), {key: fresh(person_of(key)) for key in CAST}
    for name, (key, url, shown, _) in usable.items():
        for kind, value in HOSTILE.items():
            with transaction.atomic(), shown_whole(kind in SHOWN_WHOLE), Writes() as writes:
                answer = knock(people[key], "POST", url, dict.fromkeys(shown, value))
                if answer.status_code not in {200, 302, 409, 422}:
                    wrong.append((name, url, kind, answer.status_code))
                if answer.status_code in {200, 409, 422} and writes.any and traces() != before:
                    wrong.append((name, url, kind, "something was written"))
                if b"<script>alert(1)" in answer.content:
                    wrong.append((name, url, kind, "shown as it is"))
                transaction.set_rollback(True)
            if answer.status_code == 302:  # it may have changed what is known of the person
                people[key] = fresh(people[key])
    assert not wrong


# what nobody sends who uses the page: a value that no record has, under the names that records have
FORGED = "734291"
NEVER_ASKED = (
    *("id", "pk", "status", "state", "network", "organisation", "programme", "alliance", "call", "proposal", "project"),
    *(
        "person",
        "user",
        "by",
        "role",
        "kind",
        "group_name",
        "groups",
        "seat",
        "starts_on",
        "ends_on",
        "amount",
        "grant",
    ),
    *("approved_amount", "points", "registry_number", "number", "version", "sha256", "file_id", "public", "at"),
    *("is_superuser", "is_staff", "is_active", "is_example", "is_lead", "password", "email", "tax_code"),
)


class Forged(Writes):
    """Whether what was forged is among the values that are written."""

    def _look(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE")):
            self.any = self.any or FORGED in repr(params)
        return execute(sql, params, many, context)


def powers():
    """Who may what: the marks of each person, and their groups."""
    marks = Person.objects.order_by("pk").values_list("pk", "email", "is_superuser", "is_staff", "is_active")
    return list(marks), sorted(Person.groups.through.objects.values_list("person", "group"))


def test_fields_that_a_form_does_not_show_are_not_written(usable):
    """Each form sent as it stands, once by whoever may, with fields beside it that the record has and the form not."""
    wrong, written, people = [], 0, {key: fresh(person_of(key)) for key in CAST}
    before = powers()
    for name, (key, url, shown, fields) in usable.items():
        typed = {field: value for field, value in shown.items() if value is not None}
        extra = {field: FORGED for field in NEVER_ASKED if field not in fields}
        with transaction.atomic():
            with Forged() as forged, shown_whole(False):
                answer = knock(people[key], "POST", url, typed | extra)
            written += answer.status_code == 302
            if forged.any:
                wrong.append((name, url, "the forged value was written"))
            if answer.status_code not in {200, 302, 409, 422}:
                wrong.append((name, url, answer.status_code))
            if name not in GIVES_ACCESS and powers() != before:
                wrong.append((name, url, "somebody may more, or less"))
            transaction.set_rollback(True)
        if answer.status_code == 302:
            people[key] = fresh(people[key])
    assert not wrong
    assert written > 15
