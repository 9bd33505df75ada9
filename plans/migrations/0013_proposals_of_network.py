from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0012_networks_filled")]

    # the new one first: at no moment is there none
    operations = [
        migrations.AddIndex(
            model_name="projectproposal",
            index=models.Index(
                fields=["network", "submitted_at", "id", "status"], name="proposal_of_network_in_order"
            ),
        ),
        migrations.RemoveIndex(model_name="projectproposal", name="proposal_of_call_in_order"),
    ]
