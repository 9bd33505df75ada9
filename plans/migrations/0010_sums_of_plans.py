from django.db import migrations, models
from django.db.models import Count, Sum


def fill(apps, schema_editor):
    Plan, Action = apps.get_model("plans", "TerritorialPlan"), apps.get_model("plans", "PlanAction")
    sums = Action.objects.order_by().values("plan").annotate(count=Count("pk"), amount=Sum("amount"))
    for plan, count, amount in sums.values_list("plan", "count", "amount"):
        Plan.objects.filter(pk=plan).update(action_count=count, action_amount=amount)


class Migration(migrations.Migration):
    """With defaults of the database: the release before this one does not know the columns while it still runs."""

    dependencies = [("plans", "0009_lists_without_rows")]

    operations = [
        migrations.AddField(
            model_name="territorialplan",
            name="action_amount",
            field=models.DecimalField(
                "risorse (EUR)", max_digits=14, decimal_places=2, default=0, db_default=0, editable=False
            ),
        ),
        migrations.AddField(
            model_name="territorialplan",
            name="action_count",
            field=models.PositiveIntegerField("azioni", default=0, db_default=0, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
