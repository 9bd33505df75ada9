"""The browser of this machine, and what the journeys ask of each page in it: that it ran without a fault."""

import shutil
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request, Response

NAMES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The Chromium of this machine; Playwright's own download is never used."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@dataclass
class Faults:
    """Listens to a page: errors in its console or scripts, policy violations, requests that leave the portal."""

    address: str
    found: list[str] = field(default_factory=list)
    _pages: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status < 500:
            self._pages.add(response.url)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.found.append(f"left the portal: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # a page that answers 403, 404 or 422 on purpose is told to the console too
        place = message.location["url"]
        refused_on_purpose = message.text.startswith("Failed to load resource") and place in self._pages
        if message.type == "error" and not refused_on_purpose:
            self.found.append(f"console: {message.text} ({place})")
