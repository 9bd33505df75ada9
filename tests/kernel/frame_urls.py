"""The addresses that the frame of every page links to, without the apps that answer there."""

from django.http import HttpResponse
from django.urls import include, path


def nowhere(request):
    return HttpResponse("")


_portal = ["home", "public_home", "search", "switch_seat", "notices", "accessibility", "privacy", "legal", "trail"]
_network = ["colleagues", "second_factor", "sessions", "own_data", "keep_session"]
_account = ["account_login", "account_logout", "account_change_password"]
urlpatterns = [
    path("verifica/", include(([path("", nowhere, name="verify")], "kernel"))),
    path("portale/", include(([path(f"{name}/", nowhere, name=name) for name in _portal], "portal"))),
    path("rete/", include(([path(f"{name}/", nowhere, name=name) for name in _network], "network"))),
    *(path(f"accesso/{name}/", nowhere, name=name) for name in _account),
]
