import django.db.models.deletion
from django.db import migrations, models

NETWORK = {"editable": False, "null": True, "db_index": False, "related_name": "+", "to": "network.network"}


class Migration(migrations.Migration):
    dependencies = [("network", "0010_order_of_lists"), ("plans", "0010_sums_of_plans")]

    operations = [
        migrations.AddField(
            model_name="projectproposal",
            name="network",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, **NETWORK),
        )
    ]
