"""Throw away what is past its time, now (the daily round does it too)."""

from django.core.management.base import BaseCommand

from network.services import privacy


class Command(BaseCommand):
    help = "Applies the times of the privacy register: deletes what is over, makes forgotten accounts nameless."

    def handle(self, *args, **options):
        done = privacy.apply_retention()
        for line in done:
            self.stdout.write(line)
        if not done:
            self.stdout.write("Nothing is past its time.")
