"""Reads of the plans app. What awaits a person comes from each part and is put together here."""

from conciliazione.kernel.tasks import Awaited, Deadline, Running, Task

from . import calls, desk, proposal_desk

PARTS = (calls, proposal_desk, desk)


def awaited_by(person) -> list[Awaited]:
    """What each part asks about the person, to be asked together."""
    return [part.awaited_by(person) for part in PARTS]


def tasks_for(person) -> list[Task]:
    """What awaits the person in this app."""
    return [task for part in PARTS for task in part.tasks_for(person)]


def running_for(person) -> list[Running]:
    """The processes of the person, and where each stands."""
    return [process for part in PARTS for process in part.running_for(person)]


def deadlines_for(person) -> list[Deadline]:
    """The terms that run."""
    return [deadline for part in PARTS for deadline in part.deadlines_for(person)]
