"""What hides inside a file: archives that swell, XML that names outside entities, programs, two files in one."""

import zipfile
from io import BytesIO

from .errors import InvalidUpload

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_SWELLING = 200  # times its size, for a part that is not small
SMALL = 1024 * 1024
LOOKED_AT = 64 * 1024  # the declaration of a document type stands at the beginning


def refused(sentence: str) -> InvalidUpload:
    return InvalidUpload(f"{sentence} Salva di nuovo il documento e riprova.", field="file")


def check_office(content: bytes) -> None:
    """An office document is a ZIP of XML: looked into with limits, without unpacking what is too much."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise refused("Il documento, una volta aperto, è troppo grande.")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise refused("Il documento è danneggiato o protetto.") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/"):
        raise refused("Il documento contiene percorsi non ammessi.")
    if part.file_size > SMALL and part.file_size > MOST_SWELLING * max(part.compress_size, 1):
        raise refused("Il documento, una volta aperto, è troppo grande.")
    if name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) or name.startswith(("Basic/", "Scripts/")):
        raise refused("Il documento contiene programmi (macro).")
    if name.lower().endswith((".xml", ".rels")):
        with archive.open(part) as stream:
            start = stream.read(LOOKED_AT)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise refused("Il documento contiene una dichiarazione XML non ammessa.")


def check_one_file(content: bytes) -> None:
    """A PDF or picture that is also an archive is two files under one name."""
    tail = content[-(64 * 1024 + 22) :]
    archive, end = tail.rfind(b"PK\x05\x06"), tail.rfind(b"%%EOF")
    if archive > end:
        raise InvalidUpload("Il file ne nasconde un altro: salvalo di nuovo e riprova.", field="file")
