"""People in the same second: of the last two signatures of a network's agreement neither is lost, and it comes into
force once."""

import pytest
from django.db import connection

from conciliazione.kernel.models import Move, RegistryEntry
from network.enums import AgreementStatus
from network.services import agreements
from tests.at_once import together

from .deliberated import deliberated, sign, state

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.rule("R41"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to see"),
]


def test_of_the_last_two_in_the_same_second_neither_is_lost():
    world = deliberated()
    first, second = world.towns
    sign(world, world.asl)
    assert together(lambda: sign(world, first), lambda: sign(world, second)) == ["done", "done"]
    assert state(world) == AgreementStatus.IN_FORCE
    assert Move.objects.about(world.next).filter(name="enter_force").count() == 1
    assert RegistryEntry.objects.filter(subject=f"Sottoscrizione: {world.next}").count() == 1


def test_who_signs_last_and_who_takes_that_row_out_do_not_both_get_their_way():
    world = deliberated()
    first, second = world.towns
    sign(world, world.asl)
    sign(world, first)
    row = world.next.signatures.get(organisation=second)
    heard = together(lambda: sign(world, second), lambda: agreements.remove_signatory(row, by=world.office))
    assert "done" in heard
    assert state(world) == AgreementStatus.IN_FORCE
    assert not world.next.signatures.filter(signed_on=None).exists()
    assert Move.objects.about(world.next).filter(to_state="in_force").count() == 1
