"""Many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection, models

CHUNK = 20_000


def last_id(model: type[models.Model]) -> int:
    """The greatest key in use, after which new ones are given."""
    return model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0


def load(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple]) -> int:
    """Insert rows, given as tuples of the columns named by their `attname`; the other fields take their default.

    JSON is given as text. Constraints and indexes of the database hold as always. Returns how many rows.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [f for name, f in fields.items() if name not in columns and not f.primary_key]
    defaults = tuple(f.get_db_prep_save(f.get_default(), connection) for f in rest)
    names = [fields[name].column for name in columns] + [f.column for f in rest]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        return _copy(f"COPY {table} ({quoted}) FROM STDIN", rows, defaults)
    marks = ", ".join("%s" for _ in names)
    prepared = _prepared([fields[name] for name in columns], rows)
    # names of the model, quoted by Django; the values are parameters
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608 # nosec B608 -- names come from our models
    return _insert(statement, prepared, defaults)


def _copy(statement: str, rows: Iterable[tuple], defaults: tuple) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row + defaults)
            count += 1
    return count


def _prepared(fields: list[models.Field], rows: Iterable[tuple]) -> Iterator[tuple]:
    """What SQLite does not store by itself is written its way."""
    kinds = (models.DateField, models.DecimalField)
    places = [(place, field) for place, field in enumerate(fields) if isinstance(field, kinds)]
    for row in rows:
        ready = list(row)
        for place, field in places:
            ready[place] = field.get_db_prep_save(ready[place], connection)
        yield tuple(ready)


def _insert(statement: str, rows: Iterator[tuple], defaults: tuple) -> int:
    count = 0
    with connection.cursor() as cursor:
        while chunk := [row + defaults for row in islice(rows, CHUNK)]:
            cursor.executemany(statement, chunk)
            count += len(chunk)
    return count


def settle(loaded: Iterable[type[models.Model]]) -> None:
    """After loading: new keys follow the loaded ones, and the planner knows the tables."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(loaded)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
