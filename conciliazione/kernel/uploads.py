"""Files that people bring: type by name and by content, size by limit, stored under a name of ours."""

import hashlib
import uuid
from pathlib import PurePath

import filetype
import magic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from . import antivirus, archives
from .errors import InvalidUpload
from .models import StoredFile
from .text import normalise

ZIP_BASED = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
}
DOCUMENTS = {
    ".pdf": {"application/pdf"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".png": {"image/png"},
    ".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    ".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    ".odt": {"application/vnd.oasis.opendocument.text"},
    ".ods": {"application/vnd.oasis.opendocument.spreadsheet"},
}


def content_type_of(content: bytes) -> str:
    """What the content itself says it is. Two detectors, since libmagic calls some office files plain ZIP."""
    by_magic = magic.from_buffer(content[:65536], mime=True)
    if by_magic in {"application/zip", "application/octet-stream"}:
        guess = filetype.guess(content[:65536])
        if guess is not None and guess.mime in ZIP_BASED:
            return guess.mime
    return by_magic


def plain_name(name: str) -> str:
    """The last part of a name, whatever system it comes from, without what would deceive the eye."""
    return normalise(PurePath(name.replace("\\", "/")).name).replace('"', "")[-200:] or "file"


def check_size(upload: UploadedFile) -> None:
    """Raises InvalidUpload for a file beyond the limit, before any of it is read."""
    limit = settings.MAX_UPLOAD_BYTES
    if upload.size > limit:
        raise InvalidUpload(
            f"Il file supera il limite di {limit // (1024 * 1024)} MB: comprimilo o dividilo.", field="file"
        )


def store(upload: UploadedFile, *, by, allowed: dict[str, set[str]] = DOCUMENTS) -> StoredFile:
    """Check and keep a file. Raises InvalidUpload, and then nothing is kept."""
    check_size(upload)
    suffix = PurePath(upload.name).suffix.lower()
    kinds = ", ".join(sorted(s.removeprefix(".").upper() for s in allowed))
    if suffix not in allowed:
        raise InvalidUpload(f"Questo tipo di file non è accettato. Tipi ammessi: {kinds}.", field="file")
    content = upload.read()
    found = content_type_of(content)
    if found not in allowed[suffix]:
        raise InvalidUpload(
            f"Il contenuto del file non corrisponde al nome ({suffix}). Tipi ammessi: {kinds}.", field="file"
        )
    if found in ZIP_BASED:
        archives.check_office(content)
    else:
        archives.check_one_file(content)
    antivirus.scan(content)
    stored = StoredFile(
        name=plain_name(upload.name),
        content_type=found,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
    )
    stored.file.save(f"{uuid.uuid4().hex}{suffix}", ContentFile(content), save=True)
    return stored
