"""A call (avviso): its life, its terms to the second, and a grid that can give a ranking (art. 6, 8)."""

from datetime import date, datetime
from decimal import Decimal

from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import CallStatus as State
from ..enums import MoneyRule

CALL = register(
    Lifecycle(
        noun="call",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "publish",
                (State.DRAFT,),
                State.PUBLISHED,
                "Pubblica l'avviso",
                "call.publish",
                consequence="L'avviso diventa pubblico e prende il numero di protocollo. Da ora termini, risorse e "
                "griglia non cambiano più, se non con una rettifica pubblicata. Gli aderenti alla Rete "
                "ricevono una notifica.",
                primary=True,
            ),
            Transition(
                "start_evaluation",
                (State.PUBLISHED,),
                State.EVALUATION,
                "Avvia la valutazione",
                "call.publish",
                consequence="Le proposte presentate passano alla verifica di ammissibilità dell'ASL e poi al Comitato "
                "di Valutazione. Le bozze non presentate restano fuori.",
                primary=True,
            ),
            Transition(
                "conclude",
                (State.EVALUATION,),
                State.CONCLUDED,
                "Concludi l'avviso",
                "call.publish",
                consequence="L'avviso è concluso: ogni proposta ha il suo esito e non si valuta più nulla.",
            ),
            Transition(
                "close_early",
                (State.PUBLISHED,),
                State.CONCLUDED,
                "Chiudi l'avviso senza valutazione",
                "call.publish",
                consequence="L'avviso è concluso e non riceve più proposte. La motivazione si legge nella sua storia.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


def check_terms(opens_at: datetime, closes_at: datetime, *, act_on: date | None = None) -> None:
    """The call closes after it opens, and opens not before its act. Raises Refused beside the field."""
    if closes_at <= opens_at:
        raise Refused("La chiusura dell'avviso deve seguire l'apertura.", field="closes_at")
    if act_on is not None and opens_at.date() < act_on:
        raise Refused("L'avviso non può aprire prima della data dell'atto che lo approva.", field="opens_at")


def check_money(budget: Decimal, network_budget: Decimal, advance_share: Decimal) -> None:
    if budget <= 0:
        raise Refused("Indica le risorse per le proposte delle Alleanze: un importo maggiore di zero.", field="budget")
    if network_budget < 0:
        raise Refused("Le risorse per le azioni di rete non possono essere negative.", field="network_budget")
    if not 0 <= advance_share <= 100:
        raise Refused("L'anticipo è una percentuale tra 0 e 100.", field="advance_share")


def check_tranches(advance_share: Decimal, interim_share: Decimal) -> None:
    """Advance and interim payments leave something, or nothing, for the balance; never more than the grant."""
    if not 0 <= interim_share <= 100 - advance_share:
        raise Refused("Anticipo e acconti insieme non possono superare il 100 % del contributo.", field="interim_share")


def check_partial(money_rule: str, minimum: Decimal) -> None:
    """A least share makes sense where partial grants are given."""
    if not 0 <= minimum <= 100:
        raise Refused("Il minimo è una percentuale tra 0 e 100.", field="partial_minimum")
    if minimum and money_rule != MoneyRule.PARTIAL:
        raise Refused(
            "Il minimo vale solo se l'avviso prevede il contributo parziale: scegli quello, o lascia vuoto.",
            field="partial_minimum",
        )


def check_editable(status: str) -> None:
    """A published call is frozen: whoever writes a proposal relies on its terms and grid."""
    if status != State.DRAFT:
        raise MoveRefused(
            f"L'avviso è «{State(status).label}»: termini, risorse e griglia non cambiano più. "
            "Se un dato è sbagliato o serve più tempo, pubblica una rettifica."
        )


def check_days(check_days: int, clarification_days: int, evaluation_days: int = 60) -> None:
    """The terms of the ASL's check, of the clarifications and of the evaluation, in days."""
    if not 1 <= check_days <= 365:
        raise Refused("I giorni per la verifica vanno da 1 a 365.", field="check_days")
    if not 1 <= clarification_days <= 90:
        raise Refused("I giorni per i chiarimenti vanno da 1 a 90.", field="clarification_days")
    if not 1 <= evaluation_days <= 365:
        raise Refused("I giorni per la valutazione vanno da 1 a 365.", field="evaluation_days")


def check_rectification(
    status: str, *, closes_at: datetime, new_closes_at: datetime, now: datetime, text: str, when
) -> None:
    """A published call changes only by a published rectification, while it takes proposals; it may move the closing
    later, never sooner: who relies on a term finds it."""
    if status != State.PUBLISHED or now >= closes_at:
        raise MoveRefused(
            "Si rettifica un avviso pubblicato, fino alla sua chiusura: "
            + (
                "questo è ancora in preparazione e si modifica direttamente."
                if status == State.DRAFT
                else f"questo è chiuso dal {when(closes_at)}."
            )
        )
    if not text.strip():
        raise Refused("Scrivi che cosa cambia: chi prepara una proposta lo legge.", field="text")
    if new_closes_at < closes_at:
        raise Refused(
            f"La chiusura si può spostare solo in avanti: ora è il {when(closes_at)}. Chi scrive una proposta conta su "
            "quel termine.",
            field="closes_at",
        )


def check_may_ask(status: str, *, closes_at: datetime, now: datetime, when) -> None:
    """Questions are asked from the publication to the closing."""
    if status != State.PUBLISHED or now >= closes_at:
        raise Refused(
            f"Le domande si fanno fino alla chiusura dell'avviso ({when(closes_at)}). Scrivi all'ufficio dell'ASL."
        )


def check_publishable(*, closes_at: datetime, now: datetime) -> None:
    """A call is published with time left to answer it (and a sound grid: `grids.check_grid`)."""
    if closes_at <= now:
        raise Refused("La chiusura dell'avviso è già passata: sposta i termini prima di pubblicarlo.")


def is_open(status: str, *, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Published, and opens_at <= now < closes_at, to the second."""
    return status == State.PUBLISHED and opens_at <= now < closes_at


def check_open(status: str, *, opens_at: datetime, closes_at: datetime, now: datetime, when) -> None:
    """Proposals are taken from the opening on and until the instant of closing. `when` writes an instant in words.

    Raises Refused with the term and what is left to do.
    """
    if status == State.DRAFT:
        raise Refused("L'avviso non è ancora pubblicato: le proposte si presentano dopo la pubblicazione.")
    if status != State.PUBLISHED or now >= closes_at:
        raise Refused(
            f"I termini sono chiusi dal {when(closes_at)}: questo avviso non riceve più proposte. "
            "La bozza resta consultabile e si può duplicare per un altro avviso."
        )
    if now < opens_at:
        raise Refused(f"L'avviso apre il {when(opens_at)}: la proposta si presenta da quel momento.")


@enforces("R13")
def check_may_evaluate(
    status: str, *, closes_at: datetime, now: datetime, when, submitted: int, constituted: bool
) -> None:
    """Evaluation starts once the term is over, on proposals that were submitted, before a valid committee (art. 6)."""
    CALL.check(status, "start_evaluation")
    if now < closes_at:
        raise Refused(f"L'avviso è aperto fino al {when(closes_at)}: la valutazione si avvia dopo la chiusura.")
    if not submitted:
        raise Refused(
            "Nessuna proposta è stata presentata: non c'è nulla da valutare. Puoi chiudere l'avviso senza valutazione."
        )
    if not constituted:
        raise violated(
            "R13",
            "Il Comitato di Valutazione non è ancora costituito: servono ASL e STER del territorio. "
            "Completa la sua composizione nella sezione Rete",
        )


def check_may_conclude(status: str, *, undecided: int) -> None:
    """An evaluated call ends when every proposal has its outcome."""
    CALL.check(status, "conclude")
    if undecided:
        words = "proposta attende" if undecided == 1 else "proposte attendono"
        raise Refused(f"{undecided} {words} ancora l'esito: prima servono verifica, valutazione e graduatoria.")


def check_may_close_early(status: str, *, submitted: int) -> None:
    """A published call is closed without evaluation only while no proposal has been handed in."""
    CALL.check(status, "close_early")
    if submitted:
        words = "è stata presentata una proposta" if submitted == 1 else f"sono state presentate {submitted} proposte"
        raise Refused(f"Per questo avviso {words}: si conclude dopo la loro valutazione.")
