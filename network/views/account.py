"""Pages about one's own access: second factor, open sessions, what a session that ended had been sending."""

import json
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from conciliazione.kernel import sessions
from conciliazione.kernel.access import SIGNED_IN
from conciliazione.kernel.pages import FormPage, Page, PlainPage

from .. import second_factor
from ..rules.privacy import REGISTER
from ..services import access_trail, privacy

FACTORS = {
    Authenticator.Type.TOTP: "App con i codici",
    Authenticator.Type.WEBAUTHN: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Codici di recupero",
}
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system in words, as far as the browser tells."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " su ".join(part for part in (browser, system) if part) or "Dispositivo non riconosciuto"


def form_at(path: str) -> type | None:
    """The form of the page at this address; None when the page there has none of its own."""
    try:
        view = getattr(resolve(urlsplit(path).path).func, "view_class", None)
    except Resolver404:
        return None
    return view.form_class if isinstance(view, type) and issubclass(view, FormPage) else None


class SecondFactor(PlainPage):
    permission = SIGNED_IN
    template_name = "network/account/second_factor.html"
    title = "Secondo fattore"

    def get_context(self):
        return {
            "required": settings.SECOND_FACTOR_REQUIRED and second_factor.needs(self.request.user),
            "authenticators": [
                {"label": FACTORS[each.type], "last_used_at": each.last_used_at}
                for each in Authenticator.objects.filter(user=self.request.user).order_by("type", "pk")
            ],
        }


class Sessions(PlainPage):
    """The person's open sessions; each can be ended, or all at once."""

    permission = SIGNED_IN
    template_name = "network/account/sessions.html"
    title = "Le tue sessioni"

    def get_context(self):
        key = self.request.session.session_key
        rows = [
            {
                "pk": row.pk,
                "device": device(row.user_agent),
                "address": row.ip,
                "since": row.created_at,
                "here": row.session_key == key,
            }
            for row in UserSession.objects.purge_and_list(self.request.user)
            if not sessions.left_of(self.request.session.__class__(row.session_key)).over
        ]
        return {
            "open_sessions": sorted(rows, key=lambda row: (not row["here"], row["since"])),
            "idle": settings.SESSION_IDLE_MINUTES,
            "hours": settings.SESSION_HOURS,
        }

    def post(self, request):
        own = UserSession.objects.filter(user=request.user)
        if "everywhere" in request.POST:
            access_trail.end_sessions(own, by=request.user)
            logout(request)
            messages.success(request, "Sei uscito da tutti i dispositivi.")
            return redirect("account_login")
        wanted = request.POST.get("session", "")
        chosen = own.filter(pk=int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else own.none()
        if access_trail.end_sessions(chosen, by=request.user):
            messages.success(request, "La sessione è chiusa.")
        else:
            messages.error(request, "Questa sessione non c'è più: era già chiusa.")
        return redirect("network:sessions")


class Resume(PlainPage):
    """What a session that ended had been sending: to take up again where it was, or to throw away."""

    permission = SIGNED_IN
    template_name = "network/account/resume.html"
    title = "Quello che avevi scritto"

    def get_context(self):
        kept = sessions.kept_for(self.request)
        if not kept:
            return {"kept": None}
        form = form_at(kept["path"])
        labels = {name: str(field.label or name) for name, field in getattr(form, "base_fields", {}).items()}
        return {
            "kept": kept,
            "filled_in": form is not None,  # its own page shows it filled in
            "typed": [(labels.get(name, name), value) for name, value in kept["fields"] if len(value) > 3],
        }

    def post(self, request):
        sessions.forget_kept(request)
        messages.success(request, "Il testo conservato è stato buttato via.")
        return redirect("portal:home")


class KeepSession(Page):
    """POST: «resta collegato». The request itself is the sign of life; answers how many seconds are left."""

    permission = SIGNED_IN

    def post(self, request):
        request.session[sessions.SEEN] = sessions.now()
        left = sessions.left(request)
        return JsonResponse({"left": min(left.idle, left.absolute)})


class OwnData(PlainPage):
    """What the portal keeps about the person, and a copy of all of it."""

    permission = SIGNED_IN
    template_name = "network/account/own_data.html"
    title = "I tuoi dati"

    def get_context(self):
        return {"register": REGISTER}

    def post(self, request):
        text = json.dumps(privacy.copy_of(request.user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="i-tuoi-dati.json"'
        return response
