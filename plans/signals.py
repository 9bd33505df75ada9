"""What happens here and other rooms may take up, inside the same transaction."""

from django.dispatch import Signal

# A funded project starts: monitoring prepares its reports. Arguments: project, by.
project_started = Signal()

# Somebody asks for the dossier of a project: who hears it answers with (folder, kind of document, record) of what is
# theirs; whether the person may have each is asked of its kind. Arguments: project.
dossier_asked = Signal()
