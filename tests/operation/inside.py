"""Run as a process of its own on the configuration of the machines: does what each line asks, answers with a line."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

ACTIONS = 8  # of a plan: enough for its document to be left to a worker, and soon made


def make(leads: int) -> list:
    """Tables, a world with so many leads; returns these."""
    from django.core.management import call_command

    from conciliazione.portal.load import world
    from plans.models import PlanAction

    call_command("migrate", run_syncdb=True, verbosity=0)
    seats = world.make(leads)
    PlanAction.objects.exclude(title__in=[f"Azione {number}" for number in range(ACTIONS)]).delete()
    return [asdict(seat) for seat in seats]


def leave(count: int) -> list:
    """Ask for so many long documents, which are left to the workers; returns their keys."""
    from conciliazione.kernel.documents import request_document
    from network.enums import SeatKind
    from network.models import Person
    from plans.models import TerritorialPlan

    plans = TerritorialPlan.objects.order_by("pk")[:count]
    offices = Person.objects.filter(seats__kind=SeatKind.OFFICE)
    return [
        request_document("territorial_plan", plan, by=offices.filter(seats__network=plan.network_id).first()).pk
        for plan in plans
    ]


def jobs(documents: list) -> list:
    """[state of the document, [workers that had its job], state of the job] of each."""
    from django_tasks_db.models import DBTaskResult

    from conciliazione.kernel.models import IssuedDocument

    rows = {row.args_kwargs["args"][0]: row for row in DBTaskResult.objects.filter(task_path__endswith="make_document")}
    states = dict(IssuedDocument.objects.filter(pk__in=documents).values_list("pk", "state"))
    return [[states[key], rows[key].worker_ids, rows[key].status] for key in documents]


def faults(ledgers: list, documents: list) -> list:
    """What was lost or doubled."""
    from conciliazione.portal.load import check
    from conciliazione.portal.load.lead import Ledger

    known = [Ledger(**{**ledger, "rows": set(ledger["rows"])}) for ledger in ledgers]
    return list(check.faults(known, documents))


def backup(folder: str) -> str:
    from conciliazione.kernel.operation.backup import backup

    return str(backup(Path(folder)))


if __name__ == "__main__":
    import django

    django.setup()
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, given = json.loads(line)
        print(json.dumps(globals()[name](**given)), file=out, flush=True)
