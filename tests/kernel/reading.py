"""Templates rendered and read as a person reads them: their words, and elements by a CSS selector."""

import cssselect2
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html as parser


def page(template: str, path: str = "/", **context):
    """A whole page as whoever has not signed in gets it."""
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return parser.fromstring(render_to_string(template, context, request=request))


def piece(template: str, **context):
    """A component by itself."""
    return parser.fromstring(f"<div>{render_to_string(template, context)}</div>")


def rendered(source: str, **context) -> str:
    """A template written in the test itself."""
    return engines["django"].from_string(source).render(context)


def drawn(source: str, **context):
    return parser.fromstring(f"<div>{rendered(source, **context)}</div>")


def select(element, selector: str) -> list:
    """The elements inside `element` that a CSS selector finds, in the order of the page."""
    wrapper = cssselect2.ElementWrapper.from_html_root(element)
    return [found.etree_element for found in wrapper.query_all(selector)]


def words(element) -> str:
    return " ".join(element.text_content().split())
