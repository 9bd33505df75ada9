"""What a body deals with that not everybody may read: another app tells of its matters, the minutes ask."""

from collections.abc import Callable
from dataclasses import dataclass

from conciliazione.kernel.text import search_key


@dataclass(frozen=True)
class Matter:
    """A record that a meeting may deal with. `mentions` are the names by which a text speaks of it, `away` who of
    those present left for it; `closed` says why the person who asks may not read what was said, "" when they may."""

    key: int
    name: str
    url: str
    mentions: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    dealt_with: bool = False
    closed: str = ""

    def is_named_in(self, text: str) -> bool:
        found = search_key(text)
        return any(search_key(name) in found for name in self.mentions if name.strip())


_tellers: dict[str, Callable] = {}


def register(body: str, teller: Callable) -> None:
    """Tell what the meetings of this kind of body (a MeetingBody) deal with: teller(meeting, person) -> [Matter].

    With None for the person it answers for the portal itself, to which nothing is closed.
    """
    _tellers[body] = teller


def matters_of(meeting, person=None) -> list[Matter]:
    teller = _tellers.get(meeting.body)
    return teller(meeting, person) if teller else []
