"""Is this file one of ours? Answered from its bytes and from what was noted when it was issued."""

import hashlib
import logging
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from . import documents
from .documents import tidy_code
from .errors import Refused
from .models import IssuedDocument
from .signatures import pdf_changes
from .signatures.reading import read
from .signatures.verdict import SignatureRefused, SignedFile

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    SAME = "same"
    SIGNED = "signed"  # the issued document, signed, and nothing else added
    EXTENDED = "extended"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    sha256: str
    document: IssuedDocument | None = None
    signed: SignedFile | None = None  # the signatures in the file, each judged now


def by_code(code: str) -> IssuedDocument | None:
    """The issued document with this code, however it was typed."""
    return IssuedDocument.objects.filter(code=tidy_code(code), state=IssuedDocument.State.READY).first()


def examine(content: bytes, document: IssuedDocument | None = None) -> Verdict:
    """Compare a file with `document`, or with the one that it says it is, and judge the signatures in it.

    A signed copy (PAdES adds at the end, CAdES wraps) still holds the bytes that were issued: SIGNED. EXTENDED when
    more was added than signatures.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    signed = _signed(content)
    inside = signed.document if signed else content
    issued = IssuedDocument.objects.filter(state=IssuedDocument.State.READY)
    if document is None:
        inner = hashlib.sha256(inside).hexdigest()
        document = issued.filter(sha256__in={sha256, inner}).first() or _claimed(inside)
    if document is None:
        return Verdict(Outcome.UNKNOWN, sha256, signed=signed)
    return Verdict(_outcome(inside, sha256, document, signed), sha256, document, signed)


def _signed(content: bytes) -> SignedFile | None:
    try:
        return read(content)
    except SignatureRefused:
        return None


def _outcome(inside: bytes, sha256: str, document: IssuedDocument, signed: SignedFile | None) -> Outcome:
    if sha256 == document.sha256:
        return Outcome.SAME
    start = max(inside.find(b"%PDF-"), 0)
    if hashlib.sha256(inside[start : start + document.size]).hexdigest() != document.sha256:
        return Outcome.DIFFERENT
    return Outcome.SIGNED if signed and _nothing_but_signatures(inside, document) else Outcome.EXTENDED


def _nothing_but_signatures(inside: bytes, document: IssuedDocument) -> bool:
    if len(inside) == document.size:
        return True
    try:
        return pdf_changes.only_signatures_added(inside, documents.content_of(document))
    except Refused:
        return False
    except Exception as error:  # a file that its own signatures let pass, and its pages do not
        logger.warning("The pages of a signed file cannot be compared: %r", error)
        return False


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
