"""How a granted project may still change: its period, its budget and its grant, by an act, never with more money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur

from ..enums import AmendmentKind, ProjectStatus

CENT = Decimal("0.01")
OPEN = frozenset({ProjectStatus.AWARDED, ProjectStatus.RUNNING})


@dataclass(frozen=True)
class Money:
    """Grant and co-financing of a category of expenditure (EUR)."""

    grant: Decimal = Decimal(0)
    co_financing: Decimal = Decimal(0)


def check_can_amend(*, status: str, granted: bool) -> None:
    """A project is amended once it is granted and until it is over."""
    if not granted:
        raise Refused("Prima registra l'atto di concessione e il CUP: le variazioni partono da lì.")
    if status not in OPEN:
        raise Refused(
            f"Il progetto è «{ProjectStatus(status).label}»: si varia finché è ammesso al contributo o in corso."
        )


def check_act(*, act: str, act_on: date, after: date, reason: str, today: date) -> None:
    """An amendment has its act, dated from the last version to today, and its reason."""
    if not act.strip():
        raise Refused("Scrivi l'atto che dispone la variazione.", field="act")
    if act_on > today:
        raise Refused("L'atto non può avere una data futura.", field="act_on")
    if act_on < after:
        raise Refused(f"L'atto non può precedere quello della versione in vigore ({after:%d/%m/%Y}).", field="act_on")
    if not reason.strip():
        raise Refused("Scrivi il motivo della variazione.", field="reason")


def check_period(*, kind: str, starts_on: date, ends_on: date, before: date, limit: date) -> None:
    """The project ends after it starts and within the programme; an extension moves its end onward.

    `before` is the present end, `limit` the last day of the programme.
    """
    if ends_on < starts_on:
        raise Refused("Il progetto non può finire prima di cominciare.", field="ends_on")
    if ends_on > limit:
        raise Refused(f"Il progetto deve finire entro il programma, cioè il {limit:%d/%m/%Y}.", field="ends_on")
    if kind == AmendmentKind.EXTENSION and ends_on <= before:
        raise Refused(f"Una proroga sposta la fine in avanti: oggi è il {before:%d/%m/%Y}.", field="ends_on")


def check_budget(
    lines: Mapping[str, Money],
    *,
    grant: Decimal,
    co_financing: Decimal,
    kind: str = AmendmentKind.AMENDMENT,
    ordered: Decimal = Decimal(0),
) -> None:
    """The budget is shared out afresh within the grant; only a reduction lowers the grant (art. 8).

    A reduction never goes below what was `ordered` to be paid already, and the co-financing goes down with the grant
    at most; otherwise the co-financing does not go down at all. Amounts in EUR.
    """
    for key, money in lines.items():
        if money.grant < 0 or money.co_financing < 0:
            raise Refused("Gli importi non possono essere negativi.", field=f"grant_{key}")
    total = sum((money.grant for money in lines.values()), Decimal(0))
    own = sum((money.co_financing for money in lines.values()), Decimal(0))
    if kind == AmendmentKind.REDUCTION:
        _check_reduction(total, own, grant=grant, co_financing=co_financing, ordered=ordered)
        return
    if total != grant:
        raise Refused(
            f"Le voci sommano a {format_eur(total)} di contributo, ma il contributo concesso è {format_eur(grant)}: "
            "una variazione lo ripartisce, non lo cambia. Per abbassarlo scegli «Riduzione del contributo»."
        )
    if own < co_financing:
        raise Refused(
            f"Il cofinanziamento scenderebbe da {format_eur(co_financing)} a {format_eur(own)}: i partner si sono "
            "impegnati per l'intero."
        )


def _check_reduction(total: Decimal, own: Decimal, *, grant: Decimal, co_financing: Decimal, ordered: Decimal) -> None:
    if total >= grant:
        raise Refused(
            f"Una riduzione abbassa il contributo: quello concesso è {format_eur(grant)} e le voci sommano a "
            f"{format_eur(total)}. Scrivi voce per voce quanto resta."
        )
    if total <= 0:
        raise Refused("Così del contributo non resta nulla: se il progetto non si fa, il contributo si revoca.")
    if total < ordered:
        raise Refused(
            f"Sono già disposti pagamenti per {format_eur(ordered)}: il contributo non può scendere a "
            f"{format_eur(total)}. Annulla prima i pagamenti non ancora eseguiti, o recupera l'eccedenza con la revoca."
        )
    if own * grant < co_financing * total:
        raise Refused(
            f"Il cofinanziamento scenderebbe più del contributo: con {format_eur(total)} di contributo i partner "
            f"mettono almeno {format_eur((co_financing * total / grant).quantize(CENT, ROUND_CEILING))}."
        )


def check_publish_change(*, published: Decimal | None, grant: Decimal) -> None:
    """What is published anew was published before, with another amount (d.lgs. 33/2013 art. 26-27)."""
    if published is None:
        raise Refused("Il contributo non è ancora pubblicato: la prima pubblicazione porta già l'importo di oggi.")
    if published == grant:
        raise Refused("È già pubblicato l'importo di oggi: non c'è nulla di nuovo da pubblicare.")


def check_changes(before: Mapping, after: Mapping) -> None:
    """An act that changes nothing is no amendment."""
    if before == after:
        raise Refused("Non hai cambiato nulla: correggi il periodo o il budget, oppure lascia stare.")
