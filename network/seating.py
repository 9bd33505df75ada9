"""In which of their seats a person acts during a request."""

from conciliazione.kernel import sessions

SESSION_KEY = "seat"


class SeatMiddleware:
    """Let the person act in the seat that the session names, if they still hold it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        wanted = request.session.get(SESSION_KEY)
        if wanted and request.user.is_authenticated:
            seat = next((s for s in request.user.active_seats if s.pk == wanted), None)
            if seat is not None:
                request.user.act_in(seat)
        return self.get_response(request)


def choose_seat(request, seat_pk: int) -> bool:
    """Act in another of one's seats from the next page on. False when the person does not hold it."""
    seat = next((s for s in request.user.active_seats if s.pk == seat_pk), None)
    if seat is None:
        return False
    request.session[SESSION_KEY] = seat.pk
    sessions.renew(request)
    request.user.act_in(seat)
    return True
