"""Who takes part in an alliance, and who leads it."""

from conciliazione.kernel import access
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces, violated
from network.enums import ProgrammeStatus
from network.rules.organisations import check_exists

from ..enums import PartnerKind, PartnershipStatus
from ..models import Alliance, Partner, PartnershipAgreement, PartnershipSignature
from ..queries.alliances import agreement_in_force, lead_of, open_agreement
from ..queries.verdicts import facts_of, programme_rules, rule_set_of
from ..rules import check
from ..rules.agreement import check_later_accession
from ..rules.relations import check_duties_accepted
from ..signals import lead_changed, partner_left
from .common import State, clock, draft_for_change, keep, sync_grants, trace


def party_of(partner: Partner, *, is_lead: bool | None = None) -> dict:
    """A party as the agreement names it, frozen at the moment of signing."""
    organisation = partner.organisation
    return {
        "partner": partner.pk,
        "name": organisation.name,
        "nature": organisation.get_nature_display(),
        "kind": partner.get_kind_display(),
        "is_lead": partner.is_lead if is_lead is None else is_lead,
        "legal_representative": organisation.legal_representative,
        "tax_code": organisation.tax_code,
        "competences": partner.competences,
        "resources": partner.resources,
        "commitments": partner.commitments,
    }


@atomic
def add_partner(
    alliance,
    *,
    organisation,
    by,
    kind: str = PartnerKind.FULL,
    competences: str = "",
    resources: str = "",
    commitments: str = "",
) -> Partner:
    """Let a body in. While a version is being written it signs it with the others; to an agreement in force it accedes
    only if that is open (R34), and then it signs an addendum. Raises MoveRefused while a version is at signing,
    Refused when it already takes part.
    """
    alliance = lock(alliance)
    if alliance.partners.current().filter(organisation=organisation).exists():
        raise Refused(f"{organisation.name} partecipa già a {alliance.name}.", field="organisation")
    check_exists(organisation.name, organisation.ceased_on)
    in_force = check_may_join(alliance)
    partner = Partner(
        alliance=alliance,
        organisation=organisation,
        kind=kind,
        competences=competences,
        resources=resources,
        commitments=commitments,
        joined_on=clock.today(),
    )
    keep(partner, by=by)
    if in_force is not None:
        keep(
            PartnershipSignature(
                agreement=in_force, partner=partner, is_addendum=True, frozen_party=party_of(partner, is_lead=False)
            ),
            by=by,
        )
    sync_grants(alliance, by=by)
    label = "Adesione successiva da firmare" if in_force else "Nuovo partner"
    trace(alliance, "add_partner", f"{label}: {organisation.name}", by=by)
    invites = "firma l'adesione all'accordo" if in_force else "leggi che cosa si sta preparando"
    text = f"{organisation.name} è stato inserito in {alliance.name}: {invites}."
    notify(_people_of(organisation), text, url=alliance.get_absolute_url(), by=by)
    return partner


def check_may_join(alliance: Alliance) -> PartnershipAgreement | None:
    """The agreement in force that a body would accede to; None when it would sign the version being written.

    Raises MoveRefused at signing or once dissolved, RuleViolated when the agreement in force is closed (R34).
    """
    in_force = agreement_in_force(alliance) if open_agreement(alliance) is None else None
    if in_force is None:
        draft_for_change(alliance, "i partner")
    else:
        check_later_accession(in_force.opening, alliance.name)
    return in_force


def _at_signing(alliance: Alliance) -> bool:
    version = open_agreement(alliance)
    return version is not None and version.status == PartnershipStatus.SIGNING


def _people_of(organisation):
    from network.models import Person

    return Person.objects.filter(is_active=True, groups__name=organisation.group_name)


@atomic
def update_partner(partner, *, by, kind: str, competences: str, resources: str, commitments: str) -> Partner:
    """Describe what a partner brings and takes on (R36), while the agreement is being written."""
    alliance = lock(partner.alliance)
    partner = lock(partner)
    draft_for_change(alliance, "i partner")
    if partner.is_lead and kind != PartnerKind.FULL:
        raise violated("R38", "Il capofila è un partner effettivo: scegli prima un altro capofila", field="kind")
    partner.kind, partner.competences = kind, competences
    partner.resources, partner.commitments = resources, commitments
    keep(partner, by=by)
    trace(alliance, "update_partner", f"Scheda di {partner} aggiornata", by=by)
    return partner


@atomic
def remove_partner(partner, *, by, reason: str = "") -> Partner:
    """Let a body leave. From a constituted alliance it recedes with a reason, if what stays still holds (R35, R38)."""
    alliance = lock(partner.alliance)
    partner = lock(partner)
    check_may_leave(partner)
    if alliance.status == State.CONSTITUTED and not is_pending(partner) and not reason.strip():
        raise Refused("Per il recesso di un partner serve una motivazione.", field="reason")
    partner.left_on = clock.today()
    keep(partner, by=by, why=reason or "Non partecipa più")
    if alliance.status == State.CONSTITUTED:
        rules = programme_rules(rule_set_of(alliance))
        bound = facts_of(alliance, agreement=agreement_in_force(alliance), only_bound=True)
        check.require(check.OF_THE_MEMBERS, bound, rules)
    sync_grants(alliance, by=by)
    trace(alliance, "remove_partner", f"Non partecipa più: {partner}", by=by, reason=reason)
    partner_left.send(Alliance, alliance=alliance, partner=partner, by=by, reason=reason)
    text = f"{partner} non partecipa più a {alliance.name}."
    people = [*_people_of(partner.organisation), *access.people_with(access.Role.LEAD, alliance)]
    notify(people, text, url=alliance.get_absolute_url(), by=by)
    return partner


def is_pending(partner: Partner) -> bool:
    """It is to accede later and has not signed yet."""
    return partner.signatures.filter(is_addendum=True, signed_at=None).exists()


def check_may_leave(partner: Partner) -> None:
    """Raises Refused when the body cannot leave the alliance as it stands."""
    alliance = partner.alliance
    if partner.left_on is not None:
        raise MoveRefused(f"{partner} non partecipa più.")
    if alliance.status != State.CONSTITUTED or _at_signing(alliance):
        draft_for_change(alliance, "i partner")
    version = open_agreement(alliance)
    if partner.is_lead or (version is not None and version.new_lead_id == partner.pk):
        raise violated(
            "R38", f"{partner} è il capofila, e l'Alleanza ne deve avere uno: scegli prima un altro capofila"
        )
    if partner.is_promoter and lead_of(alliance) is None:
        raise violated("R38", f"{partner} ha promosso l'Alleanza: prima di toglierlo scegli il capofila")


@enforces("R40")
@atomic
def set_lead(partner, *, by, duties_accepted: bool) -> Partner:
    """Name the lead of the alliance, one of its full partners (R38), of a nature that the programme admits (R39).

    The body's row is locked while it is counted how many it leads (R40); where one is the most, the database holds it
    too. With an agreement in force the new lead takes over when the new version is signed by all.
    """
    alliance = lock(partner.alliance)
    partner = lock(partner)
    draft = draft_for_change(alliance, "il capofila")
    if partner.left_on is not None:
        raise violated("R38", f"{partner} non partecipa più: il capofila è un partner dell'Alleanza", field="partner")
    lock(partner.organisation)
    rules = programme_rules(rule_set_of(alliance))
    check.require(check.TO_LEAD, facts_of(alliance, lead=partner), rules, field="partner")
    check_duties_accepted(duties_accepted, str(partner))
    if alliance.status == State.CONSTITUTED:
        draft.new_lead = None if partner.is_lead else partner
        keep(draft, by=by)
        trace(alliance, "propose_lead", f"Nuovo capofila nella versione {draft.version}: {partner}", by=by)
    else:
        make_lead(alliance, partner, exclusive=rules.max_leads_per_body == 1, by=by)
    people = [*_people_of(partner.organisation), *access.people_with(access.Role.OFFICE, alliance.network)]
    text = f"{partner} è indicato come capofila di {alliance.name}."
    notify(people, text, url=alliance.get_absolute_url(), by=by)
    return partner


def make_lead(alliance: Alliance, partner: Partner, *, exclusive: bool, by) -> None:
    """Write who leads. The caller has locked the alliance and the body, and asked the rules."""
    for former in alliance.partners.filter(is_lead=True).exclude(pk=partner.pk):
        former.is_lead = former.exclusive_lead = False
        keep(former, by=by, why=f"Capofila: {partner}"[:100])
    if exclusive:
        _free_from_programmes_that_are_over(partner, by=by)
    partner.is_lead, partner.exclusive_lead = True, exclusive
    keep(partner, by=by, why="Capofila")
    sync_grants(alliance, by=by)
    trace(alliance, "set_lead", f"Capofila: {partner}", by=by)
    lead_changed.send(Alliance, alliance=alliance, partner=partner, by=by)


def _free_from_programmes_that_are_over(partner: Partner, *, by) -> None:
    over = Partner.objects.filter(
        organisation=partner.organisation,
        exclusive_lead=True,
        alliance__programme__status=ProgrammeStatus.CLOSED,
    )
    for row in over:
        row.exclusive_lead = False
        keep(row, by=by, why="Programma concluso")
