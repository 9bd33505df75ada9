"""The whole story of the demonstration: told once for a run, into a database of its own that each worker copies.

The fixture `story` lets a module of tests stand in it: what they write is rolled back when the module ends.
"""

import os
import shutil
from contextlib import contextmanager
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
from tests.once import connected_to, copied, made_once, run_on_server, shared_folder


@contextmanager
def in_database(name: str, media: Path):
    """Inside the block Django's connection is to this database, files lie in this folder, notes of the trail beside."""
    standing = clock._offset
    ContentType.objects.clear_cache()
    try:
        with (
            connected_to(name),
            override_settings(MEDIA_ROOT=media, TRAIL_ANCHORS=media.parent / "trail-anchors.txt"),
        ):
            yield
    finally:
        ContentType.objects.clear_cache()
        clock._offset = standing


def tell(name: str, media: Path) -> None:
    with in_database(name, media):
        call_command("seed_demo", stage="closing", stdout=StringIO())


@contextmanager
def kept_in_files(shared: Path, own: Path):
    before = Path(connection.settings_dict["NAME"])
    told = shared / "story.sqlite3"

    def make():
        connection.close()
        copied(before, told)
        tell(str(told), shared / "media")

    with made_once(shared, make):
        copied(told, own / "story.sqlite3")
        yield str(own / "story.sqlite3")


@contextmanager
def kept_on_server(shared: Path, own: Path):
    """The same on PostgreSQL: databases beside that of the tests."""
    before = connection.settings_dict["NAME"]
    told, name = f"story_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}", f"{before}_story"

    def make():
        run_on_server(f'CREATE DATABASE "{told}" TEMPLATE "{before}"')
        tell(told, shared / "media")

    connection.close()
    run_on_server(f'DROP DATABASE IF EXISTS "{name}"')
    with made_once(shared, make, lambda: run_on_server(f'DROP DATABASE "{told}"')):
        run_on_server(f'CREATE DATABASE "{name}" TEMPLATE "{told}"')
        try:
            yield name
        finally:
            run_on_server(f'DROP DATABASE "{name}"')


@contextmanager
def kept(shared: Path, own: Path):
    """Where the story is kept for this run: (database, folder of files). Whichever worker comes first tells it."""
    keep = kept_in_files if connection.vendor == "sqlite" else kept_on_server
    with keep(shared, own) as name:
        if (shared / "media").exists():
            shutil.copytree(shared / "media", own / "media")
        yield name, own / "media"


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
    own, shared = tmp_path_factory.mktemp("story"), shared_folder(tmp_path_factory)
    with django_db_blocker.unblock(), kept(shared / "kept-story", own) as place:
        yield place


@pytest.fixture(scope="module")
def story(kept_story, django_db_blocker):
    """The demonstration up to its end, for all tests of a module."""
    with django_db_blocker.unblock(), standing(kept_story):
        yield
