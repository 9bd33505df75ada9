"""What a signer's certificate says: name, codice fiscale, issuer; and what the validation made of it."""

import asyncio
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko.sign.validation.status import SignatureStatus

from .verdict import Form, Problem, Signer

# ETSI EN 319 412-1 «TINIT-RSSMRA70A01D150H»; certificates of before wrote «IT:RSSMRA70A01D150H»
_TAX_CODE = re.compile(r"^(?:TINIT-|IT:)?(?P<code>[A-Z0-9]{16})$")


def run(coroutine):
    """The result of a coroutine, also where another loop runs already (a browser test)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def tax_code_of(certificate: x509.Certificate) -> str:
    """The codice fiscale in the certificate's `serialNumber`; empty when it carries none."""
    number = certificate.subject.native.get("serial_number", "")
    numbers = number if isinstance(number, list) else [number]
    found = (_TAX_CODE.match(str(each).strip().upper()) for each in numbers)
    return next((match["code"] for match in found if match), "")


def name_of(name: x509.Name) -> str:
    """The common name, or what comes nearest."""
    parts = name.native
    words = parts.get("common_name") or parts.get("organization_name") or name.human_friendly
    return ", ".join(map(str, words)) if isinstance(words, list) else str(words)


def signer_of(
    certificate: x509.Certificate, form: Form, *, claimed_at: datetime | None, problem: Problem | None, anchor: str = ""
) -> Signer:
    der = certificate.dump()
    return Signer(
        form=form,
        name=name_of(certificate.subject)[:200],
        tax_code=tax_code_of(certificate),
        issuer=name_of(certificate.issuer)[:200],
        serial=f"{certificate.serial_number:x}"[:64],
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        certificate=pem.armor("CERTIFICATE", der).decode(),
        fingerprint=hashlib.sha256(der).hexdigest(),
        claimed_at=claimed_at,
        anchor=anchor[:200],
        problem=problem,
    )


def anchor_of(status: SignatureStatus) -> str:
    """The recognised issuer at the top of the chain."""
    path = status.validation_path
    return name_of(path.first.subject) if path is not None and path.first is not None else ""


def trouble_with(status: SignatureStatus, moment: datetime) -> Problem | None:
    """What keeps a signature from being accepted at that instant. Integrity comes first."""
    certificate = status.signing_cert
    if not (status.intact and status.valid):
        return Problem.ALTERED
    if moment > certificate.not_valid_after:
        return Problem.EXPIRED
    if moment < certificate.not_valid_before:
        return Problem.NOT_YET_VALID
    if status.revoked:
        return Problem.REVOKED
    if status.trusted:
        return None
    name = getattr(status.trust_problem_indic, "name", "")
    if name.startswith("CRYPTO"):
        return Problem.WEAK
    usage = certificate.key_usage_value
    if name != "NO_CERTIFICATE_CHAIN_FOUND" and usage is not None and "non_repudiation" not in usage.native:
        return Problem.NOT_FOR_SIGNING
    return Problem.UNKNOWN_ISSUER
