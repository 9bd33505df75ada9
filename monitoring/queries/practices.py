"""Good practices as lists and pages read them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from conciliazione.kernel import access
from conciliazione.kernel.tasks import Task
from network.models import Network
from plans.models import Project

from ..enums import PracticeStatus, ReportStatus
from ..models import GoodPractice


def practices_for_pages():
    """With what their rows need."""
    return GoodPractice.objects.select_related("network", "project__alliance")


def networks_to_propose(person):
    """The networks in whose name the person may propose: those of their office."""
    return Network.objects.filter(access.reach(person, "practice.propose", network="pk")).order_by("name")


def projects_to_propose(person):
    """The projects of the person's alliances or network that have a validated report."""
    mine = access.reach(person, "practice.propose", network="network", alliance="alliance")
    told = Project.objects.filter(mine, progress_reports__status=ReportStatus.VALIDATED)
    return told.select_related("network").distinct().order_by("title")


AWAITED = {
    PracticeStatus.PROPOSED: ("practice.validate", "L'ha proposta chi l'ha realizzata.", "Leggi e valida"),
    PracticeStatus.VALIDATED: ("practice.publish", "L'ASL l'ha validata.", "Leggi e pubblica"),
    PracticeStatus.RETURNED: ("practice.propose", "È tornata con una motivazione.", "Correggi la proposta"),
}


def practices_awaited(person) -> QuerySet[GoodPractice]:
    """What awaits the ASL and the Regione; what came back awaits who proposes."""
    awaited = Q(pk__in=[])
    for status, (action, *_) in AWAITED.items():
        if access.can(person, action):
            awaited |= access.reach(person, action, network="network", alliance="project__alliance") & Q(status=status)
    rows = GoodPractice.objects.filter(awaited).exclude(status=PracticeStatus.PROPOSED, proposed_by=person)
    return rows.order_by("proposed_at", "pk")


def practice_tasks(rows: Iterable[GoodPractice]) -> list[Task]:
    return [
        Task(
            what=f"Buona prassi: «{row.title}»",
            why=AWAITED[row.status][1],
            url=row.get_absolute_url(),
            label=AWAITED[row.status][2],
        )
        for row in rows
    ]
