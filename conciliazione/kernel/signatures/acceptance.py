"""May this signed file be accepted? The issued document, whole and unchanged, signed by whom it was expected from."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from .. import documents
from ..models import IssuedDocument
from . import pades, pdf_changes, trust
from .reading import read
from .verdict import Expected, Problem, SignatureRefused, SignedFile, Signer


def content_of(upload: UploadedFile) -> bytes:
    """The bytes of an upload, looked at for their number before any is read. Raises SignatureRefused."""
    limit = settings.MAX_UPLOAD_BYTES
    if upload.size > limit:
        megabytes = 1024 * 1024
        raise SignatureRefused(Problem.TOO_LARGE, size=upload.size // megabytes, limit=limit // megabytes)
    upload.seek(0)
    return upload.read()


def check_document(signed: SignedFile, document: IssuedDocument) -> None:
    """The signed content is the document that the portal issued, and nothing was added but signatures.

    Raises SignatureRefused.
    """
    issued = documents.content_of(document)
    if signed.document == issued:
        return
    if not signed.document.startswith(issued) or not pades.covers(signed.document, issued):
        raise SignatureRefused(Problem.OTHER_DOCUMENT, code=document.code)
    if not pdf_changes.only_signatures_added(signed.document, issued):
        raise SignatureRefused(Problem.ADDED, code=document.code)


def signature_of(signed: SignedFile, expected: Expected) -> Signer | None:
    """The signature of whom it is expected from, if it is there."""
    if not expected.tax_code:
        return None
    return next((signer for signer in signed.signers if signer.tax_code == expected.tax_code.upper()), None)


def examine(content: bytes, document: IssuedDocument, *, moment: datetime | None = None) -> SignedFile:
    """A signed copy of the document in which every signature holds. Raises SignatureRefused with the first reason."""
    if not trust.anchors():
        raise SignatureRefused(Problem.NO_ANCHORS)
    signed = read(content, moment=moment)
    altered = next((signer for signer in signed.signers if signer.problem == Problem.ALTERED), None)
    if altered is not None:
        raise altered.refusal()
    check_document(signed, document)
    if signed.first_problem is not None:
        raise signed.first_problem.refusal()
    return signed


def require(signed: SignedFile, expected: Expected) -> Signer:
    """The signature of the expected signatory. Raises SignatureRefused when it is not among those in the file."""
    if not expected.tax_code:
        raise SignatureRefused(Problem.SIGNATORY_UNKNOWN, body=expected.body)
    found = signature_of(signed, expected)
    if found is None:
        there = listed(signer.in_words for signer in signed.signers)
        raise SignatureRefused(Problem.WRONG_SIGNER, found=there, body=expected.body, expected=expected.in_words)
    return found


def also_signed(signed: SignedFile, signer: Signer, rows: Iterable, expected_of: Callable) -> Iterator[tuple]:
    """(row, signer) for each further row whose signatory signed the same file. Each tells its own body: nobody signs
    for two with one signature."""
    told = {signer.tax_code}
    for row in rows:
        theirs = signature_of(signed, expected_of(row))
        if theirs is not None and theirs.tax_code not in told:
            told.add(theirs.tax_code)
            yield row, theirs


def listed(words: Iterable[str]) -> str:
    words = list(words)
    return " e ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
