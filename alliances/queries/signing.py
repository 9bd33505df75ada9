"""What is signed, and by whom: the document that the portal issued, and the legal representative of each body."""

from conciliazione.kernel.models import AboutRecord, IssuedDocument
from conciliazione.kernel.signatures.verdict import Expected

from ..models import PartnershipAgreement, PartnershipSignature

TEXT, ADDENDUM = "partnership_agreement", "partnership_addendum"
SENT = "alla-firma"  # one text is sent to be signed and never changes: so does its document


def text_version(agreement: PartnershipAgreement) -> str:
    """The version of the document that the parties of this agreement sign."""
    return f"{agreement.version}-{SENT}"


def document_to_sign(signature: PartnershipSignature) -> IssuedDocument | None:
    """The document that this party signs, as it was issued; None while nobody has asked for it."""
    kind, record, version = (
        (ADDENDUM, signature, SENT)
        if signature.is_addendum
        else (TEXT, signature.agreement, text_version(signature.agreement))
    )
    return IssuedDocument.objects.filter(
        kind=kind, version=version, state=IssuedDocument.State.READY, **AboutRecord.key(record)
    ).first()


def expected_of(signature: PartnershipSignature) -> Expected:
    """Who signs for the party: the legal representative in the register of bodies."""
    body = signature.partner.organisation
    return Expected(body.name, body.legal_representative, body.legal_representative_tax_code)
