"""Work that a service owes before its transaction ends: once, however many records of it changed.

Who notices a change says `owe(task, key)`. Inside a service the tasks run once, with all their keys, as the last thing
in the outermost one's transaction; outside of services they run at once. A task can be run again without harm.
"""

import threading
from collections.abc import Callable, Hashable
from contextlib import contextmanager

from django.db import transaction

Task = Callable[[set], None]


class _Owed(threading.local):
    def __init__(self):
        self.depth = 0
        self.keys: dict[Task, set] = {}


_owed = _Owed()


def owe(task: Task, key: Hashable) -> None:
    """Have `task` called with a set that holds `key`, in the transaction that is under way."""
    if _owed.depth:
        _owed.keys.setdefault(task, set()).add(key)
    else:
        with transaction.atomic():
            task({key})


@contextmanager
def settling():
    """Around a service, inside its transaction: what comes to be owed is done before the outermost one ends.

    When the service fails nothing is done, as nothing of it remains.
    """
    _owed.depth += 1
    try:
        yield
        while _owed.depth == 1 and _owed.keys:
            task, keys = _owed.keys.popitem()
            task(keys)
    finally:
        _owed.depth -= 1
        if _owed.depth == 0:
            _owed.keys = {}
