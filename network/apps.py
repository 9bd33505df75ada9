from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Rete territoriale"

    def ready(self):
        from conciliazione.kernel import access, replicas

        from . import accounts, navigation, permissions, sign_ins  # noqa: F401 -- they register themselves
        from .models import Network, Person, Programme, Seat

        access.register_scope("network", Network)
        access.register_scope("programme", Programme)
        replicas.keep_on_primary(Person, Seat)
