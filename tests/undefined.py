"""Notices the variables that a template of ours writes out and that are not there.

Django shows nothing for such a variable. Here too, so that pages come out as in production, but each one is noted in
`found`, and `conftest.py` fails the test. Where absence is meant, a template says so with `|default:""` or `{% if %}`.
"""

import sys

from django.conf import settings
from django.template.base import FilterExpression, Node

found: list[str] = []


class Undefined(str):
    """The empty text that stands in for a missing variable.

    Django asks whether it is true (`if string_if_invalid:`) exactly when it has met one: there it looks at who asks.
    """

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        expression = frame.f_locals.get("self")
        if isinstance(expression, FilterExpression) and not _has_default(expression):
            origin = _template_around(frame)
            if origin.startswith(str(settings.BASE_DIR / "templates")):
                found.append(f"{{{{ {expression.token} }}}} in {_inside_the_project(origin)}")
        return False


def _has_default(expression: FilterExpression) -> bool:
    return any(function.__name__ == "default" for function, _ in expression.filters)


def _template_around(frame) -> str:
    """The file of the innermost template node that is being rendered; templates of other packages may be careless."""
    while frame := frame.f_back:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return node.origin.name
    return ""


def _inside_the_project(origin: str) -> str:
    return origin.removeprefix(f"{settings.BASE_DIR}/")


def watched(templates: list[dict]) -> list[dict]:
    """The setting TEMPLATES, with the watch in it: so it also holds in a test that changes the setting further."""
    return [{**each, "OPTIONS": {**each["OPTIONS"], "string_if_invalid": Undefined()}} for each in templates]
