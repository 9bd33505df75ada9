"""The whole story of the demonstration, told once for a module of tests and rolled back after it."""

from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import transaction

from conciliazione.kernel import clock


@contextmanager
def told(stage: str = "closing"):
    """Inside the block the story stands at `stage`; nothing of it remains afterwards."""
    before = clock._offset
    with transaction.atomic():
        try:
            call_command("seed_demo", stage=stage, stdout=StringIO())
            yield
        finally:
            clock._offset = before
            transaction.set_rollback(True)
