"""People in the same second, each in a connection of their own: for the tests that PostgreSQL alone can answer."""

import threading

from django.db import connection

from conciliazione.kernel.errors import Refused


def together(*acts) -> list[str]:
    """Do all of them in the same second, each in a connection of its own; what became of each, sorted."""
    start, heard = threading.Barrier(len(acts)), []

    def perform(act):
        try:
            start.wait(timeout=10)
            act()
            heard.append("done")
        except Refused as refused:
            heard.append(getattr(refused, "rule", "") or "refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=perform, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(heard)
