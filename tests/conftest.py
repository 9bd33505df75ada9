"""What every test stands on. Browser tests have more in `tests/journeys/conftest.py`."""

import gc
import os
from pathlib import Path

import django
import pytest

pytest_plugins = ["tests.worlds", "tests.portal.world"]
LONGEST_FIRST = ("journeys", "operation", "portal")  # folders: nobody waits for the last of them at the end
HERE = Path(__file__).parent

# Before Django reads its settings: whatever the shell or a .env says, this is a test.
os.environ["DEPLOYMENT"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "conciliazione.settings"
django.setup()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, tmp_path_factory, django_db_use_migrations, django_db_blocker):
    """On SQLite a file, not memory: a browser test, or one with two people at once, needs several connections.

    Where several workers run the migrations, they run once and each worker copies what they made.
    """
    from django.conf import settings

    from .once import migrated_once, shared_folder

    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
    if django_db_use_migrations and os.environ.get("PYTEST_XDIST_WORKER"):
        with migrated_once(shared_folder(tmp_path_factory), django_db_blocker):
            yield
    else:
        yield


@pytest.fixture(scope="session", autouse=True)
def _settings_of_the_tests(tmp_path_factory):
    from django.conf import settings
    from django.test import override_settings

    from .undefined import watched

    with override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        TRAIL_ANCHORS=tmp_path_factory.mktemp("anchors") / "trail-anchors.txt",
        TEMPLATES=watched(settings.TEMPLATES),
        WHITENOISE_AUTOREFRESH=True,  # else every new client walks through the static files, where they were collected
    ):
        yield


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: the collector need not walk through it thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    from .undefined import found

    found.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A test that met an undefined template variable fails, with the name of each."""
    from .undefined import found

    result = yield
    if found:
        pytest.fail("Undefined in a template:\n" + "\n".join(dict.fromkeys(found)), pytrace=False)
    return result


def _place(item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


def pytest_collection_modifyitems(items):
    items.sort(key=_place)  # each file stays with one worker (Makefile), which makes its world once
    from conciliazione.kernel.rulebook import RULES

    for item in items:
        unknown = {rule for mark in item.iter_markers("rule") for rule in mark.args} - RULES.keys()
        if unknown:
            raise pytest.UsageError(f"{item.nodeid} covers rules that the agreement does not have: {sorted(unknown)}")


@pytest.fixture
def enter(client):
    """`enter(person)`: the client of whoever has signed in, who may be another each time."""

    def enter(person):
        client.force_login(person)
        return client

    return enter
