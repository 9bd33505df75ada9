"""How long a session may rest and last. Both ends are told on the page before they come, and no typed text is lost.

A form sent by a session that has just ended is kept in the new, anonymous one; whoever signs in again as the same
person finds the page filled in as it was sent. Times are the machine's own, not those of a demonstration.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

STARTED, SEEN, KEPT = "session_started", "session_seen", "kept_form"
WRITE_EVERY = 60  # seconds: the last sign of life is not written at each request
# whole words of a field's name: a `tax_code` and an opinion are no secrets
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "otp", "credential", "pin"}


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

    @property
    def idle_ends(self) -> datetime:
        return timezone.now() + timedelta(seconds=min(self.idle, self.absolute))

    @property
    def last_ends(self) -> datetime:
        return timezone.now() + timedelta(seconds=self.absolute)


def left(request) -> Left:
    """How long the session of this request may still last."""
    return left_of(request.session)


def left_of(session) -> Left:
    """How long the session with these data may still last."""
    here = now()
    started, seen = session.get(STARTED, here), session.get(SEEN, here)
    return Left(
        idle=int(seen + settings.SESSION_IDLE_MINUTES * 60 - here),
        absolute=int(started + settings.SESSION_HOURS * 3600 - here),
    )


class SessionLimits:
    """Ends a session that rested or lasted too long, and keeps what it was just sending."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        arriving = getattr(request, "arriving", None)
        # led on by the page, and nobody on the way there has kept it anew
        if arriving and answer.status_code == 302 and request.session.get(KEPT) is arriving:
            forget_kept(request)
        return answer

    def process_view(self, request, view, args, kwargs):
        # here, not before: the check against forged forms has run
        if not request.user.is_authenticated:
            return None
        if not left(request).over:
            if STARTED not in request.session:
                request.session[STARTED] = now()
            if now() - request.session.get(SEEN, 0) > WRITE_EVERY:
                request.session[SEEN] = now()
            if request.method == "POST" and is_kept(request):
                request.arriving = request.session[KEPT]
            return None
        return end(request)


def end(request):
    """Sign out, keep the form that was being sent, and lead to signing in again. What an earlier session had been
    sending stays too, until it has arrived or was thrown away."""
    kept = kept_from(request)
    before = kept_for(request)
    logout(request)
    where = request.get_full_path() if request.method == "GET" else reverse("portal:home")
    if kept:
        where = reverse("network:resume")
        text = "La sessione è finita mentre inviavi. Non hai perso nulla: accedi e ritrovi quello che avevi scritto."
    else:
        text = "La sessione è finita, per sicurezza. Accedi di nuovo per continuare."
    if kept or before:
        request.session[KEPT] = kept or before
    messages.info(request, text)
    to = f"{reverse('account_login')}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = to
        return answer
    return redirect(to)


def keep(request) -> bool:
    """Keep what this form was sending while its person is led elsewhere first; whether there was anything."""
    kept = kept_from(request)
    if kept:
        request.session[KEPT] = kept
    return bool(kept)


def kept_from(request) -> dict | None:
    """What a form was sending, without secrets and files; None when there is nothing."""
    if request.method != "POST" or request.path.startswith("/accesso/"):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not NEVER_KEPT.intersection(re.split(r"[^a-z0-9]", name.lower()))
        for value in values
    ]
    if not fields:
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


def is_kept(request) -> bool:
    """Whether what is kept was on its way to this very page."""
    kept = request.session.get(KEPT) if hasattr(request, "session") else None
    return bool(kept) and kept["path"] == request.get_full_path() and kept["person"] == request.user.pk


def typed_before(request) -> QueryDict | None:
    """What a session that ended had been sending to this page, as its form takes it; None when nothing is kept."""
    if not is_kept(request):
        return None
    typed = QueryDict(mutable=True)
    for name, value in request.session[KEPT]["fields"]:
        typed.appendlist(name, value)
    return typed


def forget_kept(request) -> None:
    request.session.pop(KEPT, None)
