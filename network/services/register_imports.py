"""Bodies taken into the register from a file: looked at first, then all of them or none."""

import hashlib
from dataclasses import asdict
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from conciliazione.kernel import clock, sheets, uploads
from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note, note_all
from conciliazione.kernel.text import search_key

from ..enums import ImportOutcome, OrganisationKind
from ..models import LegalRepresentative, Organisation, RegisterImport
from ..rules.register_import import IMPORT, MOST_ROWS, REGISTERED, KnownBody, PlannedRow, fingerprint, plan, read_day
from ._trace import save
from .representatives import appoint, follow_the_body

WHY = "Importazione da file"


@atomic
def preview(upload: UploadedFile, *, by) -> RegisterImport:
    """Keep the file and tell what each of its rows would do; nothing of the register changes.

    Raises InvalidUpload, and then nothing is kept: wrong type, too large, unreadable, unknown columns, no rows.
    """
    if upload.size > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise InvalidUpload(f"Il file supera il limite di {limit} MB: dividilo.", field="file")
    suffix = PurePath(upload.name).suffix.lower()
    content = upload.read()
    upload.seek(0)
    rows = _planned(content, suffix) if suffix in sheets.SHEETS else []
    stored = uploads.store(upload, by=by, allowed=sheets.SHEETS)
    record = RegisterImport(file=stored, by=by, rows=_told(rows), outcome_sha256=fingerprint(rows))
    save(record, by=by, why="Anteprima")
    begin(record, IMPORT, by=by, label="File letto: nulla è ancora nel registro")
    return record


@atomic
def look_again(record: RegisterImport, *, by) -> RegisterImport:
    """Tell afresh what the rows would do, now that the register has changed."""
    record = lock(record)
    IMPORT.check(record.status, "carry_out")
    rows = _planned(_content(record), _suffix(record))
    record.rows, record.outcome_sha256 = _told(rows), fingerprint(rows)
    save(record, by=by, why="Anteprima rifatta")
    note(record, noun=IMPORT.noun, name="look_again", label="Anteprima rifatta: il registro era cambiato", by=by)
    return record


def check_can_carry_out(record: RegisterImport) -> None:
    """Nothing in the file is wrong, and something would change. Raises Refused with row and column."""
    if record.first_error is not None:
        number, column, sentence = record.first_error
        raise Refused(
            f"Riga {number}, colonna «{column}»: {sentence} Finché c'è un errore non si importa nulla: correggi il "
            "file e caricalo di nuovo."
        )
    if not record.count(ImportOutcome.NEW) and not record.count(ImportOutcome.CHANGED):
        raise Refused("Il file non cambierebbe nulla: nel registro è già tutto così.")


@atomic
def carry_out(record: RegisterImport, *, by, reason: str = "") -> RegisterImport:
    """Do what the preview said, all of it or nothing; who imports confirms natures and sizes that the file gives.

    Raises MoveRefused when it is done already, Refused for an error in a row or a file that is not the one looked at,
    ChangedMeanwhile when the register has changed so that the outcome would be another.
    """
    record = lock(record)
    IMPORT.check(record.status, "carry_out")
    check_can_carry_out(record)
    # the whole register stands still until this is over
    list(Organisation.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    rows = _planned(_content(record), _suffix(record))
    if fingerprint(rows) != record.outcome_sha256:
        raise ChangedMeanwhile(
            "Dopo l'anteprima il registro è cambiato, e il file avrebbe un altro effetto: non è stato importato nulla. "
            "L'anteprima è stata rifatta: ricontrollala."
        )
    _write_new([row for row in rows if row.outcome == ImportOutcome.NEW], record, by)
    _write_changed([row for row in rows if row.outcome == ImportOutcome.CHANGED], record, by)
    move(record, IMPORT, "carry_out", by=by, reason=reason)
    return record


@atomic
def discard(record: RegisterImport, *, by, reason: str = "") -> RegisterImport:
    """Nothing of it is imported; the file stays on record."""
    record = lock(record)
    move(record, IMPORT, "discard", by=by, reason=reason)
    return record


def _planned(content: bytes, suffix: str) -> list[PlannedRow]:
    bodies = Organisation.objects.order_by("pk").values("pk", "ceased_on", *REGISTERED)
    register = [KnownBody(row.pop("pk"), row, row.pop("ceased_on") is not None) for row in bodies]
    return plan(sheets.read(content, suffix, most_rows=MOST_ROWS), register, today=clock.today())


def _told(rows: list[PlannedRow]) -> list[dict]:
    return [{key: value for key, value in asdict(row).items() if key != "values"} for row in rows]


def _suffix(record: RegisterImport) -> str:
    return PurePath(record.file.name).suffix.lower()


def _content(record: RegisterImport) -> bytes:
    """The file that was looked at. Raises Refused when what is stored is another."""
    with record.file.file.open("rb") as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != record.file.sha256:
        raise Refused("Il file conservato non è più quello dell'anteprima: non è stato importato nulla. Ricaricalo.")
    return content


def _filled(body: Organisation, values: dict[str, str], by) -> Organisation:
    for name in REGISTERED:
        if name in values:
            setattr(body, name, values[name])
    if "nature" in values:
        body.nature_confirmed_by, body.nature_confirmed_at = by, clock.now()
    if "size" in values:
        body.size_confirmed_by, body.size_confirmed_at = by, clock.now()
    body.search_name = search_key(body.name)[:200]
    return body


def _write_new(rows: list[PlannedRow], record: RegisterImport, by) -> None:
    history = {"default_user": by, "default_change_reason": WHY, "default_date": clock.now()}
    bodies = [_filled(Organisation(kind=OrganisationKind.OTHER), row.values, by) for row in rows]
    bodies = bulk_create_with_history(bodies, Organisation, batch_size=500, **history)
    told, represented = {}, []
    for row, body in zip(rows, bodies, strict=True):
        distinct = row.values.get("distinct_reason", "")
        why = f"È un ente diverso da quelli con un nome simile: {distinct}" if distinct else str(record)
        told[body.pk] = f"Ente importato, riga {row.number}", why
        if body.legal_representative:
            represented.append(
                LegalRepresentative(
                    organisation=body,
                    name=body.legal_representative,
                    office=body.legal_representative_office,
                    starts_on=read_day(row.values.get("representative_since", "")),
                    recorded_by=by,
                )
            )
    note_all(bodies, noun="organisation", name="create", by=by, told=lambda body: told[body.pk])
    bulk_create_with_history(represented, LegalRepresentative, batch_size=500, **history)


def _write_changed(rows: list[PlannedRow], record: RegisterImport, by) -> None:
    bodies = Organisation.objects.in_bulk([row.body for row in rows])
    changed = []
    for row in rows:
        body, values = bodies[row.body], dict(row.values)
        since = values.pop("representative_since", "")
        if since:
            office = values.pop("legal_representative_office", body.legal_representative_office)
            appoint(body, name=values.pop("legal_representative"), office=office, starts_on=read_day(since), by=by)
            body.refresh_from_db()
        changed.append(_filled(body, values, by))
        told = "; ".join(f"{change.header}: da «{change.before or '–'}» a «{change.after}»" for change in row.changes)
        label = f"Dati aggiornati da un file, riga {row.number}"
        note(body, noun="organisation", name="update", label=label, by=by, reason=told)
    fields = [*REGISTERED, "search_name"]
    fields += [f"{what}_confirmed_{part}" for what in ("nature", "size") for part in ("by", "at")]
    bulk_update_with_history(
        changed,
        Organisation,
        fields,
        batch_size=500,
        default_user=by,
        default_change_reason=WHY,
        default_date=clock.now(),
    )
    for row in rows:
        if {"legal_representative", "legal_representative_office"} & set(row.values):
            follow_the_body(bodies[row.body], by=by)
