"""Take the second factor away from somebody who has lost it and the recovery codes too."""

from django.core.management.base import BaseCommand, CommandError

from conciliazione.kernel.errors import Refused
from network.services import access_trail


class Command(BaseCommand):
    help = "Takes away a person's second factor, ends their sessions, tells them, and leaves it in the trail."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address with which the person enters")
        parser.add_argument("--reason", required=True, help="how you made sure of who asks: it stays in the trail")

    def handle(self, *args, email, reason, **options):
        try:
            person = access_trail.reset_second_factor(email=email, reason=reason)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"Person {person.pk} has no second factor any more, no open session, and has been told.")
