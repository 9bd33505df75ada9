"""Ending sessions, with a trace."""

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from conciliazione.kernel.moves import atomic


@atomic
def end_sessions(rows: QuerySet[UserSession], *, by) -> int:
    """Sign the person out of these sessions; returns how many there were."""
    ended = list(rows)
    for row in ended:
        row.end()
    return len(ended)
