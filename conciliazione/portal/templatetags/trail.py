"""What the page of the trail needs of its rows."""

from django import template

from ..trail_words import words_of

register = template.Library()
register.filter("trail_words", words_of)
