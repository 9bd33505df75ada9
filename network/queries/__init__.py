"""Scoped reads of this app, with what their pages need."""

from .duties import duties_of, duties_table
from .home import awaited_by, deadlines_for, running_for, tasks_for
from .meetings import bodies_of, people_of, quorum_reached
from .networks import (
    committee_missing,
    current_agreement,
    delegates_of,
    former_adherents,
    governance,
    members_on,
    memberships_with_signature,
    missing_signatures,
    signed_on,
    to_convene,
)
from .overview import Overview, overview_of
from .programmes import comparable_rule_sets, latest_rule_set, rule_set_for, rule_set_history
from .registry import registry_of

__all__ = [
    "Overview",
    "awaited_by",
    "bodies_of",
    "committee_missing",
    "comparable_rule_sets",
    "current_agreement",
    "deadlines_for",
    "delegates_of",
    "duties_of",
    "duties_table",
    "former_adherents",
    "governance",
    "latest_rule_set",
    "members_on",
    "memberships_with_signature",
    "missing_signatures",
    "overview_of",
    "people_of",
    "quorum_reached",
    "registry_of",
    "rule_set_for",
    "rule_set_history",
    "running_for",
    "signed_on",
    "tasks_for",
    "to_convene",
]
