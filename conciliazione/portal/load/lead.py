"""One lead in the last hour: signs in, drafts while the page saves by itself, brings a file, hands in.

What the portal acknowledged is written down, and nothing else. When no answer comes the lead tries again, as a person
and the page's own script do, and goes on from where it was.
"""

import hashlib
import html
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta

from . import world
from .browser import Answer, Browser, Form, Unanswered, form_with

TEXTS = {"needs": "bisogni", "objectives": "obiettivi", "sustainability": "sostenibilita", "summary": "sintesi"}
WORDS = ("orari", "servizi", "nido", "doposcuola", "cura", "lavoro", "famiglia", "impresa", "ascolto", "rete")
PATIENCE = (0.2, 0.5, 1, 2, 3, 5)  # seconds before trying again
RECEIPT = re.compile(r"/proposte/(\d+)/ricevuta/")
NUMBER = re.compile(r"\b\d{4}/\d{7}\b")
BOX = re.compile(r'class="[^"]*(?:invalid-feedback|error-summary|callout-stop|missing)[^"]*"[^>]*>(.{0,900})', re.S)
CLOSED = re.compile(r"[^.»]*(?:termini (?:dell'avviso )?sono chiusi|non riceve (?:più|nuove) proposte)[^.]*\.?")


@dataclass
class Ledger:
    """What one lead knows of one proposal: only what the portal has told."""

    person: int
    title: str
    proposal: int | None = None
    sent: dict[str, list[str]] = field(default_factory=dict)  # text field -> what was sent, in order
    kept: dict[str, int] = field(default_factory=dict)  # text field -> place in `sent` of the last acknowledged
    rows: set[str] = field(default_factory=set)  # actions, budget, indicators: acknowledged
    file_sha256: str = ""
    file_kept: bool = False
    receipt: str = ""  # the registry number that the lead has read
    refusal: str = ""  # the sentence that told why not
    document: str = ""  # the code of the receipt as a PDF
    document_sha256: str = ""
    stopped: str = ""  # what stopped the lead with neither receipt nor refusal


class Stopped(Exception):
    """The lead goes no further, and why."""


class Closed(Stopped):
    """The portal said that the call is closed."""


class Lead(threading.Thread):
    """`press_at` is when the lead means to press the last button; until then the steps are spread over the time."""

    def __init__(
        self,
        seat: world.Seat,
        browser: Browser,
        *,
        title: str,
        seed: str,
        starts: float,
        press_at: float,
        patience_until: float,
    ):
        super().__init__(daemon=True)
        self.seat, self.browser = seat, browser
        self.chance = random.Random(seed)  # noqa: S311 # nosec B311 -- a game that can be repeated guards nothing
        self.ledger = Ledger(seat.person, title)
        self.starts, self.press_at, self.patience_until = starts, press_at, patience_until
        self.steps_left = 14

    # --- the story --------------------------------------------------------------------------------------------
    def run(self) -> None:
        time.sleep(max(0.0, self.starts - time.monotonic()))
        try:
            self._sign_in()
            self._begin()
            for name in self.chance.sample(sorted(TEXTS), len(TEXTS)):
                self._write(name)
            self._action()
            self._budget()
            self._indicator()
            self._attach()
            self._hand_in()
        except Closed as closed:
            self.ledger.refusal = str(closed)
        except Stopped as stopped:
            self.ledger.stopped = str(stopped)
        except Exception as error:  # the player's own fault must be seen, not swallowed by the thread
            self.ledger.stopped = f"{type(error).__name__}: {error}"
        finally:
            self.browser.close()

    def _sign_in(self) -> None:
        page = self._get("/accesso/login/", "sign-in page")
        if page.status == 302:
            return  # still signed in from before
        form = self._form(page, "login")
        values = form.values | {"login": self.seat.email, "password": world.PASSWORD}
        answer = self._post("/accesso/login/", "sign in", values)
        if answer.status != 302:
            raise Stopped(f"Signing in: {_told(answer)}")
        self._get("/", "home")
        self._pause()

    def _begin(self) -> None:
        path = f"/avvisi/{self.seat.call}/proponi/"
        self._get(f"/avvisi/{self.seat.call}/", "call")
        page = self._get(path, "form")
        values = self._form(page, "title").values | {"title": self.ledger.title}
        if "alliance" in values:
            values["alliance"] = str(self.seat.alliance)
        answer = self._saved(path, "begin draft", values)
        self.ledger.proposal = int(re.search(r"/proposte/(\d+)/", answer.location).group(1))
        self._pause()

    def _write(self, name: str) -> None:
        """Type a text: the page saves it twice by itself, then the button does."""
        path = self._path(TEXTS[name])
        form = self._form(self._get(path, "form"), name)
        values = dict(form.values)
        text = values[name]
        for _ in range(2):
            text = f"{text} {self._words(30)}".strip()
            answer = self._type(path, name, values | {name: text})
            values["revision"] = answer.get("revision", values.get("revision", ""))
            self._pause(0.5)
        text = f"{text} {self._words(20)}"
        self._sent(name, text)
        self._saved(path, "save", values | {name: text})
        self._acknowledged(name)

    def _type(self, path: str, name: str, values: dict) -> dict:
        self._sent(name, values[name])
        answer = self._post(path, "autosave", values, typing=True)
        if answer.status == 409:  # our own first try had been kept, its answer was lost
            return {"revision": _json(answer).get("revision", "")}
        if answer.status == 422:
            raise _ended("Autosave", answer)
        if answer.status != 200:
            raise Stopped(f"Autosave: {answer.status} {answer.location}")
        self._acknowledged(name)
        return _json(answer)

    def _action(self) -> None:
        path = self._path("azioni/aggiungi")
        form = self._form(self._get(path, "form"), "starts_on")
        starts = date.today() + timedelta(days=60)
        values = form.values | {
            "title": "Doposcuola",
            "description": self._words(40),
            "area": form.choices["area"][0],
            "district": form.choices["district"][0],
            "partner": form.choices["partner"][0],
            "starts_on": starts.isoformat(),
            "ends_on": (starts + timedelta(days=300)).isoformat(),
            "expected_participants": "40",
        }
        self._row("actions", path, values)

    def _budget(self) -> None:
        path = self._path("budget/aggiungi")
        form = self._form(self._get(path, "form"), "cost")
        grant = self.chance.randrange(12_000, 30_000)
        values = form.values | {
            "category": form.choices["category"][0],
            "partner": form.choices["partner"][0],
            "description": "Educatrici",
            "cost": f"{grant * 2},00",
            "grant": f"{grant},00",
        }
        self._row("budget", path, values)

    def _indicator(self) -> None:
        path = self._path("indicatori/aggiungi")
        form = self._form(self._get(path, "form"), "target")
        values = form.values | {"indicator": form.choices["indicator"][0], "baseline": "0", "target": "50"}
        self._row("indicators", path, values)

    def _row(self, name: str, path: str, values: dict) -> None:
        """The form of a row: what is typed is kept, then the row is added."""
        answer = self._post(path, "autosave", values, typing=True)
        if answer.status != 200:
            raise Stopped(f"Autosave of {name}: {answer.status} {_told(answer)}")
        self._pause(0.5)
        self._saved(path, "save", values)
        self.ledger.rows.add(name)

    def _attach(self) -> None:
        path = self._path("allegati/aggiungi")
        form = self._form(self._get(path, "form"), "document")
        content = b"%PDF-1.7\n" + self.chance.randbytes(self.chance.randrange(30_000, 400_000)) + b"\n%%EOF\n"
        values = form.values | {"document": form.choices["document"][0]}
        self.ledger.file_sha256 = hashlib.sha256(content).hexdigest()
        self._saved(path, "upload", values, file=("file", "adesione.pdf", content))
        self.ledger.file_kept = True
        self._pause()

    def _hand_in(self) -> None:
        path = self._path("presenta")
        time.sleep(max(0.0, self.press_at - 1 - time.monotonic()))
        page = self._get(path, "check")
        time.sleep(max(0.0, self.press_at - time.monotonic()))
        receipt = RECEIPT.search(page.location)
        while receipt is None:
            form = form_with(page.text, "declared")
            if form is None:
                raise _ended("Handing in", page)
            answer = self._post(path, "hand in", form.values | {"declared": "on"})
            receipt = RECEIPT.search(answer.location)
            if receipt is None and answer.status == 422:
                raise _ended("Handing in", answer)
            if receipt is None:
                raise Stopped(f"Handing in: {answer.status} {answer.location}")
        page = self._get(self._path("ricevuta"), "receipt")
        number = NUMBER.search(page.text)
        if number is None:
            raise Stopped("The page of the receipt tells no number.")
        self.ledger.receipt = number.group()
        self._receipt_as_pdf(page)

    def _receipt_as_pdf(self, page: Answer) -> None:
        """Ask for the PDF of the receipt; when it is still in preparation the lead comes back later, or lets it be."""
        found = re.search(r'action="(/documenti/richiedi/submission_receipt/\d+/)"', page.text)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if found is None or token is None:
            raise Stopped("The page of the receipt offers no PDF.")
        answer = self._post(found.group(1), "ask for PDF", {"csrfmiddlewaretoken": token.group(1)})
        code = re.search(r"/documenti/([A-Z0-9-]{14})/", answer.location)
        if code is None:
            raise Stopped(f"PDF of the receipt: {answer.status} {_told(answer)}")
        self.ledger.document = code.group(1)
        for _ in range(4):
            answer = self._get(f"/documenti/{self.ledger.document}/file/", "PDF")
            if answer.content.startswith(b"%PDF"):
                self.ledger.document_sha256 = hashlib.sha256(answer.content).hexdigest()
                return
            time.sleep(1)

    # --- within -----------------------------------------------------------------------------------------------
    def _path(self, step: str) -> str:
        return f"/proposte/{self.ledger.proposal}/{step}/"

    def _words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def _sent(self, name: str, text: str) -> None:
        self.ledger.sent.setdefault(name, []).append(text)

    def _acknowledged(self, name: str) -> None:
        self.ledger.kept[name] = len(self.ledger.sent[name]) - 1

    def _pause(self, share: float = 1.0) -> None:
        """Think: the time that is left, spread over the steps that are left, never in step with the others."""
        self.steps_left = max(1, self.steps_left - share)
        left = self.press_at - 2 - time.monotonic()
        time.sleep(max(0.0, min(30.0, left / self.steps_left * share * self.chance.uniform(0.3, 1.5))))

    def _form(self, page: Answer, name: str) -> Form:
        form = form_with(page.text, name)
        if form is None:
            raise _ended(f"No form with {name}, {page.status}", page)
        return form

    def _saved(self, path: str, kind: str, values: dict, file=None) -> Answer:
        """A form that must be saved: the answer leads on."""
        answer = self._post(path, kind, values, file=file)
        if answer.status == 302:
            if "/accesso/" in answer.location:
                raise Stopped(f"{kind}: signed out")
            return answer
        raise _ended(kind, answer)

    def _get(self, path: str, kind: str) -> Answer:
        return self._again(lambda: self.browser.get(path, kind), kind)

    def _post(self, path: str, kind: str, values: dict, *, typing: bool = False, file=None) -> Answer:
        return self._again(lambda: self.browser.post(path, kind, values, typing=typing, file=file), kind)

    def _again(self, ask, kind: str) -> Answer:
        """Ask until there is an answer; a page of error counts as none, and is in the table."""
        tries = 0
        while True:
            try:
                answer = ask()
                if answer.status < 500 and answer.status != 429:
                    return answer
                why = str(answer.status)
            except Unanswered as error:
                why = str(error)
            if time.monotonic() > self.patience_until:
                raise Stopped(f"{kind}: no answer until the end ({why})")
            time.sleep(PATIENCE[min(tries, len(PATIENCE) - 1)] * self.chance.uniform(0.8, 1.2))
            tries += 1


def _ended(what: str, answer: Answer) -> Stopped:
    """How the story ends here: the call is closed, or something that it should not be."""
    sentence = _told(answer)
    return Closed(sentence) if is_closed(sentence) else Stopped(f"{what}: {sentence}")


def _json(answer: Answer) -> dict:
    return json.loads(answer.text)


def _told(answer: Answer) -> str:
    """The sentence with which a page refuses: that of the closed call, else what its boxes say; without marks."""
    if answer.text.startswith("{"):
        return _json(answer).get("message", "")
    main = _plain(answer.text.partition("<main")[2] or answer.text)
    closed = CLOSED.search(main)
    if closed:
        return closed.group().strip()
    boxes = " ".join(_plain(part) for part in BOX.findall(answer.text))
    return boxes[:200] or f"status {answer.status} {answer.location}"


def _plain(marked: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", marked)).split())


def is_closed(sentence: str) -> bool:
    """Whether the portal says that the term is over, and not something else."""
    return CLOSED.search(sentence) is not None
