from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('monitoring', '0004_women_and_men_become_parts')]

    operations = [
        migrations.RemoveField(
            model_name='historicalmeasurement',
            name='men',
        ),
        migrations.RemoveField(
            model_name='historicalmeasurement',
            name='women',
        ),
        migrations.RemoveField(
            model_name='measurement',
            name='men',
        ),
        migrations.RemoveField(
            model_name='measurement',
            name='women',
        ),
    ]
