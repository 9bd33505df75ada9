"""The issuers of certificates that the portal recognises: files in a folder that the configuration names.

Each file is a certificate, PEM (also several in one) or DER. Revocation is not looked up: it needs the issuers' own
servers, and what was not looked up is said to be so.
"""

import logging
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko_certvalidator import ValidationContext

logger = logging.getLogger(__name__)
SUFFIXES = {".pem", ".crt", ".cer", ".der"}


def anchors() -> tuple[x509.Certificate, ...]:
    """The recognised issuers, read again when a file of the folder changes. A file that is no certificate is left out
    and logged."""
    folder = Path(settings.SIGNATURE_TRUST_ANCHORS)
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    return _read(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=4)
def _read(files) -> tuple[x509.Certificate, ...]:
    found = []
    for path, _, _ in files:
        try:
            found += certificates_in(path.read_bytes())
        except (OSError, ValueError, TypeError):
            logger.exception("%s is no certificate and is left out of the trust anchors", path)
    return tuple(found)


def certificates_in(content: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM or DER file. Raises ValueError when there is none."""
    in_pem = pem.detect(content)
    blocks = [der for _, _, der in pem.unarmor(content, multiple=True)] if in_pem else [content]
    certificates = [x509.Certificate.load(block, strict=True) for block in blocks]
    for certificate in certificates:
        _ = certificate.subject.native, certificate.public_key.algorithm  # asn1crypto reads late: read now
    return certificates


def context(moment: datetime) -> ValidationContext:
    """What a certificate is judged by, at this instant. It asks nothing of the network."""
    return ValidationContext(
        trust_roots=list(anchors()), moment=moment, allow_fetching=False, revocation_mode="soft-fail"
    )
