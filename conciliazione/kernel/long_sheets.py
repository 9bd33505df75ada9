"""Long lists as spreadsheets: asked for by a person, written by a worker, kept for a week for that person alone.

What is kept is the address of the list with its filters. The worker opens that page as the person, in the seat in
which they asked, so that the sheet holds what the page would show them, and nothing when they may no longer open it.
"""

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_tasks import task

from . import access, clock, exports, jobs, taking
from .errors import Refused
from .models import LongSheet
from .moves import atomic
from .notices import notify

logger = logging.getLogger(__name__)
State = LongSheet.State
MOST_AT_ONCE = 3  # that one person waits for
KEPT = timedelta(days=7)
BEAT_SECONDS = 1.5


def page_at(address: str, person):
    """The list page at an address of the portal, opened by this person. Raises Refused when it is not one of theirs."""
    parts = urlsplit(address)
    try:
        if parts.scheme or parts.netloc:
            raise Resolver404
        match = resolve(parts.path)
    except Resolver404 as error:
        raise Refused("Questo indirizzo non è quello di un elenco del portale.") from error
    view = getattr(match.func, "view_class", None)
    request = HttpRequest()
    request.method, request.path, request.user = "GET", parts.path, person
    request.GET, request.resolver_match = QueryDict(parts.query), match
    if not hasattr(view, "sheet") or request.GET.get("formato") not in exports.FORMATS:
        raise Refused("Questo indirizzo non è quello di un elenco da scaricare.")
    page = view(**match.func.view_initkwargs)
    page.setup(request, *match.args, **match.kwargs)
    try:
        access.require(person, page.permission, page.scope_object)
    except (PermissionDenied, Http404) as error:
        raise Refused("Nell'incarico con cui lo hai chiesto non puoi aprire questo elenco.") from error
    return page


@atomic
def ask_for(address: str, *, by) -> LongSheet:
    """Leave the list at this address to a worker; asked again while it is being written, that one comes back.

    Raises Refused for an address that is no list the person may open, and beyond MOST_AT_ONCE.
    """
    page = page_at(address, by)
    get_user_model().objects.select_for_update().get(pk=by.pk)  # two clicks follow one another
    waiting = [sheet for sheet in sheets_of(by).filter(state__in=[State.QUEUED, State.RUNNING]) if sheet.is_working]
    for sheet in waiting:
        if sheet.address == address:
            return sheet
    if len(waiting) >= MOST_AT_ONCE:
        raise Refused(f"Stai già aspettando {len(waiting)} elenchi: chiedi questo quando uno è pronto.")
    found = LongSheet.objects.create(
        by=by,
        seat_key=_seat_key(by),
        seat_label=by.acting_label[:200],
        address=address,
        format=page.request.GET["formato"],
        title=taking.sheet_of(page).title[:300],
        requested_at=clock.now(),
        beat_at=timezone.now(),
    )
    jobs.leave(write_sheet, found.pk)
    return found


def sheets_of(person):
    """Those that this person asked for in the seat in which they act."""
    return LongSheet.objects.filter(by=person, seat_key=_seat_key(person))


def _seat_key(person) -> int | None:
    return person.acting_seat.pk if person.acting_seat else None


@task(takes_context=True)
def write_sheet(context, sheet_id: int) -> None:
    """What a worker does; begun anew when the worker that had begun it was cut off."""
    jobs.back_in_the_queue(context, LongSheet.objects.filter(pk=sheet_id))
    write(sheet_id)


def write(sheet_id: int) -> None:
    """Take the row, write the sheet, tell whoever asked. Never raises: the row says how it ended."""
    queued = LongSheet.objects.filter(pk=sheet_id, state=State.QUEUED)
    if not queued.update(state=State.RUNNING, beat_at=timezone.now(), written=0):
        return
    found = LongSheet.objects.select_related("by").get(pk=sheet_id)
    try:
        with tempfile.TemporaryFile() as out:
            sheet = taking.sheet_of(page_at(found.address, _in_their_seat(found)))
            exports.write(found.format, replace(sheet, rows=_Counted(found, sheet.rows)), out)
            _keep(found, sheet.filename(found.format), out)
    except Refused as refused:
        _fail(found, refused.message)
    except Exception:
        logger.exception("Sheet %s", sheet_id)
        _fail(found, "L'elenco non si è potuto preparare per un errore del portale. Riprova.")


def _in_their_seat(found: LongSheet):
    person = found.by
    if found.seat_key is not None:
        seat = next((seat for seat in person.active_seats if seat.pk == found.seat_key), None)
        if seat is None:
            raise Refused("L'incarico con cui hai chiesto questo elenco è finito.")
        person.act_in(seat)
    return person


class _Counted:
    """The rows on their way into the file; tells how many, which is also the sign of life."""

    def __init__(self, found: LongSheet, rows):
        self.row, self.rows = LongSheet.objects.filter(pk=found.pk), rows

    def iterator(self, chunk_size: int) -> Iterator:
        told = time.monotonic()
        number = 0
        for number, row in enumerate(self.rows.iterator(chunk_size=chunk_size), start=1):
            yield row
            if time.monotonic() - told > BEAT_SECONDS:
                self.row.update(written=number, beat_at=timezone.now())
                told = time.monotonic()
        self.row.update(written=number, beat_at=timezone.now())


def _keep(found: LongSheet, filename: str, out) -> None:
    out.seek(0)
    digest = hashlib.file_digest(out, "sha256").hexdigest()
    size = out.tell()
    out.seek(0)
    field = found.file.field
    path = field.storage.save(field.generate_filename(found, f"elenco-{found.pk}.{found.format}"), File(out))
    with transaction.atomic():
        kept = LongSheet.objects.filter(pk=found.pk, state=State.RUNNING).update(
            state=State.READY, file=path, filename=filename, size=size, sha256=digest, ready_at=clock.now()
        )
        if kept:
            notify([found.by], f"L'elenco «{found.title}» è pronto da scaricare.", url=found.get_absolute_url())
    if not kept:  # deleted meanwhile, with whoever asked for it
        field.storage.delete(path)


@transaction.atomic
def _fail(found: LongSheet, sentence: str) -> None:
    rows = LongSheet.objects.filter(pk=found.pk, state__in=[State.QUEUED, State.RUNNING])
    if rows.update(state=State.FAILED, error=sentence[:300]):
        text = f"L'elenco «{found.title}» non è riuscito: apri la pagina per riprovare."
        notify([found.by], text, url=found.get_absolute_url())


def _given_up(sheet_id: int) -> None:
    found = LongSheet.objects.select_related("by").filter(pk=sheet_id).first()
    if found is not None:
        _fail(found, "La preparazione si è interrotta più volte: riprova più tardi.")


jobs.when_given_up(write_sheet, _given_up)


def past_their_time():
    return LongSheet.objects.filter(requested_at__lt=clock.now() - KEPT)


@transaction.atomic
def delete(sheets) -> int:
    """Delete these, their files with the commit; returns how many."""
    found = list(sheets)
    for sheet in found:
        if sheet.file:
            transaction.on_commit(partial(sheet.file.storage.delete, sheet.file.name))
        sheet.delete()
    return len(found)
