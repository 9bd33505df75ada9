"""Indexes are built while people write."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from conciliazione.kernel.migrating import AddIndexWhileRunning

OURS = ("kernel", "portal", "network", "alliances", "plans", "monitoring")


def test_no_migration_shuts_a_table_to_build_an_index(settings):
    settings.MIGRATION_MODULES = {}  # also where the tables of the tests come from the models
    loader = MigrationLoader(None)
    found = [
        (name, operation, migration.atomic)
        for (app, name), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if app in OURS and isinstance(operation, AddIndex)
    ]
    assert found
    assert [name for name, operation, atomic in found if atomic or type(operation) is AddIndex] == []


@pytest.mark.django_db(transaction=True)
def test_it_is_built_again_after_a_build_that_was_cut_off_and_taken_back():
    adding = AddIndexWhileRunning("ProjectProposal", models.Index(fields=["title"], name="built_while_running"))
    before = ProjectState.from_apps(apps)
    after = before.clone()
    adding.state_forwards("plans", after)

    def there() -> bool:
        with connection.cursor() as cursor:
            return "built_while_running" in connection.introspection.get_constraints(cursor, "plans_projectproposal")

    with CaptureQueriesContext(connection) as asked:
        for _ in range(2 if connection.vendor == "postgresql" else 1):
            with connection.schema_editor(atomic=False) as editor:
                adding.database_forwards("plans", editor, before, after)
    assert there()
    if connection.vendor == "postgresql":
        created = [query["sql"] for query in asked if query["sql"].startswith("CREATE INDEX")]
        assert len(created) == 2
        assert all(sql.startswith("CREATE INDEX CONCURRENTLY") for sql in created)
    with connection.schema_editor(atomic=False) as editor:
        adding.database_backwards("plans", editor, after, before)
    assert not there()
