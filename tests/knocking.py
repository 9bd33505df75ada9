"""Ask a page as the address leads to it, without the corridor of middleware: many questions cost little.

The corridor (sessions, the second factor, limits, forged forms) refuses more, never less, and has its own tests. What
the pages refuse with an exception is told as the status that it becomes.
"""

from functools import cache
from urllib.parse import urlsplit

from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django_htmx.middleware import HtmxDetails

from conciliazione.kernel import access

ASK = RequestFactory()
found_at = cache(resolve)


def request_of(person, method: str, url: str, data: dict | None = None):
    """The request as a page gets it."""
    if method in {"GET", "HEAD", "POST"}:
        request = getattr(ASK, method.lower())(url, data or {})
    else:
        request = ASK.generic(method, url)
    request.user = person
    request.session = SessionStore()
    request.htmx = HtmxDetails(request)
    request.csp_nonce = "nonce"
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    request.resolver_match = found_at(urlsplit(url).path)
    return request


def fresh(person):
    """The person as a new request reads them, with their seats and grants already looked up."""
    found = type(person).objects.get(pk=person.pk)
    access.grants_of(found)
    return found


def knock(person, method: str, url: str, data: dict | None = None) -> HttpResponse:
    """The answer of the page at this address to this person."""
    request = request_of(person, method, url, data)
    match = request.resolver_match
    return told(lambda: match.func(request, *match.args, **match.kwargs))


class NotThere(QuerySet):
    """The records of a page that has just found out that its own is not among them."""

    def get(self, *args, **kwargs):
        raise self.model.DoesNotExist


def page_at(person, url: str, method: str = "GET", data: dict | None = None):
    """The page of an address before it is asked anything: what it looks up of its record, it looks up once."""
    request = request_of(person, method, url, data)
    match = request.resolver_match
    view = match.func.view_class(**match.func.view_initkwargs)
    view.setup(request, *match.args, **match.kwargs)
    return view


def ask_each(view, methods: tuple[str, ...]) -> dict[str, int]:
    """Method -> status, of one page: for methods that ought to change nothing."""
    request, found = view.request, {}
    for method in methods:
        request.method = method
        found[method] = told(lambda: view.dispatch(request, *view.args, **view.kwargs)).status_code
        if found[method] == 404 and (records := view.records()) is not None:
            view.records = NotThere(records.model).none  # not to be looked for again for each method
    return found


def bare(view):
    """The same page, looking for its record without what it shows beside it: it is refused just the same."""
    records = view.records

    def without_more():
        found = records()
        return found if found is None else found.select_related(None).prefetch_related(None)

    view.records = without_more
    return view


def refuse_each(person, methods: tuple[str, ...], url: str) -> dict[str, int]:
    """Method -> status, where all of them ought to be refused."""
    return ask_each(bare(page_at(person, url)), methods)


def refuse(person, method: str, url: str, data: dict | None = None) -> HttpResponse:
    """As `knock`, where it ought to be refused."""
    view = bare(page_at(person, url, method, data))
    return told(lambda: view.dispatch(view.request, *view.args, **view.kwargs))


def told(answer) -> HttpResponse:
    """What the page answers, a refusal as the status that it becomes."""
    try:
        given = answer()
        return given.render() if hasattr(given, "render") else given
    except PermissionDenied:
        return HttpResponse(status=403)
    except Http404:
        return HttpResponse(status=404)
    except SuspiciousOperation:
        return HttpResponse(status=400)
