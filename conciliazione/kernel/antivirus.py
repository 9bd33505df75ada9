"""The scan of what people bring, by clamd (INSTREAM) when CLAMD_SOCKET is set. What cannot be scanned is not kept."""

import logging
from io import BytesIO

import clamd
from django.conf import settings

from .errors import InvalidUpload

logger = logging.getLogger(__name__)
SECONDS = 30


def scanner():
    """The daemon at CLAMD_SOCKET: a path, or host:port."""
    where = settings.CLAMD_SOCKET
    if where.startswith("/"):
        return clamd.ClamdUnixSocket(path=where, timeout=SECONDS)
    host, _, port = where.rpartition(":")
    return clamd.ClamdNetworkSocket(host=host, port=int(port), timeout=SECONDS)


def scan(content: bytes) -> None:
    """Raises InvalidUpload when something harmful is found, and also when no clear answer comes: it fails closed."""
    if not settings.CLAMD_SOCKET:
        return
    try:
        verdict, name = scanner().instream(BytesIO(content))["stream"]
    except Exception as error:  # whatever goes wrong with the daemon, the file is not kept
        logger.error("The malware scan did not answer: %s", type(error).__name__)
        raise InvalidUpload(
            "Ora il controllo dei file non risponde, e senza controllo non possiamo accettarne: riprova più tardi.",
            field="file",
        ) from error
    if verdict == "FOUND":
        logger.warning("A file was refused by the malware scan: %s", name)
        raise InvalidUpload(
            "Il controllo ha trovato nel file un contenuto pericoloso: non è stato conservato. Fai controllare il tuo "
            "computer, o chiedi il file a chi te lo ha mandato.",
            field="file",
        )
    if verdict != "OK":
        raise InvalidUpload("Il controllo del file non è riuscito: riprova più tardi.", field="file")
