"""What one page costs: processor milliseconds of Python and of the database, queries, bytes, peak memory."""

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from . import floor
from .routes import Route


class Failed(Exception):
    """A page that should be measured does not answer with 200."""


@dataclass(frozen=True)
class Measured:
    """The least that was seen over the rounds; milliseconds of processor time."""

    route: Route
    python: float
    database: float | None  # None where the database's process cannot be looked at
    queries: int
    rows: int
    size: int  # bytes of HTML
    memory: int  # the most that the process held while it made the page, bytes

    @property
    def total(self) -> float:
        return self.python + (self.database or 0)


class Database:
    """The processor time of the process that serves our connection: only a PostgreSQL on this machine tells it."""

    def __init__(self):
        self._schedule = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # a second process that helps would not be counted
                cursor.execute("SET max_parallel_workers_per_gather = 0")
                cursor.execute("SELECT pg_backend_pid()")
                schedule = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
            if schedule.exists():
                self._schedule = schedule

    def spent(self) -> float | None:
        """Milliseconds until now."""
        return int(self._schedule.read_text().split()[0]) / 1e6 if self._schedule else None


FLOOR = Route("floor", "", "floor", "/")


class Meter:
    """Walks pages as people who are signed in, inside this process."""

    def __init__(self, people: dict):
        self._database = Database()
        self._clients = {role: _client(person) for role, person in people.items()}
        # its handler loads the few middlewares of the floor
        with override_settings(MIDDLEWARE=floor.MIDDLEWARE):
            self._floor = _client(next(person for person in people.values() if person))
            self._floor.handler.load_middleware()

    def once(self, route: Route) -> tuple[float, float | None, object]:
        """(Python ms, database ms, response) of one call. Raises Failed."""
        if route is FLOOR:
            with override_settings(ROOT_URLCONF=floor.__name__):
                return self._timed(self._floor, route)
        return self._timed(self._clients[route.role], route)

    def _timed(self, client: Client, route: Route):
        database, begun = self._database.spent(), time.process_time()
        response = client.get(route.url)
        python = (time.process_time() - begun) * 1000
        after = self._database.spent()
        if response.status_code != 200:
            raise Failed(f"{route.key}: {route.url} answers {response.status_code}")
        return python, None if database is None else after - database, response

    def queries(self, route: Route) -> tuple[list[dict], object]:
        """Every query of the page with its time, and the response."""
        with CaptureQueriesContext(connection) as captured:
            *_, response = self.once(route)
        return captured.captured_queries, response

    def first(self, route: Route) -> Measured:
        """Once, with its queries counted: this call also warms what is loaded once."""
        _reset_peak()
        queries, response = self.queries(route)
        rows = _rows(response)
        size = len(response.content)
        python, database, _ = self.once(route)
        return Measured(route, python, database, len(queries), rows, size, peak())

    def again(self, measured: Measured) -> Measured:
        """One more round: the least so far stays. What else the machine does can only add."""
        python, database, _ = self.once(measured.route)
        if database is not None:
            database = min(database, measured.database)
        return replace(measured, python=min(python, measured.python), database=database)


def run(people: dict, routes: list[Route], rounds: int) -> tuple[Measured, list[Measured]]:
    """The floor and every page, measured in rounds so that a busy moment of the machine does not fall on one alone."""
    meter = Meter(people)
    base = meter.first(FLOOR)
    found = [meter.first(route) for route in routes]
    for _ in range(rounds):
        base = meter.again(base)
        for place, measured in enumerate(found):
            if place % 10 == 0:
                base = meter.again(base)
                meter.once(measured.route)  # the floor has addresses of its own: what comes after it reads ours anew
            found[place] = meter.again(measured)
    return base, found


def _client(person) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _rows(response) -> int:
    """How many rows the tables of the page have, without their heads."""
    return response.content.count(b"<tr") - response.content.count(b"<thead")


def _reset_peak() -> None:
    with suppress(OSError):  # then the peak is that of the whole run
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most memory that this process held since the last reset, bytes; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
