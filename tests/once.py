"""What costs much and is the same for all workers of a run: made by whichever comes first, copied by each."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextmanager
def made_once(folder: Path, make: Callable[[], None], unmake: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Inside the block it is made. Whoever made it unmakes it; who comes later still would make it anew."""
    folder.mkdir(exist_ok=True)
    made = folder / "made"
    with locked(folder):
        first = not made.exists()
        if first:
            make()
            made.touch()
    try:
        yield
    finally:
        if first:
            with locked(folder):
                made.unlink()
                unmake()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- databases --------------------------------------------------------------------------------------------------
def copied(source: Path, target: Path) -> None:
    """A copy of an SQLite database, also of one in use."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def run_on_server(statement: str) -> None:
    """One statement about a database of PostgreSQL, from outside of it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Inside the block Django's connection is to this database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def migrated_once(shared: Path, blocker) -> Iterator[None]:
    """Inside the block the test database of this worker will be a copy of one that a worker has migrated for all."""
    migrated = _migrated_file if connection.vendor == "sqlite" else _migrated_on_server
    with migrated(shared / "migrated", blocker):
        yield


def _migrate(name: str) -> None:
    with connected_to(name):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _migrated_file(folder: Path, blocker) -> Iterator[None]:
    file = folder / "migrated.sqlite3"
    create = connection.creation._create_test_db

    def create_as_copy(*args, **options):
        name = create(*args, **options)
        copied(file, Path(name))
        return name

    def make():
        with blocker.unblock():
            _migrate(str(file))

    with made_once(folder, make), pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.creation, "_create_test_db", create_as_copy)
        yield


@contextmanager
def _migrated_on_server(folder: Path, blocker) -> Iterator[None]:
    test = connection.settings_dict["TEST"]
    name = f"migrated_{os.environ['PYTEST_XDIST_TESTRUNUID']}"

    def make():
        with blocker.unblock():
            run_on_server(f'CREATE DATABASE "{name}" TEMPLATE template0')
            _migrate(name)

    def unmake():
        with blocker.unblock():
            run_on_server(f'DROP DATABASE "{name}"')

    with made_once(folder, make, unmake), pytest.MonkeyPatch.context() as patch:
        patch.setitem(test, "TEMPLATE", name)
        yield
