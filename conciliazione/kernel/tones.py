"""The colour and sign that go with the word of a state. The word always carries the meaning by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    name: str
    icon: str


NEUTRAL = Tone("neutral", "circle")
PROGRESS = Tone("progress", "dots")  # under way, in somebody's hands
WAITING = Tone("waiting", "clock")  # somebody must act
DONE = Tone("done", "check")  # reached, valid
REFUSED = Tone("refused", "cross")  # said no, or went wrong
PAST = Tone("past", "dash")  # over, no longer in force

TONES = {tone.name: tone for tone in (NEUTRAL, PROGRESS, WAITING, DONE, REFUSED, PAST)}
_STATES = {
    NEUTRAL: "draft todo associated full same own",
    PROGRESS: "asked assessment answered awarded convened delivered evaluation forming held open ordered progress "
    "proposed queued requested running submitted transmitted",
    WAITING: "changed clarification eligible_not_funded late missing partly pending previewed returned signing "
    "parked received to_check to_verify unconfirmed waiting",
    DONE: "accepted active adopted agreed approved checked complete constituted done eligible funded in_force member "
    "confirmed majority met minutes_approved new paid published ready signed unanimous validated",
    REFUSED: "below_threshold broken cancelled declined disallowed error excluded failed not_confirmed "
    "refused rejected revoked",
    PAST: "closed concluded discarded dissolved ended expired left past renounced retired superseded withdrawn",
}
BY_STATE = {state: tone for tone, states in _STATES.items() for state in states.split()}


def tone_of(state: str) -> Tone:
    """The tone of a state's value, or of a tone named directly; neutral for what is not listed."""
    return TONES.get(state) or BY_STATE.get(str(state), NEUTRAL)
