"""A very small browser: one connection that stays, cookies, the fields of a form, and how long each answer took."""

import http.client
import ssl
import time
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TIMEOUT = 60  # seconds for an answer


@dataclass(frozen=True)
class Place:
    """Where the portal answers, and as whom it is addressed. `trusted` is the certificate to believe, if it is TLS."""

    port: int
    host: str = "localhost"
    trusted: str = ""
    own_addresses: bool = False  # each visitor from a loopback address of their own, as from so many offices

    @property
    def origin(self) -> str:
        return f"https://{self.host}"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    content: bytes
    location: str


class Unanswered(Exception):
    """The connection broke, or a server in between says that nobody is there."""


@dataclass
class Tried:
    """One request as it went: what kind, when, how long in seconds, what came."""

    kind: str
    at: float
    seconds: float
    outcome: str  # the status, or the name of the error


@dataclass
class Browser:
    """One person's. `tried` is shared with whoever counts."""

    place: Place
    number: int
    tried: list[Tried]
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = None

    def get(self, path: str, kind: str) -> Answer:
        return self._ask("GET", path, kind)

    def post(self, path: str, kind: str, values: dict, *, typing: bool = False, file=None) -> Answer:
        """`file` is (field, name, content): the form is then sent in parts, as browsers do."""
        headers = {"Origin": self.place.origin, "Referer": f"{self.place.origin}{path}"}
        if typing:
            headers["X-While-Typing"] = "1"
        if file is None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(values).encode()
        else:
            headers["Content-Type"], body = _in_parts(values, *file)
        return self._ask("POST", path, kind, body, headers)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method: str, path: str, kind: str, body: bytes = b"", headers: dict | None = None) -> Answer:
        sent = {"Host": self.place.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if not self.place.trusted:  # nobody stands between to say it
            sent |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self._address()}
        begun = time.monotonic()
        outcome = "?"
        try:
            if self._line is None:
                self._line = self._connect()
            self._line.request(method, path, body=body or None, headers=sent | (headers or {}))
            response = self._line.getresponse()
            content = response.read()
            outcome = str(response.status)
            if response.will_close:
                self.close()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            outcome = type(error).__name__
            raise Unanswered(outcome) from error
        finally:
            self.tried.append(Tried(kind, begun, time.monotonic() - begun, outcome))
        if response.status in {502, 503, 504}:
            raise Unanswered(outcome)
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        page = "html" in response.headers.get("Content-Type", "") or "json" in response.headers.get("Content-Type", "")
        where = urlsplit(response.headers.get("Location", ""))
        text = content.decode() if page else ""
        return Answer(response.status, text, content, where.path + (f"?{where.query}" if where.query else ""))

    def _address(self) -> str:
        return f"127.{10 + self.number // 65536}.{self.number // 256 % 256}.{self.number % 256}"

    def _connect(self) -> http.client.HTTPConnection:
        own = (self._address(), 0) if self.place.own_addresses else None
        if not self.place.trusted:
            return http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=TIMEOUT, source_address=own)
        context = ssl.create_default_context(cafile=self.place.trusted)
        context.check_hostname = False  # the connection goes to the address of this machine; the certificate is ours
        return http.client.HTTPSConnection(
            "127.0.0.1", self.place.port, timeout=TIMEOUT, source_address=own, context=context
        )


def _in_parts(values: dict, name: str, filename: str, content: bytes) -> tuple[str, bytes]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in values.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{mark}--\r\n".encode()]
    return f"multipart/form-data; boundary={mark}", b"".join(parts)


class _Reader(HTMLParser):
    """The fields of the form that `wanted` stands in, with their values, and the choices of its selects."""

    def __init__(self, wanted: str):
        super().__init__()
        self.wanted = wanted
        self.values: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._open: dict[str, str] | None = None
        self._named: set[str] = set()
        self._select = self._area = ""
        self._found = False

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        if tag == "form" and not self._found:
            self._open, self._named, self.choices = {}, set(), {}
        if self._open is None or self._found:
            return
        name = given.get("name", "")
        if name:
            self._named.add(name)
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select" and name:
            self._select = name
            self.choices[name] = []
        elif tag == "option" and self._select and given.get("value"):
            self.choices[self._select].append(given["value"])
            if "selected" in given:
                self._open[self._select] = given["value"]
        elif tag == "textarea" and name:
            self._area, self._open[name] = name, ""

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "radio":
            self.choices.setdefault(name, []).append(given.get("value", ""))
        if kind in {"radio", "checkbox"} and "checked" not in given:
            return
        if kind not in {"file", "submit", "button"}:
            self._open[name] = given.get("value", "")

    def handle_data(self, data):
        if self._area and self._open is not None:
            self._open[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            self._open[self._area] = self._open[self._area].removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form" and self._open is not None and not self._found:
            if self.wanted in self._named:
                self.values, self._found = self._open, True
            self._open = None


@dataclass(frozen=True)
class Form:
    values: dict[str, str]
    choices: dict[str, list[str]]


def form_with(page: str, field_name: str) -> Form | None:
    """The form of a page in which a field of this name stands; None when there is none."""
    reader = _Reader(field_name)
    reader.feed(page)
    return Form(reader.values, reader.choices) if reader._found else None
