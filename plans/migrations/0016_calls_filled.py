from django.db import migrations
from django.db.models import Max, OuterRef, Subquery

AT_ONCE = 5_000  # rows that are locked together while the portal runs


def fill(apps, schema_editor):
    Proposal = apps.get_model("plans", "ProjectProposal")
    call = Subquery(Proposal.objects.filter(pk=OuterRef("proposal")).values("call")[:1])
    for name in ("ConflictDeclaration", "Evaluation"):
        rows = apps.get_model("plans", name).objects.filter(call=None)
        last = rows.aggregate(last=Max("pk"))["last"] or 0
        for first in range(0, last + 1, AT_ONCE):
            rows.filter(pk__gte=first, pk__lt=first + AT_ONCE).update(call=call)


class Migration(migrations.Migration):
    """The call of each row is that of its proposal. Part by part: what was filled stays filled if it is cut off."""

    atomic = False
    dependencies = [("plans", "0015_call_of_evaluations")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
