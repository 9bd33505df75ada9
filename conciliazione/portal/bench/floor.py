"""The floor: the least that a Django page of our shape costs. Session, person, fifty rows of six columns, no more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from plans.models import ProjectProposal

ROWS = 50
# no logs, no seats, no second factor, no policy of contents: only what is needed to know who asks
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


def floor(request: HttpRequest) -> HttpResponse:
    rows = ProjectProposal.objects.select_related("alliance").order_by("pk")[:ROWS]
    return render(request, "portal/bench/floor.html", {"rows": rows, "person": request.user})


urlpatterns = [path("", floor)]
