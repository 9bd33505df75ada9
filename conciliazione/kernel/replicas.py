"""Pages read from replicas of the database (`REPLICA_URLS`); whoever wrote sees what they wrote.

* A replica is read by the view of a GET or HEAD, outside any transaction. All else asks the primary: what changes
  something, jobs, commands, and the door (session, person, seat, permissions, trail), whatever the page.
* Once a request has written, the rest of it reads from the primary; and so do the next requests of that browser for
  `REPLICA_SECONDS`, by a cookie. The cookie need not be signed: all that it does is make pages read from the primary.
* A replica is read only while it is proven to hold everything that the primary had committed `REPLICA_SECONDS` ago or
  later. So the cookie outlasts what a replica may miss. No clock but our own and no word of the replica's about itself
  goes into the proof: once a second each process notes how far the primary has written, and how far the replica is.
* A replica that is late, gone, or no replica at all is not read, and nobody notices. When it goes in the midst of a
  page, the view is asked again, of the primary: until then it has written nothing.
"""

import logging
import random
import re
import time
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from threading import Lock

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from guardian.models.models import GroupObjectPermissionBase, UserObjectPermissionBase

logger = logging.getLogger(__name__)

MARK = "wrote"  # the cookie
CHECK_EVERY = 1.0  # seconds between two looks at a replica
AGAIN_AFTER = 5.0  # seconds until one that did not answer is asked again
PRIMARY_APPS = {
    *("account", "admin", "auth", "axes", "django_cache", "django_tasks_database"),
    *("guardian", "mfa", "sessions", "socialaccount", "usersessions"),
}
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "DECLARE", "FETCH", "CLOSE", "SHOW", "SET")
_TARGET = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
_POSITION = """
SELECT system_identifier, pg_is_in_recovery(),
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::bigint
FROM pg_control_system()
"""
_on_primary: set[type] = set()


def keep_on_primary(*models: type) -> None:
    """What is asked at the door, or counted: never read from a replica."""
    _on_primary.update(models)


def is_on_primary(model: type) -> bool:
    if model._meta.auto_created:  # the table between two models
        model = model._meta.auto_created
    return (
        model._meta.app_label in PRIMARY_APPS
        or model in _on_primary
        or issubclass(model, (GroupObjectPermissionBase, UserObjectPermissionBase))
    )


class Replica:
    """What this process knows of one replica."""

    def __init__(self, alias: str):
        self.alias = alias
        self.proven_at = float("-inf")  # all that the primary had committed by then is there
        self.due_at = 0.0
        self.noted: deque[tuple[float, int]] = deque(maxlen=60)  # (when, how far the primary had written)
        self.lock = Lock()
        self.was_usable = True

    def usable(self) -> bool:
        """Whether it may be read now; looked at again when that is due, by one thread at a time."""
        if time.monotonic() >= self.due_at and self.lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self.lock.release()
        usable = time.monotonic() - self.proven_at <= settings.REPLICA_SECONDS
        if usable != self.was_usable:
            self.was_usable = usable
            logger.warning("%s %s", self.alias, "is read again." if usable else "is not read: it is late or away.")
        return usable

    def gone(self) -> None:
        """It did not answer."""
        self.proven_at, self.due_at = float("-inf"), time.monotonic() + AGAIN_AFTER
        with suppress(DatabaseError, InterfaceError):
            connections[self.alias].close()

    def _look(self) -> None:
        noted_at = time.monotonic()  # before: what is committed while we ask may be beyond the answer
        cluster, _, written = _position(PRIMARY)
        self.noted.append((noted_at, written))
        try:
            its_cluster, follows, replayed = _position(self.alias)
        except (DatabaseError, InterfaceError):
            self.gone()
            return
        if its_cluster != cluster or not follows:
            logger.error("%s is not a replica of this database.", self.alias)
            self.gone()
            return
        self.proven_at = max((at for at, position in self.noted if position <= replayed), default=float("-inf"))
        self.due_at = noted_at + CHECK_EVERY


def _position(alias: str) -> tuple[int, bool, int]:
    """(which cluster, whether it follows another, how far it has written or replayed)."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_POSITION)
        return cursor.fetchone()


_replicas: dict[str, Replica] = {}


def all_replicas() -> list[Replica]:
    """Those of the settings, each with what this process knows of it."""
    for alias in settings.DATABASES:
        if alias != PRIMARY and alias not in _replicas:
            _replicas[alias] = Replica(alias)
    return list(_replicas.values())


class Following:
    """Where one request reads, and whether it wrote."""

    def __init__(self):
        self.may = False
        self.wrote = False
        self.alias = ""

    def reads_from(self, model: type) -> str:
        if not self.may or self.wrote or is_on_primary(model) or connections[PRIMARY].in_atomic_block:
            return PRIMARY
        if not self.alias:  # one and the same for all of a page
            found = [replica.alias for replica in all_replicas() if replica.usable()]
            self.alias = random.choice(found) if found else PRIMARY  # noqa: S311 # nosec B311 -- shares the load
        return self.alias

    def watch(self, execute, sql, params, many, context):
        """Notes what the primary is told to write, by whatever way, if pages could read it from a replica."""
        if not self.wrote and not str(sql).lstrip(" \n(").upper().startswith(HARMLESS):
            target = _TARGET.match(str(sql))
            self.wrote = target is None or target[1] not in _tables_on_primary()
        return execute(sql, params, many, context)


def _tables_on_primary() -> set[str]:
    return {m._meta.db_table for m in apps.get_models(include_auto_created=True) if is_on_primary(m)} | {
        settings.CACHES["default"].get("LOCATION")
    }


_following: ContextVar[Following | None] = ContextVar("following", default=None)


class Router:
    """Django asks it which database a query goes to."""

    def db_for_read(self, model, **hints):
        here = _following.get()
        return here.reads_from(model) if here else PRIMARY

    def db_for_write(self, model, **hints):
        return PRIMARY

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == PRIMARY


class ReplicaReads:
    """The innermost of the middleware: what stands before it, the door above all, asks the primary."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        here = Following()
        token = _following.set(here)
        try:
            with connections[PRIMARY].execute_wrapper(here.watch):
                response = self.get_response(request)
        finally:
            _following.reset(token)
        if here.wrote:
            response.set_cookie(
                MARK,
                "1",
                max_age=settings.REPLICA_SECONDS + 1,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        return response

    def process_view(self, request, view, args, kwargs):
        _following.get().may = request.method in {"GET", "HEAD"} and MARK not in request.COOKIES

    def process_exception(self, request, exception):
        """A page that a replica could not give is asked of the primary."""
        here = _following.get()
        if not here.alias or here.alias == PRIMARY or not isinstance(exception, (DatabaseError, InterfaceError)):
            return None
        if isinstance(exception, (OperationalError, InterfaceError)):
            _replicas[here.alias].gone()
        here.may = False
        found = request.resolver_match
        response = found.func(request, *found.args, **found.kwargs)
        return response.render() if hasattr(response, "render") and callable(response.render) else response
