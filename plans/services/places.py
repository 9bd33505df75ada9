"""What rows keep of the record they belong to, so that lists and boards find them by an index.

A proposal keeps the network of its call; what members declared and scored keeps the call of its proposal.

Rows that an earlier release wrote while this one was put in place lack it, until the daily round fills it in. What is
filled is derived and no decision: it has no history.
"""

from django.db.models import OuterRef, Subquery

from conciliazione.kernel.moves import atomic

from ..models import Call, ConflictDeclaration, Evaluation, ProjectProposal


@atomic
def fill_networks() -> list[str]:
    """The network of the proposals that have none; says of how many."""
    network = Subquery(Call.objects.filter(pk=OuterRef("call")).values("network")[:1])
    filled = ProjectProposal.objects.filter(network=None).update(network=network)
    return [f"Proposte con la rete annotata: {filled}"] if filled else []


@atomic
def fill_calls() -> list[str]:
    """The call of the declarations and evaluations that have none; says of how many of each."""
    call = Subquery(ProjectProposal.objects.filter(pk=OuterRef("proposal")).values("call")[:1])
    found = []
    for model in (ConflictDeclaration, Evaluation):
        if number := model.objects.filter(call=None).update(call=call):
            found.append(f"Avviso scritto su {number} righe: {model._meta.verbose_name_plural}")
    return found
