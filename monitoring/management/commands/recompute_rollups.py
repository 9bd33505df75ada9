"""Make every kept figure again from the records, and tell what differed."""

import sys

from django.core.management.base import BaseCommand

from ...services.rollups import known_territories, recompute

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Recompute every kept figure from the records; with --check only compare, and end with 1 if one differs."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a figure differs")

    def handle(self, *args, check: bool, **options):
        territories = known_territories()
        count = 0
        for territory in territories:
            for difference in recompute(territory, write=not check):
                count += 1
                if count <= MOST_SHOWN:
                    self.stderr.write(str(difference))
        verb = "differ" if check else "differed and were set right"
        self.stdout.write(f"{len(territories)} territories: {count} figures {verb}.")
        if check and count:
            sys.exit(1)
