"""Il mio lavoro: what awaits a person, what runs, which terms come, put together from every app."""

from dataclasses import dataclass
from datetime import date

from alliances import queries as alliances
from conciliazione.kernel import clock
from conciliazione.kernel.tasks import HORIZON, Deadline, Running, Task, reading_once
from monitoring import queries as monitoring
from network import queries as network
from plans import queries as plans

APPS = (network, alliances, plans, monitoring)


@dataclass(frozen=True)
class Workdesk:
    tasks: list[Task]
    running: list[Running]
    deadlines: list[Deadline]


def workdesk_of(person) -> Workdesk:
    """Tasks by term (those without one last), processes as the apps order them, terms of the next 60 days."""
    today = clock.today()
    with reading_once():
        for app in APPS:
            app.awaited_by(person)  # what all of them ask goes out in one statement
        tasks = [task for app in APPS for task in app.tasks_for(person)]
        running = [process for app in APPS for process in app.running_for(person)]
        deadlines = [deadline for app in APPS for deadline in app.deadlines_for(person)]
    return Workdesk(
        tasks=sorted(tasks, key=lambda task: task.due or date.max),
        running=running,
        deadlines=sorted(
            (deadline for deadline in deadlines if today <= deadline.day <= today + HORIZON),
            key=lambda deadline: (deadline.day, deadline.what),
        ),
    )
