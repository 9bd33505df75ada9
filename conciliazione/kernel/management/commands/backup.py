"""Write one archive of database, files and keys."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from conciliazione.kernel.operation import backup


class Command(BaseCommand):
    help = "Write one archive with the database, the files and the keys: manage.py backup /var/backups/conciliazione"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--without-keys", action="store_true", help="leave SECRET_KEY out: it is kept elsewhere")

    def handle(self, *, folder, without_keys, **options):
        try:
            path = backup.backup(folder, with_keys=not without_keys)
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(path))
