"""What most tests of calls and proposals start from: a network, an alliance of it, an open call and a draft for it."""

import pytest

from plans.enums import ProposalStatus

from .. import factories


@pytest.fixture(scope="module")
def world(made):
    return made(factories.make_network())


@pytest.fixture(scope="module")
def ally(world, made):
    return made(factories.make_alliance(world))


@pytest.fixture(scope="module")
def call(world, made):
    return made(factories.make_call(world))


@pytest.fixture(scope="module")
def draft(call, ally, made):
    return made(factories.make_proposal(call, ally, status=ProposalStatus.DRAFT))
