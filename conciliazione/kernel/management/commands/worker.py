"""A worker with a name: what it was doing when it was killed is done after all once it is started again."""

import socket

from django.core.management import CommandError
from django_tasks_db.management.commands.db_worker import Command as Worker

from conciliazione.kernel import jobs


class Command(Worker):
    help = "Does the background work. Each worker of a machine has a name of its own, the same at each start."

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", default="1", help="of this worker on this machine (default: 1)")
        super().add_arguments(parser)

    def handle(self, *args, name, **options):
        options["worker_id"] = worker_id = f"{socket.gethostname()[:40]}.{name[:20]}"
        try:
            held = jobs.hold(worker_id)
        except jobs.NameTaken as taken:
            raise CommandError(taken.message) from None
        again, given_up = jobs.take_up_again(worker_id)
        if again or given_up:
            self.stderr.write(f"Cut off before: {again} jobs go on, {given_up} are given up.")
        try:
            super().handle(*args, **options)
        finally:
            held.close()
