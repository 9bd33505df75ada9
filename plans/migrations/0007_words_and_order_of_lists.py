from django.db import migrations, models

from conciliazione.kernel.searching import AddSearchIndex


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_proposals_of_call")]

    operations = [
        AddSearchIndex("projectproposal", "proposal_list_words", "title", "registry_number"),
        migrations.AddIndex(
            model_name="planaction",
            index=models.Index(fields=["area", "id"], name="action_by_area"),
        ),
    ]
