"""Models of the plans: calls, proposals, evaluation, ranking, the territorial plan, funded projects, payments."""

from .amendments import ProjectVersion, PublicationUpdate
from .call_papers import Question, Rectification, RequestedDocument
from .calls import Call, CriteriaGroup, Criterion
from .clarification import ClarificationRequest, EligibilityItem
from .collegial import CollegialEvaluation, CollegialScore, ScoresOpening
from .dossier import Dossier
from .evaluation import ConflictDeclaration, Evaluation, Score
from .plan import PlanAction, PlanSection, PlanVersion, TerritorialPlan
from .projects import Payment, Project, Publication
from .proposals import Attachment, BudgetLine, ExpectedIndicator, ProjectProposal, ProposalAction, UnsavedForm
from .ranking import Ranking, RankingDraw, RankingDrawRow, RankingRow
from .targets import AllianceIndicator, ExpectedPart

__all__ = [
    "AllianceIndicator",
    "Attachment",
    "BudgetLine",
    "Call",
    "ClarificationRequest",
    "CollegialEvaluation",
    "CollegialScore",
    "ConflictDeclaration",
    "CriteriaGroup",
    "Criterion",
    "Dossier",
    "EligibilityItem",
    "Evaluation",
    "ExpectedIndicator",
    "ExpectedPart",
    "Payment",
    "PlanAction",
    "PlanSection",
    "PlanVersion",
    "Project",
    "ProjectProposal",
    "ProjectVersion",
    "ProposalAction",
    "Publication",
    "PublicationUpdate",
    "Question",
    "Ranking",
    "RankingDraw",
    "RankingDrawRow",
    "RankingRow",
    "Rectification",
    "RequestedDocument",
    "Score",
    "ScoresOpening",
    "TerritorialPlan",
    "UnsavedForm",
]
