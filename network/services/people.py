"""People of the network: accounts are given by invitation."""

from django.urls import reverse

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..models import CommitteeMember, Person, Seat, SteeringSeat
from . import committees, seats, steering


@atomic
def invite(*, email: str, first_name: str, last_name: str, by) -> Person:
    """The person with this address; whoever is not known yet gets an account without a password and a mail that
    tells how to choose one."""
    email = Person.objects.normalize_email(email.strip()).lower()
    known = Person.objects.filter(email__iexact=email).first()
    if known is not None:
        if not known.is_active:
            raise Refused("Questo accesso è stato disattivato: scrivi a chi gestisce il portale.", field="email")
        return known
    first_name, last_name = normalise(first_name), normalise(last_name)
    if not first_name or not last_name:
        raise Refused("Questa persona non è ancora nel portale: scrivi nome e cognome.", field="first_name")
    person = Person.objects.create_user(email, None, first_name=first_name, last_name=last_name)
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
def invite_to_committee(committee, *, who: dict, by, **place) -> CommitteeMember:
    """Invite and name into the committee, together or not at all."""
    return committees.name_member(committee, person=invite(**who, by=by), by=by, **place)


@atomic
def invite_to_steering(*, who: dict, by, **place) -> SteeringSeat:
    """Invite (when an address is given) and name into the Cabina, together or not at all."""
    person = invite(**who, by=by) if who["email"] else None
    return steering.name_seat(person=person, by=by, **place)
