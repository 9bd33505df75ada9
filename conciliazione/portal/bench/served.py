"""The same pages over HTTP: gunicorn in processes of its own, and visitors who ask one page after the other."""

import contextlib
import subprocess  # nosec B404 -- starts the portal itself, below
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from ..load.browser import Browser, Place, Tried, Unanswered
from ..load.report import percentile
from ..load.stage import answers, command_of, free_port
from .measure import Failed
from .routes import Route

PROCESSES, VISITORS = 2, 4
FLOOR = Route("floor", "office", "floor", "/")
# what each role opens all day
PAGES = (
    *("portal:public_home@public", "plans:calls@public", "portal:home@region", "portal:dashboard@region"),
    *("plans:projects@region", "portal:home@office", "plans:proposals@office", "monitoring:reports@office"),
    *("portal:search@office", "plans:board@committee", "plans:proposal@committee", "plans:proposals@lead"),
)


@dataclass(frozen=True)
class Served:
    """How many answers a second came, and within which time 95 of 100 of them."""

    key: str
    per_second: float
    p95: float  # milliseconds


def run(people: dict, routes: list[Route], seconds: float) -> list[Served]:
    """The floor first, then each page for so many seconds. Raises Failed when one does not answer with 200."""
    sessions = {role: _session(person) for role, person in people.items()}
    with _gunicorn("conciliazione.portal.bench.floor_wsgi:application()", FLOOR.url) as place:
        found = [served(place, FLOOR, sessions["office"], seconds)]
    with _gunicorn("conciliazione.wsgi:application", "/accesso/login/") as place:
        asked = [route for route in routes if route.key in PAGES]
        return found + [served(place, route, sessions[route.role], seconds) for route in asked]


def as_text(found: list[Served]) -> str:
    """A table in plain text (it is valid Markdown too)."""
    base = found[0].per_second
    lines = ["| page | answers/s | p95 ms | floor / page |", "| --- | --- | --- | --- |"]
    for one in found:
        lines.append(f"| {one.key} | {one.per_second:.1f} | {one.p95:.0f} | {base / one.per_second:.1f} |")
    return "\n".join(lines)


def _session(person) -> dict[str, str]:
    if person is None:
        return {}
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {settings.SESSION_COOKIE_NAME: key}


@contextlib.contextmanager
def _gunicorn(application: str, path: str):
    """As the unit of deploy/ starts it, with as many processes as this machine is thought to have cores."""
    port = free_port()
    command = command_of("conciliazione-web.service")
    command[command.index("conciliazione.wsgi:application")] = application
    command[command.index("--bind") + 1] = f"127.0.0.1:{port}"
    command[command.index("--workers") + 1] = str(PROCESSES)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, **quiet)  # noqa: S603 # nosec B603 -- our own words
    try:
        place = Place(port)
        if not answers(place, path):
            raise Failed("gunicorn does not answer.")
        yield place
    finally:
        process.terminate()
        process.wait(timeout=40)


def served(place: Place, route: Route, cookies: dict[str, str], seconds: float) -> Served:
    """One page for so many seconds, after each visitor has opened it once: what a process loads once is not counted."""
    _visited(place, route, cookies, 0)
    begun = time.monotonic()
    tried = _visited(place, route, cookies, seconds)
    took = time.monotonic() - begun
    return Served(route.key, len(tried) / took, percentile([one.seconds for one in tried], 0.95) * 1000)


def _visited(place: Place, route: Route, cookies: dict[str, str], seconds: float) -> list[Tried]:
    """What the visitors were answered; each asks once at least. Raises Failed."""
    tried: list[Tried] = []
    visitors = [
        threading.Thread(target=_visit, args=(Browser(place, number, tried, dict(cookies)), route, seconds))
        for number in range(VISITORS)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    if {one.outcome for one in tried} != {"200"}:
        raise Failed(f"{route.key}: {route.url} answers {', '.join(sorted({one.outcome for one in tried}))}")
    return tried


def _visit(browser: Browser, route: Route, seconds: float) -> None:
    until = time.monotonic() + seconds
    with contextlib.suppress(Unanswered):  # what came instead stands in `tried`
        browser.get(route.url, route.key)
        while time.monotonic() < until:
            browser.get(route.url, route.key)
    browser.close()
