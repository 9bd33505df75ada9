"""Reading a signed file: who signed it, and whether each signature holds."""

import logging
from datetime import datetime

from .. import clock
from . import cades, pades
from .verdict import Problem, SignatureRefused, SignedFile

logger = logging.getLogger(__name__)


def read(content: bytes, *, moment: datetime | None = None) -> SignedFile:
    """The document inside and its signatures, each judged at `moment` (now when not given).

    Raises SignatureRefused when the file is not a signed one or cannot be read. What is wrong with a signature is
    told by the signature itself.
    """
    moment = moment or clock.now()
    if not content:
        raise SignatureRefused(Problem.EMPTY)
    try:
        return _read(content, moment)
    except SignatureRefused:
        raise
    except Exception as error:  # whatever a reader of hostile bytes may raise means the same to the person
        logger.warning("A signed file that cannot be read: %r", error)
        raise SignatureRefused(Problem.UNREADABLE) from error


def _read(content: bytes, moment: datetime) -> SignedFile:
    document, wraps = cades.unwrap(content, moment)
    is_pdf = document.startswith(b"%PDF-")
    inside = pades.signers_of(document, moment) if is_pdf else []
    if not wraps and not is_pdf:
        raise SignatureRefused(Problem.NOT_SIGNED_FILE)
    if not wraps and not inside:
        raise SignatureRefused(Problem.NO_SIGNATURE)
    return SignedFile(document, (*inside, *wraps))
