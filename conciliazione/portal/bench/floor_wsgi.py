"""The floor alone, as gunicorn serves it."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler


def application() -> WSGIHandler:
    """Only for a process of its own: the addresses of the portal are not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conciliazione.settings")
    django.setup()
    from . import floor  # its models need what was set up

    settings.ROOT_URLCONF, settings.MIDDLEWARE = floor.__name__, floor.MIDDLEWARE
    return WSGIHandler()
