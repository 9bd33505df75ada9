"""The network agreement: its life, its term, its versions (art. 5, 9, 10)."""

import calendar
from collections.abc import Mapping
from datetime import date

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import AgreementStatus as State

AGREEMENT = register(
    Lifecycle(
        noun="network_agreement",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "approve",
                (State.DRAFT,),
                State.APPROVED,
                "Registra la deliberazione",
                "agreement.edit",
                consequence="Il testo resta com'è in questa versione e l'accordo va alla firma. Quando ha firmato "
                "tutta la tabella entra in vigore da solo.",
                primary=True,
            ),
            Transition(
                "reopen",
                (State.APPROVED,),
                State.DRAFT,
                "Riporta in preparazione",
                "agreement.edit",
                consequence="Il testo torna modificabile e servirà una nuova deliberazione. Si può fare finché nessuno "
                "ha firmato.",
                needs_reason=True,
            ),
            Transition(
                "sign",
                (State.APPROVED,),
                State.IN_FORCE,
                "Registra la sottoscrizione",
                "agreement.edit",
                consequence="L'accordo entra in vigore dalla data della firma e scade dopo la durata del programma. "
                "Chi della tabella non ha firmato può farlo dopo.",
                primary=True,
            ),
            Transition(
                "enter_force", (State.APPROVED,), State.IN_FORCE, "Entrata in vigore", "agreement.edit", automatic=True
            ),
            Transition("expire", (State.IN_FORCE,), State.EXPIRED, "Scadenza", "agreement.edit", automatic=True),
            Transition(
                "supersede",
                (State.IN_FORCE, State.EXPIRED),
                State.SUPERSEDED,
                "Sostituzione",
                "agreement.edit",
                automatic=True,
            ),
        ),
    )
)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where that day does not exist."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@enforces("R41")
def expiry(signed_on: date, months: int) -> date:
    """When the agreement ends: `months` (of the programme; 24 in 2014-15) from the signature, not from the
    deliberation (R41, art. 10). Signed on 31/03/2014, it expires on 31/03/2016."""
    return add_months(signed_on, months)


@enforces("R41")
def check_after_signatures(signed_on: date, latest: date | None) -> None:
    """The subscription is not before a signature that is in already. Raises RuleViolated."""
    if latest is not None and signed_on < latest:
        raise violated(
            "R41",
            f"La durata decorre dalla sottoscrizione, e l'ultima firma raccolta è del {latest:%d/%m/%Y}: la "
            "sottoscrizione non può precederla.",
            field="signed_on",
        )


@enforces("R41")
def is_complete(signed: Mapping[int, date | None], *, lead: int) -> bool:
    """Whether the table of signatures is whole: the ASL and at least another, and nobody of it still to sign.

    `signed`: body -> the day on which it signed.
    """
    return len(signed) > 1 and lead in signed and all(signed.values())


NOTICE_DAYS = (180, 90, 30)


@enforces("R41")
def notice_due(expires_on: date, today: date) -> int | None:
    """Which of the notices before the expiry is due: 180, 90 or 30 days, the nearest that was reached; None when it is
    too early, or the term is over. A round that was missed makes good the last one, not all of them."""
    left = (expires_on - today).days
    return min((days for days in NOTICE_DAYS if 0 <= left <= days), default=None)


@enforces("R41")
def check_signature_day(signed_on: date, *, deliberated_on: date | None, today: date) -> None:
    """The signature follows the deliberation and is not in the future. Raises Refused."""
    if deliberated_on and signed_on < deliberated_on:
        raise violated(
            "R41",
            f"La sottoscrizione non può precedere la deliberazione del {deliberated_on:%d/%m/%Y}: controlla la data, "
            "perché la durata decorre dalla firma.",
            field="signed_on",
        )
    if signed_on > today:
        raise Refused("La data della sottoscrizione è nel futuro: registrala quando è avvenuta.", field="signed_on")


@enforces("R42")
def check_new_version(status: str, *, reason: str, form_agreed: str) -> None:
    """The text changes only by a new version; once signed, only in the form that the signatories agreed (R42).

    Raises Refused while the text is out to be signed, or when the reason or the agreed form is not told.
    """
    if status == State.APPROVED:
        raise Refused(
            "Il testo deliberato è alla firma e non si può cambiare: riporta prima l'accordo in preparazione, con la "
            "motivazione."
        )
    if status in {State.EXPIRED, State.SUPERSEDED}:
        raise violated(
            "R42",
            f"L'accordo è «{State(status).label}»: il suo testo resta com'era. Prepara il nuovo accordo della Rete.",
        )
    if not reason.strip():
        raise violated("R42", "Scrivi il motivo della nuova versione: quella di prima resta agli atti.", field="reason")
    if status == State.IN_FORCE and not form_agreed.strip():
        raise violated(
            "R42",
            "Un accordo sottoscritto si aggiorna solo nelle forme concordate dai sottoscrittori: scrivi in quale forma "
            "hanno concordato.",
            field="form_agreed",
        )
