"""A world that every test of a module starts from, made once: making it anew costs more than most tests do.

    @pytest.fixture(scope="module")
    def ally(world, made):
        return made(factories.make_alliance(world))

`made` holds one transaction for the module. Each test runs in a savepoint of it, as always, and before each the
objects of the world are put back as they were made, so that no test sees what another changed in the rows or in
memory. Not for tests that need transactions of their own: they keep fixtures of a function.
"""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction
from django.db.models import Model

_PLAIN = (str, bytes, int, float, bool, type(None))


class Made:
    """What was made for the module; called with an object it remembers how that object is now."""

    def __init__(self):
        self._objects = {}

    def __call__(self, found):
        if connection.savepoint_ids:
            pytest.fail("Ask for it by name: made within a test it is rolled back with that test", pytrace=False)
        self._remember(found)
        return found

    def _remember(self, found) -> None:
        if isinstance(found, _PLAIN) or id(found) in self._objects:
            return
        if isinstance(found, Model | SimpleNamespace):
            self._objects[id(found)] = (found, _copied(vars(found)))
            for value in vars(found).values():
                self._remember(value)
            if isinstance(found, Model):
                for value in found._state.fields_cache.values():
                    self._remember(value)
        elif isinstance(found, dict):
            for value in found.values():
                self._remember(value)
        elif isinstance(found, list | tuple | set | frozenset):
            for value in found:
                self._remember(value)

    def put_back(self) -> None:
        """Every object as it was made, whatever the last test did with it."""
        for found, kept in self._objects.values():
            vars(found).clear()
            vars(found).update(_copied(kept))


def _copied(attributes: dict) -> dict:
    """The attributes with containers of their own; what they hold stays the same objects."""
    copied = {}
    for name, value in attributes.items():
        if name == "_state":
            state = type(value)()
            state.__dict__.update(value.__dict__)
            state.fields_cache = dict(value.fields_cache)
            copied[name] = state
        elif name == "_prefetched_objects_cache":
            continue  # asked again by whoever needs it
        elif isinstance(value, dict | list | set):
            copied[name] = value.copy()
        else:
            copied[name] = value
    return copied


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        yield Made()
        for alias in connections:
            transaction.set_rollback(True, using=alias)


@pytest.fixture(autouse=True)
def _put_back(request):
    """Before the test's own fixtures ask for the world."""
    mark = request.node.get_closest_marker("django_db")
    alone = "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction"))
    if alone and ("made" in request.fixturenames or connection.in_atomic_block):
        pytest.fail("A test with transactions of its own needs a file without a shared world", pytrace=False)
    if "made" not in request.fixturenames:
        return
    if not mark and "db" not in request.fixturenames:
        pytest.fail("Mark it with django_db: what it changes would stay for the tests after it", pytrace=False)
    request.getfixturevalue("made").put_back()
