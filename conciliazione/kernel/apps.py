from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_migrate


def make_cache_table(**kwargs):
    """Where the cache is the database, its table comes with the others."""
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)


class KernelConfig(AppConfig):
    name = "conciliazione.kernel"
    label = "kernel"
    verbose_name = "Fondamenta"

    def ready(self):
        post_migrate.connect(make_cache_table, sender=self)
        from . import (
            models,
            replicas,
            sessions,  # noqa: F401 -- starts the clocks of a session when somebody signs in
        )

        replicas.keep_on_primary(models.TrailHead, models.TrailEntry, models.RateCount, models.RegistrySequence)
        replicas.keep_on_primary(models.DailyRun, models.DemoClock)
