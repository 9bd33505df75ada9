"""The life of a meeting: convened, held, minuted. Approved minutes do not change any more."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import MeetingBody
from ..enums import MeetingStatus as State


def _lifecycle(noun: str, action: str) -> Lifecycle:
    return register(
        Lifecycle(
            noun=noun,
            states=State,
            initial=State.CONVENED,
            transitions=(
                Transition(
                    "hold",
                    (State.CONVENED,),
                    State.HELD,
                    "Registra lo svolgimento",
                    action,
                    consequence="Si registra chi era presente. Poi si scrive e si approva il verbale.",
                    primary=True,
                ),
                Transition(
                    "approve_minutes",
                    (State.HELD,),
                    State.MINUTES_APPROVED,
                    "Approva il verbale",
                    action,
                    consequence="Il testo del verbale e le presenze non si possono più cambiare.",
                    primary=True,
                ),
                Transition(
                    "cancel",
                    (State.CONVENED,),
                    State.CANCELLED,
                    "Annulla la seduta",
                    action,
                    consequence="Chi era convocato riceve un avviso con la motivazione.",
                    needs_reason=True,
                    dangerous=True,
                ),
            ),
        )
    )


MEETING = _lifecycle("meeting", "meeting.minute")
STEERING_MEETING = _lifecycle("steering_meeting", "steering.manage")


def lifecycle_of(body: str) -> Lifecycle:
    """The Cabina's meetings are moved by the Regione and the Cabina, the others by office and committee."""
    return STEERING_MEETING if body == MeetingBody.STEERING else MEETING


def check_can_minute(status: str) -> None:
    """Minutes are written after the meeting, and until they are approved."""
    if status != State.HELD:
        sentence = (
            "Il verbale è approvato e non si può più cambiare."
            if status == State.MINUTES_APPROVED
            else "Il verbale si scrive dopo lo svolgimento: registra prima chi era presente."
        )
        raise Refused(sentence, field="minutes")


def check_has_minutes(minutes: str) -> None:
    """There is a text to approve."""
    if not minutes.strip():
        raise Refused("Il verbale è vuoto: scrivilo prima di approvarlo.", field="minutes")
