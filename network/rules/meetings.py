"""The life of a meeting: convened, held, minuted. Approved minutes do not change any more."""

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import DecisionOutcome, MeetingBody
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
ALLIANCE_MEETING = _lifecycle("alliance_meeting", "alliance_meeting.manage")


def lifecycle_of(body: str) -> Lifecycle:
    """The Cabina's meetings are moved by the Regione and the Cabina, an alliance's by its lead, the others by office
    and committee."""
    return {MeetingBody.STEERING: STEERING_MEETING, MeetingBody.ALLIANCE: ALLIANCE_MEETING}.get(body, MEETING)


def check_can_minute(status: str) -> None:
    """Minutes are written after the meeting, and until they are approved."""
    if status != State.HELD:
        sentence = (
            "Il verbale è approvato e non si può più cambiare."
            if status == State.MINUTES_APPROVED
            else "Il verbale si scrive dopo lo svolgimento: registra prima chi era presente."
        )
        raise Refused(sentence, field="minutes")


def check_may_read(why_closed: str, field: str | None = None) -> None:
    """Nobody writes where they may not read."""
    if why_closed:
        raise Refused(why_closed, field=field)


def check_has_minutes(minutes: str) -> None:
    """There is a text to approve."""
    if not minutes.strip():
        raise Refused("Il verbale è vuoto: scrivilo prima di approvarlo.", field="minutes")


def check_quorum(quorum: int | None, present: int) -> None:
    """A meeting decides only when as many are there as its body asks; the agreement fixes no number, the body may."""
    if quorum is not None and present < quorum:
        raise Refused(
            f"La seduta non è valida e non decide: i presenti sono {present} e il numero legale è {quorum}. Riconvoca "
            "l'organo per decidere."
        )


def check_quorum_possible(quorum: int | None, sitting: int | None) -> None:
    """No body of a few asks that more be there than belong to it."""
    if quorum and sitting is not None and quorum > sitting:
        raise Refused(f"I componenti sono {sitting}: il numero legale non può superarli.", field="quorum")


def check_votes(
    outcome: str, *, in_favour: int | None, against: int | None, abstained: int | None, present: int
) -> None:
    """The votes, where they were counted, fit those who were there and the outcome."""
    counted = [votes for votes in (in_favour, against, abstained) if votes is not None]
    if sum(counted) > present:
        raise Refused(f"I voti sono {sum(counted)} e i presenti {present}: controlla i numeri.", field="in_favour")
    if outcome == DecisionOutcome.UNANIMOUS and (against or abstained):
        raise Refused("All'unanimità nessuno è contrario o astenuto: scegli «a maggioranza».", field="outcome")
    if in_favour is None or against is None:
        return
    if outcome == DecisionOutcome.REJECTED and in_favour > against:
        raise Refused("I favorevoli sono di più: la decisione è approvata.", field="outcome")
    if outcome != DecisionOutcome.REJECTED and in_favour <= against:
        raise Refused("I favorevoli non sono la maggioranza: la decisione è respinta.", field="outcome")
