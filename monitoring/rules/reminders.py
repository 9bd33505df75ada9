"""Reminders around a term: before it to whoever must act, after it also to the level above (art. 8 and 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from conciliazione.kernel.rulebook import enforces

LEAD, OFFICE, REGION = "lead", "office", "region"


@dataclass(frozen=True)
class Step:
    """A reminder: how many days from the term (before it: negative), and who is told."""

    days: int
    to: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"termine{self.days:+d}"

    def words(self, due_on: date) -> str:
        """When the term is or was, in words."""
        if self.days < 0:
            return f"il termine è il {due_on:%d/%m/%Y}"
        return f"il termine era il {due_on:%d/%m/%Y}"


# from the lead to the ASL to the Regione, as the levels of article 11
OF_REPORT = (Step(-14, (LEAD,)), Step(-3, (LEAD,)), Step(1, (LEAD, OFFICE)), Step(15, (LEAD, OFFICE, REGION)))
OF_TERRITORY = (Step(-14, (OFFICE,)), Step(-3, (OFFICE,)), Step(1, (OFFICE, REGION)), Step(15, (OFFICE, REGION)))
FARTHEST = max(-step.days for step in (*OF_REPORT, *OF_TERRITORY))


@enforces("R43")
def steps_due(steps: Iterable[Step], *, due_on: date, today: date) -> list[Step]:
    """The reminders whose day has come, the latest last; once the term is over those before it make no sense."""
    come = [step for step in steps if due_on + timedelta(days=step.days) <= today]
    return [step for step in come if step.days > 0 or today <= due_on]
