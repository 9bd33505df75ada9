"""What a body signs, and who signs for it: the text of the agreement, or the act of adhesion to the one in force."""

import hashlib
import json

from conciliazione.kernel.documents import issued
from conciliazione.kernel.models import IssuedDocument
from conciliazione.kernel.signatures.verdict import Expected

from ..enums import AgreementStatus
from ..models import AgreementSignature, Membership, NetworkAgreement, Organisation

TEXT, ADHESION = "network_agreement", "network_adhesion"


def listed(agreement: NetworkAgreement) -> list[AgreementSignature]:
    """The rows of the table in the text itself."""
    return list(agreement.signatures.filter(is_adhesion=False).select_related("organisation"))


def text_version(agreement: NetworkAgreement) -> str:
    """The version of the text that is signed: it changes with the articles, the deliberation and the list of those who
    sign, and no more with what they do."""
    number = agreement.versions.values_list("number", flat=True).first() or 0
    named = [[row.organisation_id, row.name_on_paper] for row in listed(agreement)]
    said = [agreement.deliberation_number, str(agreement.deliberated_on), agreement.title, named]
    return f"{number}-alla-firma-{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]}"


def adhesion_version(agreement: NetworkAgreement) -> str:
    number = agreement.versions.values_list("number", flat=True).first() or 0
    return f"{agreement.pk}-{number}"


def adheres_by_act(agreement: NetworkAgreement, organisation: Organisation) -> bool:
    """Whether this body, which the text does not name, adheres to the agreement in force by an act of its own."""
    row = agreement.signatures.filter(organisation=organisation).first()
    return agreement.status == AgreementStatus.IN_FORCE and (row is None or row.is_adhesion)


def membership_of(agreement: NetworkAgreement, organisation: Organisation) -> Membership | None:
    rows = Membership.objects.current().filter(network=agreement.network_id, organisation=organisation)
    return rows.select_related("network__lead", "organisation").first()


def document_to_sign(agreement: NetworkAgreement, organisation: Organisation) -> IssuedDocument | None:
    """The document that this body signs, as it was issued; None while nobody has asked for it."""
    if adheres_by_act(agreement, organisation):
        record = membership_of(agreement, organisation)
        return issued(ADHESION, record, adhesion_version(agreement)) if record else None
    return issued(TEXT, agreement, text_version(agreement))


def issued_text(agreement: NetworkAgreement) -> IssuedDocument | None:
    """The text as it was issued to be signed, if somebody asked for it."""
    return issued(TEXT, agreement, text_version(agreement))


def expected_of(organisation: Organisation) -> Expected:
    """Who signs for the body: the legal representative in the register."""
    return Expected(organisation.name, organisation.legal_representative, organisation.legal_representative_tax_code)
