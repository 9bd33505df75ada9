"""What a person's home page shows. Each app answers for its own records; the portal puts the answers together."""

from dataclasses import dataclass, field
from datetime import date

from . import clock


@dataclass(frozen=True)
class Task:
    """Something that awaits the person: what, why, by when, and the page with its one button (`label`)."""

    what: str
    why: str
    url: str
    label: str
    due: date | None = None

    @property
    def late(self) -> int:
        """Days past the term; 0 when there is time or no term."""
        return max(0, (clock.today() - self.due).days) if self.due else 0


@dataclass(frozen=True)
class Running:
    """A process of the person's and where it stands: `steps` are (label, "done" | "current" | "todo")."""

    title: str
    url: str
    steps: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Deadline:
    """A term that runs."""

    day: date
    what: str
    url: str
