"""The kinds of document that the portal issues: each app registers its own, in its `documents.py`."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from . import access

RecordTo = Callable[[Any], Any]


@dataclass(frozen=True)
class DocumentKind:
    """What a document is about, who may have it, and how its parts are made from the record.

    `version` tells one content from another: equal content, equal version. The callables take the record; any of
    them may raise Refused, and the person who asked reads its sentence.
    """

    key: str
    label: str
    template: str
    model: type[Model]
    permission: str | None
    context: RecordTo
    title: RecordTo
    version: RecordTo
    filename: RecordTo
    issuer: RecordTo = lambda record: ""
    short_title: RecordTo | None = None
    public: RecordTo = lambda record: False
    also: RecordTo = lambda record: ()  # further actions that open it, as the record stands now
    long: bool | RecordTo = False
    data: RecordTo | None = None
    files: RecordTo = lambda record: ()  # what else goes inside the PDF (`pdf.Attached`)

    def record(self, pk: int) -> Model | None:
        return self.model._base_manager.filter(pk=pk).first()

    def is_long(self, record) -> bool:
        return bool(self.long(record) if callable(self.long) else self.long)

    def may_open(self, person, record) -> bool:
        """Public as the record stands now, or allowed by one of the kind's actions on it."""
        if self.public(record):
            return True
        actions = [self.permission, *self.also(record)] if self.permission else self.also(record)
        return any(access.can(person, action, record) for action in actions)


_kinds: dict[str, DocumentKind] = {}


def fingerprint(printed: Any) -> str:
    """A short word that changes with whatever is printed: for the version of a document whose record has none."""
    return hashlib.sha256(json.dumps(printed, default=str, sort_keys=True).encode()).hexdigest()[:16]


def register(kind: DocumentKind) -> DocumentKind:
    """Make a kind known. Its key is part of addresses and rows: it never changes."""
    if kind.key in _kinds:
        raise ImproperlyConfigured(f"Two kinds of document are called {kind.key}.")
    _kinds[kind.key] = kind
    return kind


@cache
def _look_in_every_app() -> None:
    autodiscover_modules("documents")


def kind_of(key: str) -> DocumentKind | None:
    """The kind with this key; None when the portal has it no more."""
    _look_in_every_app()
    return _kinds.get(key)


def all_kinds() -> list[DocumentKind]:
    """Every kind, by key."""
    _look_in_every_app()
    return [_kinds[key] for key in sorted(_kinds)]
