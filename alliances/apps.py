from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    name = "alliances"
    verbose_name = "Alleanze"

    def ready(self):
        from conciliazione.kernel import access
        from network import conveners
        from network.enums import MeetingBody

        from . import navigation, permissions, receivers  # noqa: F401 -- importing them registers what they hold
        from .models import Alliance
        from .queries.meetings import bodies_on, people_of, quorum_of

        access.register_scope("alliance", Alliance)
        conveners.register(MeetingBody.ALLIANCE, conveners.Convener(bodies_on, people_of, quorum_of))
