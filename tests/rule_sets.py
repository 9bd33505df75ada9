"""Two cycles whose rules differ (see `network/rules/examples.py`): what a rule says is tried in both."""

from network.enums import Nature

OLD, NEW = "2014-15", "2022"
PROGRAMMES = {
    OLD: {},
    NEW: {
        "lead_natures": [Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE],
        "max_leads_per_body": None,
        "min_members": 4,
        "min_micro_or_small": 2,
        "mandatory_contents": ["opening", "lead"],
    },
}
