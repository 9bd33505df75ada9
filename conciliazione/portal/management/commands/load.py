"""Play the last hour of a call against the production setting, and hold what was told against what is kept."""

import json
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection

from conciliazione.kernel.operation import litter
from conciliazione.portal.load import check, play, report, stage, world
from conciliazione.portal.load.browser import Browser
from network.models import Network

MOST_LEADS, MOST_SECONDS, MOST_ROUNDS = 5000, 3600, 200


class Command(BaseCommand):
    help = (
        "Leads sign in, draft, upload and hand in until the calls close, against gunicorn, worker and nginx on this "
        "machine. Exits with 1 when anything was lost, doubled or left half written. See deploy/load.sh."
    )

    def add_arguments(self, parser):
        parser.add_argument("--leads", type=int, default=1000)
        parser.add_argument("--seconds", type=float, default=900, help="until the calls close")
        parser.add_argument("--rounds", type=int, default=1, help="play it so many times, each with new proposals")
        parser.add_argument("--seed", default="1", help="the same seed makes the same leads press at the same moment")
        parser.add_argument("--kill", action="store_true", help="kill -9 web, worker and database at random meanwhile")
        parser.add_argument("--json", default="", metavar="FILE", help="write the measures there")

    def handle(self, *args, leads, seconds, rounds, seed, kill, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("This plays with invented data: never on a production database (DEPLOYMENT=production).")
        if connection.vendor != "postgresql":
            raise CommandError("The production setting has PostgreSQL: DATABASE_URL=postgres://...")
        if not (0 < leads <= MOST_LEADS and 5 <= seconds <= MOST_SECONDS and 0 < rounds <= MOST_ROUNDS):
            raise CommandError(f"At most {MOST_LEADS} leads, 5 to {MOST_SECONDS} seconds, {MOST_ROUNDS} rounds.")
        if Network.objects.exists():
            raise CommandError("This database already holds networks: nothing was done.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
        seats = world.make(leads)
        with tempfile.TemporaryDirectory(prefix="conciliazione-load-") as folder:
            try:
                data = self._play(stage.Stage(Path(folder), kills_database=kill), seats, seconds, rounds, seed, kill)
            except stage.StageError as error:
                raise CommandError(str(error)) from None
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(data, indent=1) + "\n")
        self.stdout.write(report.as_text(data))
        if data["faults"]:
            raise CommandError(f"{len(data['faults'])} faults.")

    def _play(self, running: stage.Stage, seats, seconds, rounds, seed, kill) -> dict:
        tried, ledgers, asked, kills, took = [], [], [], Counter(), 0.0
        browsers = {number: Browser(running.place, number, tried) for number in range(len(seats))}
        running.start()
        try:
            for number in range(1, rounds + 1):
                name = f"Proposta {number}"
                found = play.one_round(
                    running, seats, browsers, name=name, seconds=seconds, seed=f"{seed}/{number}", kill=kill
                )
                tried += found.tried
                ledgers += found.ledgers
                asked += found.asked
                kills += found.kills
                took += found.seconds
                if rounds > 1:
                    self._tell(number, found)
            memory = running.memory()
            self._await_worker()
        finally:
            running.stop()
        faults = list(check.faults(ledgers, asked))
        gone = litter.tidy(timedelta(0))
        starts = {process.name: process.starts for process in running.processes}
        told = {
            "leads": len(seats),
            "seconds": seconds,
            "rounds": rounds,
            "seed": seed,
            "setting": "gunicorn behind nginx" if running.has_nginx else "gunicorn, without nginx",
            "kills": dict(kills),
            "starts": starts,
            "memory": memory,
            "litter": len(gone),
            "long_documents": len(asked),
            "still_waiting": check.unfinished().get("READY", 0),
            "given_up": check.given_up_jobs().count(),
        }
        return report.as_data(told, tried, ledgers, faults, took)

    def _tell(self, number: int, found: play.Round) -> None:
        receipts = sum(bool(ledger.receipt) for ledger in found.ledgers)
        kills = ", ".join(f"{name} {count}" for name, count in sorted(found.kills.items())) or "none"
        stopped = [ledger.stopped for ledger in found.ledgers if ledger.stopped]
        self.stdout.write(f"Round {number}: {receipts} receipts; killed: {kills}. {'; '.join(stopped)}".rstrip())
        self.stdout.flush()

    def _await_worker(self) -> None:
        """What was left to the worker is done before the setting is taken down; at most a minute."""
        until = time.monotonic() + 60
        while time.monotonic() < until and {"READY", "RUNNING"} & check.unfinished().keys():
            time.sleep(0.5)
