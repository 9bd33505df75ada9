"""Compare the permissions with the seats and bodies from which they follow."""

from django.core.management.base import BaseCommand

from conciliazione.kernel import access
from network.services import seats


class Command(BaseCommand):
    help = "Shows the permissions that differ from what seats and bodies imply; --repair makes them equal."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="add what lacks, take away what is too much")

    def handle(self, *args, repair=False, **options):
        found = self._grants() + self._places()
        for line in found:
            self.stdout.write(line)
        if not found:
            self.stdout.write("Permissions follow from the seats and bodies: nothing differs.")
            return
        if not repair:
            self.stdout.write(f"{len(found)} differences. Run again with --repair to mend them.")
            raise SystemExit(1)
        added, taken = (a + b for a, b in zip(access.repair(), seats.repair(), strict=True))
        self.stdout.write(f"Added {added}, took away {taken}.")

    def _grants(self) -> list[str]:
        missing, surplus = access.drift()
        return [
            *(f"lacks: {group} {role.value} on {scope}" for group, role, scope in sorted(missing, key=str)),
            *(f"too much: {group} {role.value} on {scope}" for group, role, scope in sorted(surplus, key=str)),
        ]

    def _places(self) -> list[str]:
        missing, surplus = seats.drift()
        # by number: what is printed every night is kept in logs
        return [
            *(f"lacks: person {pk} in {group}" for pk, group in sorted(missing)),
            *(f"too much: person {pk} in {group}" for pk, group in sorted(surplus)),
        ]
