"""The digitally signed agreement: a file that somebody brings, verified before it counts.

What is refused is kept nowhere; the history of the agreement says who tried and which sentence they got.
"""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import StoredFile
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.signatures import acceptance, keeping
from conciliazione.kernel.signatures.verdict import SignatureRefused, SignedFile, Signer

from ..enums import SigningMethod
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
    try:
        return _take(signature, content=acceptance.content_of(upload), upload=upload, by=by)
    except SignatureRefused as refused:
        label = f"File firmato non accettato: {signature.partner}"
        note(signature.agreement, noun=AGREEMENT.noun, name="file_refused", label=label, by=by, reason=refused.message)
        raise


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
        for other, theirs in _others_who_signed(signature, signer, found):
            _count(alliance, other, theirs, found, file, by=by)
    return signature


def _others_who_signed(signature, signer: Signer, found: SignedFile):
    """The further parties whose representatives signed the same document. Each tells its own body: nobody signs for two
    with one signature."""
    if signature.is_addendum:
        return
    rows = PartnershipSignature.objects.awaited().filter(agreement=signature.agreement, is_addendum=False)
    told = {signer.tax_code}
    for other in rows.exclude(pk=signature.pk).select_related("partner__organisation").order_by("pk"):
        theirs = acceptance.signature_of(found, expected_of(other))
        if theirs is not None and theirs.tax_code not in told:
            told.add(theirs.tax_code)
            yield lock(other), theirs


def _count(alliance, row, signer: Signer, found: SignedFile, file: StoredFile, *, by) -> None:
    row.digital = keeping.keep_signature(signer, found, file=file, document=document_to_sign(row))
    row.signatory, row.method = signer.name, SigningMethod.DIGITAL
    row.signed_at, row.signed_by = clock.now(), by
    signed(alliance, row, by=by, how=f"firma digitale {signer.form}, revoca non verificata")
