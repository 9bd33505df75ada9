from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "conciliazione.portal"
    label = "portal"
    verbose_name = "Portale"

    def ready(self):
        from . import navigation, permissions  # noqa: F401 -- importing them registers sections and the table
