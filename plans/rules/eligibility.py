"""The ASL's check of what was handed in: its list, its term, and the clarification requests (soccorso istruttorio)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register

from ..enums import CallStatus, CheckOutcome
from ..enums import ClarificationStatus as State
from .proposals import STEP

CLARIFICATION = register(
    Lifecycle(
        noun="clarification",
        states=State,
        initial=State.OPEN,
        transitions=(
            Transition(
                "answer",
                (State.OPEN,),
                State.ANSWERED,
                "Invia i chiarimenti",
                "clarification.answer",
                consequence="L'ASL riceve la risposta con numero di protocollo, istante e impronta del contenuto. Le "
                "parti riaperte si chiudono di nuovo.",
                primary=True,
            ),
            Transition(
                "lapse",
                (State.OPEN,),
                State.LAPSED,
                "Termine scaduto senza risposta",
                "clarification.send",
                automatic=True,
            ),
            Transition(
                "recall",
                (State.OPEN,),
                State.RECALLED,
                "Ritira la richiesta",
                "clarification.send",
                consequence="Le parti riaperte si chiudono e tornano com'erano state presentate. L'Alleanza è "
                "avvisata.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


@dataclass(frozen=True)
class Point:
    """A point of the ASL's list."""

    key: str
    label: str


POINTS = (
    Point("in_time", "Presentata nei termini dell'avviso"),
    Point("lead", "Presentata dal capofila dell'Alleanza (art. 8)"),
    Point("partners", "Alleanza con almeno un soggetto pubblico e uno privato (art. 9)"),
    Point("agreement", "Accordo di partenariato presente, almeno in bozza (art. 9)"),
    Point("scope", "Azioni nelle cinque aree e nel territorio della Rete (art. 2 e 6)"),
    Point("content", "Contenuti completi e coerenti con l'avviso"),
    Point("budget", "Piano economico entro i limiti del programma e dell'avviso"),
    Point("documents", "Documenti chiesti presenti e leggibili"),
)
POINT = {point.key: point for point in POINTS}
LEAST_WORDS = 20  # characters of a request or a reason that the alliance can understand


def check_in_evaluation(call_status: str) -> None:
    """The check is done once the call is in evaluation, after its closing: before, other proposals may still come."""
    if call_status != CallStatus.EVALUATION:
        raise Refused(
            "La verifica si fa quando l'avviso è in valutazione: prima avvia la valutazione dalla pagina dell'avviso."
        )


def check_points(outcomes: Mapping[str, str]) -> None:
    """Outcomes of known points alone. Raises Refused."""
    if not outcomes.keys() <= POINT.keys() or not set(outcomes.values()) <= set(CheckOutcome.values):
        raise Refused("Scegli un esito per ciascun punto dell'elenco.")


def check_may_admit(outcomes: Mapping[str, str]) -> None:
    """A proposal is admitted when every point of the list is met. Raises Refused naming those that are not."""
    open_ones = [point.label for point in POINTS if outcomes.get(point.key) != CheckOutcome.MET]
    if open_ones:
        raise Refused(
            f"Per ammettere la proposta tutti i punti della verifica devono essere in regola. Mancano: "
            f"{'; '.join(open_ones)}. Se qualcosa si può completare, chiedi chiarimenti all'Alleanza."
        )


def check_request(*, text: str, steps: Iterable[str], days: int, already_open: bool) -> None:
    """A request names at least one part, says what is wanted, and gives a term. Raises Refused beside the field."""
    steps = list(steps)
    if already_open:
        raise Refused("C'è già una richiesta di chiarimenti aperta: attendi la risposta o la scadenza, o ritirala.")
    if not steps or not set(steps) <= STEP.keys():
        raise Refused("Scegli almeno una parte della proposta: solo quelle si riaprono.", field="steps")
    if len(text.strip()) < LEAST_WORDS:
        raise Refused("Scrivi che cosa va chiarito o completato: l'Alleanza lo legge.", field="text")
    if not 1 <= days <= 90:
        raise Refused("I giorni per rispondere vanno da 1 a 90.", field="days")


def check_answer(*, now: datetime, due_at: datetime, text: str, when) -> None:
    """Within the term, to the second, and with some words. Raises Refused."""
    if now >= due_at:
        raise Refused(
            f"Il termine per i chiarimenti è scaduto il {when(due_at)}: la risposta non si può più inviare. Decide "
            "l'ASL su ciò che era stato presentato."
        )
    if not text.strip():
        raise Refused("Scrivi in breve che cosa hai chiarito o completato.", field="text")


@dataclass(frozen=True)
class Pause:
    """A request and when it ended (None: it still runs): meanwhile the clock of the ASL stands still."""

    begun: datetime
    ended: datetime | None


@dataclass(frozen=True)
class CheckClock:
    """The term of the check: its day (None while it stands still), the days it stood still so far."""

    due: date | None
    stopped_days: int
    stopped_since: date | None


def check_clock(started: date, days: int, pauses: Iterable[Pause], *, now: datetime, day_of) -> CheckClock:
    """When the check is due. `day_of` gives the day of an instant in Europe/Rome.

    A request stops the clock on the day it leaves; it runs again the day after the answer, the lapse or the recall.
    """
    stopped, since = 0, None
    for pause in pauses:
        begun, ended = day_of(pause.begun), day_of(pause.ended or now)
        stopped += (ended - begun).days
        if pause.ended is None:
            since = begun
    due = None if since else started + timedelta(days=days + stopped)
    return CheckClock(due, stopped, since)
