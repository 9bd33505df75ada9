"""What is signed, and by whom: the document that the portal issued, and the legal representative of each body."""

from conciliazione.kernel.documents import issued
from conciliazione.kernel.models import IssuedDocument
from conciliazione.kernel.signatures.verdict import Expected
from network.queries.signing import expected_of as representative_of

from ..models import PartnershipAgreement, PartnershipSignature

TEXT, ADDENDUM = "partnership_agreement", "partnership_addendum"
SENT = "alla-firma"  # one text is sent to be signed and never changes: so does its document


def text_version(agreement: PartnershipAgreement) -> str:
    """The version of the document that the parties of this agreement sign."""
    return f"{agreement.version}-{SENT}"


def issued_text(agreement: PartnershipAgreement) -> IssuedDocument | None:
    """The text as it was issued to be signed, if somebody asked for it."""
    return issued(TEXT, agreement, text_version(agreement))


def document_to_sign(signature: PartnershipSignature) -> IssuedDocument | None:
    """The document that this party signs, as it was issued; None while nobody has asked for it."""
    return issued(ADDENDUM, signature, SENT) if signature.is_addendum else issued_text(signature.agreement)


def expected_of(signature: PartnershipSignature) -> Expected:
    """Who signs for the party: the legal representative in the register of bodies."""
    return representative_of(signature.partner.organisation)
