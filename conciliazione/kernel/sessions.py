"""How long a session may rest and last. Both ends are told on the page before they come, and no typed text is lost.

A form sent by a session that has just ended is kept in the new, anonymous one; whoever signs in again as the same
person finds it and sends it again with one button. Times are the machine's own, not those of a demonstration.
"""

import time
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

STARTED, SEEN, KEPT = "session_started", "session_seen", "kept_form"
WRITE_EVERY = 60  # seconds: the last sign of life is not written at each request
MOST_KEPT = 200_000  # characters of a form that are kept
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "otp", "code", "credential", "pin", "secret")


def now() -> float:
    """The machine's time, in seconds."""
    return time.time()


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    """The two clocks start when the person signs in."""
    if request is not None and hasattr(request, "session"):
        request.session[STARTED] = request.session[SEEN] = now()


def renew(request) -> None:
    """Another key for the session, when what it may do grows: whoever knew the key before is left outside. It stays
    among the person's own sessions."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@dataclass(frozen=True)
class Left:
    """Seconds until the session ends by rest, and at the latest."""

    idle: int
    absolute: int

    @property
    def over(self) -> bool:
        return min(self.idle, self.absolute) <= 0


def left(request) -> Left:
    """How long the session of this request may still last."""
    here = now()
    started, seen = request.session.get(STARTED, here), request.session.get(SEEN, here)
    return Left(
        idle=int(seen + settings.SESSION_IDLE_MINUTES * 60 - here),
        absolute=int(started + settings.SESSION_HOURS * 3600 - here),
    )


class SessionLimits:
    """Ends a session that rested or lasted too long, and keeps what it was just sending."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # here, not before: the check against forged forms has run
        if not request.user.is_authenticated:
            return None
        if not left(request).over:
            if STARTED not in request.session:
                request.session[STARTED] = now()
            if now() - request.session.get(SEEN, 0) > WRITE_EVERY:
                request.session[SEEN] = now()
            return None
        return end(request)


def end(request):
    """Sign out, keep the form that was being sent, and lead to signing in again."""
    kept = kept_from(request)
    logout(request)
    where = request.get_full_path() if request.method == "GET" else reverse("portal:home")
    if kept:
        request.session[KEPT] = kept
        where = reverse("network:resume")
        text = "La sessione è finita mentre inviavi. Non hai perso nulla: accedi e ritrovi quello che avevi scritto."
    else:
        text = "La sessione è finita, per sicurezza. Accedi di nuovo per continuare."
    messages.info(request, text)
    to = f"{reverse('account_login')}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = to
        return answer
    return redirect(to)


def kept_from(request) -> dict | None:
    """What a form was sending, without secrets and files; None when there is nothing, or too much."""
    if request.method != "POST" or request.path.startswith("/accesso/"):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name.lower() for word in NEVER_KEPT)
        for value in values
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST_KEPT:
        return None
    return {
        "path": request.get_full_path(),
        "person": request.user.pk,
        "fields": fields,
        "files": sorted({file.name[-100:] for file in request.FILES.values()}),
    }


def kept_for(request) -> dict | None:
    """The form kept for whoever is signed in; one of somebody else is thrown away."""
    kept = request.session.get(KEPT)
    if kept and kept["person"] != request.user.pk:
        del request.session[KEPT]
        return None
    return kept


def forget_kept(request) -> None:
    request.session.pop(KEPT, None)
