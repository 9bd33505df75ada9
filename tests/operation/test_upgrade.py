"""A database as the last release left it, brought to the present by `migrate`: nothing is lost and the pages open.

What stands in `releases/` are archives of `manage.py backup`; docs/operations.md tells how they are renewed.
"""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from conciliazione.kernel import clock
from conciliazione.kernel.models import DemoClock
from conciliazione.kernel.operation import backup, health
from network.models import Person
from plans.models import Project, ProjectProposal, TerritorialPlan
from tests.once import run_on_server
from tests.portal.world import in_database

RELEASES = Path(__file__).parent / "releases"
# table -> columns that migrations since the release take away or write anew, on purpose; empty with each new archive
CHANGED: dict[str, set[str]] = {}


@pytest.fixture(scope="module")
def released(django_db_setup, django_db_blocker, tmp_path_factory):
    """The last release, restored into a database of its own; the manifest of its archive."""
    [archive] = RELEASES.glob(f"*-{connection.vendor}.tar.xz")
    own = tmp_path_factory.mktemp("release")
    with django_db_blocker.unblock():
        on_server = connection.vendor == "postgresql"
        name = f"{connection.settings_dict['NAME']}_release" if on_server else str(own / "release.sqlite3")
        if on_server:
            run_on_server(f'DROP DATABASE IF EXISTS "{name}"')
            run_on_server(f'CREATE DATABASE "{name}"')
        try:
            # the other tests make their tables from the models: here the migrations count
            with in_database(name, own / "media"), override_settings(MIGRATION_MODULES={}):
                manifest = backup.restore(archive)
                clock._offset = DemoClock.objects.get().offset
                yield manifest
        finally:
            if on_server:
                run_on_server(f'DROP DATABASE IF EXISTS "{name}"')


def read(tables) -> dict[str, tuple[list[str], list[tuple[str, ...]]]]:
    """Table -> its columns and rows, as they are in the database."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            found[table] = columns, [tuple(map(repr, row)) for row in cursor.fetchall()]
    return found


def of(columns, rows, wanted) -> Counter:
    places = [columns.index(name) for name in wanted]
    return Counter(tuple(row[place] for place in places) for row in rows)


def lost(before, after) -> dict[str, list]:
    """Table -> rows that are no longer there with every value that they had."""
    found = {}
    for table, (columns, rows) in before.items():
        kept = [column for column in columns if column not in CHANGED.get(table, ())]
        if missing := of(columns, rows, kept) - of(*after[table], kept):
            found[table] = list(missing)[:3]
    return found


def test_a_database_of_the_last_release_is_brought_to_the_present(released):
    before = read(released["rows"])
    assert sum(len(rows) for _, rows in before.values()) > 2000
    assert "migrations wait" in health.CHECKS["migrations"]()
    call_command("migrate", verbosity=0)
    assert health.CHECKS["migrations"]() == ""
    assert lost(before, read(before)) == {}

    # what the present code makes of them
    assert Project.objects.count() == released["rows"]["plans_project"] > 0
    said = StringIO()
    call_command("verify_audit", "--no-anchor", stdout=said)
    assert f"whole: {released['rows']['kernel_trailentry']} entries" in said.getvalue()
    office = Person.objects.get(email="asl@demo.example.org")
    client = Client()
    client.force_login(office)
    for page in (
        "/il-mio-lavoro/",
        "/cruscotto/",
        "/cerca/?q=famiglia",
        ProjectProposal.objects.filter(status="funded").first().get_absolute_url(),
        Project.objects.first().get_absolute_url(),
        TerritorialPlan.objects.first().get_absolute_url(),
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page
    assert Client().get("/progetti-finanziati/").context["page_obj"]


def test_a_value_that_changed_on_the_way_would_be_seen():
    before = {"a": (["id", "title"], [("1", "'x'"), ("2", "'y'")])}
    assert lost(before, {"a": (["title", "id", "new"], [("'y'", "2", "0"), ("'x'", "1", "0")])}) == {}
    assert lost(before, {"a": (["id", "title"], [("1", "'x'"), ("2", "'Y'")])}) == {"a": [("2", "'y'")]}
    assert lost(before, {"a": (["id", "title"], [("1", "'x'")])}) == {"a": [("2", "'y'")]}
