"""Check the trail from its first entry to its last."""

from django.core.management.base import BaseCommand

from conciliazione.kernel.trail import verify
from conciliazione.kernel.trail.models import TrailHead


class Command(BaseCommand):
    help = "Finds any change, gap or deletion in the trail; when it is whole, notes its head outside the database."

    def add_arguments(self, parser):
        parser.add_argument("--no-anchor", action="store_true", help="only check, note nothing")

    def handle(self, *args, no_anchor=False, **options):
        found = 0
        for fault in verify.faults():
            found += 1
            self.stdout.write(self.style.ERROR(fault))
        if found:
            self.stdout.write(f"{found} faults: the trail is not whole.")
            raise SystemExit(1)
        head = TrailHead.objects.first()
        self.stdout.write(f"The trail is whole: {head.number if head else 0} entries.")
        if not no_anchor and verify.note_anchor():
            self.stdout.write("Its head is noted outside the database.")
