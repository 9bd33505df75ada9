"""Keeping a signed file that was accepted: the file as it came, and for each signature what was found."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile

from .. import uploads
from ..models import DigitalSignature, IssuedDocument, StoredFile
from .verdict import SignedFile, Signer

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
