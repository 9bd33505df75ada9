"""Is this file one of ours? Answered from its bytes and from what was noted when it was issued."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from .documents import tidy_code
from .models import IssuedDocument


class Outcome(StrEnum):
    SAME = "same"
    EXTENDED = "extended"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    sha256: str
    document: IssuedDocument | None = None


def by_code(code: str) -> IssuedDocument | None:
    """The issued document with this code, however it was typed."""
    return IssuedDocument.objects.filter(code=tidy_code(code), state=IssuedDocument.State.READY).first()


def examine(content: bytes, document: IssuedDocument | None = None) -> Verdict:
    """Compare a file with `document`, or with the one that it says it is.

    A signed copy (PAdES adds at the end, CAdES wraps) still holds the bytes that were issued: EXTENDED.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    issued = IssuedDocument.objects.filter(state=IssuedDocument.State.READY)
    if document is None:
        document = issued.filter(sha256=sha256).first() or _claimed(content)
    if document is None:
        return Verdict(Outcome.UNKNOWN, sha256)
    if sha256 == document.sha256:
        return Verdict(Outcome.SAME, sha256, document)
    start = max(content.find(b"%PDF-"), 0)
    held = hashlib.sha256(content[start : start + document.size]).hexdigest()
    return Verdict(Outcome.EXTENDED if held == document.sha256 else Outcome.DIFFERENT, sha256, document)


def _claimed(content: bytes) -> IssuedDocument | None:
    """The document whose code stands in the metadata of the PDF."""
    import pikepdf

    start, end = content.find(b"%PDF-"), content.rfind(b"%%EOF")
    if start < 0 or end < 0:
        return None
    try:
        with pikepdf.open(BytesIO(content[start : end + 5])) as pdf:
            code = str(pdf.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError:
        return None
    return by_code(code) if code else None
