"""Models of the network: organisations, people and seats, programmes, the network, its agreement, its bodies."""

from .agreements import AgreementArticle, AgreementSignature, AgreementVersion, NetworkAgreement
from .applications import Application
from .governance import CommitteeMember, EvaluationCommittee, SteeringCommittee, SteeringSeat
from .imports import RegisterImport
from .indicators import Indicator
from .links import AdhesionLink
from .meetings import Attendance, Decision, Meeting, MinutesPart
from .memberships import DutyContribution, Membership
from .networks import District, Network, NetworkGroupObjectPermission, NetworkUserObjectPermission
from .organisations import LegalRepresentative, Organisation, Succession
from .people import Person, Seat
from .programmes import (
    Programme,
    ProgrammeGroupObjectPermission,
    ProgrammeUserObjectPermission,
    RuleSet,
)
from .registry import Correspondence

__all__ = [
    "AdhesionLink",
    "AgreementArticle",
    "AgreementSignature",
    "AgreementVersion",
    "Application",
    "Attendance",
    "CommitteeMember",
    "Correspondence",
    "Decision",
    "District",
    "DutyContribution",
    "EvaluationCommittee",
    "Indicator",
    "LegalRepresentative",
    "Meeting",
    "Membership",
    "MinutesPart",
    "Network",
    "NetworkAgreement",
    "NetworkGroupObjectPermission",
    "NetworkUserObjectPermission",
    "Organisation",
    "Person",
    "Programme",
    "ProgrammeGroupObjectPermission",
    "ProgrammeUserObjectPermission",
    "RegisterImport",
    "RuleSet",
    "Seat",
    "SteeringCommittee",
    "SteeringSeat",
    "Succession",
]
