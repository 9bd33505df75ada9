"""Handing a stored file to whoever may have it: always as a download, never as a page of ours, and with a trace."""

from django.http import FileResponse, Http404

from .models import StoredFile
from .trail import chain


def serve(request, stored: StoredFile | None, *, about) -> FileResponse:
    """The file, after the page has asked who may have it. Raises Http404 when there is none."""
    if stored is None:
        raise Http404
    told = f"File {stored.sha256[:12]}"
    return hand_out(request, stored.file, name=stored.name, content_type=stored.content_type, told=told, about=about)


def hand_out(request, file, *, name: str, content_type: str, told: str, about) -> FileResponse:
    """A file that the portal itself made and keeps; `told` is what the trail says of it. Raises Http404 without it."""
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    downloaded(request, told, about=about)
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    return response


def downloaded(request, what: str, *, about=None) -> None:
    """Leave in the trail that a person took away a document or a list; nothing for what is public."""
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        chain.record(chain.Kind.DOWNLOAD, what, by=person, about=about, seat=person.acting_label)
