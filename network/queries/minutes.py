"""The minutes as one person may read them: the general text, the parts about single matters, the decisions."""

from dataclasses import dataclass
from functools import cached_property

from ..enums import MeetingPurpose, MeetingStatus
from ..matters import Matter, matters_of
from ..models import Decision, Meeting


@dataclass(frozen=True)
class Part:
    """What the minutes say on a matter: `text` is empty where it is `closed` to the reader."""

    matter: Matter
    text: str
    away: list[str]
    written: bool


@dataclass
class Minutes:
    """Seven queries at most for a committee, one for the other bodies."""

    meeting: Meeting
    person: object = None

    @cached_property
    def matters(self) -> list[Matter]:
        return matters_of(self.meeting, self.person)

    @cached_property
    def rows(self) -> dict:
        return {part.matter_key: part for part in self.meeting.parts.all()} if self.matters else {}

    @cached_property
    def parts(self) -> list[Part]:
        """The matters of which the minutes say something: their text, or who left while they were dealt with."""
        fixed = self.meeting.status == MeetingStatus.MINUTES_APPROVED
        found = []
        for matter in self.matters:
            row = self.rows.get(matter.key)
            if row is None and (fixed or not belongs(self.meeting, matter)):
                continue
            text = row.text if row is not None and not matter.closed else ""
            away = list(row.away if fixed else matter.away)
            found.append(Part(matter, text, away, bool(row and row.text)))
        return found

    def closed_to(self, text: str) -> str:
        """Why a text outside the parts is not for this reader: it names a matter that is closed to them."""
        return next((m.closed for m in self.matters if m.closed and m.is_named_in(text)), "")

    @cached_property
    def text_closed(self) -> str:
        return self.closed_to(self.meeting.minutes)

    @cached_property
    def decisions(self) -> list[tuple[Decision, str]]:
        """(decision, why it is closed to the reader or "")"""
        closed = {m.key: m.closed for m in self.matters}
        names = {row.pk: key for key, row in self.rows.items()}
        return [
            (decision, closed.get(names.get(decision.part_id), "") or self.closed_to(decision.text))
            for decision in self.meeting.decisions.all()
        ]

    @cached_property
    def why_closed(self) -> str:
        """Why the whole is not for this reader: a document cannot leave out what one may not see."""
        if self.text_closed:
            return self.text_closed
        said = [part.matter.closed for part in self.parts if part.matter.closed and part.written]
        return next(iter(said), "") or next((why for _, why in self.decisions if why), "")


def belongs(meeting: Meeting, matter: Matter) -> bool:
    """The minutes speak of it also when nobody wrote a text: it was dealt with, or somebody left for it."""
    return matter.dealt_with or (meeting.purpose == MeetingPurpose.EVALUATION and bool(matter.away))
