"""The digitally signed agreement: a file that somebody brings, verified before it counts."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import StoredFile
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.signatures import acceptance, keeping
from conciliazione.kernel.signatures.proof import SigningMethod
from conciliazione.kernel.signatures.verdict import SignedFile, Signer

from ..models import PartnershipSignature
from ..queries.signing import document_to_sign, expected_of
from ..rules.lifecycles import AGREEMENT
from .common import clock
from .signing import check_signable, signed


def check_has_document(signature: PartnershipSignature) -> None:
    """Raises Refused while the document to sign was not issued: nobody can have signed it."""
    if document_to_sign(signature) is None:
        what = "l'atto di adesione" if signature.is_addendum else "l'accordo"
        raise Refused(f"Scarica prima {what} da questa pagina: si firma quel file, e si carica quello che ne risulta.")


def sign_with_file(signature, *, upload, by) -> PartnershipSignature:
    """The digitally signed document counts as the signature of the party whose legal representative signed it.

    Other parties that are still awaited and whose representatives signed the same file have signed too. Raises
    SignatureRefused with the reason, MoveRefused when this signature is not awaited.
    """
    with keeping.told_if_refused(signature.agreement, noun=AGREEMENT.noun, body=signature.partner, by=by):
        return _take(signature, content=acceptance.content_of(upload), upload=upload, by=by)


@atomic
def _take(signature, *, content: bytes, upload, by) -> PartnershipSignature:
    alliance = lock(signature.agreement.alliance)
    signature = lock(signature)
    check_signable(signature)
    check_has_document(signature)
    found = acceptance.examine(content, document_to_sign(signature))
    signer = acceptance.require(found, expected_of(signature))
    with keeping.gone_if_refused(keeping.keep_file(upload, by=by)) as file:
        _count(alliance, signature, signer, found, file, by=by)
        for other, theirs in acceptance.also_signed(found, signer, _others(signature), expected_of):
            _count(alliance, lock(other), theirs, found, file, by=by)
    return signature


def _others(signature):
    """The further parties whose signature of the same document is awaited."""
    if signature.is_addendum:
        return []
    rows = PartnershipSignature.objects.awaited().filter(agreement=signature.agreement, is_addendum=False)
    return rows.exclude(pk=signature.pk).select_related("partner__organisation").order_by("pk")


def _count(alliance, row, signer: Signer, found: SignedFile, file: StoredFile, *, by) -> None:
    row.digital = keeping.keep_signature(signer, found, file=file, document=document_to_sign(row))
    row.signatory, row.method = signer.name, SigningMethod.DIGITAL
    row.signed_at, row.signed_by = clock.now(), by
    signed(alliance, row, by=by, how=f"firma digitale {signer.form}, revoca non verificata")
