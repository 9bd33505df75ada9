"""Operations of migrations: many models made together, an index built while the portal is used."""

from collections.abc import Sequence

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex, CreateModel
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Make several models as one step, whatever relations they have among themselves.

    Django renders every related model anew after each single operation, so that a first migration of many models
    takes minutes. Here the state is rendered once. Foreign keys may point to a later model of the list: SQLite does
    not look, PostgreSQL gets its constraints when the migration ends.
    """

    reduces_to_sql = True
    reversible = True
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # a cached property: rendered again when it is next asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} models"

    def references_model(self, name, app_label):
        return True


class AddIndexWhileRunning(AddIndexConcurrently):
    """Build an index while people write: on PostgreSQL without a lock that would keep them from the table meanwhile.

    Its migration says `atomic = False`. What a build that was cut off left behind is taken away by the next one.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
