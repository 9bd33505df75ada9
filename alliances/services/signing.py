"""The signatures of the partnership agreement: in the portal by an identified delegate, or on paper, attested by the
ASL. The digitally signed file has its own room (`signed_files`).

When the last one that is due is in, the agreement is in force and the alliance constituted (R32, art. 9).
"""

from datetime import date, datetime, time

from django.utils import timezone

from conciliazione.kernel import uploads
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.moves import atomic, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.signatures.identification import Identification, require
from conciliazione.kernel.signatures.keeping import gone_if_refused
from conciliazione.kernel.signatures.proof import SigningMethod

from ..enums import PartnershipStatus
from ..models import Alliance, PartnershipAgreement, PartnershipSignature
from ..queries.alliances import agreement_in_force
from ..queries.verdicts import facts_of, programme_rules, rule_set_of
from ..rules import check
from ..rules.lifecycles import AGREEMENT, ALLIANCE
from ..signals import alliance_constituted
from .common import State, clock, everyone, keep, office_of, trace
from .partners import make_lead


def check_signable(signature: PartnershipSignature) -> None:
    """Raises MoveRefused when this signature is not awaited."""
    agreement = signature.agreement
    if signature.signed_at is not None:
        raise MoveRefused(f"{signature.partner} ha già firmato.")
    if signature.partner.left_on is not None:
        raise MoveRefused(f"{signature.partner} non partecipa più: la sua firma non serve.")
    acceding = signature.is_addendum and agreement.status == PartnershipStatus.IN_FORCE
    if agreement.status != PartnershipStatus.SIGNING and not acceding:
        raise MoveRefused(
            f"La versione {agreement.version} dell'accordo non è alla firma: è «{agreement.get_status_display()}»."
        )


@atomic
def sign(signature, *, by, identification: Identification | None, read: bool = True) -> PartnershipSignature:
    """Accept in the portal, for the body in whose seat the person acts.

    Raises Refused unless the person was identified beyond a password (CAD, art. 20).
    """
    alliance = lock(signature.agreement.alliance)
    signature = lock(signature)
    check_signable(signature)
    seat = by.acting_seat
    if seat is None or seat.organisation_id != signature.partner.organisation_id:
        raise Refused(
            f"Puoi firmare solo per l'ente per cui agisci: questa firma è di {signature.partner}. "
            "Se hai un incarico anche per quell'ente, passa a quello e riprova."
        )
    if not read:
        raise Refused("Conferma di aver letto l'accordo e di poter firmare per l'ente.", field="read")
    signature.identification = require(identification).words
    signature.signatory, signature.method = str(by), SigningMethod.IN_PORTAL
    signature.signed_at, signature.signed_by = clock.now(), by
    return signed(alliance, signature, by=by, how=f"nel portale, {signature.identification}")


@atomic
def attest_paper(signature, *, signatory: str, signed_on: date, upload, by) -> PartnershipSignature:
    """The ASL attests that the party signed on paper, with the scan of the signed page.

    The day is not before the version was sent to be signed, and not in the future. Raises InvalidUpload too.
    """
    alliance = lock(signature.agreement.alliance)
    signature = lock(signature)
    check_signable(signature)
    if not signatory.strip():
        raise Refused("Scrivi chi ha firmato per l'ente.", field="signatory")
    if signed_on > clock.today():
        raise Refused("La data della firma non può essere futura.", field="signed_on")
    since = timezone.localdate(signature.agreement.sent_to_sign_at)
    if signed_on < since:
        raise Refused(
            f"Questa versione è alla firma dal {since:%d/%m/%Y}: la firma non può essere di prima.", field="signed_on"
        )
    with gone_if_refused(uploads.store(upload, by=by)) as scan:
        signature.scan = scan
        signature.signatory, signature.method = signatory, SigningMethod.PAPER
        signature.signed_at, signature.signed_by = _instant_on(signed_on, signature.agreement), by
        return signed(alliance, signature, by=by, how="su carta, attestata dall'ASL")


def _instant_on(day: date, agreement: PartnershipAgreement) -> datetime:
    """Paper has a day and no hour: midnight, but never before the version was sent."""
    return max(timezone.make_aware(datetime.combine(day, time())), agreement.sent_to_sign_at)


def signed(alliance: Alliance, signature: PartnershipSignature, *, by, how: str) -> PartnershipSignature:
    """Put a signature on record, whichever way it came; with the last one the agreement is in force (R32)."""
    keep(signature, by=by, why=f"Firma {how}")
    acceding = signature.is_addendum
    label = "Adesione successiva firmata" if acceding else "Firma dell'accordo"
    trace(alliance, "sign", f"{label} ({how}): {signature.partner}, {signature.signatory}", by=by)
    if acceding:
        text = f"{signature.partner} ha aderito a {alliance.name}."
        notify([*everyone(alliance), *office_of(alliance)], text, url=alliance.get_absolute_url(), by=by)
    else:
        _enter_force_when_complete(alliance, lock(signature.agreement), by=by)
    return signature


@enforces("R32")
def _enter_force_when_complete(alliance: Alliance, agreement: PartnershipAgreement, *, by) -> None:
    """With the last signature the version is in force from its day, and a first one constitutes the alliance."""
    due = agreement.signatures.filter(partner__left_on=None)
    if due.filter(signed_at=None).exists():
        return
    day = timezone.localdate(max(due.values_list("signed_at", flat=True)))
    former = agreement_in_force(alliance)
    if former is not None:
        move(lock(former), AGREEMENT, "supersede", by=None)
    agreement.in_force_on = day
    move(agreement, AGREEMENT, "enter_force", by=None)
    if agreement.new_lead_id:
        _hand_over(alliance, agreement, by=by)
    if alliance.status == State.SIGNING:
        alliance.constituted_on = day
        move(alliance, ALLIANCE, "constitute", by=None, reason="Tutti i partecipanti hanno firmato (art. 9).")
        alliance_constituted.send(Alliance, alliance=alliance, by=by)
        text = f"{alliance.name} è costituita: hanno firmato tutti."
    else:
        trace(alliance, "enter_force", f"Versione {agreement.version} dell'accordo in vigore", by=None)
        text = f"La versione {agreement.version} dell'accordo di {alliance.name} è in vigore: hanno firmato tutti."
    notify([*everyone(alliance), *office_of(alliance)], text, url=alliance.get_absolute_url())


def _hand_over(alliance: Alliance, agreement: PartnershipAgreement, *, by) -> None:
    """The lead that the new version names takes over, if it still may (R39, R40)."""
    partner = lock(agreement.new_lead)
    lock(partner.organisation)
    rules = programme_rules(rule_set_of(alliance))
    check.require(check.TO_LEAD, facts_of(alliance, agreement=agreement, lead=partner), rules)
    make_lead(alliance, partner, exclusive=rules.max_leads_per_body == 1, by=by)
