"""The minutes of a meeting: the general text, and a part for each matter that not everybody may read."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.text import normalise

from ..matters import Matter
from ..models import Meeting, MinutesPart
from ..queries.minutes import Minutes, belongs
from ..rules.meetings import check_can_minute, check_may_read, lifecycle_of
from ._trace import save


@atomic
def write_minutes(meeting: Meeting, *, minutes: str, by) -> Meeting:
    """Write or correct the general text, until the minutes are approved.

    Raises Refused for whoever may not read what stands there already.
    """
    meeting = lock(meeting)
    check_can_write(meeting, by=by)
    meeting.minutes = normalise(minutes)
    save(meeting, by=by, why="Verbale scritto")
    note(meeting, noun=lifecycle_of(meeting.body).noun, name="write_minutes", label="Verbale scritto", by=by)
    return meeting


def check_can_write(meeting: Meeting, *, by) -> None:
    """Raises Refused."""
    check_can_minute(meeting.status)
    check_may_read(Minutes(meeting, by).text_closed, field="minutes")


@atomic
def write_part(meeting: Meeting, *, matter: int, text: str, by) -> Meeting:
    """Write what the minutes say on one matter, until they are approved; who left for it is put on record.

    Raises Refused for whoever is shut out of the matter.
    """
    meeting = lock(meeting)
    found = open_matter(meeting, matter, by=by)
    part = part_on(meeting, found)
    part.text, part.away = normalise(text), list(found.away)
    save(part, by=by, why="Parte del verbale scritta")
    label = f"Verbale scritto, parte su «{found.name}»"[:200]
    note(meeting, noun=lifecycle_of(meeting.body).noun, name="write_minutes", label=label, by=by)
    return meeting


def open_matter(meeting: Meeting, key: int, *, by) -> Matter:
    """The matter, for whoever may write on it now. Raises Refused, also for a matter not of this meeting."""
    matter = next((m for m in Minutes(meeting, by).matters if m.key == key), None)
    if matter is None:
        raise Refused("Questa proposta non è tra quelle di cui si è occupata la seduta.", field="matter")
    check_can_minute(meeting.status)
    check_may_read(matter.closed)
    return matter


def part_on(meeting: Meeting, matter: Matter) -> MinutesPart:
    """The part of the minutes on a matter, new and unsaved if there is none yet."""
    found = meeting.parts.filter(matter_key=matter.key).first()
    return found or MinutesPart(meeting=meeting, matter_key=matter.key, name=matter.name, away=list(matter.away))


def check_can_approve_as(meeting: Meeting, *, by) -> None:
    """Whoever approves has read the whole. Raises Refused."""
    why = Minutes(meeting, by).why_closed
    if why:
        raise Refused(f"Il verbale lo approva chi può leggerlo per intero. {why}")


def fix_parts(meeting: Meeting, *, by) -> None:
    """With the approval, who left for each matter stands as it is now."""
    minutes = Minutes(meeting)
    for matter in minutes.matters:
        if matter.key in minutes.rows or belongs(meeting, matter):
            part = minutes.rows.get(matter.key) or part_on(meeting, matter)
            part.away = list(matter.away)
            save(part, by=by, why="Verbale approvato")
