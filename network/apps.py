from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Rete territoriale"

    def ready(self):
        from conciliazione.kernel import access

        from . import navigation, permissions  # noqa: F401 -- importing them registers sections and the table
        from .models import Network, Programme

        access.register_scope("network", Network)
        access.register_scope("programme", Programme)
