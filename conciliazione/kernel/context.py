"""What the frame of every page shows."""

from django.utils.functional import SimpleLazyObject

from . import navigation, sessions
from .models import Notice


def chrome(request):
    """Sections, seats and the number of unread notices; each is asked for only if the page shows it."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"sections": [], "seats": [], "acting_seat": None, "unread_notices": 0, "session_left": None}
    return {
        "sections": SimpleLazyObject(lambda: navigation.for_person(person)),
        "seats": SimpleLazyObject(lambda: person.active_seats),
        "acting_seat": person.acting_seat,
        "session_left": sessions.left(request) if hasattr(request, "session") else None,
        "unread_notices": SimpleLazyObject(lambda: Notice.objects.filter(to=person, read_at=None).count()),
    }
