from django.db import migrations, models

from conciliazione.kernel.migrating import AddIndexWhileRunning


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("monitoring", "0006_networks_filled")]

    operations = [
        AddIndexWhileRunning(
            model_name="financialreport",
            index=models.Index(fields=["network", "window", "id", "status"], name="financial_report_of_network"),
        ),
        AddIndexWhileRunning(
            model_name="financialreport",
            index=models.Index(fields=["window", "id", "network", "status"], name="financial_report_of_all"),
        ),
        AddIndexWhileRunning(
            model_name="progressreport",
            index=models.Index(
                fields=["network", "window", "id", "status", "version"], name="progress_report_of_network"
            ),
        ),
        AddIndexWhileRunning(
            model_name="progressreport",
            index=models.Index(fields=["window", "id", "network", "status"], name="progress_report_of_all"),
        ),
    ]
