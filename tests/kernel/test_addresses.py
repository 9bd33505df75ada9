"""Addresses worked out once for each shape are those that Django would give."""

import pytest
from django.urls import NoReverseMatch, set_script_prefix
from django.urls import reverse as django_reverse

from conciliazione.kernel.addresses import reverse


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("portal:home", []),
        ("plans:proposal", [7]),
        ("plans:proposal", [123456789]),
        ("alliances:instructions", [3, 12]),
        ("alliances:edit_partner", (12, 3)),
        ("plans:proposal_move", [4, "ritira"]),
    ],
)
def test_it_is_the_address_that_django_gives(name, args):
    assert reverse(name, args=args) == django_reverse(name, args=args)


def test_below_a_prefix_the_address_has_it():
    without = reverse("plans:proposal", args=[7])
    set_script_prefix("/sotto/")
    try:
        assert reverse("plans:proposal", args=[7]) == f"/sotto{without}"
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize(("name", "args"), [("plans:nowhere", []), ("plans:proposal", [None]), ("plans:proposal", [])])
def test_what_has_no_address_is_an_error(name, args):
    with pytest.raises(NoReverseMatch):
        reverse(name, args=args)
