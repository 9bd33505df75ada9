"""The portal as it runs in production: gunicorn in a process of its own, on the database of the test."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from conciliazione.portal.load.stage import free_port

# as with the other servers, REQUIRE_SERVERS=1 makes its absence a failure
needs_nginx = pytest.mark.skipif(
    os.environ.get("REQUIRE_SERVERS") != "1" and not (shutil.which("nginx") and shutil.which("openssl")),
    reason="no nginx or openssl on this machine (deploy/system-packages.sh web)",
)


class RunningPortal:
    """Can be killed in the middle of anything, and started again at the same address."""

    def __init__(self, *, workers: int = 1, threads: int = 4, preload: bool = False):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.options = ["--workers", str(workers), "--threads", str(threads), "--backlog", "512"]
        self.options += ["--preload"] if preload else []  # a worker that was killed is then back at once
        self.process = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        database = connection.settings_dict
        if connection.vendor == "postgresql":
            where = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        else:
            where = f"sqlite:///{database['NAME']}"
        environment = {
            **os.environ,
            "DEPLOYMENT": "test",
            "DATABASE_URL": where,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        }
        command = [sys.executable, "-m", "gunicorn", "tests.running_wsgi", "-b", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [*command, *self.options, "--log-level", "error"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its workers go with it
        )
        for _ in range(600):
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                line.request("GET", "/accesso/login/", headers={"Host": "localhost"})
                assert line.getresponse().status < 500
                line.close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("The portal did not start.")

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as found:
            return [int(child) for child in found.read().split()]

    def kill(self) -> None:
        """At once, with every connection."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None
