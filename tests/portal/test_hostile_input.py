"""Hostile values in every form of the portal: refused on the same page or taken as text, never a failure of ours."""

import pytest
from django.db import transaction
from simple_history.models import registered_models

from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.models import Move, RegistryEntry, StoredFile
from conciliazione.kernel.pages import FormPage
from tests.portal.test_permissions import CAST, PAGES, opened, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("story")]

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


def traces():
    """How many decisions, acts and files the portal holds: what a refused post must leave alone."""
    histories = sum(model.history.count() for model in registered_models.values())
    return Move.objects.count(), RegistryEntry.objects.count(), StoredFile.objects.count(), histories


def forms_of(person):
    for name, entry in PAGES:
        if issubclass(entry.callback.view_class, FormPage):
            for url, view in opened(name, entry, person):
                yield name, url, view


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_form_falls_and_what_is_refused_writes_nothing(kind, story, client):
    wrong, posted = [], 0
    for key in CAST:
        person = person_of(key)
        client.force_login(person)
        for name, url, view in forms_of(person):
            if view.permission == PUBLIC:
                continue
            with transaction.atomic():
                page = client.get(url)
                form = page.context and page.context.get("form")
                if page.status_code != 200 or form is None:
                    continue
                posted += 1
                before = traces()
                answer = client.post(url, {field.html_name: HOSTILE[kind] for field in form})
                if answer.status_code not in {200, 302, 409, 422}:
                    wrong.append((name, url, answer.status_code))
                if answer.status_code in {200, 409, 422} and traces() != before:
                    wrong.append((name, url, "something was written"))
                if b"<script>alert(1)" in answer.content:
                    wrong.append((name, url, "shown as it is"))
                transaction.set_rollback(True)
    assert not wrong
    assert posted > 20
