"""One door: roles on scopes, the acting seat, drift and its repair."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from network.enums import SeatKind
from network.models import Network
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return factories.make_network()


def test_a_role_reaches_its_own_network_alone(world):
    other = factories.make_network(programme=world.programme)
    assert access.can(world.office, "network.edit", world.network)
    assert not access.can(world.office, "network.edit", other.network)
    assert list(Network.objects.visible_to(world.office)) == [world.network]
    assert set(Network.objects.visible_to(world.region)) == {world.network, other.network}


def test_nobody_signed_in_may_do_nothing_but_the_public(world):
    nobody = AnonymousUser()
    assert access.can(nobody, access.PUBLIC)
    assert not access.can(nobody, access.SIGNED_IN)
    assert not Network.objects.visible_to(nobody).exists()


def test_the_refusal_says_who_may(world):
    with pytest.raises(PermissionDenied, match="ASL capofila di Rete"):
        access.require(world.member, "network.edit", world.network)


def test_an_action_that_no_table_declares_is_our_error(world):
    with pytest.raises(KeyError):
        access.can(world.office, "network.fly", world.network)


def test_two_seats_never_add_up(world):
    factories.add_seat(world.office, SeatKind.COMMITTEE, network=world.network)
    office_seat, committee_seat = world.office.active_seats
    assert access.roles_on(world.office, world.network) == {Role.OFFICE}
    world.office.act_in(committee_seat)
    assert access.roles_on(world.office, world.network) == {Role.COMMITTEE}
    world.office.act_in(office_seat)
    assert access.roles_on(world.office, world.network) == {Role.OFFICE}


def test_all_grants_of_a_request_are_one_query(world, django_assert_num_queries):
    assert world.office.acting_seat  # the seats are read by the frame of the page anyway
    access.forget(world.office)
    with django_assert_num_queries(1):
        access.can(world.office, "network.edit", world.network)
        access.can(world.office, "programme.view", world.programme)


def test_drift_is_found_and_mended_both_ways(world):
    assert access.drift() == (set(), set())
    access.revoke(world.network.office_group, Role.OFFICE, world.network)
    access.grant(world.network.committee_group, Role.OFFICE, world.network)
    missing, surplus = access.drift()
    assert missing == {(world.network.office_group, Role.OFFICE, world.network)}
    assert surplus == {(world.network.committee_group, Role.OFFICE, world.network)}
    assert access.repair() == (1, 1)
    assert access.drift() == (set(), set())


def test_people_with_a_role_are_those_who_sit_there(world):
    assert set(access.people_with(Role.OFFICE, world.network)) == {world.office}
    assert set(access.people_with(Role.COMMITTEE, world.network)) == {world.chair, world.member}


def test_a_superuser_passes_every_permission(world):
    root = factories.make_person(is_superuser=True)
    assert access.can(root, "network.edit", world.network)
    assert Network.objects.visible_to(root).exists()
