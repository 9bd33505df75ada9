"""The fascicolo of a project as one ZIP: asked for by a person, made by a worker, kept as it was."""

import hashlib
import logging
import zipfile
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django_tasks import task

from conciliazione.kernel import clock, documents, jobs
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import IssuedDocument, StoredFile
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.notices import notify

from ..models import Dossier, Project
from ..queries import dossier as queries

logger = logging.getLogger(__name__)
State = Dossier.State
OLD = (1980, 1, 1, 0, 0, 0)  # the same for every part: equal parts make equal bytes


@atomic
def ask_for(project: Project, *, by) -> Dossier:
    """Begin the dossier of what this person may read now; asked again while one is being made, that one comes back."""
    project = lock(project)
    present = queries.latest_of(project, by)
    if present is not None and present.is_working:
        return present
    parts, left_out = queries.parts_of(project, by)
    found = Dossier.objects.create(
        project=project,
        by=by,
        seat_label=by.acting_label,
        parts=parts,
        left_out=left_out,
        requested_at=clock.now(),
        beat_at=timezone.now(),
    )
    jobs.leave(make_dossier, found.pk)
    return found


@task(takes_context=True)
def make_dossier(context, dossier_id: int) -> None:
    """What a worker does; begun anew when the worker that had begun it was cut off."""
    jobs.back_in_the_queue(context, Dossier.objects.filter(pk=dossier_id))
    make(dossier_id)


@transaction.atomic
def _fail(dossier_id: int) -> None:
    """Say that it did not succeed, on its page and to whoever asked."""
    rows = Dossier.objects.filter(pk=dossier_id, state__in=[State.QUEUED, State.RUNNING])
    if rows.update(state=State.FAILED):
        found = Dossier.objects.select_related("project", "by").get(pk=dossier_id)
        text = f"Il fascicolo di «{found.project.title}» non è riuscito: apri la pagina per riprovare."
        notify([found.by], text, url=found.get_absolute_url())


jobs.when_given_up(make_dossier, _fail)


def make(dossier_id: int) -> None:
    """Take the row, make its parts, keep the ZIP, tell whoever asked. Never raises."""
    rows = Dossier.objects.filter(pk=dossier_id, state=State.QUEUED)
    if not rows.update(state=State.RUNNING, beat_at=timezone.now()):
        return
    found = Dossier.objects.select_related("project", "by").get(pk=dossier_id)
    try:
        content = _zip(found)
    except Exception:
        logger.exception("Dossier %s", dossier_id)
        _fail(dossier_id)
        return
    _keep(found, content)


def _keep(found: Dossier, content: bytes) -> None:
    field = found.file.field
    path = field.storage.save(field.generate_filename(found, f"fascicolo-{found.pk}.zip"), ContentFile(content))
    with transaction.atomic():
        Dossier.objects.filter(pk=found.pk).update(
            state=State.READY, file=path, size=len(content), sha256=hashlib.sha256(content).hexdigest()
        )
        notify([found.by], f"Il fascicolo di «{found.project.title}» è pronto.", url=found.get_absolute_url())
    for former in Dossier.objects.filter(project=found.project_id, by=found.by_id, pk__lt=found.pk).exclude(file=""):
        former.file.delete(save=False)
        Dossier.objects.filter(pk=former.pk).update(file="")


def _zip(found: Dossier) -> bytes:
    out = BytesIO()
    index, names = [], set()
    left = list(found.left_out)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(found.parts, start=1):
            try:
                name, content = _content(part, found.by)
            except Refused as refused:
                left.append({"name": f"{part['folder']}: {part['name']}", "why": refused.message})
            else:
                path = _free(part["folder"], name, names)
                archive.writestr(zipfile.ZipInfo(path, OLD), content, zipfile.ZIP_DEFLATED)
                index.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
            Dossier.objects.filter(pk=found.pk).update(done=number, beat_at=timezone.now())
        archive.writestr(zipfile.ZipInfo("INDICE.txt", OLD), _index(found, index, left), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content(part: dict, by) -> tuple[str, bytes]:
    """(file name, bytes) of a part. Raises Refused with the reason why it is not there."""
    if "text" in part:
        return part["name"], part["text"].encode()
    if "stored" in part:
        try:
            with StoredFile.objects.get(pk=part["stored"]).file.open("rb") as stored:
                return part["name"], stored.read()
        except FileNotFoundError as error:
            raise Refused("il file non è più nell'archivio del portale") from error
    record = documents.kind_of(part["kind"]).record(part["record"])
    document = documents.request_document(part["kind"], record, by=by)
    if document.state != IssuedDocument.State.READY:
        documents.make(document.pk)
        document.refresh_from_db()
    if document.state != IssuedDocument.State.READY:
        raise Refused(document.error or "il documento è ancora in preparazione: chiedi di nuovo il fascicolo")
    return f"{document.filename}.pdf", documents.content_of(document)


def _free(folder: str, name: str, taken: set[str]) -> str:
    """A path of plain characters that no other part has."""
    stem, _, ending = name.rpartition(".")
    folders = [slugify(each)[:60] for each in folder.split("/")]
    plain, ending = slugify(stem or name)[:80] or "documento", slugify(ending)[:8] or "bin"
    path, number = "/".join([*folders, f"{plain}.{ending}"]), 1
    while path in taken:
        number += 1
        path = "/".join([*folders, f"{plain}-{number}.{ending}"])
    taken.add(path)
    return path


def _index(found: Dossier, index: list[str], left: list[dict]) -> bytes:
    project = found.project
    lines = [
        f"Fascicolo del progetto «{project.title}»",
        f"Alleanza: {project.alliance.name}",
        f"CUP: {project.cup or 'da assegnare'}",
        f"Chiesto il {timezone.localtime(found.requested_at):%d/%m/%Y alle %H:%M} da {found.by} ({found.seat_label})",
        "",
        "Contenuto, con l'impronta SHA-256 di ogni file:",
        *index,
    ]
    if left:
        lines += ["", "Non compresi:", *(f"- {one['name']}: {one['why']}" for one in left)]
    return ("\r\n".join(lines) + "\r\n").encode()
