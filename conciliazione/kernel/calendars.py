"""Invitations for a person's own calendar (RFC 5545 and 5546): made, changed and taken back with the same identity."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from . import clock

REQUEST, CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True)
class Invitation:
    """One event: `key` keeps its identity, `sequence` grows with each change, instants are aware."""

    key: str
    sequence: int
    summary: str
    description: str
    place: str
    starts_at: datetime
    minutes_long: int
    url: str
    organiser: str = ""  # address to which the answers go
    organiser_name: str = ""
    cancelled: bool = False

    @property
    def method(self) -> str:
        return CANCEL if self.cancelled else REQUEST

    @property
    def uid(self) -> str:
        host = settings.PUBLIC_ADDRESS.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
        return f"{self.key}@{host}"

    def for_address(self, address: str = "") -> bytes:
        """The .ics text for one person: nobody reads there who else was invited."""
        event = Event()
        event.add("uid", self.uid)
        event.add("sequence", self.sequence)
        event.add("dtstamp", clock.now().astimezone(UTC))
        event.add("dtstart", self.starts_at.astimezone(UTC))
        event.add("dtend", (self.starts_at + timedelta(minutes=self.minutes_long)).astimezone(UTC))
        event.add("summary", self.summary)
        event.add("description", f"{self.description}\n\n{self.url}")
        event.add("location", self.place)
        event.add("url", self.url)
        event.add("status", "CANCELLED" if self.cancelled else "CONFIRMED")
        if self.organiser:
            event.add("organizer", self._address(self.organiser, self.organiser_name))
        if address:
            person = self._address(address, "")
            person.params["PARTSTAT"] = vText("NEEDS-ACTION")
            person.params["RSVP"] = vText("FALSE" if self.cancelled else "TRUE")
            event.add("attendee", person, encode=0)
        calendar = Calendar()
        calendar.add("prodid", "-//Conciliazione//Sedute//IT")
        calendar.add("version", "2.0")
        calendar.add("method", self.method)
        calendar.add_component(event)
        return calendar.to_ical()

    def attachment(self, address: str) -> tuple[str, bytes, str]:
        """(file name, content, type) for a mail to this address."""
        return "invito.ics", self.for_address(address), f'text/calendar; method={self.method}; charset="utf-8"'

    @staticmethod
    def _address(address: str, name: str) -> vCalAddress:
        found = vCalAddress(f"mailto:{address}")
        if name:
            found.params["CN"] = vText(name)
        return found
