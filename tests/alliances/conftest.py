"""An alliance at each step of its life, made once for the tests of a module."""

import pytest

from .world import at_signing, constituted, found


@pytest.fixture(scope="module")
def begun(made):
    """With a lead, a private partner and a complete agreement still to be sent."""
    return made(found())


@pytest.fixture(scope="module")
def unled(made):
    """As `begun`, before a lead is named."""
    return made(found(lead=False))


@pytest.fixture(scope="module")
def due(made):
    """Out to be signed: nobody has yet."""
    return made(at_signing())


@pytest.fixture(scope="module")
def bound(made):
    """Constituted, with an agreement open to later accessions."""
    return made(constituted())
