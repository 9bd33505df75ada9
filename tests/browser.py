"""What the journeys ask of a page: that it is accessible, and that it ran without a fault of its own."""

import shutil
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

NAMES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The Chromium of this machine; Playwright's own download is never used."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


# Contrast takes most of the time of axe. It hangs on the colours of a text and of what is behind it, its size and its
# weight: it is asked once in a run for each look that texts have.
_looks: list[str] = []
_ALL_BUT_CONTRAST = """context => axe.run(context || document, {
    resultTypes: ["violations"], preload: false, rules: {"color-contrast": {enabled: false}},
}).then(found => found.violations)"""
_CONTRAST = """async ([context, known]) => {
    const looks = new Set(known), fresh = [], texts = [];
    for (const element of document.querySelectorAll(context ? `${context} *` : "body *")) {
        const holdsText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!holdsText || !element.checkVisibility()) continue;
        const own = getComputedStyle(element), look = [own.color, own.fontSize, own.fontWeight, own.textShadow];
        for (let behind = element; behind; behind = behind.parentElement) {
            const style = getComputedStyle(behind);
            look.push(style.backgroundColor, style.backgroundImage, style.opacity, style.position);
        }
        const key = look.join("|");
        if (looks.has(key)) continue;
        looks.add(key);
        fresh.push(key);
        texts.push(element);
    }
    if (!texts.length) return [[], []];
    const asked = {runOnly: ["color-contrast"], resultTypes: ["violations"], preload: false};
    return [(await axe.run({include: texts}, asked)).violations, fresh];
}"""


def assert_accessible(page: Page, *, context: str | None = None) -> None:
    """Fail on what axe calls serious or critical, naming each element (`context` is a CSS selector to look inside)."""
    page.evaluate(AXE_SCRIPT)
    contrast, fresh = page.evaluate(_CONTRAST, [context, _looks])
    violations = page.evaluate(_ALL_BUT_CONTRAST, context) + contrast
    if not contrast:
        _looks.extend(fresh)
    grave = [violation for violation in violations if violation["impact"] in {"serious", "critical"}]
    if grave:
        lines = [f"Not accessible: {page.url}"]
        for violation in grave:
            lines.append(f"{violation['impact']}: {violation['help']} ({violation['id']})")
            lines += [f"    {node['target']}  {node['html'][:160]}" for node in violation["nodes"][:5]]
        pytest.fail("\n".join(lines), pytrace=False)


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
