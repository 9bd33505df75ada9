"""How an alliance stands towards the rules: its facts as plain values, and the findings of the rules."""

from django.db.models import Q

from network.enums import ProgrammeStatus
from network.models import RuleSet
from network.queries import rule_set_for

from ..enums import AllianceStatus, PartnershipStatus
from ..models import Alliance, Partner, PartnershipAgreement, PartnershipInstructions
from ..rules.check import check
from ..rules.values import AllianceFacts, Contents, Finding, Party, ProgrammeRules
from .alliances import partners_of


def programme_rules(rule_set: RuleSet) -> ProgrammeRules:
    """A programme's rule set as the value that the rules take."""
    return ProgrammeRules(
        programme=rule_set.programme.name,
        source=rule_set.source,
        version=rule_set.version,
        lead_natures=tuple(rule_set.lead_natures),
        max_leads_per_body=rule_set.max_leads_per_body,
        min_members=rule_set.min_members,
        min_public=rule_set.min_public,
        min_private=rule_set.min_private,
        min_micro_or_small=rule_set.min_micro_or_small,
    )


def rule_set_of(alliance: Alliance) -> RuleSet:
    """The rule set that binds the alliance: the one it went to be signed with, else that of its programme today."""
    return alliance.rule_set or rule_set_for(alliance.programme)


def leads_of(organisation, *, but: Alliance | None = None) -> list[str]:
    """The names of the alliances that a body leads now: not dissolved, of a programme that is not over (R40)."""
    rows = Partner.objects.current().filter(organisation=organisation, is_lead=True)
    rows = rows.exclude(
        Q(alliance__status=AllianceStatus.DISSOLVED) | Q(alliance__programme__status=ProgrammeStatus.CLOSED)
    )
    if but is not None:
        rows = rows.exclude(alliance=but)
    return list(rows.order_by("alliance__name").values_list("alliance__name", flat=True))


def instructions_for(alliance: Alliance) -> PartnershipInstructions | None:
    """What the ASL has told the alliances of this network and programme (R33)."""
    return PartnershipInstructions.objects.filter(network=alliance.network_id, programme=alliance.programme_id).first()


def facts_of(
    alliance: Alliance, *, agreement: PartnershipAgreement | None = None, lead: Partner | None = None
) -> AllianceFacts:
    """The alliance as plain values; `lead` looks at it as if this partner led, `agreement` with this version."""
    partners = partners_of(alliance)
    agreement = agreement or alliance.agreements.order_by("-version").first()
    leading = (lead.pk,) if lead is not None else tuple(partner.pk for partner in partners if partner.is_lead)
    issued = instructions_for(alliance)
    return AllianceFacts(
        name=alliance.name,
        network_lead=alliance.network.lead.name,
        parties=tuple(_party(partner, partner.pk in leading) for partner in partners),
        contents=_contents(agreement),
        alliances_in_network=alliance.network.alliances.exclude(status=AllianceStatus.DISSOLVED).count(),
        instructions_issued_on=issued.issued_on if issued else None,
    )


def _party(partner: Partner, is_lead: bool) -> Party:
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
        leads_elsewhere=tuple(leads_of(organisation, but=partner.alliance)) if is_lead else (),
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
