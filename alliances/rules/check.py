"""Every rule on alliances in one list, and the hard ones as a gate."""

from conciliazione.kernel.rulebook import violated

from . import agreement, composition, relations
from .values import AllianceFacts, Finding, ProgrammeRules

# rule -> how it is looked at; the order is that of the agreement
RULES_OF_ALLIANCES = {
    "R25": relations.counterpart,
    "R26": composition.free_formation,
    "R27": composition.zone_plan_body,
    "R30": relations.lead_duties,
    "R31": relations.reaches_the_region_through_the_asl,
    "R32": agreement.signed_by_all,
    "R33": agreement.instructions_followed,
    "R34": agreement.later_accession,
    "R35": composition.public_and_private,
    "R36": composition.competences_and_resources,
    "R37": agreement.contents_complete,
    "R38": composition.one_lead_from_inside,
    "R39": composition.lead_nature,
    "R40": composition.leads_of_the_body,
}
BEFORE_SIGNING = ("R38", "R39", "R40", "R35", "R37")
TO_LEAD = ("R38", "R39", "R40")
# what follows from the members alone: asked again when one of them leaves
OF_THE_MEMBERS = ("R35", "R38")


def check(facts: AllianceFacts, rules: ProgrammeRules) -> list[Finding]:
    """How the alliance stands towards each rule: met, missing or broken, with the sentence and the source."""
    return [look(facts, rules) for look in RULES_OF_ALLIANCES.values()]


def compare(facts: AllianceFacts, rules: ProgrammeRules) -> list[Finding]:
    """As `check`, with the numbers of the composition each in its own line: to compare one programme with another."""
    found = []
    for rule_id, look in RULES_OF_ALLIANCES.items():
        found += composition.each_count(facts, rules) if rule_id == "R35" else [look(facts, rules)]
    return found


def require(rule_ids, facts: AllianceFacts, rules: ProgrammeRules, *, field: str | None = None) -> None:
    """Raises RuleViolated for the first of these rules that is not met."""
    for rule_id in rule_ids:
        finding = RULES_OF_ALLIANCES[rule_id](facts, rules)
        if not finding.met:
            raise violated(rule_id, finding.words, field=field)
