"""The header of the portal: each app says which sections it has and who sees them."""

from dataclasses import dataclass

from . import access
from .addresses import reverse


@dataclass(frozen=True)
class Section:
    order: int
    label: str
    url_name: str
    action: str = access.PUBLIC  # shown to whoever may do this anywhere
    also: tuple[str, ...] = ()  # further lists of the same section, by the name of their address

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def places(self) -> list[str]:
        """Where the section is: its own address and those of its further lists."""
        return [self.url, *(reverse(name) for name in self.also)]


_sections: list[Section] = []
_public: list[Section] = []


def add(*sections: Section) -> None:
    """Register sections of the header (from an app's `ready`)."""
    _sections.extend(sections)
    _sections.sort(key=lambda s: s.order)


def add_public(*sections: Section) -> None:
    """Register sections of the public site: in the header of whoever has not signed in, and in every footer."""
    _public.extend(sections)
    _public.sort(key=lambda s: s.order)


def for_person(person) -> list[Section]:
    """The sections that the person may open in the seat in which they act."""
    return [section for section in _sections if access.can(person, section.action)]


def for_everyone() -> list[Section]:
    """The sections of the public site."""
    return list(_public)
