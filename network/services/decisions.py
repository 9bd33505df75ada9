"""What a meeting decides, and the number of presences without which it decides nothing."""

from django.db import models
from django.db.models import Max

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.text import normalise

from ..enums import DecisionOutcome, MeetingBody
from ..models import Decision, Meeting
from ..queries.meetings import present_of
from ..queries.minutes import Minutes
from ..rules.meetings import (
    check_can_minute,
    check_may_read,
    check_quorum,
    check_quorum_possible,
    check_votes,
    lifecycle_of,
)
from ._trace import save
from .minutes import open_matter, part_on


@atomic
def record_decision(
    meeting: Meeting,
    *,
    text: str,
    outcome: str,
    by,
    in_favour: int | None = None,
    against: int | None = None,
    abstained: int | None = None,
    matter: int | None = None,
) -> Decision:
    """Put on record what was decided, after the meeting and until its minutes are approved.

    `matter` is the key of what it is about, where that is not for everybody to read. Raises Refused for whoever is
    shut out of it, when fewer were there than the quorum asks, or when the votes are more than those present.
    """
    meeting = lock(meeting)
    check_can_decide(meeting)
    outcome, text = DecisionOutcome(outcome), normalise(text)
    if not text:
        raise Refused("Scrivi che cosa è stato deciso.", field="text")
    check_votes(outcome, in_favour=in_favour, against=against, abstained=abstained, present=present_of(meeting))
    part = None
    if matter is not None:
        part = part_on(meeting, open_matter(meeting, matter, by=by))
        save(part, by=by, why="Decisione registrata")
    last = meeting.decisions.aggregate(last=Max("number"))["last"] or 0
    decision = Decision.objects.create(
        meeting=meeting,
        part=part,
        number=last + 1,
        text=text,
        outcome=outcome,
        in_favour=in_favour,
        against=against,
        abstained=abstained,
    )
    _note(meeting, "record_decision", f"{decision}: {decision.get_outcome_display().lower()}", by)
    return decision


def check_can_decide(meeting: Meeting) -> None:
    """The meeting was held, its minutes are still open, and enough were there. Raises Refused."""
    check_can_minute(meeting.status)
    check_quorum(meeting.quorum, present_of(meeting))


@atomic
def strike_decision(decision: Decision, *, by, reason: str) -> Meeting:
    """Take out a decision that was written by mistake, until the minutes are approved; the trace stays."""
    meeting = lock(decision.meeting)
    check_can_strike(decision, by=by)
    if not reason.strip():
        raise Refused("Scrivi perché la decisione va tolta.", field="reason")
    told = "" if meeting.body == MeetingBody.COMMITTEE else f": {decision.text}"  # the trace is for all to read
    label = f"Tolta la decisione {decision.number}{told}"[:200]
    decision.delete()
    _note(meeting, "strike_decision", label, by, reason)
    return meeting


def check_can_strike(decision: Decision, *, by) -> None:
    """Raises Refused."""
    check_can_minute(decision.meeting.status)
    check_may_read(dict(Minutes(decision.meeting, by).decisions)[decision])


@atomic
def set_quorum(body: models.Model, *, quorum: int | None, by, reason: str = "", sitting: int | None = None):
    """Set how many must be there for the meetings convened from now on; None when no number is asked.

    `body` is a committee, a network for its assembly, the Cabina, or what else has a `quorum`; `sitting` how many
    belong to it, where that is fixed: Refused when the number asks for more.
    """
    check_quorum_possible(quorum, sitting)
    body = lock(body)
    body.quorum = quorum
    save(body, by=by, why="Numero legale")
    words = f"Numero legale: {quorum}" if quorum else "Numero legale: non fissato"
    note(body, noun=body._meta.model_name, name="set_quorum", label=words, by=by, reason=reason)
    return body


def _note(meeting, name, label, by, reason="") -> None:
    note(meeting, noun=lifecycle_of(meeting.body).noun, name=name, label=label, by=by, reason=reason)
