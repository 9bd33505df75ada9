"""CAdES: a .p7m wraps the document, in DER, BER or Base64, signed by one or several, also one wrap around another."""

import base64
import binascii
import re
from datetime import datetime

from asn1crypto import cms, core
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    async_validate_cms_signature,
    extract_certs_for_validation,
    extract_self_reported_ts,
)

from . import trust
from .certificates import anchor_of, run, signer_of, trouble_with
from .verdict import Form, Problem, SignatureRefused, Signer

MOST_WRAPS = 8
MOST_SIGNERS = 200
_ARMOUR = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+\Z")


def unarmoured(content: bytes) -> bytes:
    """The binary form of a file that may be written in Base64, with or without its BEGIN and END lines."""
    start = content.lstrip()[:64]
    if start.startswith(b"MI") or start.startswith(b"-----BEGIN"):
        letters = _ARMOUR.sub(b"", content)
        if _BASE64.match(letters):
            try:
                return base64.b64decode(b"".join(letters.split()), validate=True)
            except binascii.Error:
                return content
    return content


def signed_data_in(content: bytes) -> cms.SignedData | None:
    """The CMS structure in these bytes; None when they are something else."""
    content = unarmoured(content)
    if not content.startswith(b"\x30"):
        return None
    try:
        info = cms.ContentInfo.load(content)
        if info["content_type"].native != "signed_data":
            return None
        signed = info["content"]
        _ = len(signed["signer_infos"]), signed["encap_content_info"]["content_type"].native
    except (ValueError, TypeError, KeyError):
        return None
    return signed


def unwrap(content: bytes, moment: datetime) -> tuple[bytes, list[Signer]]:
    """The document inside, and who signed each wrap, the innermost first.

    Raises SignatureRefused when a wrap holds no document or there are too many.
    """
    found: list[Signer] = []
    for _ in range(MOST_WRAPS):
        signed = signed_data_in(content)
        if signed is None:
            return content, found
        inside = signed["encap_content_info"]["content"]
        if inside is core.VOID or inside.native is None:
            raise SignatureRefused(Problem.DETACHED)
        found = [*_signers_of(signed, unarmoured(content), moment), *found]
        content = bytes(inside)
    raise SignatureRefused(Problem.UNREADABLE)


def _signers_of(signed: cms.SignedData, content: bytes, moment: datetime) -> list[Signer]:
    """The validator looks at one signature at a time: several are shown to it one by one."""
    number = len(signed["signer_infos"])
    if not number:
        raise SignatureRefused(Problem.NO_SIGNATURE)
    if number > MOST_SIGNERS:
        raise SignatureRefused(Problem.UNREADABLE)
    if number == 1:
        return [_judge(signed, moment)]
    return [_judge(_with_only(index, content), moment) for index in range(number)]


def _with_only(index: int, content: bytes) -> cms.SignedData:
    """The same data as if this were its only signature."""
    alone = cms.ContentInfo.load(content)["content"]
    alone["signer_infos"] = cms.SignerInfos([alone["signer_infos"][index]])
    return alone


def _judge(signed: cms.SignedData, moment: datetime) -> Signer:
    info = signed["signer_infos"][0]
    certificate = extract_certs_for_validation(signed).signer_cert
    claimed_at = extract_self_reported_ts(info)
    try:
        status = run(async_validate_cms_signature(signed, validation_context=trust.context(moment)))
    except SignatureValidationError:
        return signer_of(certificate, Form.CADES, claimed_at=claimed_at, problem=Problem.ALTERED)
    return signer_of(
        certificate,
        Form.CADES,
        claimed_at=claimed_at,
        problem=trouble_with(status, moment),
        anchor=anchor_of(status),
    )
