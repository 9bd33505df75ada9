"""The journeys drive a real Chromium against the running portal."""

import os
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler

from tests.browser import Faults, chromium

from .examiner import Examiner

HERE = Path(__file__).parent
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not chromium() and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: the journeys did not run"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last test of a file Playwright goes, and with it what stands on the address of that file's portal: its
    event loop would keep other tests of the thread from their own."""
    yield
    if nextitem is None or nextitem.path != item.path:
        item._fixtureinfo.name2fixturedefs["playwright"][-1].finish(item._request)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not chromium():
        pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium on this machine", pytrace=False)
    # Playwright keeps an event loop in this thread until the session ends, and Django would refuse the database in it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium(), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept_by_the_browser():
    """As in production, where they never change under their name: fourteen requests a page fewer."""
    serve = StaticFilesHandler.serve

    def serve_to_keep(handler, request):
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve_to_keep)
        yield


@pytest.fixture(scope="session")
def base_url(live_server):
    """`page.goto("/alleanze/")` opens it on the running portal."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "it-IT", "timezone_id": "Europe/Rome"}


@pytest.fixture(autouse=True)
def faults(context, base_url):
    """Whatever page a journey opens, an error in it fails the test; a test that means one clears `faults.found`."""
    faults = Faults(base_url)
    context.on("page", faults.listen)
    yield faults
    if faults.found:
        pytest.fail("\n".join(faults.found), pytrace=False)


@pytest.fixture(autouse=True)
def identified(settings):
    """People of the journeys sign in with a password alone; as in a demonstration, it stands for an identity."""
    settings.SIMULATED_IDENTIFICATION = True


@pytest.fixture(scope="session")
def examiner(browser):
    return Examiner(browser)


@pytest.fixture
def assert_good(examiner):
    """`assert_good(page)`: accessible as it stands, and no wider than a telephone."""

    def assert_good(page):
        if wrong := examiner.wrong_in(page.content()):
            pytest.fail("\n".join([page.url, *wrong]), pytrace=False)

    return assert_good
