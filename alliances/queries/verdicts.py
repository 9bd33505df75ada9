"""How an alliance stands towards the rules: its facts as plain values, and the findings of the rules."""

from collections import defaultdict

from django.db.models import Q

from network.enums import ProgrammeStatus
from network.models import Membership, Organisation, RuleSet
from network.queries import rule_set_for
from network.rules.programmes import RuleValues

from ..enums import AllianceStatus, PartnershipStatus
from ..models import Alliance, Partner, PartnershipAgreement, PartnershipInstructions
from ..rules.check import RULES_OF_ALLIANCES, TO_LEAD, check
from ..rules.values import AllianceFacts, Contents, Finding, Party, ProgrammeRules
from .alliances import partners_of


def programme_rules(rule_set: RuleSet) -> ProgrammeRules:
    """A programme's rule set as the value that the rules take."""
    return rules_from(RuleValues.of(rule_set), rule_set.programme.name, rule_set.source, rule_set.version)


def rules_from(values: RuleValues, programme: str, source: str, version: int = 1) -> ProgrammeRules:
    """What the rules on alliances take of the values of a rule set."""
    return ProgrammeRules(
        programme=programme,
        source=source,
        version=version,
        lead_natures=values.lead_natures,
        max_leads_per_body=values.max_leads_per_body,
        min_members=values.min_members,
        min_public=values.min_public,
        min_private=values.min_private,
        min_micro_or_small=values.min_micro_or_small,
        mandatory_contents=values.mandatory_contents,
    )


def rule_set_of(alliance: Alliance) -> RuleSet:
    """The rule set that binds the alliance: the one it went to be signed with, else that of its programme today."""
    return alliance.rule_set or rule_set_for(alliance.programme)


def leads_elsewhere(alliance: Alliance, partners: list[Partner]) -> dict[int, list[str]]:
    """Body -> the names of the other alliances it leads now: not dissolved, of a programme that is not over (R40)."""
    over = Q(alliance__status=AllianceStatus.DISSOLVED) | Q(alliance__programme__status=ProgrammeStatus.CLOSED)
    rows = Partner.objects.current().filter(organisation__in=[p.organisation_id for p in partners], is_lead=True)
    found = defaultdict(list)
    for body, name in rows.exclude(over).exclude(alliance=alliance).values_list("organisation", "alliance__name"):
        found[body].append(name)
    return found


def instructions_for(alliance: Alliance) -> PartnershipInstructions | None:
    """What the ASL has told the alliances of this network and programme (R33)."""
    return PartnershipInstructions.objects.filter(network=alliance.network_id, programme=alliance.programme_id).first()


def facts_of(
    alliance: Alliance,
    *,
    agreement: PartnershipAgreement | None = None,
    lead: Partner | None = None,
    only_bound: bool = False,
) -> AllianceFacts:
    """The alliance as plain values; `lead` looks at it as if this partner led, `agreement` with this version.

    `only_bound` leaves out who has not signed that version: a body that is still to accede does not hold it up.
    """
    partners = partners_of(alliance)
    if only_bound:
        signed = set(agreement.signatures.exclude(signed_at=None).values_list("partner", flat=True))
        partners = [partner for partner in partners if partner.pk in signed]
    agreement = agreement or alliance.agreements.order_by("-version").first()
    leading = (lead.pk,) if lead is not None else tuple(partner.pk for partner in partners if partner.is_lead)
    issued = instructions_for(alliance)
    elsewhere = leads_elsewhere(alliance, partners)
    return AllianceFacts(
        name=alliance.name,
        network_lead=alliance.network.lead.name,
        parties=tuple(_party(partner, partner.pk in leading, elsewhere) for partner in partners),
        contents=_contents(agreement),
        alliances_in_network=alliance.network.alliances.exclude(status=AllianceStatus.DISSOLVED).count(),
        instructions_issued_on=issued.issued_on if issued else None,
        purpose=alliance.purpose,
        districts=tuple(district.name for district in alliance.districts.all()),
    )


def _party(partner: Partner, is_lead: bool, elsewhere: dict[int, list[str]]) -> Party:
    organisation = partner.organisation
    return Party(
        name=organisation.name,
        nature=organisation.nature,
        size=organisation.size,
        organisation_kind=organisation.kind,
        kind=partner.kind,
        is_lead=is_lead,
        competences=partner.competences,
        resources=partner.resources,
        commitments=partner.commitments,
        leads_elsewhere=tuple(sorted(elsewhere.get(organisation.pk, ()))),
    )


def _contents(agreement: PartnershipAgreement | None) -> Contents:
    if agreement is None:
        return Contents()
    rows = agreement.signatures.filter(partner__left_on=None).select_related("partner__organisation")
    return Contents(
        opening=agreement.opening,
        organisation=agreement.organisation_text,
        governance=agreement.governance_text,
        commitments=agreement.commitments_text,
        version=agreement.version,
        sent_to_sign=agreement.status != PartnershipStatus.DRAFT,
        in_force=agreement.status == PartnershipStatus.IN_FORCE,
        signed=tuple(row.partner.organisation.name for row in rows if row.signed_at),
        awaited=tuple(row.partner.organisation.name for row in rows if not row.signed_at),
    )


def verdicts(alliance: Alliance, rule_set: RuleSet | None = None) -> list[Finding]:
    """Every rule with met, missing or broken; against the rules of another programme when `rule_set` is given."""
    return check(facts_of(alliance), programme_rules(rule_set or rule_set_of(alliance)))


def lead_candidates(alliance: Alliance) -> list[tuple[Partner, Finding | None]]:
    """Each partner with the first rule that keeps it from leading, or None if it may (R38, R39, R40)."""
    facts, rules = facts_of(alliance), programme_rules(rule_set_of(alliance))
    found = []
    for partner in partners_of(alliance):
        led = facts.led_by(partner.organisation.name)
        findings = (RULES_OF_ALLIANCES[rule](led, rules) for rule in TO_LEAD)
        found.append((partner, next((finding for finding in findings if not finding.met), None)))
    return found


def promoters_in(network):
    """The bodies that may start an alliance in the network: its adherents."""
    members = Membership.objects.current().filter(network=network)
    return Organisation.objects.filter(pk__in=members.values("organisation")).order_by("name")


def bodies_to_add(alliance: Alliance) -> tuple[list[Organisation], list[Organisation]]:
    """The registered bodies that do not take part yet: (adherents of the network, the others)."""
    rows = (
        Organisation.objects.existing()
        .exclude(pk__in=alliance.partners.current().values("organisation"))
        .order_by("name")
    )
    members = promoters_in(alliance.network)
    return list(rows.filter(pk__in=members)), list(rows.exclude(pk__in=members))
