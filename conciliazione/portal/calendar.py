"""Terms as an iCalendar file (RFC 5545), to keep in one's own calendar."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, timedelta

from conciliazione.kernel import clock
from conciliazione.kernel.tasks import Deadline


def icalendar(deadlines: Iterable[Deadline], *, address: str) -> str:
    """The calendar text; `address` is the portal's own, to which each term's page is appended."""
    stamp = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Conciliazione//Scadenze//IT", "CALSCALE:GREGORIAN"]
    for deadline in deadlines:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_identity(deadline)}@conciliazione",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{deadline.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escape(deadline.what)}",
            f"URL:{address}{deadline.url}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _identity(deadline: Deadline) -> str:
    """The same term keeps the same identity from one download to the next."""
    return hashlib.sha256(f"{deadline.url}|{deadline.what}|{deadline.day}".encode()).hexdigest()[:32]


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterable[str]:
    """At most 75 octets a line; what follows is indented by one space."""
    raw, limit = line.encode(), 75
    while len(raw) > limit:
        cut = limit
        while raw[cut] & 0xC0 == 0x80:  # not in the middle of a character
            cut -= 1
        yield raw[:cut].decode()
        raw = b" " + raw[cut:]
    yield raw.decode()
