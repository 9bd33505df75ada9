"""Search by words, as Italian inflects them on PostgreSQL; SQLite looks for the words as they are written.

PostgreSQL answers from an index over the expression itself (docs/decisions/search.md): there is nothing to keep in
step, and without the index the answer is the same, only slower.
"""

import re
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.models import Q, QuerySet

from .text import normalise

ITALIAN = "italian"
MOST_WORDS = 12
_BETWEEN = re.compile(r"[\s'’\"\\]+")  # an elided article is a word of its own; 2025/0000012 is one word
_LETTER = re.compile(r"[^\W_]")


def words_of(text: str) -> list[str]:
    """The words to look for, in small letters."""
    return [word for word in _BETWEEN.split(normalise(text).casefold()) if _LETTER.search(word)][:MOST_WORDS]


def matching(rows: QuerySet, text: str, *fields: str) -> QuerySet:
    """Those of the rows that have every word of the text in one of the fields or another; the end of a word may be
    missing. None without a word."""
    words = words_of(text)
    if not words:
        return rows.none()
    if connection.vendor == "postgresql":
        wanted = SearchQuery(" & ".join(f"'{word}':*" for word in words), config=ITALIAN, search_type="raw")
        return rows.alias(words_here=SearchVector(*fields, config=ITALIAN)).filter(words_here=wanted)
    return rows.filter(reduce(and_, (reduce(or_, (Q(**{f"{f}__icontains": word}) for f in fields)) for word in words)))


class AddSearchIndex(Operation):
    """Of a migration: the index that `matching(rows, text, *fields)` reads, where the database is PostgreSQL."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, name: str, *fields: str):
        self.model, self.name, self.fields = model, name, fields

    def deconstruct(self):
        return self.__class__.__name__, [self.model, self.name, *self.fields], {}

    def state_forwards(self, app_label, state):
        """The models stay as they are: the index is PostgreSQL's own."""

    def index(self) -> GinIndex:
        return GinIndex(SearchVector(*self.fields, config=ITALIAN), name=self.name)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.add_index(to_state.apps.get_model(app_label, self.model), self.index())

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.remove_index(to_state.apps.get_model(app_label, self.model), self.index())

    def describe(self):
        return f"Search {self.model} by words"
