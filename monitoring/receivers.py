"""What the monitoring does when something happens in the plans, inside the same transaction."""

from django.dispatch import receiver

from plans.signals import project_started

from .services.windows import prepare_for_project


@receiver(project_started, dispatch_uid="monitoring.prepare_reports")
def prepare_reports(sender, *, project, by, **kwargs) -> None:
    """A project that starts owes a report in every window its period touches."""
    prepare_for_project(project, by=by)
