"""Keeping a signed file that was accepted: the file as it came, and for each signature what was found."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile

from .. import uploads
from ..models import DigitalSignature, IssuedDocument, StoredFile
from ..moves import note
from .verdict import SignatureRefused, SignedFile, Signer

# the content was read and judged before: here the name is only held to the two that signing makes
SIGNED_FILES = {
    ".pdf": {"application/pdf"},
    ".p7m": {
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/octet-stream",
        "application/pdf",
        "application/x-pem-file",
        "text/plain",
    },
}


def keep_file(upload: UploadedFile, *, by) -> StoredFile:
    """Store a signed file that `acceptance` has let pass. Raises InvalidUpload for a name that is neither."""
    upload.seek(0)
    return uploads.store(upload, by=by, allowed=SIGNED_FILES)


@contextmanager
def gone_if_refused(file: StoredFile) -> Iterator[StoredFile]:
    """The row of a stored file goes with the transaction that fails; so must the file itself."""
    try:
        yield file
    except BaseException:
        file.file.storage.delete(file.file.name)
        raise


@contextmanager
def told_if_refused(record, *, noun: str, body, by) -> Iterator[None]:
    """A file that is refused is kept nowhere; the history of the record says who tried and which sentence they got.

    To be entered outside the transaction that the refusal undoes.
    """
    try:
        yield
    except SignatureRefused as refused:
        label = f"File firmato non accettato: {body}"[:200]
        note(record, noun=noun, name="file_refused", label=label, by=by, reason=refused.message)
        raise


def keep_signature(
    signer: Signer, signed: SignedFile, *, file: StoredFile, document: IssuedDocument
) -> DigitalSignature:
    """Put on record one signature of the file: certificate, outcome, and that revocation was not checked."""
    others = [other.in_words for other in signed.signers if other is not signer]
    return DigitalSignature.objects.create(
        document=document,
        file=file,
        form=signer.form,
        signer=signer.name,
        tax_code=signer.tax_code,
        issuer=signer.issuer,
        anchor=signer.anchor,
        serial=signer.serial,
        valid_from=signer.valid_from,
        valid_until=signer.valid_until,
        certificate=signer.certificate,
        fingerprint=signer.fingerprint,
        claimed_at=signer.claimed_at,
        others=others,
    )
