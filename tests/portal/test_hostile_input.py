"""Hostile values in every form of the portal: refused on the same page or taken as text, never a failure of ours."""

import pytest
from django.db import connection, transaction
from simple_history.models import registered_models

from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.models import Move, Notice, RegistryEntry, StoredFile
from conciliazione.kernel.pages import FormPage
from tests.portal.test_permissions import CAST, PAGES, opened, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("hostile")]

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
    """How many decisions, acts, files and notices the portal holds: what a refused post must leave alone."""
    tables = [model.history.model._meta.db_table for model in registered_models.values()]
    tables += [model._meta.db_table for model in (Move, RegistryEntry, StoredFile, Notice)]
    counts = " UNION ALL ".join(f'SELECT COUNT(*) AS n FROM "{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT SUM(n) FROM ({counts}) AS counted")
        return cursor.fetchone()[0]


def forms_of(person):
    """Each form of the portal on the oldest and on the newest record that this person sees."""
    for name, entry in PAGES:
        if issubclass(entry.callback.view_class, FormPage):
            for order in ("pk", "-pk"):
                for url, view in opened(name, entry, person, order):
                    if view.permission != PUBLIC:
                        yield name, url


def test_no_form_falls_and_what_is_refused_writes_nothing(story, client):
    wrong, done, before = [], set(), traces()
    for key in CAST:
        person = person_of(key)
        client.force_login(person)
        for name, url in forms_of(person):
            if name in done:
                continue
            page = client.get(url)  # the first address at which the form can be used now
            form = page.context and page.context.get("form")
            if page.status_code != 200 or form is None:
                continue
            done.add(name)
            names = [field.html_name for field in form]
            for kind, value in HOSTILE.items():
                with transaction.atomic():
                    answer = client.post(url, dict.fromkeys(names, value))
                    if answer.status_code not in {200, 302, 409, 422}:
                        wrong.append((name, url, kind, answer.status_code))
                    if answer.status_code in {200, 409, 422} and traces() != before:
                        wrong.append((name, url, kind, "something was written"))
                    if b"<script>alert(1)" in answer.content:
                        wrong.append((name, url, kind, "shown as it is"))
                    transaction.set_rollback(True)
    assert not wrong
    assert len(done) > 50
