"""Models of the monitoring: windows, progress and financial reports, territorial reports, corrective actions."""

from .corrective import CorrectiveAction
from .financial import ExpenditureItem, FinancialReport
from .progress import ActionProgress, Measurement, ProgressReport, ReportingWindow
from .territorial import TerritorialReport

__all__ = [
    "ActionProgress",
    "CorrectiveAction",
    "ExpenditureItem",
    "FinancialReport",
    "Measurement",
    "ProgressReport",
    "ReportingWindow",
    "TerritorialReport",
]
