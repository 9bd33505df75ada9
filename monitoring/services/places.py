"""The network that a report keeps beside its project."""

from conciliazione.kernel.keeping import fill
from conciliazione.kernel.moves import atomic

from ..models import FinancialReport, ProgressReport


@atomic
def fill_networks() -> list[str]:
    """The network of the reports that have none; says of how many."""
    filled = sum(map(fill, (ProgressReport, FinancialReport)))
    return [f"Rete annotata su {filled} relazioni"] if filled else []
