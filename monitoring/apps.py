from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "Monitoraggio"

    def ready(self):
        from . import navigation, permissions, receivers  # noqa: F401 -- importing them registers what they hold
