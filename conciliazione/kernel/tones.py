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
    PROGRESS: "open published submitted assessment evaluation under_evaluation in_evaluation scoring running queued "
    "convened requested proposed in_progress under_way ongoing validating transmitted sent received under_review "
    "implementing started registered collected",
    WAITING: "clarification clarification_requested waiting to_sign signing for_signature to_do pending returned "
    "changes_requested late overdue suspended unconfirmed forming due answered extended held reserve "
    "eligible_not_funded",
    DONE: "active in_force approved agreed accepted funded signed constituted ready paid validated eligible member "
    "minutes_approved complete completed adopted confirmed done admitted settled verified granted public",
    REFUSED: "rejected refused not_eligible ineligible excluded failed declined revoked cancelled not_funded "
    "disallowed invalid not_approved",
    PAST: "closed expired superseded retired renounced left withdrawn archived ended concluded dissolved lapsed",
}
_BY_STATE = {state: tone for tone, states in _STATES.items() for state in states.split()}


def tone_of(state: str) -> Tone:
    """The tone of a state's value, or of a tone named directly; neutral for what is not listed."""
    return TONES.get(state) or _BY_STATE.get(str(state), NEUTRAL)
