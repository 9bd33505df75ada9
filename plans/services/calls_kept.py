"""The call of what members of a committee declared and scored, kept on their rows: see `models.evaluation`."""

from django.db.models import OuterRef, Subquery

from conciliazione.kernel.moves import atomic

from ..models import ConflictDeclaration, Evaluation, ProjectProposal


@atomic
def keep_calls() -> list[str]:
    """Fill it where it is empty, in rows that an earlier release wrote while this one was put in place; says how many.

    What is kept is derived and no decision: it has no history.
    """
    call = Subquery(ProjectProposal.objects.filter(pk=OuterRef("proposal")).values("call")[:1])
    found = []
    for model in (ConflictDeclaration, Evaluation):
        if number := model.objects.filter(call=None).update(call=call):
            found.append(f"Avviso scritto su {number} righe: {model._meta.verbose_name_plural}")
    return found
