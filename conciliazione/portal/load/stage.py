"""The production setting on this machine: gunicorn and worker as their systemd units start them, nginx with its site.

Each process that ends is started again at once, as systemd would. Everything is in one folder and listens on loopback.
"""

import contextlib
import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess  # nosec B404 -- starts the portal's own processes, below
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from .browser import Browser, Place, Unanswered

DEPLOY = settings.BASE_DIR / "deploy"
HOST = "conciliazione.example.org"  # as the site in deploy/nginx names it
AGAIN = 0.2  # seconds until a process is started again
WAIT = 60  # seconds until everything answers

# nginx that root starts would read as another user, who may not enter the folders of this one
NGINX = """
user {user};
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


class StageError(Exception):
    """The setting does not come up, and why."""


def answers(place: Place, path: str) -> bool:
    """Whether the page comes within a minute."""
    until = time.monotonic() + WAIT
    browser = Browser(place, 0, [])
    while time.monotonic() < until:
        with contextlib.suppress(Unanswered):
            if browser.get(path, "start").status == 200:
                browser.close()
                return True
        time.sleep(0.2)
    return False


def command_of(unit: str) -> list[str]:
    """What a systemd unit of deploy/ starts, with the Python that runs now."""
    lines = (DEPLOY / "systemd" / unit).read_text().splitlines()
    words = next(line for line in lines if line.startswith("ExecStart=")).removeprefix("ExecStart=").split()
    program = Path(words[0]).name
    return [sys.executable, *(["-m", program] if program != "python" else []), *words[1:]]


@dataclass
class Process:
    """One that is kept alive. `starts` counts how often it had to be started."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    owner: tuple[int, int] | None = None
    starts: int = 0
    running: subprocess.Popen | None = None
    wanted: bool = True
    keeper: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        self.keeper = threading.Thread(target=self._keep, daemon=True)
        self.keeper.start()

    def _keep(self) -> None:
        as_owner = {"user": self.owner[0], "group": self.owner[1], "extra_groups": []} if self.owner else {}
        while self.wanted:
            with self.log.open("ab") as out:
                self.running = subprocess.Popen(  # noqa: S603 # nosec B603 -- a list of words of our own, no shell
                    self.command,
                    cwd=settings.BASE_DIR,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    **as_owner,
                )
            self.starts += 1
            self.running.wait()
            time.sleep(AGAIN)

    def stop(self) -> None:
        self.wanted = False
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGTERM)
        try:
            self.running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to it and all its children, at once."""
        if self.running is not None and self.running.poll() is None:
            _kill(self.running.pid, *children(self.running.pid))

    def kill_child(self, chance: random.Random) -> None:
        """SIGKILL to one of its children."""
        found = children(self.running.pid) if self.running is not None else []
        if found:
            _kill(chance.choice(found))


def children(pid: int) -> list[int]:
    """The processes that this one has started and that still run."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Stage:
    """Web, worker, nginx if it is there; and the database, taken over when it shall be killed too."""

    def __init__(self, folder: Path, *, kills_database: bool = False):
        self.folder = folder
        self.has_nginx = bool(shutil.which("nginx") and shutil.which("openssl"))
        self.web_port, port = free_port(), free_port()
        self.environment = self._environment()
        place = {"host": HOST, "own_addresses": sys.platform == "linux"}
        self.place = (
            Place(port, trusted=str(folder / "certificate.pem"), **place)
            if self.has_nginx
            else Place(self.web_port, **place)
        )
        self.web = self._process("web", self._web_command())
        worker = command_of("conciliazione-worker@.service")
        self.worker = self._process("worker", [word.replace("%i", f"load-{os.getpid()}") for word in worker])
        self.processes = [self.web, self.worker]
        if self.has_nginx:
            command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
            self.processes.append(self._process("nginx", command))
        self.database = Database(folder) if kills_database else None

    def start(self) -> None:
        """Raises StageError when the portal does not answer within a minute."""
        if self.has_nginx:
            self._write_site(self.place.port)
        for process in self.processes:
            process.start()
        self.await_answer()

    def await_answer(self) -> None:
        if answers(self.place, "/accesso/login/"):
            return
        logs = "".join(f"\n{log.name}:\n{log.read_text()[-800:]}" for log in sorted(self.folder.glob("*.log")))
        raise StageError(f"The portal does not answer.{logs}")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()
        if self.database is not None:
            self.database.leave()

    def memory(self) -> dict[str, int]:
        """Name -> the most memory in MB that one process of it holds now."""
        found = {}
        for process in self.processes:
            if process.running is not None:
                pids = [process.running.pid, *children(process.running.pid)]
                found[process.name] = max(_resident(pid) for pid in pids) // 1024
        return found

    # --- within -------------------------------------------------------------------------------------------------
    def _environment(self) -> dict[str, str]:
        metrics = self.folder / "metrics"
        metrics.mkdir(exist_ok=True)
        return {
            **os.environ,
            "DEPLOYMENT": "production",
            "DEBUG": "false",
            "ALLOWED_HOSTS": HOST,
            "PUBLIC_ADDRESS": f"https://{HOST}",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "TRAIL_ANCHORS": str(self.folder / "trail-anchors.txt"),
            "TRUSTED_PROXIES": "1",
            "LOG_LEVEL": "INFO",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }

    def _process(self, name: str, command: list[str]) -> Process:
        return Process(name, command, self.environment, self.folder / f"{name}.log")

    def _web_command(self) -> list[str]:
        command = command_of("conciliazione-web.service")
        bind = command.index("--bind") + 1
        command[bind] = f"unix:{self.folder}/web.sock" if self.has_nginx else f"127.0.0.1:{self.web_port}"
        return command

    def _write_site(self, port: int) -> None:
        """deploy/nginx/conciliazione.conf, with the places of this machine instead of those of a server."""
        site = (DEPLOY / "nginx" / "conciliazione.conf").read_text()
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        for old, new in (
            ("unix:/run/conciliazione/web.sock", f"unix:{self.folder}/web.sock"),
            ("/srv/conciliazione/deploy/nginx/pages", str(DEPLOY / "nginx" / "pages")),
            ("/etc/ssl/conciliazione/fullchain.pem", str(certificate)),
            ("/etc/ssl/conciliazione/privkey.pem", str(key)),
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            ("    listen [::]:443 ssl;\n", ""),
            ("    listen [::]:80;\n", ""),
        ):
            if old not in site:
                raise StageError(f"The nginx site no longer says «{old.strip()}».")
            site = site.replace(old, new)
        whose = " ".join((pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name))
        (self.folder / "nginx.conf").write_text(NGINX.format(user=whose, folder=self.folder, site=site))
        words = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
        command = ["openssl", *words.split(), "-keyout", str(key), "-out", str(certificate)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 # nosec B603 -- words of our own, no shell


class Database:
    """The PostgreSQL of DATABASE_URL, killed and started again with its own words and as its own user.

    Raises StageError unless it is one to be thrown away: started by deploy/throwaway-database.sh on this machine.
    """

    def __init__(self, folder: Path):
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            data = Path(cursor.fetchone()[0])
        if not data.is_relative_to(os.environ.get("THROWAWAY_DATABASE") or "/nowhere"):
            raise StageError("Only a database that deploy/throwaway-database.sh has started is killed.")
        self.data = data
        self.first = int((data / "postmaster.pid").read_text().split()[0])
        words = Path(f"/proc/{self.first}/cmdline").read_bytes().decode().split("\0")[:-1]
        owner = os.stat(f"/proc/{self.first}")
        other = (owner.st_uid, owner.st_gid) if owner.st_uid != os.getuid() else None
        self.process = Process("database", words, dict(os.environ), folder / "database.log", owner=other)

    @property
    def pid(self) -> int:
        return self.process.running.pid if self.process.running else self.first

    @property
    def starts(self) -> int:
        return 1 + self.process.starts

    def kill(self) -> None:
        """It and all that serve a connection, at once; then it is started again."""
        _kill(self.pid, *children(self.pid))
        if self.process.keeper is None:
            self.process.start()

    def kill_connection(self, chance: random.Random) -> None:
        """One process that serves a connection: PostgreSQL itself then closes them all, and recovers."""
        serving = children(self.pid)
        if serving:
            _kill(chance.choice(serving))

    def leave(self) -> None:
        """No longer kept alive: whoever started it stops it, by the file that names its process."""
        self.process.wanted = False
        until = time.monotonic() + 10
        while self.process.keeper and time.monotonic() < until:
            with contextlib.suppress(OSError, IndexError):
                if (self.data / "postmaster.pid").read_text().split()[0] == str(self.pid):
                    return
            time.sleep(0.1)


def _kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _resident(pid: int) -> int:
    """kB in memory; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
