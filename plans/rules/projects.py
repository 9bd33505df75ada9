"""Funded projects: the grant, its publication, the money that goes out (art. 8, 9; d.lgs. 33/2013 art. 26-27)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.money import format_eur, round_eur
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import PaymentKind, PaymentStatus
from ..enums import ProjectStatus as State

PROJECT = register(
    Lifecycle(
        noun="project",
        states=State,
        initial=State.AWARDED,
        transitions=(
            Transition(
                "start",
                (State.AWARDED,),
                State.RUNNING,
                "Avvia il progetto",
                "project.manage",
                consequence="Il progetto comincia: da qui partono i periodi di monitoraggio e la rendicontazione.",
                primary=True,
            ),
            Transition(
                "close",
                (State.RUNNING,),
                State.CLOSED,
                "Concludi il progetto",
                "project.manage",
                consequence="Il progetto è concluso. Resta possibile il solo saldo, se non è ancora stato disposto.",
            ),
            Transition(
                "revoke",
                (State.AWARDED, State.RUNNING),
                State.REVOKED,
                "Revoca il contributo",
                "project.manage",
                consequence="Il contributo è revocato: non si può pagare più nulla, e quanto è già stato pagato va "
                "recuperato con un atto dell'ASL.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "renounce",
                (State.AWARDED, State.RUNNING),
                State.REVOKED,
                "Rinuncia al contributo",
                "project.renounce",
                consequence="L'Alleanza rinuncia al contributo: il progetto si ferma, quanto è già stato pagato va "
                "restituito e le risorse tornano disponibili per chi segue in graduatoria.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)

PAYMENT = register(
    Lifecycle(
        noun="payment",
        states=PaymentStatus,
        initial=PaymentStatus.ORDERED,
        transitions=(
            Transition(
                "pay",
                (PaymentStatus.ORDERED,),
                PaymentStatus.PAID,
                "Registra il pagamento",
                "payment.order",
                consequence="Il pagamento risulta eseguito alla data che indichi.",
                primary=True,
            ),
            Transition(
                "cancel",
                (PaymentStatus.ORDERED,),
                PaymentStatus.CANCELLED,
                "Annulla il pagamento",
                "payment.order",
                consequence="Il pagamento non sarà eseguito: l'importo torna disponibile e si può disporre di nuovo. "
                "L'atto e il motivo restano nella storia del progetto.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)

PUBLISH_ABOVE = Decimal(1000)  # EUR: d.lgs. 33/2013 art. 26 c. 2
CUP = re.compile(r"[A-Z0-9]{15}")


@dataclass(frozen=True)
class Paid:
    """A payment that was ordered: its kind, and its amount in EUR."""

    kind: str
    amount: Decimal


@enforces("R32")
def check_constituted(alliance: str, constituted: bool) -> None:
    """No project without the partnership agreement in force, signed by all participants (art. 9)."""
    if not constituted:
        raise violated(
            "R32",
            f"L'accordo di partenariato di {alliance} non è ancora in vigore: deve essere firmato da tutti i "
            "partecipanti prima che il progetto cominci",
        )


@enforces("R25")
def counterpart(network_lead: str, department: str) -> str:
    """Whom the lead of the alliance speaks to about its project: the lead of the network, nobody above it (art. 7)."""
    return f"{network_lead}, {department}"


def check_grant(*, grant_act: str, cup: str, granted_on: date, starts_on: date, ends_on: date, today: date) -> None:
    """The grant has its act, its day (not in the future), its CUP of 15 letters and digits, and a period in order."""
    if not grant_act.strip():
        raise Refused("Scrivi l'atto di concessione.", field="grant_act")
    if granted_on > today:
        raise Refused("L'atto di concessione non può avere una data futura.", field="granted_on")
    if not CUP.fullmatch(cup):
        raise Refused("Il CUP ha 15 caratteri, solo lettere maiuscole e cifre: controllalo.", field="cup")
    if ends_on < starts_on:
        raise Refused("Il progetto non può finire prima di cominciare.", field="ends_on")


def check_granted(*, grant_act: str, cup: str) -> None:
    """A project starts, and a grant is published, only once the act and the CUP are recorded."""
    if not (grant_act and cup):
        raise Refused("Prima registra l'atto di concessione e il CUP.")


def check_publication(*, published: bool, granted: bool) -> None:
    if published:
        raise Refused("Il contributo è già pubblicato.")
    if not granted:
        raise Refused("Prima registra l'atto di concessione e il CUP: la pubblicazione li riporta.")


def check_published_before_payment(*, grant: Decimal, published: Decimal | None) -> None:
    """A grant over 1,000 EUR takes effect only with its publication (d.lgs. 33/2013 art. 26 c. 3).

    `published` is the amount that the public reads today (EUR); None when the grant is not published.
    """
    if published is not None and published != grant:
        raise Refused(
            f"Un atto ha portato il contributo da {format_eur(published)} a {format_eur(grant)}: prima di altri "
            "pagamenti va pubblicato l'importo nuovo (d.lgs. 33/2013, artt. 26 e 27)."
        )
    if grant > PUBLISH_ABOVE and published is None:
        raise Refused(
            f"Il contributo supera {format_eur(PUBLISH_ABOVE)}: prima di ogni pagamento va pubblicato (d.lgs. 33/2013, "
            "artt. 26 e 27). Pubblica il contributo, poi disponi il pagamento."
        )


def advance_of(grant: Decimal, share: Decimal) -> Decimal:
    """The advance that the call gives: `share` % of the grant, to the cent, half up."""
    return round_eur(grant * share / 100)


def left_of(grant: Decimal, payments: Iterable[Paid]) -> Decimal:
    """What may still be ordered."""
    return grant - sum((payment.amount for payment in payments), Decimal(0))


def check_payment(
    *,
    kind: str,
    amount: Decimal,
    status: str,
    grant: Decimal,
    advance_share: Decimal,
    interim_share: Decimal = Decimal(0),
    payments: Iterable[Paid],
    published: Decimal | None,
) -> None:
    """A payment goes out to a running project (the final one also to a closed one), never over the grant in all."""
    payments = list(payments)
    allowed = {State.RUNNING, State.CLOSED} if kind == PaymentKind.FINAL else {State.RUNNING}
    if status not in allowed:
        raise Refused(
            f"Il progetto è «{State(status).label}»: si paga a progetto in corso, e il saldo anche a progetto concluso."
        )
    check_published_before_payment(grant=grant, published=published)
    kinds = {payment.kind for payment in payments}
    if PaymentKind.FINAL in kinds:
        raise Refused("Il saldo è già stato disposto: non ci sono altri pagamenti per questo progetto.", field="kind")
    if kind == PaymentKind.ADVANCE:
        _check_advance(amount, grant, advance_share, kinds)
    if kind == PaymentKind.INTERIM and interim_share:
        _check_interim(amount, grant, interim_share, payments)
    if amount <= 0:
        raise Refused("L'importo del pagamento deve essere maggiore di zero.", field="amount")
    left = left_of(grant, payments)
    if amount > left:
        raise Refused(
            f"I pagamenti supererebbero il contributo di {format_eur(grant)}: si possono disporre ancora "
            f"{format_eur(left)}.",
            field="amount",
        )


def _check_interim(amount: Decimal, grant: Decimal, share: Decimal, payments: list[Paid]) -> None:
    most = round_eur(grant * share / 100)
    already = sum((payment.amount for payment in payments if payment.kind == PaymentKind.INTERIM), Decimal(0))
    if already + amount > most:
        percent = f"{share.normalize():f}".replace(".", ",")
        raise Refused(
            f"L'avviso prevede acconti per il {percent} % del contributo, in tutto {format_eur(most)}: ne restano "
            f"{format_eur(most - already)}. Il resto si paga a saldo.",
            field="amount",
        )


def _check_advance(amount: Decimal, grant: Decimal, share: Decimal, kinds: set[str]) -> None:
    if not share:
        raise Refused("L'avviso non prevede l'anticipo: scegli l'acconto o il saldo.", field="kind")
    if kinds:
        already = (
            "L'anticipo è già stato disposto."
            if PaymentKind.ADVANCE in kinds
            else "L'anticipo viene prima degli altri."
        )
        raise Refused(already, field="kind")
    most = advance_of(grant, share)
    if amount > most:
        percent = f"{share.normalize():f}".replace(".", ",")
        raise Refused(f"L'avviso prevede un anticipo del {percent} %: al massimo {format_eur(most)}.", field="amount")


def check_paid_on(*, ordered_on: date, paid_on: date, today: date) -> None:
    if paid_on < ordered_on:
        raise Refused("Il pagamento non può precedere l'atto che lo dispone.", field="paid_on")
    if paid_on > today:
        raise Refused("La data del pagamento è nel futuro.", field="paid_on")
