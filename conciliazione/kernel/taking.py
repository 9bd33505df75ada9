"""Taking a list away as a spreadsheet: at once, or, when it is long, from a worker (`kernel.long_sheets`)."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse

from . import access, exports, files, personal

AT_ONCE = 5_000  # rows: about a second of work


def sheet_of(page) -> exports.Sheet:
    """What this list page gives away: without what names a natural person, where it goes out to everybody."""
    sheet = page.sheet()
    if not page.goes_out:
        return sheet
    columns = [personal.OpenColumn(column) for column in sheet.columns]
    return exports.Sheet(personal.left_out(sheet.title), columns, sheet.rows)


def answer(page, fmt: str):
    """The download, with a trace; of a long list, to whoever has signed in, the page that leaves it to a worker."""
    sheet = sheet_of(page)
    if page.request.user.is_authenticated and _are_many(page.ordered_rows()):
        address = page.request.get_full_path()
        found = {
            "title": f"Scarica «{sheet.title}»",
            "list_title": sheet.title,
            "breadcrumbs": [*page.breadcrumbs(), (page.get_title(), list_at(address))],
            "address": address,
            "list_address": list_at(address),
            "at_once": AT_ONCE,
            "ask_address": reverse("kernel:request_sheet"),
        }
        return render(page.request, "kernel/sheet_request.html", found)
    if page.permission != access.PUBLIC:
        files.downloaded(page.request, f"Elenco: {page.get_title()} ({fmt})")
    return exports.respond(fmt, sheet)


def list_at(address: str) -> str:
    """The address of the list as a page, with its filters and order, from that of its spreadsheet."""
    path, _, asked = address.partition("?")
    query = QueryDict(asked, mutable=True)
    for name in ("pagina", "formato"):
        query.pop(name, None)
    return f"{path}?{query.urlencode()}".rstrip("?")


def _are_many(rows) -> bool:
    """Counted no further than need be."""
    return (rows[: AT_ONCE + 1].count() if isinstance(rows, QuerySet) else len(rows)) > AT_ONCE
