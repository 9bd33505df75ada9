"""The whole story of the demonstration: told once for a run, into a database of its own that each worker copies.

The fixture `story` lets a module of tests stand in it: what they write is rolled back when the module ends.
"""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from conciliazione.kernel import clock
from conciliazione.kernel.models import DemoClock


@contextmanager
def in_database(name: str, media: Path):
    """Inside the block Django's connection is to this database, files lie in this folder, notes of the trail beside."""
    before, standing = connection.settings_dict["NAME"], clock._offset
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    try:
        with override_settings(MEDIA_ROOT=media, TRAIL_ANCHORS=media.parent / "trail-anchors.txt"):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        ContentType.objects.clear_cache()
        clock._offset = standing


def tell(name: str, media: Path) -> None:
    with in_database(name, media):
        call_command("seed_demo", stage="closing", stdout=StringIO())


def copied(source: Path, target: Path) -> None:
    """A copy of an SQLite database, also of one in use."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def keep_in_files(shared: Path, own: Path) -> tuple[str, Path]:
    """(database, folder of files) with the story. The first worker that comes tells it, the others wait for it."""
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "told").exists():
            connection.close()
            copied(Path(connection.settings_dict["NAME"]), shared / "story.sqlite3")
            tell(str(shared / "story.sqlite3"), shared / "media")
            (shared / "told").touch()
    copied(shared / "story.sqlite3", own / "story.sqlite3")
    if (shared / "media").exists():
        shutil.copytree(shared / "media", own / "media")
    return str(own / "story.sqlite3"), own / "media"


def run_on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def keep_on_server(own: Path):
    """The same on PostgreSQL: a database beside that of the tests, told by each worker for itself."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_story"
    connection.close()
    run_on_server(f'DROP DATABASE IF EXISTS "{name}"')
    run_on_server(f'CREATE DATABASE "{name}" TEMPLATE "{before}"')
    try:
        tell(name, own / "media")
        yield name, own / "media"
    finally:
        run_on_server(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def kept(shared: Path, own: Path):
    """Where the story is kept for this run: (database, folder of files)."""
    if connection.vendor == "sqlite":
        yield keep_in_files(shared, own)
    else:
        with keep_on_server(own) as place:
            yield place


@contextmanager
def standing(place: tuple[str, Path]):
    """Inside the block the story stands at its end; nothing that is written remains afterwards."""
    assert settings.DEPLOYMENT == "test"
    with in_database(*place):
        clock._offset = DemoClock.objects.get().offset
        with transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)


@pytest.fixture(scope="session")
def kept_story(django_db_setup, django_db_blocker, tmp_path_factory):
    own = tmp_path_factory.mktemp("story")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with django_db_blocker.unblock(), kept(shared / "kept-story", own) as place:
        yield place


@pytest.fixture(scope="module")
def story(kept_story, django_db_blocker):
    """The demonstration up to its end, for all tests of a module."""
    with django_db_blocker.unblock(), standing(kept_story):
        yield
