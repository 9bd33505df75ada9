"""Two web machines and two workers on two PostgreSQL, PgBouncer, Redis and an object store, by configuration alone."""

import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict

import psycopg
import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError
from django.conf import settings

from conciliazione.portal.load import world
from conciliazione.portal.load.browser import Browser, Place, Unanswered, form_with
from conciliazione.portal.load.lead import Lead
from conciliazione.portal.load.stage import HOST, Process, answers, command_of, free_port

from . import servers

LATE = 6  # seconds that a replica may be late here
LEADS = 2


class Anywhere(Browser):
    """A browser before a load balancer: each request goes to the other machine."""

    def _ask(self, *arguments, **named):
        self.close()
        self.place = next(place for place in Machines.places if place != self.place)
        return super()._ask(*arguments, **named)


class Machines:
    """Everything, started; what stands in `places` is where the two web machines answer."""

    places: list[Place] = []

    def __init__(self):
        self.servers = servers.Servers()
        folder = self.folder = self.servers.folder
        self.files = folder / "files"
        environment = {
            **os.environ,
            **self.servers.settings(),
            "DJANGO_SETTINGS_MODULE": "tests.operation.settings",
            "DEPLOYMENT": "production",
            "SECRET_KEY": "una-chiave-di-prova-abbastanza-lunga-1234567890",
            "ALLOWED_HOSTS": HOST,
            "PUBLIC_ADDRESS": f"https://{HOST}",
            "EMAIL_URL": "dummymail://",
            "MEDIA_ROOT": str(self.files),
            "TRAIL_ANCHORS": str(folder / "anchors.txt"),
            "TRUSTED_PROXIES": "1",
            "REPLICA_SECONDS": str(LATE),
        }
        self.environment = environment
        self.inside = servers.Inside(environment, folder)
        Machines.places = [Place(free_port(), host=HOST) for _ in range(2)]
        self.webs = [self._web(number, environment) for number in range(2)]
        worker = command_of("conciliazione-worker@.service")
        self.workers = {
            name: Process(name, [word.replace("%i", name) for word in worker], environment, folder / f"{name}.log")
            for name in ("worker-1", "worker-2")
        }

    def _web(self, number: int, environment: dict[str, str]) -> Process:
        command = command_of("conciliazione-web.service")
        command[command.index("--bind") + 1] = f"127.0.0.1:{self.places[number].port}"
        command[command.index("--workers") + 1] = "1"
        return Process(f"web-{number}", command, environment, self.folder / f"web-{number}.log")

    def start(self) -> None:
        for web in self.webs:  # meanwhile: they ask the database when somebody asks them
            web.start()
        self.servers.start()
        self.seats = [world.Seat(**seat) for seat in self.inside.ask("make", leads=LEADS)]
        for worker in self.workers.values():
            worker.start()
        for place in self.places:
            assert answers(place, "/accesso/login/"), (self.folder / "web-0.log").read_text()[-2000:]

    def stop(self) -> None:
        for process in (*self.webs, *self.workers.values()):
            process.wanted = False
            process.kill()
        self.inside.stop()
        self.servers.stop()

    def until(self, holds, what: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, what
            time.sleep(0.1)


@pytest.fixture(scope="module")
def machines():
    if absent := servers.missing():
        reason = f"not on this machine: {', '.join(absent)} (deploy/system-packages.sh database machines)"
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    running = Machines()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def played(machines):
    """Leads draft, bring a file and hand in, each request at another machine, while processes are killed."""
    now, before = time.monotonic(), machines.webs[0].starts
    leads = [
        Lead(
            seat,
            Anywhere(machines.places[0], number, []),
            title=f"Alleanza {seat.alliance}",
            seed=str(number),
            starts=now,
            press_at=now + 8,
            patience_until=now + 120,
        )
        for number, seat in enumerate(machines.seats)
    ]
    for lead in leads:
        lead.start()
    documents = machines.inside.ask("leave", count=3)
    killed = _kill_a_worker(machines, documents)
    machines.webs[0].kill()
    machines.until(lambda: machines.webs[0].starts > before, "the web process is not started again")
    for lead in leads:
        lead.join(timeout=150)

    def done() -> bool:
        return {status for *_, status in machines.inside.ask("jobs", documents=documents)} == {"SUCCESSFUL"}

    machines.until(done, "the jobs are not done", 90)
    return leads, documents, killed


def _kill_a_worker(machines, documents) -> str | None:
    """One that is in the midst of a job."""
    for _ in range(300):
        for _, names, status in machines.inside.ask("jobs", documents=documents):
            if status == "RUNNING":
                name = names[-1].rpartition(".")[2]
                machines.workers[name].kill()
                return name
        time.sleep(0.1)
    return None


def test_a_killed_web_process_and_a_killed_worker_lose_nothing(machines, played):
    leads, documents, killed = played
    assert [lead.ledger.stopped for lead in leads] == ["", ""]
    assert all(lead.ledger.receipt for lead in leads)
    assert {one.outcome for one in leads[0].browser.tried} > {"200", "302"}  # some were cut off
    assert machines.inside.ask("faults", ledgers=[_told(lead) for lead in leads], documents=documents) == []
    assert killed
    assert machines.workers[killed].starts == 2


def _told(lead) -> dict:
    return {**asdict(lead.ledger), "rows": sorted(lead.ledger.rows)}


def test_a_job_is_done_once_and_again_only_where_it_was_cut_off(machines, played):
    _, documents, killed = played
    found = machines.inside.ask("jobs", documents=documents)
    assert {(state, status) for state, _, status in found} == {("ready", "SUCCESSFUL")}
    again = [names for _, names, _ in found if len(names) > 1]
    assert [len(names) for names in again] == [2]
    assert again[0][0].rpartition(".")[2] == killed  # back in the queue by its name, for whichever takes it next


def enter(machines, seat: int, place: int = 0) -> Browser:
    """A lead who signed in, at one machine."""
    browser = Browser(machines.places[place], seat, [])
    page = browser.get("/accesso/login/", "page")
    values = form_with(page.text, "login").values | {"login": machines.seats[seat].email, "password": world.PASSWORD}
    assert browser.post("/accesso/login/", "sign in", values).status == 302
    browser.cookies.pop("wrote", None)
    return browser


@pytest.fixture(scope="module")
def reader(machines, played):
    return enter(machines, 0)


def asked(machines, browser, path: str) -> tuple[str, str]:
    """What the primary and the replica were asked for a page."""
    nodes = (machines.servers.primary, machines.servers.replica)
    before = [node.length for node in nodes]
    browser.close()  # gunicorn does not keep a connection for long
    browser.cookies.pop("wrote", None)  # as a browser would in time
    assert browser.get(path, "page").status == 200
    return tuple(node.told(since) for node, since in zip(nodes, before, strict=True))


def is_read(machines, browser) -> bool:
    return 'FROM "plans_call"' in asked(machines, browser, f"/avvisi/{machines.seats[0].call}/")[1]


def test_pages_are_read_from_the_replica_and_the_door_from_the_primary(machines, reader):
    machines.until(lambda: is_read(machines, reader), "the replica is not read")
    primary, replica = asked(machines, reader, f"/avvisi/{machines.seats[0].call}/")
    assert replica.count("SELECT") > 3
    assert 'FROM "plans_call"' not in primary
    for table in ("network_person", "network_seat", "groupobjectpermission", "django_session"):
        assert not re.search(rf'FROM "\w*{table}"', replica), table
    assert 'FROM "network_seat"' in primary
    assert 'FROM "django_session"' not in primary  # it is in Redis


def test_who_wrote_reads_it_although_the_replica_does_not_have_it(machines, reader):
    path = f"/avvisi/{machines.seats[0].call}/proponi/"
    other = Browser(machines.places[1], 0, [], dict(reader.cookies))
    machines.until(lambda: is_read(machines, other), "the replica is not read")
    values = form_with(reader.get(path, "form").text, "title").values | {"title": "Nuova, appena scritta"}
    values |= {"alliance": str(machines.seats[0].alliance)} if "alliance" in values else {}
    replica = machines.servers.replica
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        machines.until(lambda: replica.ask("SELECT pg_get_wal_replay_pause_state()") == ("paused",), "not paused")
        answer = reader.post(path, "begin draft", values)
        assert answer.status == 302
        assert reader.cookies["wrote"]
        page = answer.location
        stale = Browser(other.place, 0, [], {k: v for k, v in reader.cookies.items() if k != "wrote"})
        assert stale.get(page, "page").status == 404  # so it is the mark that does it
        other.cookies = dict(reader.cookies)
        assert "Nuova, appena scritta" in other.get(page, "page").text
        # whoever did not write reads it too, once the replica is too late
        machines.until(lambda: stale.get(page, "page").status == 200, "a replica that is late is still read", LATE + 5)
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    machines.until(lambda: is_read(machines, stale), "the replica is not read again")


def test_a_replica_that_stops_costs_no_error(machines, reader):
    found, over = [], threading.Event()

    def read(place: Place) -> None:
        one = Browser(place, 0, [], dict(reader.cookies))
        one.cookies.pop("wrote", None)
        while not over.is_set():
            with suppress(Unanswered):
                found.append(one.get(f"/avvisi/{machines.seats[0].call}/", "page").status)

    machines.until(lambda: is_read(machines, reader), "the replica is not read")
    readers = [threading.Thread(target=read, args=[place]) for place in machines.places]
    for one in readers:
        one.start()
    machines.until(lambda: len(found) > 4, "no page came")
    machines.servers.replica.stop()
    before = len(found)
    machines.until(lambda: len(found) > before + 10, "no page came without the replica")
    over.set()
    for one in readers:
        one.join()
    machines.servers.replica.start()
    assert set(found) == {200}
    machines.until(lambda: is_read(machines, reader), "the replica that is back is not read")


def test_a_file_brought_to_one_machine_is_had_from_the_other(machines, played):
    lead = played[0][0]
    place = f"/proposte/{lead.ledger.proposal}/"
    for number in range(2):
        browser = enter(machines, 0, number)
        page = browser.get(place, "page").text
        path = re.search(r'href="(/[^"]*allegat[^"]*)"', page).group(1)
        content = browser.get(path, "file").content
        assert hashlib.sha256(content).hexdigest() == lead.ledger.file_sha256
    assert not machines.files.exists()
    listed = machines.servers.client().list_objects_v2(Bucket=servers.BUCKET)["Contents"]
    keys = [entry["Key"] for entry in listed]
    assert any(key.startswith("files/files/") for key in keys)
    assert any(key.startswith("files/documents/") for key in keys)
    stranger = machines.servers.client()
    stranger.meta.events.register("choose-signer.s3.*", lambda **named: UNSIGNED)
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.get_object(Bucket=servers.BUCKET, Key=keys[0])


def test_a_copy_has_every_object_and_comes_back_into_an_empty_bucket(machines, played):
    archive = machines.inside.ask("backup", folder=str(machines.folder / "copies"))
    primary = machines.servers.primary
    primary.ask(f"CREATE DATABASE restored OWNER {servers.NAME}", database="postgres")
    place = primary.url(database="restored")
    elsewhere = {
        **machines.environment,
        "DATABASE_URL": place,
        "DIRECT_DATABASE_URL": place,
        "REPLICA_URLS": "",
        "FILES": machines.environment["FILES"].replace("/files?", "/restored?"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", archive],
        env=elsewhere,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    contents = machines.servers.client().list_objects_v2(Bucket=servers.BUCKET)["Contents"]
    found = {entry["Key"]: (entry["Size"], entry["ETag"]) for entry in contents}
    here = {key.removeprefix("files/"): what for key, what in found.items() if key.startswith("files/")}
    there = {key.removeprefix("restored/"): what for key, what in found.items() if key.startswith("restored/")}
    assert here == there
    assert len(here) >= 4
    counts = [
        primary.ask("SELECT count(*) FROM kernel_storedfile", database=name) for name in (servers.NAME, "restored")
    ]
    assert counts[0] == counts[1]


def test_while_redis_is_away_who_is_in_stays_in_and_who_comes_waits(machines, reader):
    redis = machines.servers.redis
    redis.stop()
    try:
        reader.close()
        assert reader.get("/proposte/", "page").status == 200
        with pytest.raises(Unanswered, match="503"):
            enter(machines, 1)
    finally:
        redis.start()
    machines.until(lambda: _enters(machines), "nobody gets in although Redis is back")
    reader.close()
    assert reader.get("/proposte/", "page").status == 200


def _enters(machines) -> bool:
    with suppress(Unanswered):
        return bool(enter(machines, 1))
    return False


def test_all_went_through_pgbouncer(machines, played):
    with psycopg.connect(
        machines.servers.settings()["DATABASE_URL"].rpartition("/")[0] + "/pgbouncer", autocommit=True
    ) as console:
        cursor = console.cursor(row_factory=psycopg.rows.dict_row)
        stats = cursor.execute("SHOW STATS").fetchall()
    assert next(row["total_xact_count"] for row in stats if row["database"] == servers.NAME) > 500
    serving = machines.servers.primary.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", servers.NAME)[0]
    assert serving <= 6 + 1
