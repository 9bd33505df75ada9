"""Ending sessions and taking a second factor away, with a trace."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.urls import reverse

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.notices import notify
from conciliazione.kernel.trail import chain

from ..models import Person


@atomic
def end_sessions(rows: QuerySet[UserSession], *, by) -> int:
    """Sign the person out of these sessions; returns how many there were."""
    ended = list(rows)
    for row in ended:
        row.end()
    return len(ended)


@atomic
def reset_second_factor(*, email: str, reason: str) -> Person:
    """For whoever has lost it with the recovery codes: nothing of it remains, every session ends, the person is told.

    Done by whoever runs the portal, from outside its pages. Raises Refused when there is nobody, nothing to take away,
    or no reason.
    """
    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise Refused("Nessuno entra con questo indirizzo.")
    if not reason.strip():
        raise Refused("Scrivi come ti sei accertato di chi lo chiede.")
    taken, _ = Authenticator.objects.filter(user=person).delete()
    if not taken:
        raise Refused("Questa persona non ha un secondo fattore.")
    end_sessions(UserSession.objects.filter(user=person), by=None)
    what = "Secondo fattore tolto da chi gestisce il portale"
    chain.record(chain.Kind.PERMISSION, what, about=person, reason=reason.strip())
    text = (
        "Chi gestisce il portale ha tolto il secondo fattore del tuo accesso. Se non l'hai chiesto tu, scrivi subito "
        "all'ASL capofila della tua Rete."
    )
    notify([person], text, url=reverse("network:second_factor"), by=None)
    return person
