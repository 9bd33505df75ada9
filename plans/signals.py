"""What happens here and other rooms may take up, inside the same transaction."""

from django.dispatch import Signal

# A funded project starts: monitoring prepares its reports. Arguments: project, by.
project_started = Signal()
