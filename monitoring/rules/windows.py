"""The reporting windows of a programme (art. 11)."""

from dataclasses import dataclass
from datetime import date

from conciliazione.kernel.errors import Refused


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    start: date
    end: date

    def meets(self, other: "Period") -> bool:
        return self.start <= other.end and other.start <= self.end


def check_window(
    *, period: Period, opens_on: date, due_on: date, programme: Period, territorial_due_on: date | None = None
) -> None:
    """The dates of a window are in order and inside its programme. Raises Refused beside the field."""
    if period.end <= period.start:
        raise Refused("Il periodo deve finire dopo l'inizio.", field="period_to")
    if not period.meets(programme) or period.start < programme.start or period.end > programme.end:
        raise Refused(
            f"Il periodo deve stare nel programma (dal {programme.start:%d/%m/%Y} al {programme.end:%d/%m/%Y}).",
            field="period_from",
        )
    if due_on < opens_on:
        raise Refused("Il termine non può venire prima dell'apertura.", field="due_on")
    if territorial_due_on is not None and territorial_due_on < due_on:
        raise Refused(
            "La relazione territoriale raccoglie quelle dei progetti: il suo termine non può venire prima del loro.",
            field="territorial_due_on",
        )
    if due_on < period.end:
        raise Refused(
            "Il termine non può venire prima della fine del periodo: si relaziona su ciò che è accaduto.",
            field="due_on",
        )


def is_expected(project: Period, window: Period) -> bool:
    """A project reports in every window whose period it touches."""
    return project.meets(window)
