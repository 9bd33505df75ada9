"""Reads of the alliances app: scoped lists, the verdicts of the rules, what awaits a person."""

from .alliances import (
    agreement_in_force,
    alliance_list,
    is_constituted,
    lead_of,
    networks_to_found_in,
    open_agreement,
    partners_of,
    shown_agreement,
)
from .desk import awaited_by, deadlines_for, running_for, tasks_for
from .verdicts import (
    bodies_to_add,
    facts_of,
    instructions_for,
    lead_candidates,
    programme_rules,
    promoters_in,
    rule_set_of,
    verdicts,
)

__all__ = [
    "agreement_in_force",
    "alliance_list",
    "awaited_by",
    "bodies_to_add",
    "deadlines_for",
    "facts_of",
    "instructions_for",
    "is_constituted",
    "lead_candidates",
    "lead_of",
    "networks_to_found_in",
    "open_agreement",
    "partners_of",
    "programme_rules",
    "promoters_in",
    "rule_set_of",
    "running_for",
    "shown_agreement",
    "tasks_for",
    "verdicts",
]
