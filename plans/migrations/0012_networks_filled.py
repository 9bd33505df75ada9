from django.db import migrations
from django.db.models import Max, OuterRef, Subquery

AT_ONCE = 5_000  # rows that are locked together while the portal runs


def fill(apps, schema_editor):
    Call, Proposal = apps.get_model("plans", "Call"), apps.get_model("plans", "ProjectProposal")
    network = Subquery(Call.objects.filter(pk=OuterRef("call")).values("network")[:1])
    last = Proposal.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, AT_ONCE):
        Proposal.objects.filter(network=None, pk__gte=first, pk__lt=first + AT_ONCE).update(network=network)


class Migration(migrations.Migration):
    """The network of each proposal is that of its call. Part by part: what was filled stays filled if it is cut off."""

    atomic = False
    dependencies = [("plans", "0011_network_of_proposals")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
