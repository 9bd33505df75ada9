"""The production settings for servers of a test: static files are not collected, tables come from the models."""

from conciliazione.settings import *  # noqa: F403


class NoMigrations:
    """As pytest-django's --no-migrations: half a minute sooner."""

    def __contains__(self, item):
        return True

    def __getitem__(self, item):
        return None


MIGRATION_MODULES = NoMigrations()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
