"""What the page tests of the network share."""

import pytest

from tests.factories import make_network, make_organisation, make_person


@pytest.fixture(scope="module")
def world(made):
    return made(make_network())


@pytest.fixture(scope="module")
def elsewhere(made):
    """Another network, which people of the first must not see."""
    return made(make_network())


@pytest.fixture(scope="module")
def outsider(made):
    """The delegate of a body that adheres to no network."""
    return made(make_person(seat="delegate", organisation=make_organisation("Ente fuori Rete")))
