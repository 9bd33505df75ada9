"""Two versions of the territorial plan, side by side."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.money import format_eur
from network.enums import Area
from network.rules.comparison import ADDED, CHANGED, REMOVED, SAME, WORDS, Line, Part, compare_text

from ..models import PlanVersion


@dataclass(frozen=True)
class ActionRow:
    """An action in one version and in the other, in words; one side is empty where it was added or removed."""

    title: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        if not self.before:
            return ADDED
        if not self.after:
            return REMOVED
        return SAME if self.before == self.after else CHANGED

    @property
    def word(self) -> str:
        return WORDS[self.kind]


@dataclass(frozen=True)
class Comparison:
    facts: list[ActionRow]
    parts: list[Part]
    actions: list[ActionRow]

    @property
    def changed(self) -> bool:
        return any(part.changed for part in self.parts) or any(row.kind != SAME for row in [*self.facts, *self.actions])


def compare(before: PlanVersion, after: PlanVersion) -> Comparison:
    """What changed in texts, actions and money from a version to another."""
    old, new = before.content, after.content
    texts = {s["kind"]: s["text"] for s in old["sections"]}
    parts = [Part(s["title"], compare_text(texts.get(s["kind"], ""), s["text"])) for s in new["sections"]]
    parts.append(Part("Verifica della copertura", compare_text(old["coverage_note"], new["coverage_note"])))
    return Comparison(_facts(old, new), parts, _actions(old, new))


def _facts(old: dict, new: dict) -> list[ActionRow]:
    def day(content):
        return f"{date.fromisoformat(content['ends_on']):%d/%m/%Y}" if content.get("ends_on") else "–"

    def money(key):
        return lambda content: format_eur(sum((Decimal(line[key]) for line in content["finance"]), Decimal(0)))

    told = (
        ("Fine del piano", day),
        ("Azioni", lambda content: str(len(content["actions"]))),
        ("Costo", money("cost")),
        ("Contributo", money("grant")),
        ("Cofinanziamento", money("co_financing")),
    )
    return [ActionRow(label, words(old), words(new)) for label, words in told]


def _actions(old: dict, new: dict) -> list[ActionRow]:
    areas = dict(Area.choices)

    def words(action: dict | None) -> str:
        if action is None:
            return ""
        days = [f"{date.fromisoformat(action[key]):%d/%m/%Y}" for key in ("starts_on", "ends_on")]
        place = f"{areas[action['area']]}, {action['district']}"
        return f"{place}, dal {days[0]} al {days[1]}, {format_eur(Decimal(action['amount']))}"

    def keyed(content: dict) -> dict:
        found: dict = {}
        for action in content["actions"]:
            key = (action["by"], action["title"])
            count = sum(1 for taken in found if taken[:2] == key)
            found[(*key, count)] = action
        return found

    left, right = keyed(old), keyed(new)
    keys = [*left, *(key for key in right if key not in left)]
    return [ActionRow(f"{key[1]} ({key[0]})", words(left.get(key)), words(right.get(key))) for key in keys]


__all__ = ["Comparison", "Line", "compare"]
