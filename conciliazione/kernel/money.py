"""Money is Decimal in EUR with two places; rounding is half up, as in Italian administration."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_eur(amount: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part` of `whole` as a percentage with two places; None when there is no whole."""
    if not whole:
        return None
    return (part * 100 / whole).quantize(CENT, rounding=ROUND_HALF_UP)


def format_eur(amount: Decimal) -> str:
    """1.234,50 €"""
    text = f"{round_eur(Decimal(amount)):,.2f}"
    return text.translate(str.maketrans(",.", ".,")) + " €"
