"""Looks at pages as axe does, and on a telephone, in two windows of its own that stay open.

A page is handed over as its HTML, as it stands after its scripts, and put in the place of the one before: axe is
loaded once and warm, and what many pages share (header, footer, kinds of text) is judged once. In each page by itself
it takes five times as long and finds the same.
"""

import mimetypes
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
PUT = (HERE / "put_page.js").read_text()
LOOK = (HERE / "look_at_page.js").read_text()
SITE = "http://testserver"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}

# without transitions: colours are judged where they arrive, not on their way there; with the theme that a script of
# Django's administration sets
EMPTY = """<!doctype html>
<html data-theme="auto">
<head><style>*, *::before, *::after { transition: none !important }</style></head><body></body></html>
"""


@cache
def static(path: str) -> tuple[str, bytes] | None:
    found = finders.find(path.removeprefix("/static/"))
    return (mimetypes.guess_type(path)[0] or "text/plain", Path(found).read_bytes()) if found else None


def serve(route) -> None:
    """The static files, and one empty page into which the pages are put."""
    path = urlsplit(route.request.url).path
    if path == "/":
        route.fulfill(content_type="text/html", body=EMPTY)
    elif kept := static(path):
        route.fulfill(content_type=kept[0], body=kept[1])
    else:
        route.fulfill(status=404)


class Examiner:
    """`wrong_in(html)` is what there is to mend in a page; nothing when the page is as it should be."""

    def __init__(self, browser: Browser):
        self.desk, self.phone = self._window(browser, DESK), self._window(browser, PHONE)
        self.desk.evaluate(AXE_SCRIPT)

    def _window(self, browser: Browser, size: dict[str, int]) -> Page:
        page = browser.new_context(viewport=size, locale="it-IT").new_page()
        page.route("**/*", serve)
        page.goto(SITE)
        return page

    def wrong_in(self, html: str) -> list[str]:
        return self.inaccessible_in(html) + self.too_wide_in(html)

    def inaccessible_in(self, html: str) -> list[str]:
        """What axe calls moderate, serious or critical, with the elements."""
        self.desk.evaluate(PUT, html)
        return [
            f"{found['impact']}: {found['help']} ({found['id']}) {node['html'][:200]}"
            for found in self.desk.evaluate(LOOK)
            for node in found["nodes"][:5]
        ]

    def too_wide_in(self, html: str) -> list[str]:
        """Whether one has to scroll sideways on a telephone."""
        self.phone.evaluate(PUT, html)
        width = self.phone.evaluate("document.documentElement.scrollWidth")
        return [f"{width} px wide on a telephone of {PHONE['width']}"] if width > PHONE["width"] else []
