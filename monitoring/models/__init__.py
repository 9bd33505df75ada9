"""Models of the monitoring: windows, progress and financial reports, territorial reports, corrective actions."""

from .corrective import CorrectiveAction
from .figures import Coverage, KeptTerritory, ProjectMoney, ReportCount, TerritoryMoney
from .financial import DeclarationSample, ExpenditureItem, FinancialReport, SampledDeclaration
from .practices import GoodPractice
from .progress import (
    ActionProgress,
    Measurement,
    MeasurementPart,
    ProgressReport,
    ReportAttachment,
    ReportingWindow,
)
from .results import ProjectResults, ResultFigures
from .territorial import TerritorialReport

__all__ = [
    "ActionProgress",
    "CorrectiveAction",
    "Coverage",
    "DeclarationSample",
    "ExpenditureItem",
    "FinancialReport",
    "GoodPractice",
    "KeptTerritory",
    "Measurement",
    "MeasurementPart",
    "ProgressReport",
    "ProjectMoney",
    "ProjectResults",
    "ReportAttachment",
    "ReportCount",
    "ReportingWindow",
    "ResultFigures",
    "SampledDeclaration",
    "TerritorialReport",
    "TerritoryMoney",
]
