"""What proposals, and what was declared and scored of them, keep of the record they belong to (`kernel.keeping`)."""

from conciliazione.kernel.keeping import fill
from conciliazione.kernel.moves import atomic

from ..models import ConflictDeclaration, Evaluation, ProjectProposal


@atomic
def fill_networks() -> list[str]:
    """The network of the proposals that have none; says of how many."""
    filled = fill(ProjectProposal)
    return [f"Proposte con la rete annotata: {filled}"] if filled else []


@atomic
def fill_calls() -> list[str]:
    """The call of the declarations and evaluations that have none; says of how many of each."""
    found = []
    for model in (ConflictDeclaration, Evaluation):
        if number := fill(model):
            found.append(f"Avviso scritto su {number} righe: {model._meta.verbose_name_plural}")
    return found
