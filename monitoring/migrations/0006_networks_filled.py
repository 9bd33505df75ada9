from django.db import migrations
from django.db.models import Max, OuterRef, Subquery

AT_ONCE = 10_000  # rows that are locked together while the portal runs


def fill(apps, schema_editor):
    Project = apps.get_model("plans", "Project")
    network = Subquery(Project.objects.filter(pk=OuterRef("project")).values("network")[:1])
    for name in ("FinancialReport", "ProgressReport"):
        model = apps.get_model("monitoring", name)
        last = model.objects.aggregate(last=Max("pk"))["last"] or 0
        for first in range(0, last + 1, AT_ONCE):
            model.objects.filter(network=None, pk__gte=first, pk__lt=first + AT_ONCE).update(network=network)


class Migration(migrations.Migration):
    """The network of each report is that of its project. Part by part: what was filled stays filled if it is cut off."""

    atomic = False
    dependencies = [("monitoring", "0005_network_of_reports")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
