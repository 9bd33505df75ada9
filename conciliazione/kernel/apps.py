from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "conciliazione.kernel"
    label = "kernel"
    verbose_name = "Fondamenta"

    def ready(self):
        from . import sessions  # noqa: F401 -- starts the clocks of a session when somebody signs in
