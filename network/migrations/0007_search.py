from django.db import migrations

from conciliazione.kernel.searching import AddSearchIndex


class Migration(migrations.Migration):
    dependencies = [("network", "0006_indicator_asked")]

    operations = [AddSearchIndex("organisation", "organisation_words", "name", "search_name")]
