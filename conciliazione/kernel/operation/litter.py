"""Files that no row names: a process was killed, or a transaction failed, between keeping a file and writing its row.

The other way round cannot happen: a row is written after its file. Such a file is of nobody and is taken away once it
is old enough not to belong to something that is still under way.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

OLD = timedelta(days=1)


def _fields() -> Iterator[tuple[type[models.Model], models.FileField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and field.storage == default_storage:
                yield model, field


def _named() -> set[str]:
    """Every file that a row names, or once named."""
    found: set[str] = set()
    for model, field in _fields():
        found |= set(model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
        if history := getattr(model, "history", None):
            found |= set(history.model._base_manager.values_list(field.name, flat=True))
    return found


def _stored(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from _stored(f"{folder}/{name}")


def tidy(older_than: timedelta = OLD) -> list[str]:
    """Take away the files of the portal's own folders that no row names; returns their names."""
    roots = sorted({str(field.upload_to).split("/")[0] for _, field in _fields()} - {""})
    before = timezone.now() - older_than
    stored = [name for root in roots for name in _stored(root)]
    # the rows are asked after the files: what came in meanwhile is named by then, or too young
    named = _named()
    gone = [n for n in stored if n not in named and default_storage.get_modified_time(n) <= before]
    for name in gone:
        default_storage.delete(name)
    return gone
