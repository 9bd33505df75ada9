"""Bring an archive of `manage.py backup` back onto an empty database and an empty folder of files."""

import tarfile
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from conciliazione.kernel.operation import backup


class Command(BaseCommand):
    help = "Restore an archive of manage.py backup onto an empty database and an empty folder of files."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument("--keys-to", type=Path, help="a new file for the keys that the archive holds")

    def handle(self, *, archive, keys_to, **options):
        try:
            manifest = backup.restore(archive, keys_to=keys_to)
        except (backup.BackupError, OSError, tarfile.TarError) as error:
            raise CommandError(str(error)) from error
        files = sum(name.startswith(backup.FILES) for name in manifest["sha256"])
        self.stdout.write(f"Restored: {sum(manifest['rows'].values())} rows, {files} files of {manifest['made_at']}.")
