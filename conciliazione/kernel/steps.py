"""Where a process stands, written in Python: a home shows dozens of them (components/stepper.html)."""

from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString

from . import icons
from .markup import linked

WORDS = {"done": "(fatto)", "current": "(passo attuale)"}


def items(steps: Iterable[Mapping]) -> SafeString:
    """The steps as items of a list. Each: label, state (done, current, todo), and if it leads somewhere url."""
    parts = []
    for number, step in enumerate(steps, 1):
        state, label = step["state"], linked(step.get("url"), step["label"])
        current = ' aria-current="step"' if state == "current" else ""
        sign = icons.svg("check") if state == "done" else number
        parts.append(
            f'<li class="step-{state}"{current}>\n<span class="step-sign">{sign}</span>\n{label}\n'
            f'<span class="visually-hidden">{WORDS.get(state, "(da fare)")}</span>\n</li>\n'
        )
    return SafeString("".join(parts))  # nosec B703 -- each word was escaped
