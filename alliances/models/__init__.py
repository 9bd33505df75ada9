"""Models of the alliances: the alliance, its partners, the partnership agreement and its signatures."""

from .agreements import PartnershipAgreement, PartnershipInstructions, PartnershipSignature
from .alliances import Alliance, AllianceGroupObjectPermission, AllianceUserObjectPermission, Partner

__all__ = [
    "Alliance",
    "AllianceGroupObjectPermission",
    "AllianceUserObjectPermission",
    "Partner",
    "PartnershipAgreement",
    "PartnershipInstructions",
    "PartnershipSignature",
]
