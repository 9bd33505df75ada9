"""Is the portal alive, and may it be sent visitors? For the load balancer and the supervisor, not for people."""

import uuid
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations wait: run manage.py migrate" if waiting else ""


def _files() -> str:
    name = default_storage.save(f"health/{uuid.uuid4().hex}.txt", ContentFile(b"probe"))  # another may look just now
    try:
        with default_storage.open(name) as probe:
            return "" if probe.read() == b"probe" else "a file does not read as it was written"
    finally:
        default_storage.delete(name)


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "files": _files}


def findings() -> dict[str, str]:
    """What each check found: an empty text when all is well, else a sentence without names, addresses or secrets."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except (DatabaseError, OSError) as error:
            found[name] = f"failed: {type(error).__name__}"
    return found


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nothing of database or files: their failure is no reason to restart the process."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Whether visitors may be sent here: database, migrations and files, each with what was found; 503 when not."""
    found = findings()
    well = not any(found.values())
    return JsonResponse(
        {"status": "ok" if well else "failing", "checks": {name: text or "ok" for name, text in found.items()}},
        status=200 if well else 503,
    )
