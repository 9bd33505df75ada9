from django.db import migrations, models

from conciliazione.kernel.migrating import AddIndexWhileRunning

from conciliazione.kernel.searching import AddSearchIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("plans", "0006_proposals_of_call")]

    operations = [
        AddSearchIndex("projectproposal", "proposal_list_words", "title", "registry_number"),
        AddIndexWhileRunning(
            model_name="planaction",
            index=models.Index(fields=["area", "id"], name="action_by_area"),
        ),
    ]
