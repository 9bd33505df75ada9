import django.db.models.deletion
from django.db import migrations, models

NETWORK = {"editable": False, "null": True, "db_index": False, "related_name": "+", "to": "network.network"}


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0004_indexes_of_lists"),
        ("network", "0009_minutes_parts"),
        ("plans", "0007_words_and_order_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name=model,
            name="network",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, **NETWORK),
        )
        for model in ("financialreport", "progressreport")
    ]
