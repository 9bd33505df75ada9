import pytest

from .world import told


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker):
    """The demonstration up to its end, for all tests of a module."""
    with django_db_blocker.unblock(), told():
        yield
