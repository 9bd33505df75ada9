from django.db import migrations

from conciliazione.kernel.searching import AddSearchIndex


class Migration(migrations.Migration):
    dependencies = [("alliances", "0001_initial")]

    operations = [AddSearchIndex("alliance", "alliance_words", "name", "purpose")]
