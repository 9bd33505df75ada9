"""More visitors than the machine serves: whoever has waited too long is told at once to come back.

By then they have often gone, or asked again: to work on for them keeps those waiting who came later. nginx refuses what
goes beyond its own bound; this is for what it had let in before its visitor gave up.
"""

import time

from django.http import HttpResponse
from django.template.loader import render_to_string

LONGEST_WAIT = 15  # seconds before anything is begun
NO_WAIT_SO_LONG = 300  # nginx gives up long before: it is a clock that is wrong, not a visitor who waited
RETRY_AFTER = 60
HEADER = "X-Request-Start"  # t=<seconds since 1970>, from nginx


def waited(request) -> float:
    """For how many seconds this request has waited for a process to take it; 0 where nothing tells."""
    try:
        seconds = time.time() - float(request.headers.get(HEADER, "").removeprefix("t="))
    except ValueError:
        return 0
    return seconds if 0 < seconds < NO_WAIT_SO_LONG else 0


class Crowding:
    """Answers 503 to what has waited beyond LONGEST_WAIT, before session and database are asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if waited(request) <= LONGEST_WAIT:
            return self.get_response(request)
        answer = HttpResponse(render_to_string("crowded.html", {"request_id": getattr(request, "id", "")}), status=503)
        answer["Retry-After"] = str(RETRY_AFTER)
        answer["Cache-Control"] = "no-store"
        return answer
