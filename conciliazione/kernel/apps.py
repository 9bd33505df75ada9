from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "conciliazione.kernel"
    label = "kernel"
    verbose_name = "Fondamenta"
