"""How a journey is told: people who sit at their own browser and do what the pages let them do.

Everything is found as a person finds it: by the words of a link or a button, by the label of a field, by the text on
the page. Each page met for the first time is also looked at: accessible, and no wider than a phone.
"""

import os
import re
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, Response
from pypdf import PdfReader

from conciliazione.kernel import clock
from tests.browser import Faults
from tests.factories import PASSWORD

from .examiner import DESK

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PATIENCE = 40_000  # milliseconds for a page to come, on a machine with other work to do


class Story:
    """The people of a story, the day it has reached, and the pages that were already looked at."""

    def __init__(self, new_context, faults: Faults, assert_good: Callable[[Page], None]):
        self.new_context, self.faults, self.assert_good = new_context, faults, assert_good
        self.people: dict[str, Person] = {}
        self.looked_at: set[tuple] = set()

    @contextmanager
    def on(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0):
        """What happens on a day of the story (Europe/Rome)."""
        with clock.standing_at(timezone.make_aware(datetime(year, month, day, hour, minute))):
            yield

    def person(self, email: str, password: str = PASSWORD) -> "Person":
        """Whoever signs in with this address; at the first call through the login page, then they stay signed in."""
        if email not in self.people:
            self.people[email] = Person(self, email)
            self.people[email].signs_in(password)
        return self.people[email]

    def newcomer(self, email: str) -> "Person":
        """Somebody who was invited: follows the mails, chooses a password, and signs in with it."""
        self.people[email] = Person(self, email)
        self.people[email].accepts_the_invitation()
        return self.people[email]

    def anyone(self) -> "Person":
        """Somebody who does not sign in."""
        if "" not in self.people:
            self.people[""] = Person(self, "")
            self.people[""]._goes_to("/")
        return self.people[""]


class Person:
    """A person at their browser."""

    def __init__(self, story: Story, email: str):
        self.story, self.email = story, email
        self.page: Page = story.new_context(viewport=DESK).new_page()
        self.page.set_default_timeout(PATIENCE)
        story.faults.listen(self.page)

    # --- coming and going -------------------------------------------------------------------------------------------
    def signs_in(self, password: str) -> None:
        self._goes_to("/")
        self.follows("Accedi")
        self.fills({"Email": self.email, "Password": password})
        self._sends("Accedi")
        self.sees("Il mio lavoro")

    def accepts_the_invitation(self) -> None:
        self._goes_to(self._link_in_mail("invito"))
        self.fills({"Email": self.email})
        self._sends()
        self._goes_to(self._link_in_mail("password/reset/key"))
        self.fills({"Nuova password": PASSWORD, "Nuova password (nuovamente)": PASSWORD})
        self._sends()
        self.signs_in(PASSWORD)

    def signs_out(self) -> None:
        self.page.get_by_role("banner").locator("details", has_text="Esci").locator("summary").click()
        self._moves(lambda: self.page.get_by_role("button", name="Esci").click())
        self.expect(self.page.get_by_role("link", name=re.compile("^Accedi")), "the portal still knows who it is")

    def _link_in_mail(self, words: str) -> str:
        letters = [letter for letter in mail.outbox if self.email in letter.to and words in letter.body]
        if not letters:
            pytest.fail(f"No mail to {self.email} says «{words}»", pytrace=False)
        address = re.search(r"https?://\S+", letters[-1].body)[0]
        return urlsplit(address).path

    # --- reading ----------------------------------------------------------------------------------------------------
    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def path(self) -> str:
        """The address of the page where one is."""
        return urlsplit(self.page.url).path

    def opens(self, section: str, *links: str) -> "Person":
        """Goes to a section of the header, then from link to link."""
        header = self._one("link", section, self.page.get_by_role("navigation", name="Sezioni").first)
        self._moves(lambda: header.click())
        return self.follows(*links)

    def follows(self, *links: str) -> "Person":
        for words in links:
            link = self._one("link", words, self.main if words != "Accedi" else self.page)
            self._moves(lambda link=link: link.click())
        return self

    def sees(self, *texts: str) -> "Person":
        for text in texts:
            self.expect(self.main.get_by_text(words_of(text)).filter(visible=True), f"«{text}» is not on the page")
        return self

    def does_not_see(self, *texts: str) -> "Person":
        for text in texts:
            if self.main.get_by_text(words_of(text)).filter(visible=True).count():
                self._fail(f"«{text}» is on the page")
        return self

    def reads(self, term: str, value: str) -> "Person":
        """A fact of the page: the term, and what stands beside it."""
        fact = self.main.locator("dl > div").filter(has=self.page.locator("dt", has_text=words_of(term)))
        self.expect(fact.locator("dd", has_text=words_of(value)), f"«{term}» does not say «{value}»")
        return self

    # --- acting -----------------------------------------------------------------------------------------------------
    def does(self, act: str, fields: dict | None = None, *, then: str = "") -> "Person":
        """Presses what starts an act, fills what its page asks, and confirms with its primary button (or `then`)."""
        self.follows(act)
        self.fills(fields or {})
        self._sends(then)
        return self

    def continues(self, fields: dict | None = None, *, then: str = "") -> "Person":
        """The same, on the page where one already is."""
        self.fills(fields or {})
        self._sends(then)
        return self

    def cannot(self, act: str, *because: str) -> "Person":
        """The act is offered but disabled, and the page says why."""
        button = self._one("button", act)
        if button.is_enabled():
            self._fail(f"«{act}» is possible")
        why = self.page.locator(f"[id='{button.get_attribute('aria-describedby')}']").inner_text()
        self._says(why, because)
        return self

    def is_refused(self, *because: str, then: str = "", fields: dict | None = None) -> "Person":
        """Sends the form where one is, and gets it back with the reason."""
        self.fills(fields or {})
        self._sends(then, refused=True)
        self._says(self._summary(), because)
        return self

    def is_shut_out(self, path: str, *because: str) -> "Person":
        """Knocks at an address and is told who may enter, or that there is nothing."""
        response = self._goes_to(path, refused=True)
        if response.status not in {403, 404}:
            self._fail(f"{path} answered {response.status}")
        self._says(self.main.inner_text(), because)
        return self

    def downloads(self, button: str, *texts: str) -> "Person":
        """Asks for a document and gets a PDF, in which the texts are."""
        self._moves(lambda: self._one("button", button).click())
        link = self.main.get_by_role("link", name=re.compile("Scarica")).first
        self.expect(link, "no document came")
        with self.page.expect_download() as coming:
            link.click()
        content = Path(coming.value.path()).read_bytes()
        if not content.startswith(b"%PDF"):
            self._fail("what came is not a PDF")
        written = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        self._says(" ".join(written.split()), texts)
        return self

    # --- filling ----------------------------------------------------------------------------------------------------
    def fills(self, fields: dict, *, within: str = "") -> "Person":
        """Fields by their label. A choice by its words, a day as a date, an amount as a number, a tick as a bool."""
        scope = self._part(within) if within else self.main
        for label, value in fields.items():
            self._fills_one(scope, label, value)
        return self

    def _part(self, words: str) -> Locator:
        """The group of that name, or the row that holds the words."""
        groups = self.main.get_by_role("group", name=words_of(words))
        if groups.count():
            return groups.last
        parts = self.main.locator("tr, li").filter(has_text=words_of(words))
        self.expect(parts.last, f"no part of the page is about «{words}»")
        return parts.last

    def _fills_one(self, scope: Locator, label: str, value) -> None:
        # a label may go on, for who does not see the table, with what the row is about: «Donne: Famiglie raggiunte»
        name = re.compile(rf"^{re.escape(label)}( \(facoltativo\)|\s*: .+)?$")
        field = scope.get_by_label(name).and_(self.page.locator("input, select, textarea"))
        if not field.count():
            group = scope.get_by_role("group", name=name)
            self.expect(group, f"no field is called «{label}»")
            for option in [value] if isinstance(value, str) else value:
                group.get_by_label(words_of(option)).first.check()
            return
        kind = field.first.get_attribute("type")
        if field.and_(self.page.locator("select")).count():
            option = field.locator("option", has_text=words_of(value)).first
            self.expect(option, f"«{label}» does not offer «{value}»", state="attached")
            field.select_option(option.get_attribute("value"))
        elif kind in {"checkbox", "radio"}:
            field.set_checked(bool(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.first.fill(as_typed(value))

    def _sends(self, words: str = "", *, refused: bool = False) -> None:
        buttons = self.main.locator("form button[type=submit]")
        button = self._one("button", words) if words else buttons.and_(self.page.locator(".btn-primary, .btn-danger"))
        self.expect(button.first, "the page has no button to confirm")
        answer = self._moves(lambda: button.first.click(), refused=refused)
        if refused != bool(answer and answer.status >= 400):
            self._fail("it was done" if refused else f"refused: {self._summary()}")

    # --- the browser ------------------------------------------------------------------------------------------------
    def _goes_to(self, path: str, *, refused: bool = False) -> Response:
        answer = self.page.goto(path)
        self._arrives(answer, refused)
        return answer

    def _moves(self, act, *, refused: bool = False) -> Response | None:
        with self.page.expect_navigation() as going:
            act()
        answer = going.value
        self._arrives(answer, refused or bool(answer and answer.request.method == "POST"))
        return answer

    def _arrives(self, answer: Response | None, refused: bool) -> None:
        if answer and answer.status >= 400 and not refused:
            self._fail(f"the page answered {answer.status}")
        status = answer.status if answer else 200
        path = re.sub(r"\d+", "n", urlsplit(self.page.url).path)
        # one by one: asked for all at once, Playwright would first bring its tools into the page's own scripts too
        key = (path, status, *(each.inner_text() for each in self.page.locator(".page-status").all()))
        if key not in self.story.looked_at:
            self.story.looked_at.add(key)
            self.story.assert_good(self.page)

    def _one(self, role: str, words: str, scope: Locator | Page | None = None) -> Locator:
        """The link or button with these words, exactly if there is one, else the first that begins with them."""
        scope = scope or self.main
        exact = scope.get_by_role(role, name=words, exact=True)
        found = exact if exact.count() else scope.get_by_role(role, name=re.compile(f"^{re.escape(words)}"))
        self.expect(found.first, f"there is no {role} «{words}»")
        return found.first

    def expect(self, locator: Locator, complaint: str, *, state: str = "visible") -> None:
        try:
            locator.first.wait_for(state=state, timeout=2000)
        except Exception:
            self._fail(complaint)

    def _summary(self) -> str:
        refusals = self.main.locator(".error-summary, .callout-stop, .message-error").all_inner_texts()
        return " ".join(" ".join(refusals).split()) or "without a reason"

    def _says(self, text: str, words: Iterable[str]) -> None:
        plain = " ".join(text.split())
        for each in words:
            if each not in plain:
                self._fail(f"«{each}» is not said in: {plain[:600]}")

    def _fail(self, complaint: str) -> None:
        labels = ", ".join(self.main.locator("label, legend").all_inner_texts())
        offers = ", ".join(self.main.get_by_role("link").or_(self.main.get_by_role("button")).all_inner_texts())
        pytest.fail(
            f"{self.email or 'anyone'} at {urlsplit(self.page.url).path}: {complaint}\n"
            f"Links and buttons: {' '.join(offers.split())[:900]}\nFields: {' '.join(labels.split())[:900]}",
            pytrace=False,
        )

    def shows(self, name: str) -> "Person":
        """A picture of the page for the documents, when SCREENSHOTS=1 asks for them."""
        if os.environ.get("SCREENSHOTS") == "1":
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            drawn = Image.open(BytesIO(self.page.screenshot()))
            drawn.quantize(128, dither=Image.Dither.NONE).save(SCREENSHOTS / f"{name}.png", optimize=True)
        return self


def words_of(text: str) -> re.Pattern:
    """The text wherever it stands in an element, whatever the spaces between its words."""
    return re.compile(r"\s+".join(map(re.escape, text.split())))


def as_typed(value) -> str:
    """A value as a person types it into its field."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else str(value).replace(".", ",")
