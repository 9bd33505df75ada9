"""Where the limits apply: signing in, search, uploads, PDF. One place, so that no page has to remember."""

from django.conf import settings
from django.shortcuts import render

from .limits import Limit, TooMany

SIGN_IN = Limit("sign_in", 30, 300, "Troppi tentativi di accesso da qui.")
SEARCH = Limit("search", 60, 60, "Troppe ricerche in poco tempo.")
UPLOAD = Limit("upload", 60, 600, "Troppi file in poco tempo.")
DOCUMENT = Limit("document", 40, 600, "Troppi documenti chiesti in poco tempo.")
APPLICATION = Limit("application", 10, 3600, "Troppe domande mandate da qui.")
EXPORT = Limit("export", 60, 600, "Troppi elenchi scaricati in poco tempo.")

BY_POST = {
    "account_login": SIGN_IN,
    "account_reset_password": SIGN_IN,
    "account_reauthenticate": SIGN_IN,
    "mfa_authenticate": SIGN_IN,
    "mfa_reauthenticate": SIGN_IN,
    "openid_connect_login": SIGN_IN,
    "network:application_join": APPLICATION,
    "network:application_access": APPLICATION,
    "kernel:request_document": DOCUMENT,
    "kernel:retry_document": DOCUMENT,
}


def limit_of(request) -> Limit | None:
    """The limit under which this request falls."""
    name = request.resolver_match.view_name
    if request.method == "POST":
        if name in BY_POST:
            return BY_POST[name]
        multipart = (request.content_type or "").startswith("multipart/")
        return UPLOAD if multipart and request.FILES else None
    if name == "portal:search" and request.GET.get("q"):
        return SEARCH
    return EXPORT if request.GET.get("formato") else None


class RateLimits:
    """Answers 429, with how long to wait, to whoever asks too often."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        limit = limit_of(request) if settings.RATE_LIMITS else None
        if limit is None:
            return None
        try:
            limit.spend(request)
        except TooMany as refused:
            answer = render(request, "429.html", {"title": "Troppe richieste", "refused": refused}, status=429)
            answer["Retry-After"] = str(refused.wait)
            return answer
        return None
