from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    name = "alliances"
    verbose_name = "Alleanze"

    def ready(self):
        from conciliazione.kernel import access

        from . import navigation, permissions, receivers  # noqa: F401 -- importing them registers what they hold
        from .models import Alliance

        access.register_scope("alliance", Alliance)
