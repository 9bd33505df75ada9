"""Two versions of a text side by side, paragraph by paragraph."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
WORDS = {SAME: "Invariato", CHANGED: "Modificato", ADDED: "Aggiunto", REMOVED: "Tolto"}


@dataclass(frozen=True)
class Line:
    """A paragraph before and after; one side is empty where it was added or removed."""

    kind: str
    before: str = ""
    after: str = ""

    @property
    def word(self) -> str:
        return WORDS[self.kind]


@dataclass(frozen=True)
class Part:
    """A part of the text (premises, or an article) and its lines."""

    title: str
    lines: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        return any(line.kind != SAME for line in self.lines)


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def compare_text(before: str, after: str) -> tuple[Line, ...]:
    """The paragraphs of two texts, matched."""
    old, new = paragraphs(before), paragraphs(after)
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line(SAME, text, text) for text in old[i1:i2]]
            continue
        left, right = old[i1:i2], new[j1:j2]
        both = min(len(left), len(right))
        lines += [Line(CHANGED, a, b) for a, b in zip(left[:both], right[:both], strict=True)]
        lines += [Line(REMOVED, a) for a in left[both:]]
        lines += [Line(ADDED, after=b) for b in right[both:]]
    return tuple(lines)


def compare(before: Iterable[tuple[int, str, str]], after: Iterable[tuple[int, str, str]]) -> list[Part]:
    """Two versions given as (number, heading, text): each number with what changed in it. Number 0 is the premises."""
    old = {number: (heading, text) for number, heading, text in before}
    new = {number: (heading, text) for number, heading, text in after}
    parts = []
    for number in sorted(old.keys() | new.keys()):
        old_heading, old_text = old.get(number, ("", ""))
        new_heading, new_text = new.get(number, ("", ""))
        heading = new_heading or old_heading
        lines = compare_text(old_text, new_text)
        if old_heading and new_heading and old_heading != new_heading:
            lines = (Line(CHANGED, old_heading, new_heading), *lines)
        parts.append(Part(f"Articolo {number} – {heading}" if number else "Premesse", lines))
    return parts
