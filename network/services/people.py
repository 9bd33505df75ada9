"""People of the network: accounts are given by invitation."""

from django.db import IntegrityError, transaction
from django.urls import reverse

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..enums import SeatKind
from ..models import CommitteeMember, Person, Seat, SteeringSeat
from . import committees, seats, steering


@atomic
def invite(*, email: str, first_name: str, last_name: str, tax_code: str = "", by) -> Person:
    """The person with this address; whoever is not known yet gets an account without a password and a mail that
    tells how to choose one.

    The codice fiscale, by which SPID and CIE recognise a person, is written on a new account alone: were it changed by
    whoever invites, they could enter as somebody else. A person who is there already links their identity themselves.
    """
    email = Person.objects.normalize_email(email.strip()).lower()
    known = Person.objects.filter(email__iexact=email).first()
    if known is not None:
        if not known.is_active:
            raise Refused("Questo accesso è stato disattivato: scrivi a chi gestisce il portale.", field="email")
        return known
    first_name, last_name = normalise(first_name), normalise(last_name)
    if not first_name or not last_name:
        raise Refused("Questa persona non è ancora nel portale: scrivi nome e cognome.", field="first_name")
    if tax_code and Person.objects.filter(tax_code=tax_code).exists():
        raise Refused("Questo codice fiscale è già di un'altra persona del portale.", field="tax_code")
    try:
        with transaction.atomic():
            person = Person.objects.create_user(
                email, None, first_name=first_name, last_name=last_name, tax_code=tax_code
            )
    except IntegrityError:  # somebody invited them in the same instant, or gave their tax code to somebody else
        known = Person.objects.filter(email=email).first()
        if known is None:
            raise
        return known
    notify(
        [person],
        "Hai ricevuto un invito al portale della rete di conciliazione. Scegli la tua password per entrare.",
        url=reverse("account_reset_password"),
        by=by,
    )
    return person


@atomic
def invite_to_seat(*, who: dict, by, **seat) -> Seat:
    """Invite whoever is not known yet and give them a seat (see `seats.give_seat`), together or not at all."""
    return seats.give_seat(person=invite(**who, by=by), by=by, **seat)


@atomic
def invite_colleague(*, who: dict, by, office: str = "", starts_on=None, ends_on=None, substitutes_for=None) -> Seat:
    """A delegate brings a colleague in for their own body, with the same kind of seat."""
    own = by.acting_seat
    if own is None or own.kind != SeatKind.DELEGATE:
        raise Refused("Può invitare colleghi chi agisce per un ente: passa a quell'incarico.")
    return seats.give_seat(
        person=invite(**who, by=by),
        kind=SeatKind.DELEGATE,
        organisation=own.organisation,
        office=office,
        starts_on=starts_on,
        ends_on=ends_on,
        substitutes_for=substitutes_for,
        by=by,
    )


@atomic
def invite_to_committee(committee, *, who: dict, by, **place) -> CommitteeMember:
    """Invite and name into the committee, together or not at all."""
    return committees.name_member(committee, person=invite(**who, by=by), by=by, **place)


@atomic
def invite_substitute(member, *, who: dict, by) -> CommitteeMember:
    """Invite and name as substitute of a member of the committee, together or not at all."""
    return committees.name_substitute(member, person=invite(**who, by=by), by=by)


@atomic
def invite_to_steering(*, who: dict, by, **place) -> SteeringSeat:
    """Invite (when an address is given) and name into the Cabina, together or not at all."""
    person = invite(**who, by=by) if who["email"] else None
    return steering.name_seat(person=person, by=by, **place)
