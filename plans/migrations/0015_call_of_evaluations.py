import django.db.models.deletion
from django.db import migrations, models

CALL = {"editable": False, "null": True, "db_index": False, "related_name": "+", "to": "plans.call"}


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_sums_and_pages_by_index")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="call",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, **CALL),
        )
        for model in ("conflictdeclaration", "evaluation")
    ]
