"""Personal links: an adherent reads what is asked of it without an account; to sign or renounce one enters (R10)."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django_tasks import task

from conciliazione.kernel import clock, jobs
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, note, note_all
from conciliazione.kernel.rulebook import enforces

from ..enums import MembershipStatus, SeatKind
from ..models import AdhesionLink, Membership, Seat

LASTS = timedelta(days=60)
_signer = partial(Signer, salt="network.adhesion-link")


def address_of(link: AdhesionLink) -> str:
    """The page of the link, in the portal."""
    return reverse("network:adhesion_link", args=[_signer().sign(link.nonce)])


def check_can_issue(membership: Membership) -> None:
    """Only who is a member is asked for something. Raises Refused."""
    if membership.status != MembershipStatus.MEMBER:
        raise Refused("Il link personale è per chi è aderente: questo ente ora non lo è.")


@atomic
@enforces("R09", "R10")
def issue_all(memberships: Iterable[Membership], *, by) -> list[AdhesionLink]:
    """Give each adherent a new personal link, mailed to its delegates and its PEC; the links before open no more.

    A number of queries that does not follow that of the adherents.
    """
    memberships = list(memberships)
    for membership in memberships:
        check_can_issue(membership)
    today = clock.today()
    AdhesionLink.objects.filter(membership__in=memberships, expires_on__gt=today).update(expires_on=today)
    addresses = _addresses(memberships)
    links = AdhesionLink.objects.bulk_create(
        AdhesionLink(
            membership=membership,
            nonce=secrets.token_hex(16),
            sent_to=", ".join(addresses[membership.pk])[:500],
            made_by=by,
            expires_on=today + LASTS,
        )
        for membership in memberships
    )
    label = "Link personale preparato"
    note_all(memberships, noun="membership", name="issue_link", label=label, by=by)
    letters = [[link.pk, addresses[link.membership_id]] for link in links if addresses[link.membership_id]]
    if letters:
        jobs.leave(send, letters)
    return links


def issue(membership: Membership, *, by) -> AdhesionLink:
    """A new personal link for one adherent."""
    return issue_all([membership], by=by)[0]


def _addresses(memberships: list[Membership]) -> dict[int, list[str]]:
    """membership -> the addresses of its delegates, and its PEC."""
    bodies = {membership.organisation_id: membership for membership in memberships}
    found = {membership.pk: [] for membership in memberships}
    delegates = Seat.objects.active().filter(kind=SeatKind.DELEGATE, organisation__in=bodies, person__is_active=True)
    for body, email in delegates.order_by("pk").values_list("organisation", "person__email"):
        found[bodies[body].pk].append(email)
    for membership in memberships:
        if membership.organisation.certified_email:
            found[membership.pk].append(membership.organisation.certified_email)
    return {pk: list(dict.fromkeys(each)) for pk, each in found.items()}


@task()
def send(letters: list) -> None:
    """The mails: one for each address, with the link of its body alone."""
    rows = AdhesionLink.objects.select_related("membership__organisation", "membership__network__lead")
    links = rows.in_bulk([pk for pk, _ in letters])
    messages = []
    for pk, addresses in letters:
        link = links[pk]
        membership = link.membership
        body = (
            f"{membership.organisation.name} è parte di: {membership.network.name}, guidata da "
            f"{membership.network.lead.name}.\n\n"
            "A questo indirizzo trovi l'accordo, che cosa è chiesto al tuo ente e come firmare o rinunciare:\n"
            f"{settings.PUBLIC_ADDRESS}{address_of(link)}\n\n"
            f"L'indirizzo è personale e vale fino al {link.expires_on - timedelta(days=1):%d/%m/%Y}: non inoltrarlo "
            "fuori dall'ente. Chi non risponde resta aderente: il silenzio non è una rinuncia (art. 5).\n"
        )
        subject = f"Adesione di {membership.organisation.name}: il tuo link personale"[:150]
        messages += [EmailMessage(subject, body, to=[address]) for address in addresses]
    get_connection(fail_silently=not settings.DEBUG).send_messages(messages)


def read(token: str) -> AdhesionLink | None:
    """The link of an address as it was mailed, opened now for the first time or again; None when it is not one of ours.

    Raises Refused when it has expired.
    """
    try:
        nonce = _signer().unsign(token)
    except BadSignature:
        return None
    rows = AdhesionLink.objects.select_related("membership__organisation", "membership__network__lead")
    link = rows.filter(nonce=nonce).first()
    if link is None:
        return None
    if not link.is_open:
        raise Refused(
            "Questo link è scaduto, o l'ASL ne ha mandato uno più recente. Chiedine un altro a "
            f"{link.membership.network.lead}."
        )
    if link.opened_at is None:
        with transaction.atomic():
            AdhesionLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=clock.now())
            label = "Link personale aperto"
            note(link.membership, noun="membership", name="open_link", label=label, by=None)
    return link
