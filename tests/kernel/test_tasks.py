"""What may await a person is counted in one statement, and only what is there is read."""

import pytest

from conciliazione.kernel import tasks
from conciliazione.kernel.tasks import Awaited, reading_once
from network.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bodies(made):
    return made([Organisation.objects.create(name=f"Ente {n:02d}", kind="enterprise") for n in range(3)])


def kinds(*names):
    return {name: Organisation.objects.filter(kind=name).order_by("-name") for name in names}


def test_how_many_there_are_of_each_is_one_statement(bodies, django_assert_num_queries):
    awaited = Awaited(kinds("enterprise", "municipality") | {"nothing": Organisation.objects.none()})
    with django_assert_num_queries(1):
        numbers = {name: awaited.number(name) for name in ("enterprise", "municipality", "nothing", "never asked")}
    assert numbers == {"enterprise": 3, "municipality": 0, "nothing": 0, "never asked": 0}
    with django_assert_num_queries(1):
        assert [body.name for body in awaited["enterprise"]] == ["Ente 02", "Ente 01", "Ente 00"]
        assert list(awaited["municipality"]) == list(awaited["nothing"]) == list(awaited["never asked"]) == []


def test_what_several_parts_ask_goes_out_together(bodies, django_assert_num_queries):
    with reading_once(), django_assert_num_queries(2):
        first, second = Awaited(kinds("enterprise")), Awaited(kinds("municipality"))
        assert second.number("municipality") == 0
        assert first.number("enterprise") == 3
        later = Awaited(kinds("enterprise"))  # after the others were counted
        assert later.number("enterprise") == 3


def test_nothing_asked_is_no_statement(bodies, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Awaited({"nothing": Organisation.objects.none()}).number("nothing") == 0


def test_more_than_one_can_take_in_are_told_together(bodies, monkeypatch):
    awaited = Awaited(kinds("enterprise"))
    assert not awaited.are_many("enterprise")
    monkeypatch.setattr(tasks, "MOST_TOLD", 2)
    assert awaited.are_many("enterprise")
