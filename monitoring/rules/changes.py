"""What one version says otherwise than another, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel.money import format_eur
from network.rules.breakdowns import plain

NOTHING = "–"
LONGEST = 60  # what is longer is told as words that were rewritten


@dataclass(frozen=True)
class Change:
    """One thing that differs."""

    what: str
    before: str
    after: str

    @property
    def rewritten(self) -> bool:
        """These are sentences: in a list it is enough to say that they changed."""
        return max(len(self.before), len(self.after)) > LONGEST


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What differs between two readings of the same things, in the order in which they were told."""
    keys = [*before, *(key for key in after if key not in before)]
    pairs = ((key, before.get(key, NOTHING), after.get(key, NOTHING)) for key in keys)
    return [Change(key, old, new) for key, old, new in pairs if old != new]


def of_catalogue(data: Mapping, words: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Everything a kept catalogue says (`queries.catalogue.catalogue_of`), by what it is about.

    `words` names the parts, by dimension and category.
    """
    found: dict[str, str] = {}
    for row in data.get("indicators", ()):
        name = f"{row['name']} ({row['code']})"
        found[name] = _number(row["value"])
        found[f"{name}, obiettivo"] = _number(row["target"])
        for part in row.get("parts", ()):
            word = words.get((part["dimension"], part["category"]), part["category"])
            found[f"{name}, {word.lower()}"] = _number(part["value"])
    for row in data.get("actions", ()):
        name = f"«{row['title']}», {row['district']}"
        found[f"Avanzamento di {name}"] = NOTHING if row["percent"] is None else f"{row['percent']} %"
        found[f"Risorse di {name}"] = format_eur(Decimal(row["amount"]))
    for row in data.get("missing", ()):
        found[f"Relazione di «{row['project']}»"] = row["status"]
    for row in data.get("reports", ()):
        found[f"Relazione di «{row['project']}»"] = "Validata dall'ASL"
        told = (("racconto", "narrative"), ("difficoltà", "difficulties"), ("proposte", "corrective_proposals"))
        found |= {f"«{row['project']}», {label}": row[key] for label, key in told if row.get(key)}
    return found


def _number(value: str | None) -> str:
    return NOTHING if value is None else plain(Decimal(value))
