from django.db import migrations, models

from conciliazione.kernel.migrating import AddIndexWhileRunning


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("plans", "0012_networks_filled")]

    # the new one first: at no moment is there none
    operations = [
        AddIndexWhileRunning(
            model_name="projectproposal",
            index=models.Index(
                fields=["network", "submitted_at", "id", "status"], name="proposal_of_network_in_order"
            ),
        ),
        migrations.RemoveIndex(model_name="projectproposal", name="proposal_of_call_in_order"),
    ]
