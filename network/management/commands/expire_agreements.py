"""The daily round of the network: agreements whose two years are over, seats that began or ended by their date."""

from django.core.management.base import BaseCommand

from network.services import agreements, seats


class Command(BaseCommand):
    help = "Expires the network agreements whose term is over, and makes the groups follow the dates of the seats."

    def handle(self, *args, **options):
        expired = agreements.expire_due()
        added, taken = seats.repair()
        self.stdout.write(f"Expired {len(expired)} agreements; added {added} and took away {taken} places.")
