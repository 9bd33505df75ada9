"""The network agreement: text by versions, signatures as on paper, in force for two years from the signature."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.personal import check_public
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.signatures.proof import SigningMethod
from conciliazione.kernel.text import normalise

from ..enums import AgreementStatus, ProgrammeStatus
from ..models import AgreementArticle, AgreementSignature, AgreementVersion, Membership, NetworkAgreement
from ..rules.agreement_text import AgreementText, parse
from ..rules.agreements import AGREEMENT, check_after_signatures, check_new_version, check_signature_day
from ._trace import create_all, save, save_all
from .entry import enter_force, enter_if_complete
from .signatures import attach_scan

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "agreement-2014-15.md"


@cache
def template_text() -> AgreementText:
    """The text from which a network's first agreement starts: that of 2014-15."""
    return parse(TEMPLATE.read_text(encoding="utf-8"))


@atomic
def create(network, programme, *, by, title: str = "") -> NetworkAgreement:
    """Prepare the agreement of a network for a programme, from the text of its agreement before (or the template)."""
    if programme.status != ProgrammeStatus.ACTIVE:
        raise Refused(f"Il programma «{programme.name}» non è attivo: scegline uno attivo.", field="programme")
    if NetworkAgreement.objects.filter(network=network, programme=programme).exists():
        raise Refused("La Rete ha già un accordo per questo programma.", field="programme")
    previous = network.agreements.exclude(signed_on=None).order_by("-signed_on").first()
    agreement = NetworkAgreement(
        network=network,
        programme=programme,
        title=normalise(title) or f"Accordo territoriale di conciliazione – {programme.name}",
        previous=previous,
    )
    save(agreement, by=by, why="Accordo in preparazione")
    begin(agreement, AGREEMENT, by=by, label="Accordo in preparazione")
    text = text_of(previous.versions.first()) if previous and previous.versions.exists() else template_text()
    articles = [(article.number, article.heading, article.text) for article in text.articles]
    _write_version(agreement, text.preamble, articles, reason="Prima stesura", form_agreed="", by=by)
    if previous is not None:
        _carry_over(agreement, previous, by)
    return agreement


@enforces("R08", "R09")
def _carry_over(agreement: NetworkAgreement, previous: NetworkAgreement, by) -> None:
    """The adherents pass to the new agreement: they stay members (R08), and a row waits for the signature of each, in
    the order of the table before; whoever adhered later follows, by name."""
    before = {row.organisation_id: row for row in previous.signatures.all()}
    members = Membership.objects.current().filter(network=agreement.network_id).select_related("organisation")
    bodies = {membership.organisation_id: membership.organisation for membership in members}
    bodies.setdefault(agreement.network.lead_id, agreement.network.lead)
    listed = [pk for pk in before if pk in bodies]
    added = sorted(bodies.keys() - before.keys(), key=lambda pk: bodies[pk].search_name)
    rows = [
        AgreementSignature(
            agreement=agreement,
            organisation=bodies[pk],
            signatory=_who_signs(bodies[pk], before.get(pk))[:200],
            name_on_paper=before[pk].name_on_paper if pk in before else bodies[pk].name,
            position=position,
        )
        for position, pk in enumerate([*listed, *added], start=1)
    ]
    create_all(rows, by=by, why="Passa dall'accordo precedente")


def _who_signs(organisation, old: AgreementSignature | None) -> str:
    """The legal representative of today; where none is known, as the table before had it."""
    if organisation.legal_representative:
        return f"{organisation.legal_representative_office} {organisation.legal_representative}".strip()
    return old.signatory if old else "Legale rappresentante"


def text_of(version: AgreementVersion) -> AgreementText:
    """The text of a version as plain values."""
    return AgreementText(version.preamble, tuple(version.articles.order_by("number")))


@atomic
@enforces("R42")
def new_version(
    agreement: NetworkAgreement,
    *,
    preamble: str,
    articles: Iterable[tuple[int, str, str]],
    reason: str,
    by,
    form_agreed: str = "",
) -> AgreementVersion:
    """Write a new version; the one before stays as it was. `articles` are (number, heading, text).

    Raises RuleViolated R42 without the reason, or, once signed, without the form that the signatories agreed.
    """
    agreement = lock(agreement)
    check_new_version(agreement.status, reason=reason, form_agreed=form_agreed)
    version = _write_version(agreement, preamble, articles, reason=reason, form_agreed=form_agreed, by=by)
    note(
        agreement,
        noun="network_agreement",
        name="new_version",
        label=f"Nuova versione del testo: {version.number}",
        by=by,
        reason=reason,
    )
    return version


def _write_version(agreement, preamble, articles, *, reason, form_agreed, by) -> AgreementVersion:
    latest = agreement.versions.first()
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=latest.number + 1 if latest else 1,
        reason=normalise(reason)[:300],
        form_agreed=normalise(form_agreed)[:300],
        preamble=normalise(preamble),
        made_by=by,
    )
    rows = [(number, normalise(heading), normalise(text)) for number, heading, text in articles]
    if not rows:
        raise Refused("L'accordo ha almeno un articolo.")
    texts = "\n".join(f"{heading}\n{text}" for _, heading, text in rows)
    check_public(preamble=version.preamble, articles=texts)  # in force, everybody reads them
    AgreementArticle.objects.bulk_create(
        AgreementArticle(version=version, number=number, heading=heading, text=text) for number, heading, text in rows
    )
    return version


@atomic
def add_signatory(
    agreement: NetworkAgreement,
    organisation,
    *,
    signatory: str,
    by,
    name_on_paper: str = "",
    position: int | None = None,
) -> AgreementSignature:
    """Add a row to the table of signatures, as the paper will have it."""
    agreement = lock(agreement)
    if agreement.status not in {AgreementStatus.DRAFT, AgreementStatus.APPROVED}:
        raise Refused("L'accordo è già sottoscritto: chi si aggiunge ora firma la propria adesione.")
    if agreement.signatures.filter(organisation=organisation).exists():
        raise Refused("Questo ente è già tra i firmatari.", field="organisation")
    return _row(agreement, organisation, signatory=signatory, name_on_paper=name_on_paper, position=position, by=by)


@atomic
def remove_signatory(row: AgreementSignature, *, by) -> None:
    """Take a row out again, as long as nobody has signed it; when all the others have, the agreement is in force."""
    agreement = lock(row.agreement)
    row = lock(row)
    if row.signed_on:
        raise Refused("Questa firma è già stata raccolta e resta agli atti.")
    name = row.name_on_paper
    row.delete()
    note(agreement, noun="network_agreement", name="remove_signatory", label=f"Tolto dai firmatari: {name}", by=by)
    enter_if_complete(agreement, by=by)


def _row(agreement, organisation, *, signatory, by, name_on_paper="", position=None) -> AgreementSignature:
    if not signatory.strip():
        raise Refused("Scrivi chi firma per l'ente, con la carica.", field="signatory")
    if position is None:
        last = agreement.signatures.order_by("-position").first()
        position = last.position + 1 if last else 1
    row = AgreementSignature(
        agreement=agreement,
        organisation=organisation,
        position=position,
        name_on_paper=normalise(name_on_paper) or organisation.name,
        signatory=normalise(signatory),
    )
    return save(row, by=by, why="Aggiunto ai firmatari")


def check_can_approve(agreement: NetworkAgreement) -> None:
    """The ASL is among those who will sign. Raises Refused."""
    if not agreement.signatures.filter(organisation=agreement.network.lead_id).exists():
        raise Refused("Tra i firmatari manca l'ASL, capofila della Rete: aggiungila prima della deliberazione.")


@atomic
def approve(agreement: NetworkAgreement, *, number: str, on: date, by, reason: str = "") -> NetworkAgreement:
    """Put on record the deliberation of the ASL: the text goes out to be signed."""
    agreement = lock(agreement)
    check_can_approve(agreement)
    if not number.strip():
        raise Refused("Scrivi il numero della deliberazione.", field="number")
    if on > clock.today():
        raise Refused("La data della deliberazione è nel futuro.", field="on")
    agreement.deliberation_number, agreement.deliberated_on = normalise(number), on
    move(agreement, AGREEMENT, "approve", by=by, reason=reason)
    _tell_signatories(agreement, f"{agreement}: il testo è deliberato e va alla firma.", by)
    return agreement


def check_can_reopen(agreement: NetworkAgreement) -> None:
    """Nobody has signed yet. Raises Refused."""
    if agreement.signatures.exclude(signed_on=None).exists():
        raise Refused("Qualcuno ha già firmato questo testo: non si può più riportare in preparazione.")


@atomic
def reopen(agreement: NetworkAgreement, *, by, reason: str) -> NetworkAgreement:
    """Take the text back from the signature to change it; it will need another deliberation."""
    agreement = lock(agreement)
    check_can_reopen(agreement)
    agreement.deliberation_number, agreement.deliberated_on = "", None
    move(agreement, AGREEMENT, "reopen", by=by, reason=reason)
    return agreement


def check_text_open(agreement: NetworkAgreement) -> None:
    """The text can be changed by a new version. Raises Refused while it is out to be signed, and once it is over."""
    check_new_version(agreement.status, reason="-", form_agreed="-")


def check_can_sign(agreement: NetworkAgreement) -> None:
    """Somebody is there to sign. Raises Refused."""
    if not agreement.signatures.exists():
        raise Refused("La tabella delle firme è vuota: aggiungi i firmatari.")


@atomic
@enforces("R41")
def sign(
    agreement: NetworkAgreement,
    *,
    signed_on: date,
    place: str,
    by,
    organisations: Iterable = (),
    scan=None,
    reason: str = "",
) -> NetworkAgreement:
    """The subscription: `organisations` signed on paper on that day and at that place, the agreement is in force (R41).

    `scan` is the upload of the signed paper; while it is missing the page of the agreement asks for it.

    Its term runs from the signature, not from the deliberation. Whoever signed is a member; the adherents of earlier
    agreements stay members also without (R08). The ASL must be among those who signed. Once all the table has signed
    there is nothing to put on record: the agreement is in force by itself.
    """
    agreement = lock(agreement)
    AGREEMENT.check(agreement.status, "sign")
    check_signature_day(signed_on, deliberated_on=agreement.deliberated_on, today=clock.today())
    place = normalise(place)
    if not place:
        raise Refused("Scrivi dove è stato sottoscritto.", field="place")
    latest = agreement.signatures.exclude(signed_on=None).order_by("-signed_on").first()
    check_after_signatures(signed_on, latest.signed_on if latest else None)
    chosen = {organisation.pk for organisation in organisations}
    version = agreement.versions.first()
    now_signed = list(agreement.signatures.filter(signed_on=None, organisation__in=chosen))
    for row in now_signed:
        row.signed_on, row.method, row.signed_by, row.version = signed_on, SigningMethod.PAPER, by, version
    save_all(now_signed, ["signed_on", "method", "signed_by", "version"], by=by, why="Firma registrata")
    enter_force(agreement, "sign", signed_on=signed_on, place=place, by=by, reason=reason)
    if scan and now_signed:
        attach_scan(agreement, upload=scan, by=by)
    return agreement


def _tell_signatories(agreement, text: str, by) -> None:
    from ..queries import delegates_of

    organisations = agreement.signatures.values("organisation")
    notify(delegates_of(organisations), text, url=agreement.get_absolute_url(), by=by)
