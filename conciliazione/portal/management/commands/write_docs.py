"""Write the pages of docs/ that come from the code: rules, permissions, workflows."""

from django.core.management import BaseCommand

from conciliazione.portal import handbook


class Command(BaseCommand):
    help = "Write docs/rules.md, docs/permissions.md and docs/workflows.md from the code."

    def handle(self, **options):
        handbook.load_everything()
        for path, text in handbook.pages().items():
            path.write_text(text)
            self.stdout.write(f"Written: {path.name}")
