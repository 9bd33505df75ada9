"""The life of a record as data: one table of transitions a noun. The diagrams in the docs are drawn from it.

Plain Python: no Django, no database. The write that performs a move is `kernel.moves.move`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import MoveRefused


@dataclass(frozen=True)
class Transition:
    """One move: from any of `sources` to `target`, on the person's `action` (a key of the permission table).

    `label` is the button ("Presenta la proposta"); `consequence` is what the confirmation page says will happen.
    `automatic` marks moves that no person asks for (a term that lapses, the effect of another move).
    """

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    action: str
    consequence: str = ""
    needs_reason: bool = False
    primary: bool = False
    dangerous: bool = False
    automatic: bool = False

    @property
    def slug(self) -> str:
        """The move in a URL, from its Italian label."""
        plain = unicodedata.normalize("NFKD", self.label).encode("ascii", "ignore").decode()
        return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


@dataclass(frozen=True)
class Lifecycle:
    """All transitions of a noun, in the order in which they usually happen."""

    noun: str
    states: type
    initial: str
    transitions: tuple[Transition, ...]
    _by_name: dict[str, Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "_by_name", {t.name: t for t in self.transitions})
        known = set(self.states)
        for transition in self.transitions:
            unknown = ({*transition.sources, transition.target}) - known
            if unknown:
                raise ValueError(f"{self.noun}.{transition.name}: unknown states {unknown}")

    def __getitem__(self, name: str) -> Transition:
        return self._by_name[name]

    def check(self, state: str, name: str) -> Transition:
        """Return the transition if it starts from `state`.

        Raises MoveRefused with a sentence that tells the present state and those the move needs.
        """
        transition = self._by_name[name]
        if state not in transition.sources:
            needed = " o ".join(f"«{self.states(s).label}»" for s in transition.sources)
            raise MoveRefused(
                f"Non si può fare «{transition.label}» ora: lo stato è «{self.states(state).label}», "
                f"mentre serve {needed}."
            )
        return transition

    def open_from(self, state: str) -> Iterable[Transition]:
        """The moves that start from `state` and that a person may ask for."""
        return [t for t in self.transitions if state in t.sources and not t.automatic]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, with Italian names."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {state.value} : {state.label}" for state in self.states]
        lines.append(f"    [*] --> {self.states(self.initial).value}")
        for t in self.transitions:
            lines += [f"    {self.states(s).value} --> {self.states(t.target).value} : {t.label}" for s in t.sources]
        sources = {s for t in self.transitions for s in t.sources}
        lines += [f"    {state.value} --> [*]" for state in self.states if state not in sources]
        return "\n".join(lines)


LIFECYCLES: dict[str, Lifecycle] = {}


def register(lifecycle: Lifecycle) -> Lifecycle:
    """Make a lifecycle known to the docs and to the tests that cross every state with every move."""
    LIFECYCLES[lifecycle.noun] = lifecycle
    return lifecycle
