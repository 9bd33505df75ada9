"""A copy of everything (database, files, keys) in one archive, and its return onto an empty machine.

The database is copied first, by its own tool and at one instant; files are only ever added, so those that its rows name
are there when their turn comes. Every member of the archive has its SHA-256 in the manifest, held against it before
anything is restored.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess  # nosec B404 -- starts PostgreSQL's own tools, below
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from environ import Env

FORMAT = 1
MANIFEST, KEYS, FILES = "manifest.json", "keys.json", "files/"
KEY_SETTINGS = ("SECRET_KEY", "SECRETS_KEYS", "TRAIL_KEY")  # without them second factors and the trail cannot be read
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BackupError(Exception):
    """Nothing was written or restored, and why; a sentence for whoever runs the command."""


def backup(folder: Path, *, with_keys: bool = True) -> Path:
    """Write `conciliazione-<instant>.tar` in `folder`, readable by its owner alone; returns its path.

    Raises BackupError when the database cannot be copied. An archive that was begun never bears the final name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made_at = timezone.now()
    final = folder / f"conciliazione-{made_at:%Y%m%dT%H%M%SZ}.tar"
    unfinished = final.with_suffix(".unfinished")
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / DATABASE[connection.vendor]
        rows = _copy_database(copy)
        try:
            unfinished.touch(mode=0o600, exist_ok=False)
            with tarfile.open(unfinished, "w") as archive:
                digests[copy.name] = _add_path(archive, copy.name, copy)
                for name in _stored_files():
                    digests[FILES + name] = _add_stored(archive, name)
                if with_keys:
                    keys = json.dumps({name: getattr(settings, name) for name in KEY_SETTINGS}).encode()
                    digests[KEYS] = _add_bytes(archive, KEYS, keys)
                manifest = {
                    "format": FORMAT,
                    "made_at": made_at.isoformat(),
                    "database": connection.vendor,
                    "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
                    "rows": rows,
                    "sha256": digests,
                }
                _add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
            unfinished.rename(final)
        finally:
            unfinished.unlink(missing_ok=True)
    return final


def restore(path: Path, *, keys_to: Path | None = None) -> dict:
    """Bring an archive back into the configured database and files, both of which must be empty; returns the manifest.

    Every member is first held against its SHA-256, and afterwards the rows of every table are counted. `keys_to` is a
    new file for the keys, readable by its owner alone. Raises BackupError; before the check is over nothing is written.
    """
    _refuse_unless_empty()
    if keys_to and keys_to.exists():
        raise BackupError(f"{keys_to} exists already: the keys are written to a new file.")
    with tarfile.open(path) as archive:
        manifest = _checked_manifest(archive)
        with tempfile.TemporaryDirectory() as scratch:
            name = DATABASE[connection.vendor]
            unpacked = Path(scratch) / "database"
            with archive.extractfile(name) as packed, unpacked.open("wb") as out:
                shutil.copyfileobj(packed, out)
            _load_database(unpacked)
        for member in manifest["sha256"]:
            if member.startswith(FILES):
                default_storage.save(member.removeprefix(FILES), archive.extractfile(member))
        if keys_to and KEYS in manifest["sha256"]:
            keys_to.touch(mode=0o600)
            keys_to.write_bytes(archive.extractfile(KEYS).read())
    if (found := count_rows()) != manifest["rows"]:
        differing = sorted({t for t, _ in found.items() ^ manifest["rows"].items()})
        raise BackupError(f"Restored, but these tables do not have the rows of the archive: {', '.join(differing)}.")
    return manifest


def count_rows() -> dict[str, int]:
    """Table -> number of rows, for every table of the database."""
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            # a table's name, told by the database and quoted by Django
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 # nosec B608 -- names of our own tables
            counts[table] = cursor.fetchone()[0]
    return counts


# --- the database -------------------------------------------------------------------------------------------------
def _copy_database(target: Path) -> dict[str, int]:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(target)
        try:
            connection.connection.backup(copy)
            tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            own = set(connection.introspection.table_names())
            return {
                # a table's name, told by the database and known to Django
                table: copy.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608 # nosec B608 -- names of our own tables
                for table in sorted(tables)
                if table in own
            }
        finally:
            copy.close()
    # one snapshot for the dump and for the count of its rows
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            _run_tool("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
            return count_rows()
        finally:
            cursor.execute("ROLLBACK")


def _load_database(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(source)
        try:
            copy.backup(connection.connection)
        finally:
            copy.close()
    else:
        _run_tool("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(source), into=True)


def _run_tool(tool: str, *arguments: str, into: bool = False) -> None:
    place = _way_for_tools()
    where = {"--host": place["HOST"], "--port": place["PORT"], "--username": place["USER"]}
    options = [f"{option}={value}" for option, value in where.items() if value]
    name = [f"--dbname={place['NAME']}"] if into else [place["NAME"]]
    environment = {**os.environ, **({"PGPASSWORD": place["PASSWORD"]} if place["PASSWORD"] else {})}
    try:
        command = [tool, *options, *arguments, *name]
        # no shell; tool and options are written here, the place comes from the settings
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 # nosec B603 -- a list of words, no shell
    except FileNotFoundError:
        raise BackupError(f"{tool} is not on this machine: install PostgreSQL's client programs.") from None
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()[-400:]}")


def _way_for_tools() -> dict:
    """Where pg_dump and pg_restore find the database: past a PgBouncer, which would hand their settings to others."""
    if settings.DIRECT_DATABASE_URL:
        return Env.db_url_config(settings.DIRECT_DATABASE_URL)
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        raise BackupError(
            "The portal reaches its database through PgBouncer, and PostgreSQL's own tools must not: "
            "say in DIRECT_DATABASE_URL how to reach the primary without it."
        )
    return connection.settings_dict


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupError("The database has tables already: restore onto an empty one.")
    if next(_stored_files(), None) is not None:
        raise BackupError("There are files already where the portal keeps them: restore onto an empty folder.")


# --- the archive --------------------------------------------------------------------------------------------------
def _checked_manifest(archive: tarfile.TarFile) -> dict:
    try:
        manifest = json.load(archive.extractfile(MANIFEST))
    except (KeyError, ValueError):
        raise BackupError("This is not an archive of the portal: it has no manifest.") from None
    if manifest["format"] != FORMAT:
        raise BackupError(f"The archive has format {manifest['format']}, this version reads {FORMAT}.")
    if manifest["database"] != connection.vendor:
        raise BackupError(f"The archive holds a {manifest['database']} database, here is {connection.vendor}.")
    for member, digest in manifest["sha256"].items():
        try:
            content = archive.extractfile(member)
        except KeyError:
            raise BackupError(f"{member} is missing from the archive.") from None
        if hashlib.file_digest(content, "sha256").hexdigest() != digest:
            raise BackupError(f"{member} is not what was archived: its SHA-256 differs.")
    return manifest


def _stored_files(folder: str = "") -> Iterator[str]:
    """Every file that the portal keeps, by its name in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _stored_files(f"{folder}{name}/")


def _add_path(archive: tarfile.TarFile, name: str, path: Path) -> str:
    archive.add(path, name)
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_stored(archive: tarfile.TarFile, name: str) -> str:
    member = tarfile.TarInfo(FILES + name)
    member.size = default_storage.size(name)
    with default_storage.open(name) as content:
        passing = _Passing(content)
        archive.addfile(member, passing)
    return passing.digest.hexdigest()


class _Passing:
    """What is read passes through its SHA-256: a file of an object store is fetched once."""

    def __init__(self, content):
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self.content.read(size)
        self.digest.update(found)
        return found


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> str:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()
