"""What the pages of the figures need of their records."""

from django import template

register = template.Library()


@register.filter
def opening(voice, row) -> str:
    """The address of a record behind a figure."""
    return voice.opens(row)
