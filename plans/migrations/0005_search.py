from django.db import migrations

from conciliazione.kernel.searching import AddSearchIndex


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_dossier")]

    operations = [
        AddSearchIndex("call", "call_words", "title", "act", "description"),
        AddSearchIndex(
            "projectproposal",
            "proposal_words",
            *("title", "registry_number", "summary", "needs", "objectives", "sustainability"),
        ),
        AddSearchIndex("project", "project_words", "title", "cup"),
        AddSearchIndex("attachment", "attachment_words", "title"),
    ]
