"""The network agreement comes into force: by itself with the last signature of its table, or when the ASL puts the
subscription on record (art. 10)."""

from collections import defaultdict
from datetime import date

from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces

from ..enums import AgreementStatus, MembershipOrigin
from ..models import NetworkAgreement
from ..rules.agreements import AGREEMENT, expiry, is_complete
from ..signals import agreement_in_force
from . import memberships
from ._trace import filed

IN_THE_PORTAL = "Firme raccolte nel portale"


@enforces("R41")
def enter_force(agreement: NetworkAgreement, name: str, *, signed_on: date, place: str, by, reason: str = "") -> None:
    """The term runs from `signed_on`; whoever signed is a member; the agreement before is over. `name` is the move.

    `agreement` is locked. Raises Refused while the ASL, which leads the network, has not signed.
    """
    signed = list(agreement.signatures.exclude(signed_on=None).select_related("organisation"))
    if agreement.network.lead_id not in {row.organisation_id for row in signed}:
        raise Refused("Manca la firma dell'ASL, capofila della Rete: senza, l'accordo non entra in vigore.")
    agreement.signed_on, agreement.signed_at_place = signed_on, place
    agreement.expires_on = expiry(signed_on, agreement.programme.agreement_months)
    move(agreement, AGREEMENT, name, by=by, reason=reason)
    filed(agreement, agreement.network, f"Sottoscrizione: {agreement}", by=by)
    join_signatories(agreement, signed, by)
    _supersede_earlier(agreement)
    agreement_in_force.send(sender=NetworkAgreement, agreement=agreement, by=by)
    people = access.people_with(access.Role.MEMBER, agreement.network)
    notify(
        people, f"{agreement}: è in vigore fino al {agreement.expires_on:%d/%m/%Y}.", url=agreement.get_absolute_url()
    )


@enforces("R41")
def enter_if_complete(agreement: NetworkAgreement, *, by) -> None:
    """With the last signature of the table the agreement is in force, from the day of that signature: nobody has to
    put on record what is there already. `agreement` is locked."""
    if agreement.status != AgreementStatus.APPROVED:
        return
    days = list(agreement.signatures.values_list("organisation", "signed_on"))
    if is_complete(dict(days), lead=agreement.network.lead_id):
        last = max(day for _, day in days)
        enter_force(agreement, "enter_force", signed_on=last, place=IN_THE_PORTAL, by=by)


def join_signatories(agreement: NetworkAgreement, rows, by) -> None:
    """Whoever signed is a member, each from the day of its own signature."""
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.signed_on].append(row.organisation)
    for day, organisations in sorted(by_day.items()):
        memberships.join_all(agreement.network, organisations, origin=MembershipOrigin.SIGNATORY, since=day, by=by)


def _supersede_earlier(agreement) -> None:
    over = {AgreementStatus.IN_FORCE, AgreementStatus.EXPIRED}
    for earlier in agreement.network.agreements.filter(status__in=over).exclude(pk=agreement.pk):
        move(lock(earlier), AGREEMENT, "supersede", by=None, reason=f"Sostituito da: {agreement}")
