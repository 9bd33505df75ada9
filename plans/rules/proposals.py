"""A proposal: its life, its steps, what an action must be, and what is flagged to the committee (art. 2, 8, 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated
from network.rules.programmes import check_area as check_one_of_five

from ..enums import ProposalStatus as State

PROPOSAL = register(
    Lifecycle(
        noun="proposal",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "submit",
                (State.DRAFT,),
                State.SUBMITTED,
                "Presenta la proposta",
                "proposal.submit",
                consequence="La proposta arriva al Comitato di Valutazione con numero di protocollo, istante e "
                "impronta del contenuto. Da quel momento non si modifica più.",
                primary=True,
            ),
            Transition(
                "discard",
                (State.DRAFT,),
                State.WITHDRAWN,
                "Abbandona la bozza",
                "proposal.submit",
                consequence="La bozza non si può più modificare né presentare; resta consultabile e si può duplicare.",
                dangerous=True,
            ),
            Transition(
                "admit",
                (State.SUBMITTED,),
                State.ELIGIBLE,
                "Ammetti alla valutazione",
                "proposal.check",
                consequence="La proposta passa al Comitato di Valutazione. Il capofila dell'Alleanza è avvisato.",
                primary=True,
            ),
            Transition(
                "exclude",
                (State.SUBMITTED,),
                State.EXCLUDED,
                "Escludi la proposta",
                "proposal.check",
                consequence="La proposta non sarà valutata. Il capofila e i partner leggono la motivazione che scrivi.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "withdraw",
                (State.SUBMITTED, State.ELIGIBLE),
                State.WITHDRAWN,
                "Ritira la proposta",
                "proposal.submit",
                consequence="La proposta esce dalla valutazione. Protocollo e contenuto presentato restano agli atti. "
                "Finché l'avviso è aperto si può duplicare e presentare di nuovo.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "replace",
                (State.SUBMITTED,),
                State.WITHDRAWN,
                "Sostituita da una nuova versione",
                "proposal.submit",
                automatic=True,
            ),
            Transition(
                "fund",
                (State.ELIGIBLE, State.ELIGIBLE_NOT_FUNDED),
                State.FUNDED,
                "Finanziamento",
                "ranking.approve",
                automatic=True,
            ),
            Transition(
                "leave_unfunded",
                (State.ELIGIBLE,),
                State.ELIGIBLE_NOT_FUNDED,
                "Ammissione senza finanziamento",
                "ranking.approve",
                automatic=True,
            ),
            Transition(
                "renounce",
                (State.FUNDED,),
                State.RENOUNCED,
                "Rinuncia al contributo",
                "proposal.submit",
                consequence="L'Alleanza rinuncia al contributo assegnato, che torna disponibile per chi segue in "
                "graduatoria. La graduatoria resta come è stata approvata.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "fall_short",
                (State.ELIGIBLE,),
                State.BELOW_THRESHOLD,
                "Punteggio sotto soglia",
                "ranking.approve",
                automatic=True,
            ),
        ),
    )
)


@dataclass(frozen=True)
class Step:
    """A page of the compilation: `slug` in the address, the texts it asks for (none: it asks for rows)."""

    key: str
    slug: str
    label: str
    fields: tuple[str, ...] = ()


STEPS = (
    Step("summary", "sintesi", "Dati e sintesi", ("title", "summary")),
    Step("needs", "bisogni", "Bisogni", ("needs",)),
    Step("objectives", "obiettivi", "Obiettivi", ("objectives",)),
    Step("actions", "azioni", "Azioni"),
    Step("budget", "budget", "Piano economico"),
    Step("indicators", "indicatori", "Indicatori"),
    Step("sustainability", "sostenibilita", "Sostenibilità", ("sustainability",)),
    Step("attachments", "allegati", "Allegati"),
)
STEP = {step.key: step for step in STEPS}
# in which step each text and each kind of row is written
STEP_OF = {name: step.key for step in STEPS for name in step.fields} | {
    "proposalaction": "actions",
    "budgetline": "budget",
    "expectedindicator": "indicators",
    "attachment": "attachments",
}


@dataclass(frozen=True)
class ActionRow:
    """An action as the rules see it."""

    title: str
    area: str
    district: str
    partner: str
    starts_on: date
    ends_on: date
    expected_participants: int = 0


@dataclass(frozen=True)
class Flag:
    """Something that is not forbidden and that the committee should look at, with its rule."""

    rule: str
    words: str


def check_editable(status: str, step: str = "", reopened: frozenset[str] = frozenset()) -> None:
    """Only a draft is written to, and the parts of a submitted proposal that a clarification request reopened."""
    if status == State.SUBMITTED and reopened and step not in reopened:
        raise MoveRefused(
            "Questa parte non si modifica: la richiesta di chiarimenti riapre solo "
            f"{', '.join(f'«{STEP[key].label}»' for key in STEP if key in reopened)}."
        )
    if status != State.DRAFT and step not in reopened:
        raise MoveRefused(
            f"La proposta è «{State(status).label}» e non si modifica più. "
            "Per ripartire dal suo contenuto usa «Duplica la proposta»."
        )


@enforces("R01")
def check_area(area: str) -> None:
    """An action falls in one of the five areas, and in no other (R01, art. 2)."""
    if not area:
        raise violated("R01", "Indica l'area di intervento dell'azione: è una delle cinque", field="area")
    check_one_of_five(area)


def check_period(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused("L'azione non può finire prima di cominciare: controlla le due date.", field="ends_on")


def months(starts_on: date, ends_on: date) -> int:
    """How many whole months a period lasts, both days included: from 01/09 to 31/12 are 4."""
    after = date.fromordinal(ends_on.toordinal() + 1)
    whole = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return whole - (after.day < starts_on.day)


def duration(actions: Iterable[ActionRow]) -> int:
    """Months begun from the first start to the last end; 0 without actions. Ten months and a day are eleven."""
    actions = list(actions)
    if not actions:
        return 0
    first, last = min(a.starts_on for a in actions), max(a.ends_on for a in actions)
    after = date.fromordinal(last.toordinal() + 1)
    return months(first, last) + (after.day != first.day)


def short_actions(actions: Iterable[ActionRow], short_months: int) -> list[ActionRow]:
    """The actions that last less than `short_months` months (of the programme's rule set)."""
    return [action for action in actions if months(action.starts_on, action.ends_on) < short_months]


def stand_alone(actions: Iterable[ActionRow]) -> list[ActionRow]:
    """Actions that share neither area nor district, at the same time, with an action of another partner."""
    actions = list(actions)

    def meets(one: ActionRow, other: ActionRow) -> bool:
        together = one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
        return together and one.partner != other.partner and (one.area == other.area or one.district == other.district)

    return [one for one in actions if not any(meets(one, other) for other in actions if other is not one)]


@enforces("R28")
def flags(actions: Iterable[ActionRow], short_months: int) -> list[Flag]:
    """What looks like «eventi e iniziative autonome e di breve durata» merely put side by side (R28, art. 8).

    Nothing is refused: writers and committee read it.
    """
    actions = list(actions)
    found = [
        Flag(
            "R28",
            f"«{action.title}» dura meno di {short_months} mesi: spiega come continua oltre il singolo evento.",
        )
        for action in short_actions(actions, short_months)
    ]
    partners = {action.partner for action in actions}
    if len(actions) > 1 and len(partners) == 1:
        found.append(Flag("R28", "Tutte le azioni sono affidate a un solo partner: l'integrazione non si vede."))
    elif len(partners) > 1 and len(stand_alone(actions)) == len(actions):
        found.append(
            Flag(
                "R28",
                "Le azioni dei partner non si incontrano mai nello stesso ambito o nella stessa area: potrebbero "
                "essere solo accostate.",
            )
        )
    return found
