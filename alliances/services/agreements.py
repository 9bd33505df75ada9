"""Writing the partnership agreement, sending it to be signed, opening it again, and its later versions (R42)."""

from datetime import date

from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, Refused
from conciliazione.kernel.moves import atomic, begin, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces

from ..models import Alliance, PartnershipAgreement, PartnershipInstructions, PartnershipSignature
from ..queries.alliances import agreement_in_force, open_agreement, partners_of
from ..queries.verdicts import facts_of, programme_rules, rule_set_of
from ..rules import check
from ..rules.lifecycles import AGREEMENT, ALLIANCE
from .common import State, clock, draft_for_change, everyone, keep, office_of, sync_grants, trace
from .partners import party_of

TEXTS = ("opening", "organisation_text", "governance_text", "commitments_text")


def edition_of(agreement: PartnershipAgreement) -> int:
    """How often the version was written: a form carries it, so that nobody overwrites unseen."""
    return agreement.history.count()


@atomic
def write_agreement(
    alliance, *, by, opening: str, organisation_text: str, governance_text: str, commitments_text: str, seen=None
) -> PartnershipAgreement:
    """Write the contents of the version in preparation (R37). `seen` is the `edition_of` it that the person opened.

    Raises ChangedMeanwhile when somebody else wrote since.
    """
    alliance = lock(alliance)
    draft = lock(draft_for_change(alliance, "il testo"))
    if seen is not None and seen != edition_of(draft):
        raise ChangedMeanwhile(
            "Nel frattempo qualcun altro ha modificato l'accordo. Quello che hai scritto è ancora qui: apri l'accordo "
            "in un'altra scheda, confronta, e salva di nuovo."
        )
    draft.opening, draft.organisation_text = opening, organisation_text
    draft.governance_text, draft.commitments_text = governance_text, commitments_text
    keep(draft, by=by)
    trace(alliance, "write_agreement", f"Accordo di partenariato, versione {draft.version}: testo aggiornato", by=by)
    return draft


def check_ready(alliance) -> None:
    """Raises RuleViolated with the first thing that keeps the agreement from being sent to sign (R35, R37-R40)."""
    draft = draft_for_change(alliance, "l'accordo")
    facts = facts_of(alliance, agreement=draft, lead=draft.new_lead)
    check.require(check.BEFORE_SIGNING, facts, programme_rules(rule_set_of(alliance)))


@enforces("R32")
@atomic
def send_to_sign(alliance, *, by, sign_by: date | None = None, reason: str = "") -> PartnershipAgreement:
    """Freeze text and parties of the version in preparation and ask every participant to sign (R32).

    The rules of the composition are asked again: R35, R37, R38, R39, R40. Raises RuleViolated, MoveRefused.
    """
    alliance = lock(alliance)
    draft = lock(draft_for_change(alliance, "l'accordo"))
    if sign_by is not None and sign_by < clock.today():
        raise Refused("Il termine per firmare non può essere già passato.", field="sign_by")
    check_ready(alliance)
    partners = partners_of(alliance)
    leads = draft.new_lead_id or next(partner.pk for partner in partners if partner.is_lead)
    draft.frozen_parties = [party_of(partner, is_lead=partner.pk == leads) for partner in partners]
    draft.sent_to_sign_at, draft.sign_by = clock.now(), sign_by
    move(draft, AGREEMENT, "send", by=by, reason=reason)
    for partner in partners:
        keep(PartnershipSignature(agreement=draft, partner=partner), by=by)
    if alliance.status == State.FORMING:
        alliance.rule_set = rule_set_of(alliance)
        move(alliance, ALLIANCE, "send_to_sign", by=by, reason=reason)
    else:
        trace(alliance, "send", f"Versione {draft.version} dell'accordo mandata alla firma", by=by, reason=reason)
    term = f", entro il {sign_by:%d/%m/%Y}" if sign_by else ""
    text = f"L'accordo di partenariato di {alliance.name} è alla firma{term}: leggilo e firma per il tuo ente."
    notify(everyone(alliance), text, url=draft.get_absolute_url())
    notify(office_of(alliance), f"L'accordo di {alliance.name} è alla firma.", url=draft.get_absolute_url(), by=by)
    return draft


def _copy(agreement: PartnershipAgreement, *, reason: str, by) -> PartnershipAgreement:
    newest = agreement.alliance.agreements.order_by("-version").first()
    texts = {name: getattr(agreement, name) for name in TEXTS}
    copy = PartnershipAgreement(alliance=agreement.alliance, version=newest.version + 1, reason=reason[:300], **texts)
    keep(copy, by=by)
    begin(copy, AGREEMENT, by=by, label=f"Versione {copy.version} avviata", reason=reason)
    return copy


@atomic
def reopen(alliance, *, by, reason: str):
    """Back from signing to forming: the version that was being signed is withdrawn with its signatures, and a new one
    with the same text may be changed."""
    alliance = lock(alliance)
    alliance.rule_set = None
    move(alliance, ALLIANCE, "reopen", by=by, reason=reason)
    sent = lock(open_agreement(alliance))
    move(sent, AGREEMENT, "withdraw", by=by, reason=reason)
    _copy(sent, reason=reason, by=by)
    text = f"L'accordo di {alliance.name} è stato riaperto: le firme raccolte non valgono più. Motivo: {reason}"
    notify([*everyone(alliance), *office_of(alliance)], text, url=alliance.get_absolute_url(), by=by)
    return alliance


def check_new_version(alliance) -> None:
    """Raises MoveRefused unless the alliance is constituted and no version is being written or signed."""
    if alliance.status != State.CONSTITUTED:
        raise MoveRefused("Una nuova versione si prepara quando l'Alleanza è costituita e il suo accordo in vigore.")
    if open_agreement(alliance) is not None:
        raise MoveRefused("Una nuova versione dell'accordo è già in preparazione: continua quella, o ritirala.")


@atomic
def new_version(alliance, *, by, reason: str) -> PartnershipAgreement:
    """Start a new version of the agreement in force, which goes on until all have signed the new one (R42)."""
    alliance = lock(alliance)
    check_new_version(alliance)
    if not reason.strip():
        raise Refused("Scrivi perché serve una nuova versione.", field="reason")
    draft = _copy(agreement_in_force(alliance), reason=reason, by=by)
    trace(
        alliance, "new_version", f"Nuova versione dell'accordo in preparazione: {draft.version}", by=by, reason=reason
    )
    text = f"{alliance.name} prepara una nuova versione dell'accordo di partenariato. Motivo: {reason}"
    notify([*everyone(alliance), *office_of(alliance)], text, url=draft.get_absolute_url(), by=by)
    return draft


@atomic
def withdraw_version(agreement, *, by, reason: str) -> PartnershipAgreement:
    """Give up a new version; the one in force goes on. A first agreement at signing is reopened instead."""
    alliance = lock(agreement.alliance)
    agreement = lock(agreement)
    check_withdraw(agreement)
    move(agreement, AGREEMENT, "withdraw", by=by, reason=reason)
    _let_out_who_came_with(agreement, by=by)
    trace(alliance, "withdraw", f"Versione {agreement.version} dell'accordo ritirata", by=by, reason=reason)
    text = f"La versione {agreement.version} dell'accordo di {alliance.name} è stata ritirata. Motivo: {reason}"
    notify([*everyone(alliance), *office_of(alliance)], text, url=agreement.get_absolute_url(), by=by)
    return agreement


def _let_out_who_came_with(agreement: PartnershipAgreement, *, by) -> None:
    """Bodies that only the withdrawn version let in take part no more."""
    alliance = agreement.alliance
    for partner in alliance.partners.current().exclude(signatures__agreement=agreement_in_force(alliance)):
        partner.left_on = clock.today()
        keep(partner, by=by, why="Versione ritirata")
    sync_grants(alliance, by=by)


def check_withdraw(agreement: PartnershipAgreement) -> None:
    """Raises MoveRefused when there would be no agreement left to go on with."""
    if agreement.alliance.status != State.CONSTITUTED:
        raise MoveRefused(
            "È il primo accordo dell'Alleanza: non si ritira. Se è alla firma, riapri l'Alleanza per modificarlo."
        )


@enforces("R33")
@atomic
def issue_instructions(*, network, programme, text: str, by) -> PartnershipInstructions:
    """The ASL tells the alliances of its network how to write their agreement (R33, art. 9)."""
    if not text.strip():
        raise Refused("Scrivi le indicazioni.", field="text")
    row = PartnershipInstructions.objects.select_for_update().filter(network=network, programme=programme).first()
    row = row or PartnershipInstructions(network=network, programme=programme)
    row.text, row.issued_on = text, clock.today()
    keep(row, by=by)
    forming = Alliance.objects.filter(network=network, programme=programme, status=State.FORMING)
    for alliance in forming:
        told = f"L'ASL ha dato le indicazioni per l'accordo di partenariato di {alliance.name}."
        notify(everyone(alliance), told, url=alliance.get_absolute_url(), by=by)
    return row
