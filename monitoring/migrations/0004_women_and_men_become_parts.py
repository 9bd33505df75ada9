from django.db import migrations


def split(apps, schema_editor):
    Part = apps.get_model("monitoring", "MeasurementPart")
    rows = apps.get_model("monitoring", "Measurement").objects.filter(women__isnull=False, men__isnull=False)
    Part.objects.bulk_create(
        (
            Part(measurement_id=row.pk, dimension="sex", category=category, value=value)
            for row in rows.iterator()
            for category, value in (("women", row.women), ("men", row.men))
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [('monitoring', '0003_report_versions_and_parts')]

    operations = [migrations.RunPython(split, migrations.RunPython.noop)]
