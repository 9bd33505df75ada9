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
from .desk import deadlines_for, running_for, tasks_for
from .verdicts import facts_of, instructions_for, programme_rules, rule_set_of, verdicts

__all__ = [
    "agreement_in_force",
    "alliance_list",
    "deadlines_for",
    "facts_of",
    "instructions_for",
    "is_constituted",
    "lead_of",
    "networks_to_found_in",
    "open_agreement",
    "partners_of",
    "programme_rules",
    "rule_set_of",
    "running_for",
    "shown_agreement",
    "tasks_for",
    "verdicts",
]
