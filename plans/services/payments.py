"""The tranches of a grant: ordered with an act, then paid. Never over the grant, never before the publication."""

from datetime import date
from decimal import Decimal

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import format_eur
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify

from ..enums import PaymentKind
from ..models import Payment, Project
from ..queries import projects as queries
from ..rules import projects as rules


@atomic
def order_payment(
    project: Project, *, by, kind: str, order_act: str, amount: Decimal | None = None, ordered_on: date | None = None
) -> Payment:
    """Order a payment to the lead of the alliance (EUR).

    The advance is what the call gives, when no amount is said. Raises Refused with the field for an amount over the
    grant or over the advance, a grant over 1,000 EUR that is not published, a project that does not run.
    """
    project = lock(project)
    call = project.proposal.call
    share = call.advance_share
    if amount is None:
        if kind != PaymentKind.ADVANCE:
            raise Refused("Scrivi l'importo da pagare.", field="amount")
        amount = rules.advance_of(project.grant, share)
    ordered_on = ordered_on or clock.today()
    if ordered_on > clock.today():
        raise Refused("L'atto di liquidazione non può avere una data futura.", field="ordered_on")
    if project.granted_on and ordered_on < project.granted_on:
        raise Refused("Il pagamento non può precedere la concessione del contributo.", field="ordered_on")
    rules.check_payment(
        kind=kind,
        amount=amount,
        status=project.status,
        grant=project.grant,
        advance_share=share,
        interim_share=call.interim_share,
        payments=queries.orders_of(project),
        published=queries.published_amount(project),
    )
    payment = Payment(project=project, kind=kind, amount=amount, order_act=order_act.strip(), ordered_on=ordered_on)
    payment._history_user = by
    payment.save()
    begin(payment, rules.PAYMENT, by=by, label="Dispone il pagamento")
    label = f"Dispone il pagamento: {payment.get_kind_display().lower()} di {format_eur(amount)}"
    note(project, noun="project", name="order_payment", label=label, by=by)
    return payment


@atomic
def record_paid(payment: Payment, *, by, paid_on: date) -> Payment:
    """The treasurer has paid. Raises Refused (field `paid_on`) for a day before the order or in the future."""
    payment = lock(payment)
    rules.check_paid_on(ordered_on=payment.ordered_on, paid_on=paid_on, today=clock.today())
    payment.paid_on = paid_on
    move(payment, rules.PAYMENT, "pay", by=by)
    project = payment.project
    label = f"Registra il pagamento: {payment.get_kind_display().lower()} di {format_eur(payment.amount)}"
    note(project, noun="project", name="record_paid", label=label, by=by)
    text = f"{payment.get_kind_display()} di {format_eur(payment.amount)} pagato per il progetto «{project.title}»."
    notify(queries.who_hears(project), text, url=project.get_absolute_url(), by=by)
    return payment


@atomic
def cancel(payment: Payment, *, by, reason: str) -> Payment:
    """An ordered payment is not made after all: the amount may be ordered again. Raises MoveRefused once paid."""
    payment = lock(payment)
    payment.cancel_reason = reason.strip()
    move(payment, rules.PAYMENT, "cancel", by=by, reason=reason)
    project = payment.project
    label = f"Annulla il pagamento: {payment.get_kind_display().lower()} di {format_eur(payment.amount)}"
    note(project, noun="project", name="cancel_payment", label=label, by=by, reason=reason)
    text = f"{payment.get_kind_display()} di {format_eur(payment.amount)} annullato per «{project.title}»: {reason}"
    notify(queries.who_hears(project), text, url=project.get_absolute_url(), by=by)
    return payment
