"""The scorrimento: money that comes back goes down the reserve list, in the order of the frozen ranking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.money import format_eur

from ..enums import DrawStatus as State
from .ranking import Cut, share_in_order

DRAW = register(
    Lifecycle(
        noun="ranking_draw",
        states=State,
        initial=State.ORDERED,
        transitions=(
            Transition(
                "publish",
                (State.ORDERED,),
                State.PUBLISHED,
                "Pubblica lo scorrimento",
                "ranking.publish",
                consequence="Lo scorrimento diventa pubblico accanto alla graduatoria, con il numero di protocollo.",
                primary=True,
            ),
        ),
    )
)


@dataclass(frozen=True)
class Commitment:
    """A grant that was given, and how much of it is still bound (EUR); `why` says what set the rest free."""

    title: str
    given: Decimal
    bound: Decimal
    why: str = ""

    @property
    def freed(self) -> Decimal:
        return self.given - self.bound


@dataclass(frozen=True)
class Waiting:
    """A proposal of the reserve list: its place in the ranking and what it asks for (EUR)."""

    id: int
    position: int
    requested: Decimal


@dataclass(frozen=True)
class Reached:
    """What the draw gives to a proposal (EUR)."""

    id: int
    position: int
    requested: Decimal
    granted: Decimal
    reason: str


def bound_money(
    *, grant: Decimal, status: str, paid: Decimal, settled: bool, given: Decimal | None = None
) -> tuple[Decimal, str]:
    """How much of a project's grant is still bound, and why the rest of what was `given` is not (EUR).

    A project that was revoked or renounced binds what was paid, until it is recovered; a closed one whose balance is
    paid binds what was paid; any other binds its grant.
    """
    if status == "revoked":
        return paid, "contributo revocato o rinunciato" + (", al netto di quanto già pagato" if paid else "")
    if status == "closed" and settled and paid < grant:
        return paid, "economie a progetto concluso"
    return grant, "contributo ridotto" if given is not None and grant < given else ""


def available(budget: Decimal, commitments: Iterable[Commitment]) -> Decimal:
    """What may be given now: the money of the call less what is still bound (EUR)."""
    return budget - sum((commitment.bound for commitment in commitments), Decimal(0))


def draw(reserve: Sequence[Waiting], money: Decimal, cut: Cut) -> list[Reached]:
    """Those whom the money reaches, in the order of the ranking, by the same rule of the call."""
    waiting = sorted(reserve, key=lambda row: row.position)
    shares = share_in_order([row.requested for row in waiting], money, cut)
    return [
        Reached(row.id, row.position, row.requested, share.granted, share.reason)
        for row, share in zip(waiting, shares, strict=True)
        if share.funded
    ]


def check_waiting(*, published: bool, waiting: int) -> None:
    """There is a published ranking, and somebody on its reserve list."""
    if not published:
        raise Refused("Si scorre una graduatoria pubblicata: prima il Comitato la approva e l'ASL la pubblica.")
    if not waiting:
        raise Refused("Nessuna proposta è ammessa e non finanziata: non c'è nessuno a cui scorrere.")


def check_can_draw(*, published: bool, waiting: int, money: Decimal, reached: int) -> None:
    """And there is money, which reaches the first who waits."""
    check_waiting(published=published, waiting=waiting)
    if money <= 0:
        raise Refused("Non ci sono risorse libere: si liberano con una rinuncia, una revoca o le economie di un saldo.")
    if not reached:
        raise Refused(
            f"Le risorse libere ({format_eur(money)}) non bastano alla prima proposta in attesa, e per regola "
            "dell'avviso non si salta a quelle che seguono."
        )


def check_act(*, act: str, act_on: date, published_on: date, today: date) -> None:
    """The draw has its act, dated between the publication of the ranking and today."""
    if not act.strip():
        raise Refused("Scrivi l'atto che dispone lo scorrimento.", field="act")
    if act_on > today:
        raise Refused("L'atto non può avere una data futura.", field="act_on")
    if act_on < published_on:
        raise Refused("L'atto non può precedere la pubblicazione della graduatoria.", field="act_on")
