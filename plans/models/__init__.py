"""Models of the plans: calls, proposals, evaluation, ranking, the territorial plan, funded projects, payments."""

from .calls import Call, Criterion
from .evaluation import ConflictDeclaration, Evaluation, Score
from .plan import PlanAction, PlanSection, TerritorialPlan
from .projects import Payment, Project, Publication
from .proposals import BudgetLine, ExpectedIndicator, ProposalAction, ProjectProposal
from .ranking import Ranking, RankingRow

__all__ = [
    "BudgetLine",
    "Call",
    "ConflictDeclaration",
    "Criterion",
    "Evaluation",
    "ExpectedIndicator",
    "Payment",
    "PlanAction",
    "PlanSection",
    "Project",
    "ProjectProposal",
    "ProposalAction",
    "Publication",
    "Ranking",
    "RankingRow",
    "Score",
    "TerritorialPlan",
]
