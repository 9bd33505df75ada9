"""Background work that outlives whoever does it: left in the transaction it belongs to, taken up again after a kill.

The queue is a table. A job is written in the transaction of the act that owes it, so there is never one without the
other. The worker that takes a job writes its name beside it; when that worker is started again under the same name,
what still bears its name as running was cut off, and goes back into the queue. So a job must bear being done twice.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from .errors import Refused

MOST_TRIES = 5  # a job that takes its worker down with it is given up
GIVEN_UP = "Given up"


_tellers: dict[str, Callable] = {}


def when_given_up(task, tell: Callable) -> None:
    """`tell` gets what the job was given, so that the record of a job that is given up says so."""
    _tellers[task.module_path] = tell


def back_in_the_queue(context, rows) -> None:
    """At the beginning of a job: what a worker that was cut off had left as being made (`state`) is begun anew."""
    if context.attempt > 1:
        rows.filter(state="running").update(state="queued")


class NameTaken(Refused):
    """Another worker runs under this name on this machine."""


def leave(task, *arguments) -> None:
    """Leave a job to the workers, as part of the transaction under way; where jobs are done at once, after it."""
    if isinstance(task.get_backend(), DatabaseBackend):
        task.enqueue(*arguments)
    else:
        transaction.on_commit(partial(task.enqueue, *arguments))


def hold(name: str):
    """Keep a worker's name on this database for this process, until it ends in whatever way. Raises NameTaken."""
    place = connection.settings_dict
    whose = f"{os.getuid()} {place['HOST']} {place['PORT']} {place['NAME']}"
    mark = hashlib.sha256(whose.encode()).hexdigest()[:12]
    held = (Path(tempfile.gettempdir()) / f"conciliazione-{name}-{mark}.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise NameTaken(f"A worker called {name} is running already: give this one another name.") from None
    return held


def take_up_again(name: str) -> tuple[int, int]:
    """Put what a worker of this name was doing when it was cut off back into the queue.

    Returns how many, and how many were given up because they had been tried often enough. For the worker of that name
    itself, before it takes its first job.
    """
    again = given_up = 0
    with transaction.atomic():
        for job in DBTaskResult.objects.select_for_update().filter(status="RUNNING"):
            if not job.worker_ids or job.worker_ids[-1] != name:
                continue
            if len(job.worker_ids) < MOST_TRIES:
                job.status, job.started_at = "READY", None
                again += 1
            else:
                job.status = "FAILED"
                job.finished_at, job.traceback = timezone.now(), f"{GIVEN_UP}: cut off {len(job.worker_ids)} times."
                given_up += 1
                if job.task.module_path in _tellers:
                    _tellers[job.task.module_path](*job.args_kwargs["args"])
            job.save(update_fields=["status", "started_at", "finished_at", "traceback"])
    return again, given_up
