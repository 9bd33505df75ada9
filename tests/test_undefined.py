"""The watch on template variables: what it must catch and what it must let through."""

import pytest
from django.conf import settings
from django.template import Context, Origin, Template

from .undefined import found


def render(source: str, *, file=settings.BASE_DIR / "templates" / "some.html", **context) -> str:
    return Template(source, origin=Origin(str(file))).render(Context(context))


@pytest.fixture(autouse=True)
def _what_was_found_was_meant():
    yield
    found.clear()


@pytest.mark.parametrize(
    "source",
    [
        "{{ absent }}",
        "{{ thing.absent|upper }}",
        "{% if thing %}{{ absent }}{% endif %}",
        "{% with name=absent %}{% endwith %}",
    ],
)
def test_an_undefined_variable_is_named(source):
    render(source, thing="x")
    noted, found[:] = list(found), []
    assert [note.split(" in ")[1] for note in noted] == ["templates/some.html"]
    assert "absent" in noted[0]


@pytest.mark.parametrize(
    "source",
    [
        "{{ thing }}",
        '{{ absent|default:"" }}',
        "{% if absent %}yes{% endif %}",
        "{% for each in absent %}{{ each }}{% endfor %}",
        "{% firstof absent thing %}",
        "{{ thing.upper }}",
        "{{ nothing }}",
    ],
)
def test_a_stated_absence_passes(source):
    render(source, thing="x", nothing=None)
    assert found == []


def test_the_default_is_still_shown():
    assert render('{{ absent|default:"-" }}') == "-"


def test_templates_of_other_packages_are_left_alone():
    assert render("[{{ absent }}]", file="/elsewhere/allauth/base.html") == "[]"
    assert found == []
