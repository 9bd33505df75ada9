"""What the pages of the figures need of their records."""

from django import template

from conciliazione.portal.dashboard.tables import UNITS

register = template.Library()


@register.filter
def in_unit(value, unit: str) -> str:
    """A figure in its unit (`dashboard.tables.UNITS`)."""
    return UNITS[unit](value)


@register.filter
def opening(voice, row) -> str:
    """The address of a record behind a figure."""
    return voice.opens(row)
