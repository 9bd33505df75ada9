"""Models of the monitoring: windows, progress and financial reports, territorial reports, corrective actions."""

from .corrective import CorrectiveAction
from .figures import Coverage, KeptTerritory, ProjectMoney, ReportCount, TerritoryMoney
from .financial import ExpenditureItem, FinancialReport
from .progress import ActionProgress, Measurement, ProgressReport, ReportingWindow
from .territorial import TerritorialReport

__all__ = [
    "ActionProgress",
    "CorrectiveAction",
    "Coverage",
    "ExpenditureItem",
    "FinancialReport",
    "KeptTerritory",
    "Measurement",
    "ProgressReport",
    "ProjectMoney",
    "ReportCount",
    "ReportingWindow",
    "TerritorialReport",
    "TerritoryMoney",
]
