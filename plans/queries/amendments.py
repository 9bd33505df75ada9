"""The project as plain data, and its versions side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from conciliazione.kernel.money import ZERO, format_eur
from network.rules.comparison import CHANGED, SAME

from ..enums import BudgetCategory
from ..models import Project, ProjectVersion, TerritorialPlan
from ..rules.amendments import Money
from ..rules.plan import scale_to


def budget_by_category(project: Project) -> dict[str, Money]:
    """The budget of the proposal by category; scaled where the grant was given in part (EUR)."""
    lines = list(project.proposal.budget_lines.all())
    keys = list(BudgetCategory)
    grants = [sum((line.grant for line in lines if line.category == key), ZERO) for key in keys]
    own = [sum((line.co_financing for line in lines if line.category == key), ZERO) for key in keys]
    grants = scale_to(grants, project.grant)
    return {key.value: Money(g, c) for key, g, c in zip(keys, grants, own, strict=True)}


def budget_now(project: Project) -> dict[str, Money]:
    """The budget in force: that of the newest version, else the proposal's (EUR)."""
    newest = project.versions.order_by("-number").first()
    if newest is None:
        return budget_by_category(project)
    return {key: Money(Decimal(g), Decimal(c)) for key, (g, c) in newest.content["budget"].items()}


def last_day(project: Project) -> date:
    """The day by which the project must end: that of its plan, extended or not."""
    plan = TerritorialPlan.objects.filter(network=project.network_id, programme=project.programme_id).first()
    return (plan and plan.ends_on) or project.programme.ends_on


def content_of(starts_on: date, ends_on: date, budget: Mapping[str, Money]) -> dict:
    """What a version keeps: plain data, amounts as text."""
    return {
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "budget": {key: [f"{money.grant:.2f}", f"{money.co_financing:.2f}"] for key, money in budget.items()},
    }


@dataclass(frozen=True)
class Row:
    """A fact in each version, oldest first; `changed` where it differs from the version before."""

    label: str
    cells: list[tuple[str, str]]  # (words, SAME or CHANGED)

    @property
    def changed(self) -> bool:
        return any(kind == CHANGED for _, kind in self.cells)


def side_by_side(versions: list[ProjectVersion]) -> list[Row]:
    """Every fact of the project, a column for each version; nothing while it stands as it was granted."""
    if not versions:
        return []

    def row(label, words) -> Row:
        values = [words(version.content) for version in versions]
        kinds = [SAME, *(SAME if a == b else CHANGED for a, b in pairwise(values))]
        return Row(label, list(zip(values, kinds, strict=True)))

    def day(key):
        return lambda content: f"{date.fromisoformat(content[key]):%d/%m/%Y}"

    def money(key, place):
        return lambda content: format_eur(Decimal(content["budget"].get(key, ["0", "0"])[place]))

    def total(place):
        return lambda content: format_eur(sum((Decimal(pair[place]) for pair in content["budget"].values()), ZERO))

    used = [c for c in BudgetCategory if any(set(v.content["budget"].get(c, ["0.00"])) != {"0.00"} for v in versions)]
    rows = [row("Inizio", day("starts_on")), row("Fine", day("ends_on"))]
    for category in used:
        rows.append(row(f"{category.label}: contributo", money(category, 0)))
        rows.append(row(f"{category.label}: cofinanziamento", money(category, 1)))
    return [*rows, row("Contributo in tutto", total(0)), row("Cofinanziamento in tutto", total(1))]
