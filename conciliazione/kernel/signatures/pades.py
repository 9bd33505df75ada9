"""PAdES: signatures that were added to a PDF, each after what was there before."""

from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature

from . import trust
from .certificates import anchor_of, run, signer_of, trouble_with
from .verdict import Form, Problem, Signer


def signers_of(content: bytes, moment: datetime) -> list[Signer]:
    """Who signed the PDF, the first signature first. Empty when nobody did; raises what the reader raises."""
    reader = PdfFileReader(BytesIO(content))
    return [_judge(signature, moment) for signature in reader.embedded_regular_signatures]


def _judge(signature: EmbeddedPdfSignature, moment: datetime) -> Signer:
    claimed_at = signature.self_reported_timestamp
    try:
        status = run(async_validate_pdf_signature(signature, trust.context(moment)))
    except SignatureValidationError:
        return signer_of(signature.signer_cert, Form.PADES, claimed_at=claimed_at, problem=Problem.ALTERED)
    problem = trouble_with(status, moment)
    if problem is None and not _padding_is_empty(signature):
        problem = Problem.ALTERED
    if problem is None and not status.bottom_line:
        stamp = status.timestamp_validity or status.content_timestamp_validity
        stamped_badly = stamp is not None and not (stamp.valid and stamp.intact and stamp.trusted)
        problem = Problem.TIMESTAMP if stamped_badly else Problem.ALTERED
    return signer_of(
        signature.signer_cert, Form.PADES, claimed_at=claimed_at, problem=problem, anchor=anchor_of(status)
    )


def _padding_is_empty(signature: EmbeddedPdfSignature) -> bool:
    """The room left for the signature holds nothing else: what is in there is signed by nobody."""

    room = signature.pkcs7_content
    return not room[len(cms.ContentInfo.load(room).dump()) :].strip(b"\x00")


def covers(content: bytes, issued: bytes) -> bool:
    """Every signature of the PDF covers the issued document from its first byte to its last."""
    reader = PdfFileReader(BytesIO(content))
    ranges = [[int(number) for number in signature.byte_range] for signature in reader.embedded_regular_signatures]
    return all(first == 0 and length >= len(issued) for first, length, *_ in ranges)
