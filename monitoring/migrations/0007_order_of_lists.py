from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0006_networks_filled")]

    operations = [
        migrations.AddIndex(
            model_name="financialreport",
            index=models.Index(fields=["network", "window", "id", "status"], name="financial_report_of_network"),
        ),
        migrations.AddIndex(
            model_name="financialreport",
            index=models.Index(fields=["window", "id", "network", "status"], name="financial_report_of_all"),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(
                fields=["network", "window", "id", "status", "version"], name="progress_report_of_network"
            ),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(fields=["window", "id", "network", "status"], name="progress_report_of_all"),
        ),
    ]
