"""Issuing documents: one PDF per record and version, made once and then served as it was.

Two people who ask at the same time get the same document, and it is made once: who makes it first takes the row from
«in coda» to «in preparazione», and only the one who took it may finish it.
"""

import hashlib
import json
import logging
import secrets
import time
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django_tasks import task

from . import clock, jobs, notices, pdf
from .document_kinds import DocumentKind, all_kinds, kind_of, register
from .errors import Refused
from .imprint import Imprint
from .models import AboutRecord, IssuedDocument
from .personal import left_out

__all__ = ["DocumentKind", "all_kinds", "kind_of", "preview", "register", "request_document"]

logger = logging.getLogger(__name__)
State = IssuedDocument.State

CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that reads like another: no I, L, O, U, 0, 1
DEAD_AFTER = timedelta(minutes=5)  # without a sign of life, whoever was making it is gone
FORGOTTEN_AFTER = timedelta(minutes=15)  # in the queue for so long: ask the workers again
BEAT_SECONDS = 1.5
# the signs of life are in the machine's time, all other instants in the portal's (see `kernel.clock`)


def new_code() -> str:
    """A code that a person can read out and nobody can guess: K7QF-2M9X-TB4H."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[i : i + 4]) for i in (0, 4, 8))


def tidy_code(typed: str) -> str:
    """A code as it is kept, however it was typed."""
    letters = "".join(c for c in typed.upper() if c.isalnum())[:12]
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def request_document(key: str, record, *, by) -> IssuedDocument:
    """The document of this kind for the record as it is now; made if nobody has asked for this version before.

    A short one is ready on return (or, inside a transaction, after the commit); a long one is left to a worker and
    `by` is told. Raises Refused when the record has no document to give yet.
    """
    kind = kind_of(key)
    if kind is None:
        raise KeyError(key)
    version = str(kind.version(record))
    with transaction.atomic():
        document, created = IssuedDocument.objects.get_or_create(
            kind=kind.key,
            version=version,
            **AboutRecord.key(record),
            defaults={
                "title": kind.title(record)[:300],
                "code": new_code(),
                "public": bool(kind.public(record)),
                "by": by,
                "beat_at": timezone.now(),
            },
        )
        document = IssuedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        long = kind.is_long(record)
        if created or may_start_again(document) or (document.state == State.QUEUED and not long):
            _queue(document, by, created)
            if long:
                jobs.leave(make_document, document.pk)
            else:
                transaction.on_commit(partial(make, document.pk))
    document.refresh_from_db()
    return document


def issued(key: str, record, version: str) -> IssuedDocument | None:
    """The document of this version of the record, if somebody asked for it and it is ready."""
    rows = IssuedDocument.objects.filter(kind=key, version=version, **AboutRecord.key(record))
    return rows.filter(state=IssuedDocument.State.READY).first()


def may_start_again(document: IssuedDocument) -> bool:
    """It failed, or whoever was to make it is gone."""
    if document.beat_at is None:
        return document.state != State.READY
    silent = timezone.now() - document.beat_at
    return (
        document.state == State.FAILED
        or (document.state == State.RUNNING and silent > DEAD_AFTER)
        or (document.state == State.QUEUED and silent > FORGOTTEN_AFTER)
    )


def _queue(document: IssuedDocument, by, created: bool) -> None:
    if not created:
        document.by = by or document.by
        document.requested_at = clock.now()
    document.state, document.progress, document.error = State.QUEUED, 0, ""
    document.started_at, document.beat_at = None, timezone.now()
    document.save()


@task(takes_context=True)
def make_document(context, document_id: int) -> None:
    """What a worker does with a long document; begun anew when the worker that had begun it was cut off."""
    jobs.back_in_the_queue(context, IssuedDocument.objects.filter(pk=document_id))
    make(document_id, tell=True)


def _given_up(document_id: int) -> None:
    rows = IssuedDocument.objects.select_related("by").filter(pk=document_id)
    document = rows.filter(state__in=[State.QUEUED, State.RUNNING]).first()
    if document is not None:
        rows.update(state=State.FAILED, error="La preparazione si è interrotta più volte: riprova più tardi.")
        _tell_failed(document)


jobs.when_given_up(make_document, _given_up)


def make(document_id: int, *, tell: bool = False) -> None:
    """Make the PDF of a queued document, unless somebody else has begun. Never raises: the row says how it ended.

    `tell` sends the requester a notice when it is done.
    """
    started = timezone.now()
    mine = IssuedDocument.objects.filter(pk=document_id, state=State.QUEUED)
    if not mine.update(state=State.RUNNING, started_at=started, beat_at=started, progress=1):
        return
    document = IssuedDocument.objects.select_related("by", "content_type").get(pk=document_id)
    try:
        made = _render(document, _Beat(document, started))
    except Refused as refused:
        _fail(document, started, refused.message, tell=tell)
    except pdf.EngineMissing:
        logger.exception("Document %s", document.code)
        _fail(
            document,
            started,
            "Il portale ora non può preparare PDF: manca un componente. Segnalalo a chi gestisce il portale.",
            tell=tell,
        )
    except Exception:
        logger.exception("Document %s", document.code)
        _fail(
            document,
            started,
            "Il documento non si è potuto preparare per un errore del portale. Riprova; se succede ancora, "
            f"segnalalo con il codice {document.code}.",
            tell=tell,
        )
    else:
        _keep(document, started, *made, tell=tell)


class _Beat:
    """Writes the progress now and then, which is also the sign of life."""

    def __init__(self, document: IssuedDocument, started):
        self.row = IssuedDocument.objects.filter(pk=document.pk, state=State.RUNNING, started_at=started)
        self.written = time.monotonic()

    def __call__(self, percent: int, *, now: bool = False) -> None:
        if now or time.monotonic() - self.written > BEAT_SECONDS:
            self.row.update(progress=percent, beat_at=timezone.now())
            self.written = time.monotonic()


def _render(document: IssuedDocument, beat: _Beat) -> tuple[bytes, str, str]:
    """The PDF, the SHA-256 of the content it was made from, and its file name."""
    kind = kind_of(document.kind)
    record = kind.record(document.object_id) if kind else None
    if record is None:
        raise Refused("Ciò di cui il documento tratta non c'è più.")
    _same_version(kind, record, document)
    filename = slugify(kind.filename(record))[:100] or kind.key
    context, attached = kind.context(record), _attached(kind, record, filename)
    _same_version(kind, kind.record(record.pk), document)
    beat(5, now=True)
    fingerprint = hashlib.sha256(attached.content if attached else pdf.text_of(kind.template, context)).hexdigest()
    imprint = Imprint(document.code, document.version, document.requested_at, fingerprint)
    content = _pdf(kind, record, context, attached, imprint, beat)
    return content, fingerprint, filename


def _same_version(kind: DocumentKind, record, document: IssuedDocument) -> None:
    """The content is that of the version that was asked for, before and after it was read."""
    if record is None or str(kind.version(record)) != document.version:
        raise Refused(
            "Il contenuto è cambiato mentre il documento era in preparazione: chiedi il documento della nuova versione."
        )


def _attached(kind: DocumentKind, record, filename: str) -> pdf.Attached | None:
    data = kind.data(record) if kind.data else None
    if data is None:
        return None
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, indent=1)
    if kind.public(record):
        text = left_out(text)
    return pdf.Attached(f"{filename}.json", text.encode(), f"I dati del documento: {kind.label}")


def _pdf(kind: DocumentKind, record, context: dict, attached, imprint: Imprint | None, progress=None) -> bytes:
    return pdf.render(
        kind.template,
        {**context, "imprint": imprint},
        title=kind.title(record),
        short_title=kind.short_title(record) if kind.short_title else "",
        author=kind.issuer(record),
        created=imprint.issued_at if imprint else clock.now(),
        images={"qr.svg": imprint.qr()} if imprint else {},
        attached=attached,
        files=kind.files(record),
        progress=progress,
        clean=left_out if kind.public(record) else None,
    )


def preview(key: str, record) -> bytes:
    """The PDF as it would be, without code, kept nowhere."""
    kind = kind_of(key)
    return _pdf(kind, record, kind.context(record), _attached(kind, record, kind.key), None)


def _keep(document, started, content: bytes, fingerprint: str, filename: str, *, tell: bool) -> None:
    """Store the file and say that it is ready; if somebody took the row meanwhile, theirs counts."""
    field = document.file.field
    path = field.storage.save(field.generate_filename(document, f"{document.code}.pdf"), ContentFile(content))
    with transaction.atomic():
        kept = IssuedDocument.objects.filter(pk=document.pk, state=State.RUNNING, started_at=started).update(
            state=State.READY,
            file=path,
            filename=filename,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content_sha256=fingerprint,
            progress=100,
            ready_at=clock.now(),
        )
        if kept and tell and document.by:
            text = f"Il documento «{document.title}» è pronto."
            notices.notify([document.by], text, url=document.get_absolute_url())
    if not kept:
        field.storage.delete(path)


def _fail(document, started, sentence: str, *, tell: bool) -> None:
    with transaction.atomic():
        failed = IssuedDocument.objects.filter(pk=document.pk, state=State.RUNNING, started_at=started).update(
            state=State.FAILED, error=sentence[:300]
        )
        if failed and tell:
            _tell_failed(document)


def _tell_failed(document) -> None:
    if document.by:
        text = f"Il documento «{document.title}» non è riuscito: apri la pagina per riprovare."
        notices.notify([document.by], text, url=document.get_absolute_url())


def is_public(document: IssuedDocument) -> bool:
    """Anyone may have it, as the record stands now."""
    kind, record = kind_of(document.kind), document.about
    return kind is not None and record is not None and bool(kind.public(record))


def may_open(person, document: IssuedDocument) -> bool:
    """Whether the person may see the document's page and file."""
    kind, record = kind_of(document.kind), document.about
    return kind is not None and record is not None and kind.may_open(person, record)


def content_of(document: IssuedDocument) -> bytes:
    """The file as it was issued. Raises Refused when what is stored is no longer that."""
    try:
        content = document.file.storage.open(document.file.name).read()
    except FileNotFoundError:
        logger.exception("Document %s has no file", document.code)
        content = b""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        logger.error("Document %s: what is stored is not what was issued", document.code)
        raise Refused(
            f"Il file conservato non è più quello emesso, e perciò non viene consegnato: segnalalo a chi gestisce il "
            f"portale con il codice {document.code}."
        )
    return content
