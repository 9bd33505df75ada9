"""Models of the plans: calls, proposals, evaluation, ranking, the territorial plan, funded projects, payments."""

from .calls import Call, CriteriaGroup, Criterion
from .collegial import CollegialEvaluation, CollegialScore, ScoresOpening
from .evaluation import ConflictDeclaration, Evaluation, Score
from .plan import PlanAction, PlanSection, PlanVersion, TerritorialPlan
from .projects import Payment, Project, Publication
from .proposals import BudgetLine, ExpectedIndicator, ProjectProposal, ProposalAction, UnsavedForm
from .ranking import Ranking, RankingDraw, RankingDrawRow, RankingRow

__all__ = [
    "BudgetLine",
    "Call",
    "CollegialEvaluation",
    "CollegialScore",
    "ConflictDeclaration",
    "CriteriaGroup",
    "Criterion",
    "Evaluation",
    "ExpectedIndicator",
    "Payment",
    "PlanAction",
    "PlanSection",
    "PlanVersion",
    "Project",
    "ProjectProposal",
    "ProposalAction",
    "Publication",
    "Ranking",
    "RankingDraw",
    "RankingDrawRow",
    "RankingRow",
    "Score",
    "ScoresOpening",
    "TerritorialPlan",
    "UnsavedForm",
]
