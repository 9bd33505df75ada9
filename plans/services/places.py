"""The network that a proposal keeps beside its call."""

from django.db.models import OuterRef, Subquery

from conciliazione.kernel.moves import atomic

from ..models import Call, ProjectProposal


@atomic
def fill_networks() -> list[str]:
    """Give their network to the proposals that have none: an earlier release wrote them while this one was put in
    place.

    What is filled is derived and no decision: it has no history.
    """
    network = Subquery(Call.objects.filter(pk=OuterRef("call")).values("network")[:1])
    filled = ProjectProposal.objects.filter(network=None).update(network=network)
    return [f"Proposte con la rete annotata: {filled}"] if filled else []
