"""Background work belongs to its transaction, and outlives the worker that did it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from conciliazione.kernel import jobs

pytestmark = pytest.mark.django_db
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
done: list[int] = []


@task()
def add(number: int) -> None:
    done.append(number)


@pytest.fixture
def queue(settings):
    """Jobs go to the table, as in production."""
    settings.TASKS = QUEUE
    done.clear()
    return DBTaskResult.objects


def running(worker: str, *, tries: int = 1) -> DBTaskResult:
    job = DBTaskResult.objects.get()
    for _ in range(tries):
        job.claim(worker)
    return job


def test_a_job_is_written_with_the_act_that_owes_it_or_not_at_all(queue):
    with transaction.atomic():
        jobs.leave(add, 1)
        assert queue.count() == 1
    with transaction.atomic():
        jobs.leave(add, 2)
        transaction.set_rollback(True)  # the act fails
    assert queue.get().args_kwargs["args"] == [1]


def test_where_jobs_are_done_at_once_they_wait_for_the_act(django_capture_on_commit_callbacks):
    done.clear()
    with django_capture_on_commit_callbacks(execute=True):
        jobs.leave(add, 3)
        assert done == []
    assert done == [3]


def test_what_a_killed_worker_was_doing_is_done_when_it_is_back(queue):
    jobs.leave(add, 4)
    job = running("here.1")
    assert jobs.take_up_again("here.2") == (0, 0)  # another one's
    assert jobs.take_up_again("here.1") == (1, 0)
    job.refresh_from_db()
    assert (job.status, job.started_at) == ("READY", None)
    job.claim("here.2")
    assert jobs.take_up_again("here.1") == (0, 0)  # it is no longer ours


def test_a_job_that_takes_its_worker_down_each_time_is_given_up(queue, monkeypatch):
    jobs.leave(add, 5)
    told = []
    monkeypatch.setitem(jobs._tellers, add.module_path, told.append)
    job = running("here.1", tries=jobs.MOST_TRIES)
    assert jobs.take_up_again("here.1") == (0, 1)
    job.refresh_from_db()
    assert job.status == "FAILED"
    assert "5 times" in job.traceback
    assert told == [5]


def test_two_workers_cannot_have_one_name():
    held = jobs.hold("prova")
    with pytest.raises(jobs.NameTaken, match="prova"):
        jobs.hold("prova")
    held.close()
    jobs.hold("prova").close()


@pytest.mark.django_db(transaction=True)  # the worker closes its connections
def test_the_command_goes_on_where_it_was_cut_off(queue, capsys):
    import socket

    jobs.leave(add, 6)
    running(f"{socket.gethostname()[:40]}.prova")
    call_command("worker", "prova", batch=True, startup_delay=False, verbosity=0)
    assert done == [6]
    assert "1 jobs go on" in capsys.readouterr().err
    held = jobs.hold(f"{socket.gethostname()[:40]}.prova")
    with pytest.raises(CommandError, match="running already"):
        call_command("worker", "prova", batch=True, verbosity=0)
    held.close()
