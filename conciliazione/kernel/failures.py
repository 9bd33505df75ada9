"""The pages for what goes wrong: what it is, why, what now, whom to ask."""

import sys

from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from .stores.away import Away

SOON = 10  # seconds until it is worth asking again


def csrf_failure(request, reason=""):
    """The form was too old, or came from elsewhere: what was typed is still one step back in the browser."""
    return render(request, "403_csrf.html", {"title": "Il modulo è scaduto"}, status=403)


def bad_request(request, exception):
    return render(request, "400.html", {"title": "Richiesta non valida"}, status=400)


def forbidden(request, exception):
    return render(request, "403.html", {"title": "Non puoi aprire questa pagina", "reason": str(exception)}, status=403)


def not_found(request, exception):
    return render(request, "404.html", {"title": "Pagina non trovata"}, status=404)


def server_error(request):
    # without the request: what broke may be the session, the database or the frame itself
    context = {"request_id": getattr(request, "id", "")}
    if isinstance(sys.exc_info()[1], Away):
        answer = HttpResponse(render_to_string("503.html", context), status=503)
        answer["Retry-After"] = str(SOON)
        return answer
    return HttpResponseServerError(render_to_string("500.html", context))
