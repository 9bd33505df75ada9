"""The agreement: its table of signatures, and its versions compared."""

from dataclasses import dataclass
from datetime import date

from conciliazione.kernel.rulebook import enforces

from ..enums import AgreementStatus
from ..models import AgreementSignature, AgreementVersion, Membership, NetworkAgreement, Organisation
from ..rules.comparison import Part, compare


@dataclass(frozen=True)
class SignatureRow:
    """A line of the table of signatures: as on paper, or an adherent whose signature is still missing."""

    organisation: Organisation
    name: str
    signatory: str
    signed_on: date | None
    row: AgreementSignature | None

    @property
    def signed(self) -> bool:
        return self.signed_on is not None


@enforces("R10", "R11")
def signature_table(agreement: NetworkAgreement) -> list[SignatureRow]:
    """The table of the paper in its order; then, while in force, the adherents who have not signed yet (R10)."""
    rows = [
        SignatureRow(row.organisation, row.name_on_paper, row.signatory, row.signed_on, row)
        for row in agreement.signatures.select_related("organisation", "scan", "digital", "signed_by")
    ]
    if agreement.status != AgreementStatus.IN_FORCE:
        return rows
    there = {row.organisation.pk for row in rows}
    others = Membership.objects.filter(network=agreement.network_id).current().exclude(organisation__in=there)
    return rows + [
        SignatureRow(membership.organisation, membership.organisation.name, "", None, None)
        for membership in others.select_related("organisation").order_by("organisation__name")
    ]


def signature_of(agreement: NetworkAgreement, organisation: Organisation) -> AgreementSignature | None:
    """The signature of a body under an agreement; None while it is missing."""
    return agreement.signatures.filter(organisation=organisation).exclude(signed_on=None).first()


def as_parts(version: AgreementVersion) -> list[tuple[int, str, str]]:
    """(number, heading, text), the premises first as number 0."""
    articles = [(article.number, article.heading, article.text) for article in version.articles.all()]
    return [(0, "", version.preamble), *sorted(articles)]


@enforces("R42")
def compared(before: AgreementVersion, after: AgreementVersion) -> list[Part]:
    """Two versions side by side."""
    return compare(as_parts(before), as_parts(after))
