import os

import pytest

from .world import kept, standing


@pytest.fixture(scope="session")
def kept_story(django_db_setup, django_db_blocker, tmp_path_factory):
    own = tmp_path_factory.mktemp("story")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with django_db_blocker.unblock(), kept(shared / "kept-story", own) as place:
        yield place


@pytest.fixture(scope="module")
def story(kept_story, django_db_blocker):
    """The demonstration up to its end, for all tests of a module."""
    with django_db_blocker.unblock(), standing(kept_story):
        yield
