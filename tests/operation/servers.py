"""What several machines share, as real servers on loopback: two PostgreSQL, PgBouncer, Redis, an object store."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from conciliazione.portal.load.stage import free_port

NAME = "conciliazione"  # of database and role
BUCKET, KEY, SECRET = "portale", "chiave-di-prova", "segreto-di-prova"
WAIT = 60  # seconds until a server answers


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else Path("/nowhere")


POSTGRES = _programs()
WEED = Path(sys.executable).parent / "weed"


def missing() -> list[str]:
    """The programs that are not on this machine."""
    needed = {"PostgreSQL": POSTGRES / "pg_basebackup", "pgbouncer": "pgbouncer", "redis-server": "redis-server"}
    return [name for name, program in {**needed, "seaweedfs": WEED}.items() if not shutil.which(str(program))]


def _as_postgres() -> dict:
    """PostgreSQL and PgBouncer refuse to run as root."""
    if os.getuid() != 0:
        return {}
    them = pwd.getpwnam("postgres")
    return {"user": them.pw_uid, "group": them.pw_gid, "extra_groups": []}


@dataclass
class Server:
    """One program. It ends with `ends_by`, or at once with `kill`; its log is a file."""

    name: str
    command: list
    folder: Path
    port: int
    owner: dict = field(default_factory=dict)
    ends_by: signal.Signals = signal.SIGKILL
    process: subprocess.Popen | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                list(map(str, self.command)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                start_new_session=True,
                **self.owner,
            )

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.ends_by)
            self.process.wait(timeout=30)
            self.process = None

    def until(self, answers, *failures: type[Exception]) -> None:
        """Wait until `answers()` raises none of these."""
        end = time.monotonic() + WAIT
        while True:
            try:
                return answers()
            except failures as error:
                if time.monotonic() > end:
                    raise AssertionError(f"{self.name} does not answer: {self.log.read_text()[-800:]}") from error
                time.sleep(0.1)


class Postgres(Server):
    """A node. Every statement that it is told stands in its log."""

    def __init__(self, name: str, folder: Path):
        self.data = folder / name
        port = free_port()
        words = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "fsync": "off",
            "full_page_writes": "off",
            "log_statement": "all",
            "log_line_prefix": "%a ",
            "shared_buffers": "32MB",
            "jit": "off",
        }
        options = [word for pair in words.items() for word in ("-c", "=".join(map(str, pair)))]
        command = [POSTGRES / "postgres", "-D", self.data, "-p", port, *options]
        super().__init__(name, command, folder, port, _as_postgres(), signal.SIGQUIT)

    def url(self, user: str = NAME, database: str = NAME) -> str:
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *words) -> None:
        """One of PostgreSQL's own programs."""
        command = [POSTGRES / program, *words]
        subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=self.folder, **_as_postgres())

    def start(self) -> None:
        super().start()
        self.until(lambda: psycopg.connect(self.url("postgres", "postgres")).close(), psycopg.OperationalError)

    def ask(self, statement: str, *values, database: str = NAME):
        """The first row, as the superuser."""
        with psycopg.connect(self.url("postgres", database), autocommit=True) as there:
            done = there.execute(statement, values)
            return done.fetchone() if done.description else None

    def told(self, since: int = 0) -> str:
        """What was asked of it since its log had this length."""
        return self.log.read_bytes()[since:].decode(errors="replace")

    @property
    def length(self) -> int:
        return self.log.stat().st_size


class Servers:
    """All of them, in a folder that is gone at the end."""

    def __init__(self):
        memory = Path("/dev/shm")  # spares the disk, where there is room
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
        self.folder = Path(tempfile.mkdtemp(prefix="machines-", dir=memory if roomy else None))
        self.folder.chmod(0o755)
        if owner := _as_postgres():
            os.chown(self.folder, owner["user"], owner["group"])
        self.primary, self.replica = Postgres("primary", self.folder), Postgres("replica", self.folder)
        self.bouncer = self._bouncer()
        port = free_port()
        words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.redis = Server("redis", ["redis-server", "--port", port, *words], self.folder, port)
        self.store = self._store()

    def start(self) -> None:
        with ThreadPoolExecutor() as pool:
            for done in [pool.submit(self._databases), pool.submit(self._bucket), pool.submit(self.redis.start)]:
                done.result()

    def stop(self) -> None:
        for server in (self.bouncer, self.redis, self.store, self.replica, self.primary):
            server.stop()
        shutil.rmtree(self.folder)

    def settings(self) -> dict[str, str]:
        """What the configuration of each machine says."""
        return {
            "DATABASE_URL": f"postgres://{NAME}@127.0.0.1:{self.bouncer.port}/{NAME}",
            "BEHIND_PGBOUNCER": "true",
            "DIRECT_DATABASE_URL": self.primary.url(),
            "REPLICA_URLS": self.replica.url(),
            "CACHE_URL": f"redis://127.0.0.1:{self.redis.port}/0",
            "SESSIONS": "cached_db",
            "FILES": f"s3://{BUCKET}/files?endpoint=http://127.0.0.1:{self.store.port}&region=eu-south-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def client(self):
        """Of the object store."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.store.port}",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="eu-south-1",
            config=Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=10),
        )

    # --- within -------------------------------------------------------------------------------------------------
    def _databases(self) -> None:
        primary, replica = self.primary, self.replica
        primary.run(
            "initdb", "-D", primary.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        primary.start()
        primary.ask(f"CREATE ROLE {NAME} LOGIN", database="postgres")
        primary.ask(f"CREATE DATABASE {NAME} OWNER {NAME}", database="postgres")
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        replica.run("pg_basebackup", "-d", source, "-D", replica.data, "-R", "-X", "stream", "-c", "fast")
        replica.start()
        self.bouncer.start()
        self.bouncer.until(lambda: psycopg.connect(self.settings()["DATABASE_URL"]).close(), psycopg.OperationalError)

    def _bouncer(self) -> Server:
        port = free_port()
        users = self.folder / "users.txt"
        users.write_text(f'"{NAME}" ""\n')
        words = {
            "listen_addr": "127.0.0.1",
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": users,
            "pool_mode": "transaction",
            "default_pool_size": 6,
            "max_client_conn": 100,
            "stats_users": NAME,
        }
        lines = "\n".join(f"{key} = {value}" for key, value in words.items())
        place = self.folder / "pgbouncer.ini"
        database = f"{NAME} = host=127.0.0.1 port={self.primary.port} dbname={NAME}"
        place.write_text(f"[databases]\n{database}\n[pgbouncer]\n{lines}\n")
        return Server("pgbouncer", ["pgbouncer", place], self.folder, port, _as_postgres())

    def _store(self) -> Server:
        rights = [{"name": "portal", "credentials": [{"accessKey": KEY, "secretKey": SECRET}]}]
        rights[0]["actions"] = ["Admin", "Read", "Write", "List"]
        config = self.folder / "s3.json"
        config.write_text(json.dumps({"identities": rights}))
        data = self.folder / "store"
        data.mkdir()
        port = free_port()
        parts = ("master.port", "volume.port", "filer.port")
        ports = {name: free_port() for part in parts for name in (part, f"{part}.grpc")}
        words = {**ports, "s3.port": port, "s3.port.grpc": free_port(), "s3.config": config}
        words |= {"s3.port.iceberg": 0, "s3.port.lance": 0}  # else at ports that are always the same
        words |= {"dir": data, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "s3.iam": "false", "volume.max": 10}
        words |= {"master.volumeSizeLimitMB": 64, "master.telemetry": "false"}
        options = [f"-{key}={value}" for key, value in words.items()]
        return Server("store", [WEED, "-logtostderr=true", "server", "-s3", *options], self.folder, port)

    def _bucket(self) -> None:
        self.store.start()
        client = self.client()

        def make():
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="probe", Body=b"probe")
            client.delete_object(Bucket=BUCKET, Key="probe")

        self.store.until(make, BotoCoreError, ClientError)


class Inside:
    """A process on the configuration of the machines that does what a test asks of it (tests/operation/inside.py)."""

    def __init__(self, environment: dict[str, str], folder: Path):
        self.log = folder / "inside.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.operation.inside"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
            )

    def ask(self, what: str, **given):
        """What the function of this name returns."""
        print(json.dumps([what, given]), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, self.log.read_text()[-2000:]
        return json.loads(line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
