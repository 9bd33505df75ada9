"""Django's own `migrate`, with a collector that looks less often."""

import gc

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Each step makes some two hundred models anew, all tied to one another: looking through them again and again for
    what nobody holds took nearly half of an upgrade."""

    def handle(self, *args, **options):
        before = gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 20, 20)
        try:
            return super().handle(*args, **options)
        finally:
            gc.set_threshold(*before)
            gc.unfreeze()
