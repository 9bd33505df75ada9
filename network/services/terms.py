"""The term of the network agreement: it ends by itself two years after the signature, and is told beforehand."""

from datetime import timedelta

from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.daily import once
from conciliazione.kernel.moves import atomic, lock, move
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.text import counted

from ..enums import AgreementStatus
from ..models import NetworkAgreement
from ..rules.agreements import AGREEMENT, NOTICE_DAYS, notice_due


@atomic
@enforces("R41")
def expire_due() -> list[NetworkAgreement]:
    """Expire every agreement whose term is over; for the portal's daily round."""
    due = NetworkAgreement.objects.filter(status=AgreementStatus.IN_FORCE, expires_on__lt=clock.today())
    expired = [lock(agreement) for agreement in due]
    for agreement in expired:
        move(agreement, AGREEMENT, "expire", by=None, reason=f"Durata finita il {agreement.expires_on:%d/%m/%Y}")
        office = access.people_with(access.Role.OFFICE, agreement.network)
        notify(office, f"{agreement}: è scaduto.", url=agreement.get_absolute_url())
    return expired


@atomic
@enforces("R41", "R11")
def remind_expiring() -> list[tuple[NetworkAgreement, int]]:
    """Tell the office and the adherents that an agreement ends, 180, 90 and 30 days before; each notice leaves once.

    Returns (agreement, days) for those that left now; for the portal's daily round.
    """
    today = clock.today()
    told = []
    rows = NetworkAgreement.objects.filter(
        status=AgreementStatus.IN_FORCE, expires_on__range=(today, today + timedelta(days=max(NOTICE_DAYS)))
    )
    for agreement in rows.select_related("network__lead", "programme"):
        days = notice_due(agreement.expires_on, today)
        if days is None or not once(agreement, f"expiry-{agreement.expires_on}-{days}"):
            continue
        left = counted((agreement.expires_on - today).days, "giorno", "giorni")
        text = f"{agreement}: scade il {agreement.expires_on:%d/%m/%Y}, tra {left} (art. 10)."
        next_one = agreement.renewals.first()
        coming = "Il nuovo accordo è in preparazione." if next_one else "Va preparato il nuovo accordo."
        office = access.people_with(access.Role.OFFICE, agreement.network)
        page = (
            next_one.get_absolute_url()
            if next_one
            else reverse("network:agreement_create", args=[agreement.network_id])
        )
        notify(office, f"{text} {coming}", url=page)
        members = access.people_with(access.Role.MEMBER, agreement.network).exclude(pk__in=office)
        notify(
            members,
            f"{text} Chi aderisce resta parte della Rete, salvo espressa rinuncia (art. 5).",
            url=agreement.get_absolute_url(),
        )
        told.append((agreement, days))
    return told
