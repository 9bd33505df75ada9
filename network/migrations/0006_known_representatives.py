"""Who represents each body so far, as the first row of its story; and who confirmed its size with its nature."""

from django.db import migrations
from django.db.models import F


def begin(apps, schema_editor):
    Organisation = apps.get_model("network", "Organisation")
    LegalRepresentative = apps.get_model("network", "LegalRepresentative")
    for body in Organisation.objects.exclude(legal_representative=""):
        LegalRepresentative.objects.create(
            organisation=body,
            name=body.legal_representative,
            office=body.legal_representative_office,
            tax_code=body.legal_representative_tax_code,
        )
    sized = Organisation.objects.exclude(size="")
    sized.update(size_confirmed_by=F("nature_confirmed_by"), size_confirmed_at=F("nature_confirmed_at"))


class Migration(migrations.Migration):
    dependencies = [("network", "0005_legal_representatives")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
