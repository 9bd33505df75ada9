"""Half-years, in which figures are kept over time: a number that grows by one each half-year."""

from datetime import date


def half_of(day: date) -> int:
    """The half-year of a day."""
    return day.year * 2 + (day.month > 6)


def half_label(half: int) -> str:
    """«1° semestre 2014»."""
    return f"{half % 2 + 1}° semestre {half // 2}"


def first_day(half: int) -> date:
    return date(half // 2, 7 if half % 2 else 1, 1)


def last_day(half: int) -> date:
    return date(half // 2, 12, 31) if half % 2 else date(half // 2, 6, 30)
