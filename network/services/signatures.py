"""The signatures of the network agreement and of the adhesions to it (R10, art. 5), in three ways: accepted in the
portal by an identified delegate, as a digitally signed file, or on paper with its scan, attested by the ASL."""

from datetime import date

from conciliazione.kernel import clock, uploads
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.signatures import acceptance, keeping
from conciliazione.kernel.signatures.identification import Identification, require
from conciliazione.kernel.signatures.proof import SigningMethod
from conciliazione.kernel.text import normalise

from ..enums import AgreementStatus, SeatKind
from ..models import AgreementSignature, Membership, NetworkAgreement
from ..queries.signing import adheres_by_act, document_to_sign, expected_of
from ..rules.agreements import AGREEMENT, check_signature_day
from ._trace import filed, save, save_all
from .entry import enter_if_complete, join_signatories

SIGNABLE = {AgreementStatus.APPROVED, AgreementStatus.IN_FORCE}


def check_can_record(agreement: NetworkAgreement, organisation) -> None:
    """A signature of this body is expected. Raises Refused."""
    if agreement.status not in SIGNABLE:
        raise Refused("Si firma un accordo deliberato: ora il suo stato è «" + agreement.get_status_display() + "».")
    row = agreement.signatures.filter(organisation=organisation).first()
    if row is not None and row.signed_on:
        raise Refused(f"{row.name_on_paper} ha già firmato il {row.signed_on:%d/%m/%Y}.")
    if row is None:
        member = Membership.objects.current().filter(network=agreement.network_id, organisation=organisation).exists()
        if agreement.status != AgreementStatus.IN_FORCE or not member:
            raise Refused("Questo ente non è tra i firmatari né tra gli aderenti della Rete.", field="organisation")


def check_has_document(agreement: NetworkAgreement, organisation) -> None:
    """Raises Refused while the document to sign was not issued: nobody can have signed it."""
    if document_to_sign(agreement, organisation) is None:
        what = "l'atto di adesione" if adheres_by_act(agreement, organisation) else "l'accordo"
        raise Refused(f"Scarica prima {what} da questa pagina: si firma quel file, e si carica quello che ne risulta.")


@atomic
@enforces("R10")
def accept(
    agreement: NetworkAgreement, organisation, *, by, identification: Identification | None, read: bool = True
) -> AgreementSignature:
    """Accept in the portal, for the body in whose seat the person acts.

    Raises Refused unless the person was identified beyond a password (CAD, art. 20).
    """
    agreement = lock(agreement)
    check_can_record(agreement, organisation)
    seat = by.acting_seat
    if seat is None or seat.kind != SeatKind.DELEGATE or seat.organisation_id != organisation.pk:
        raise Refused(
            f"Puoi firmare solo per l'ente per cui agisci: questa firma è di {organisation}. Se hai un incarico anche "
            "per quell'ente, passa a quello e riprova."
        )
    if not read:
        raise Refused("Conferma di aver letto l'accordo e di poter firmare per l'ente.", field="read")
    row = _awaited(agreement, organisation, f"{seat.office} {by}".strip(), by)
    row.identification = require(identification).words
    row.method = SigningMethod.IN_PORTAL
    return _signed(agreement, row, signatory=f"{seat.office} {by}", signed_on=clock.today(), by=by)


@atomic
@enforces("R10")
def attest_paper(
    agreement: NetworkAgreement, organisation, *, signatory: str, signed_on: date, upload, by
) -> AgreementSignature:
    """The ASL attests that the body signed on paper, with the scan of the signed page. Raises InvalidUpload too."""
    agreement = lock(agreement)
    check_can_record(agreement, organisation)
    check_signature_day(signed_on, deliberated_on=agreement.deliberated_on, today=clock.today())
    if not signatory.strip():
        raise Refused("Scrivi chi ha firmato per l'ente.", field="signatory")
    row = _awaited(agreement, organisation, signatory, by)
    with keeping.gone_if_refused(uploads.store(upload, by=by)) as scan:
        row.scan, row.method = scan, SigningMethod.PAPER
        return _signed(agreement, row, signatory=signatory, signed_on=signed_on, by=by)


def sign_with_file(agreement: NetworkAgreement, organisation, *, upload, by) -> AgreementSignature:
    """The digitally signed document counts as the signature of the body whose legal representative signed it; other
    bodies of the table whose representatives signed the same file have signed too.

    Raises SignatureRefused with the reason; the history of the agreement tells of it.
    """
    with keeping.told_if_refused(agreement, noun=AGREEMENT.noun, body=organisation, by=by):
        return _take(agreement, organisation, content=acceptance.content_of(upload), upload=upload, by=by)


@atomic
@enforces("R10")
def _take(agreement, organisation, *, content: bytes, upload, by) -> AgreementSignature:
    agreement = lock(agreement)
    check_can_record(agreement, organisation)
    check_has_document(agreement, organisation)
    document = document_to_sign(agreement, organisation)
    found = acceptance.examine(content, document)
    signer = acceptance.require(found, expected_of(organisation))
    row = _awaited(agreement, organisation, signer.name, by)
    others = []
    if not row.is_adhesion:
        rows = agreement.signatures.filter(signed_on=None, is_adhesion=False).exclude(pk=row.pk)
        others = rows.select_related("organisation")
    with keeping.gone_if_refused(keeping.keep_file(upload, by=by)) as file:
        signed = [(row, signer), *acceptance.also_signed(found, signer, others, lambda r: expected_of(r.organisation))]
        for each, theirs in signed:
            each.digital = keeping.keep_signature(theirs, found, file=file, document=document)
            each.method = SigningMethod.DIGITAL
            _signed(agreement, each, signatory=theirs.name, signed_on=clock.today(), by=by)
    return row


def _awaited(agreement: NetworkAgreement, organisation, signatory: str, by) -> AgreementSignature:
    """The row of the body, locked; a member that the text does not name gets one, for its act of adhesion."""
    row = agreement.signatures.filter(organisation=organisation).first()
    if row is not None:
        return lock(row)
    last = agreement.signatures.order_by("-position").first()
    row = AgreementSignature(
        agreement=agreement,
        organisation=organisation,
        position=last.position + 1 if last else 1,
        name_on_paper=organisation.name,
        signatory=normalise(signatory)[:200],
        is_adhesion=True,
    )
    return save(row, by=by, why="Adesione all'accordo in vigore")


def _signed(agreement: NetworkAgreement, row, *, signatory: str, signed_on: date, by) -> AgreementSignature:
    """Put a signature on record, whichever way it came. The last of the table puts the agreement in force; under one in
    force its body adheres from that day."""
    row.signed_on, row.signed_by = signed_on, by
    row.signatory = normalise(signatory)[:200] or row.signatory
    row.version = agreement.versions.first()
    save(row, by=by, why=f"Firma registrata: {row.get_method_display()}")
    label = f"Firma di {row.name_on_paper}: {row.signatory} ({row.get_method_display().lower()})"
    note(agreement, noun=AGREEMENT.noun, name="record_signature", label=label[:200], by=by, reason=row.proof)
    if agreement.status == AgreementStatus.IN_FORCE:
        filed(row, agreement.network, f"Adesione sottoscritta: {row.name_on_paper}", by=by, incoming=True)
        join_signatories(agreement, [row], by)
    enter_if_complete(agreement, by=by)
    return row


def lacks_scan(row: AgreementSignature) -> bool:
    """Signed on paper, and the signed page is not in the portal yet."""
    return bool(row.signed_on) and row.method == SigningMethod.PAPER and row.scan_id is None


def without_scan(agreement: NetworkAgreement):
    """The rows signed on paper whose signed page is not in the portal yet."""
    return agreement.signatures.filter(method=SigningMethod.PAPER, scan=None).exclude(signed_on=None)


def check_can_attach(agreement: NetworkAgreement) -> None:
    if not without_scan(agreement).exists():
        raise Refused("A ogni firma su carta è già allegata la sua scansione.")


@atomic
def attach_scan(agreement: NetworkAgreement, *, upload, by) -> NetworkAgreement:
    """The scan of the paper that was signed at the subscription: one file for all the signatures on it."""
    agreement = lock(agreement)
    check_can_attach(agreement)
    rows = list(without_scan(agreement))
    with keeping.gone_if_refused(uploads.store(upload, by=by)) as scan:
        for row in rows:
            row.scan = scan
        save_all(rows, ["scan"], by=by, why="Scansione allegata")
        label = f"Scansione dell'accordo firmato: {len(rows)} firme"
        note(agreement, noun=AGREEMENT.noun, name="attach_scan", label=label, by=by)
    return agreement
