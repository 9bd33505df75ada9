"""The network that a report keeps beside its project."""

from django.db.models import OuterRef, Subquery

from conciliazione.kernel.moves import atomic
from plans.models import Project

from ..models import FinancialReport, ProgressReport


@atomic
def fill_networks() -> list[str]:
    """Give their network to the reports that have none: an earlier release wrote them while this one was put in place.

    What is filled is derived and no decision: it has no history.
    """
    network = Subquery(Project.objects.filter(pk=OuterRef("project")).values("network")[:1])
    filled = sum(m.objects.filter(network=None).update(network=network) for m in (ProgressReport, FinancialReport))
    return [f"Rete annotata su {filled} relazioni"] if filled else []
