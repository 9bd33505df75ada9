from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = "Avvisi, proposte e piano"

    def ready(self):
        from network import matters
        from network.enums import MeetingBody

        from . import navigation, permissions, receivers  # noqa: F401 -- importing them registers what they hold
        from .queries import limits  # noqa: F401 -- what proposals say of a programme's limits
        from .queries.matters import matters_of

        matters.register(MeetingBody.COMMITTEE, matters_of)
