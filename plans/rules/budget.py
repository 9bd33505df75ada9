"""The money of a proposal: parts that add up, and the limits of the programme's rule set."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import ZERO, format_eur, round_eur, share
from network.rules.programmes import RuleValues

from ..enums import BudgetCategory


@dataclass(frozen=True)
class Line:
    """A voce di spesa in EUR: cost = grant + co-financing."""

    category: str
    partner: str
    cost: Decimal
    grant: Decimal
    co_financing: Decimal


@dataclass(frozen=True)
class Sum:
    """What a group of lines comes to, with its share of the whole cost in per cent (None of nothing)."""

    label: str
    cost: Decimal
    grant: Decimal
    co_financing: Decimal
    of_all: Decimal | None


@dataclass(frozen=True)
class Totals:
    """The sums of a budget: in all, by category (in the order of the list), by partner (as they come)."""

    whole: Sum
    by_category: tuple[Sum, ...]
    by_partner: tuple[Sum, ...]

    @property
    def cost(self) -> Decimal:
        return self.whole.cost

    @property
    def grant(self) -> Decimal:
        return self.whole.grant

    @property
    def co_financing(self) -> Decimal:
        return self.whole.co_financing

    @property
    def grant_share(self) -> Decimal | None:
        """The grant in per cent of the cost; None while there is no cost."""
        return share(self.grant, self.cost)

    @property
    def co_financing_share(self) -> Decimal | None:
        return share(self.co_financing, self.cost)


@dataclass(frozen=True)
class Check:
    """How the budget stands towards one limit: the limit and the value in words."""

    key: str
    label: str
    met: bool
    words: str
    source: str = ""


def check_line(cost: Decimal, grant: Decimal, co_financing: Decimal) -> None:
    """The parts of a line add up to the cent, none is negative, and the cost is more than zero."""
    if cost <= 0:
        raise Refused("Il costo deve essere maggiore di zero.", field="cost")
    if grant < 0 or co_financing < 0:
        raise Refused(
            "Il contributo chiesto non può superare il costo, e nessun importo può essere negativo.", field="grant"
        )
    if round_eur(cost) != round_eur(grant) + round_eur(co_financing):
        raise Refused(
            f"Il costo ({format_eur(cost)}) deve essere la somma di contributo ({format_eur(grant)}) e "
            f"cofinanziamento ({format_eur(co_financing)}).",
            field="cost",
        )


def totals(lines: Iterable[Line]) -> Totals:
    """The sums of the lines in all, by category and by partner."""
    lines = list(lines)
    whole = sum((line.cost for line in lines), ZERO)

    def total(label: str, some: list[Line]) -> Sum:
        cost = sum((line.cost for line in some), ZERO)
        grant = sum((line.grant for line in some), ZERO)
        return Sum(label, cost, grant, sum((line.co_financing for line in some), ZERO), share(cost, whole))

    by_category = [
        total(category.label, some)
        for category in BudgetCategory
        if (some := [line for line in lines if line.category == category])
    ]
    by_partner = [
        total(name, [line for line in lines if line.partner == name])
        for name in dict.fromkeys(line.partner for line in lines)
    ]
    return Totals(total("Totale", lines), tuple(by_category), tuple(by_partner))


def budget_checks(found: Totals, rules: RuleValues, *, source: str, available: Decimal) -> list[Check]:
    """The budget against the programme's limits (grant as share and amount, least co-financing) and the money of the
    call. Only limits that are set appear."""
    checks = []
    if rules.max_grant_share is not None:
        now = found.grant_share
        checks.append(
            Check(
                "max_grant_share",
                f"Contributo al più il {percent(rules.max_grant_share)} del costo",
                now is None or now <= rules.max_grant_share,
                f"ora è il {percent(now)}" if now is not None else "nessuna voce di spesa ancora",
                source,
            )
        )
    if rules.max_grant_amount is not None:
        checks.append(
            Check(
                "max_grant_amount",
                f"Contributo al più {format_eur(rules.max_grant_amount)}",
                found.grant <= rules.max_grant_amount,
                f"ora è {format_eur(found.grant)}",
                source,
            )
        )
    if rules.min_co_financing_share:
        now = found.co_financing_share
        checks.append(
            Check(
                "min_co_financing_share",
                f"Cofinanziamento almeno il {percent(rules.min_co_financing_share)} del costo",
                now is None or now >= rules.min_co_financing_share,
                f"ora è il {percent(now)}" if now is not None else "nessuna voce di spesa ancora",
                source,
            )
        )
    checks.append(
        Check(
            "available",
            f"Contributo entro le risorse dell'avviso, {format_eur(available)}",
            found.grant <= available,
            f"ora è {format_eur(found.grant)}",
            "avviso",
        )
    )
    return checks


def percent(value: Decimal) -> str:
    """42,5 %, from 42.50."""
    return f"{value.normalize():f}".replace(".", ",") + " %"
