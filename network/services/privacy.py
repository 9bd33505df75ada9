"""The rights of people over their data: a copy of all of it, and erasure by a number in place of the name."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conciliazione.kernel import access, clock, limits, long_sheets
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import LongSheet, Move, Notice, TrailEntry
from conciliazione.kernel.moves import atomic, lock
from conciliazione.kernel.trail import chain

from ..models import Application, Person, Seat
from ..rules.privacy import BY_KEY

ERASED = "@cancellata.invalid"  # RFC 2606: no mail ever goes there


def is_erased(person: Person) -> bool:
    return person.email.endswith(ERASED)


def why_not(person: Person) -> Refused | None:
    """Why the data of this person cannot be erased now."""
    if is_erased(person):
        return Refused("I dati di questa persona sono già stati cancellati.")
    if person.is_staff or person.is_superuser:
        return Refused("È una persona dell'assistenza: prima le va tolto quell'accesso.")
    if Seat.objects.filter(person=person).filter(Q(ends_on=None) | Q(ends_on__gt=clock.today())).exists():
        return Refused("La persona ha ancora un incarico: prima va terminato, perché chi agisce ha un nome.")
    return None


@atomic
def pseudonymise(person: Person, *, by, reason: str = "") -> Person:
    """Put a number in place of everything that tells who the person is. Acts, signatures and seats stay, tied to it.

    GDPR art. 17.3.b: what the law wants kept is kept. Raises Refused while the person holds a seat.
    """
    person = lock(person)
    refused = why_not(person)
    if refused:
        raise refused
    AccessAttempt.objects.filter(username__iexact=person.email).delete()
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    Notice.objects.filter(to=person).delete()
    person.groups.clear()
    person.first_name, person.last_name = "Persona", f"n. {person.pk}"
    person.email, person.tax_code = f"persona-{person.pk}{ERASED}", ""
    person.is_active, person.last_login = False, None
    person.set_unusable_password()
    person.save()
    access.forget(person)
    long_sheets.delete(LongSheet.objects.filter(by=person))
    # who made a move is also written beside it, for the timeline; the trail knows the number alone
    Move.objects.filter(by=person).update(by_name=str(person))
    chain.record(chain.Kind.PRIVACY, "Dati personali cancellati", by=by, about=person)
    return person


@atomic
def copy_of(person: Person) -> dict:
    """Everything that the portal keeps about a person, without secrets (GDPR art. 15 and 20)."""
    chain.record(chain.Kind.DOWNLOAD, "Copia dei propri dati", by=person, about=person)
    moves = Move.objects.filter(by=person).order_by("at", "pk")
    return {
        "persona": {
            "nome": person.first_name,
            "cognome": person.last_name,
            "e-mail": person.email,
            "codice fiscale": person.tax_code,
            "iscritta il": person.date_joined,
            "ultimo accesso": person.last_login,
        },
        "incarichi": [
            {"incarico": seat.label, "ruolo": seat.office, "dal": seat.starts_on, "al": seat.ends_on}
            for seat in person.seats.select_related("network", "organisation").order_by("starts_on", "pk")
        ],
        "atti compiuti": [
            {"quando": move.at, "che cosa": move.label, "come": move.seat_label, "motivazione": move.reason}
            for move in moves
        ],
        "notifiche": list(Notice.objects.filter(to=person).values("at", "text", "read_at")),
        "sessioni": list(UserSession.objects.filter(user=person).values("created_at", "ip", "user_agent")),
        "secondo fattore": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "identità collegate": list(SocialAccount.objects.filter(user=person).values("provider", "date_joined")),
        "registro delle attività": list(
            TrailEntry.objects.filter(person=person.pk).order_by("number").values("number", "at", "kind", "what")
        ),
        "altri documenti in cui compare": pointing_at(person),
    }


def pointing_at(person: Person) -> dict[str, int]:
    """How many records of each kind name the person, whatever app they are of."""
    found = {}
    for relation in Person._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        number = relation.related_model._base_manager.filter(**{relation.field.name: person}).count()
        if number:
            name = f"{relation.related_model._meta.label_lower}.{relation.field.name}"
            found[name] = number
    return dict(sorted(found.items()))


def apply_retention() -> list[str]:
    """Throw away or make nameless what is past its time, as the register says; a sentence for each thing done."""
    now, done = timezone.now(), []

    def before(key: str):
        return now - timedelta(days=BY_KEY[key].days)

    swept = {
        "sessioni finite": Session.objects.filter(expire_date__lt=now),
        "righe di sessioni": UserSession.objects.filter(last_seen_at__lt=before("sessions")),
        "tentativi di accesso": AccessAttempt.objects.filter(attempt_time__lt=before("attempts")),
        "notifiche lette": Notice.objects.filter(read_at__lt=before("notices")),
    }
    for words, rows in swept.items():
        number = rows.delete()[0]
        if number:
            done.append(f"Cancellate: {number} {words}.")
    written = Application.objects.filter(received_at__lt=before("applications")).exclude(email__endswith=ERASED)
    number = written.update(first_name="Persona", last_name="", office="", email=f"domanda{ERASED}")
    if number:
        done.append(f"Senza più nome: {number} domande.")
    number = long_sheets.delete(long_sheets.past_their_time())
    if number:
        done.append(f"Cancellati: {number} elenchi da scaricare.")
    number = limits.forget_old(timedelta(days=BY_KEY["counts"].days))
    if number:
        done.append(f"Cancellati: {number} conteggi.")
    for person in forgotten(clock.today() - timedelta(days=BY_KEY["account"].days)):
        pseudonymise(person, by=None, reason="Conservazione")
        done.append(f"Persona n. {person.pk}: dati sostituiti da un numero.")
    return done


def forgotten(day):
    """People who have held no seat since that day, and have not come in since."""
    recent = Seat.objects.filter(person=OuterRef("pk")).filter(Q(ends_on=None) | Q(ends_on__gt=day))
    return (
        Person.objects.filter(is_staff=False, is_superuser=False, date_joined__date__lt=day)
        .exclude(email__endswith=ERASED)
        .exclude(last_login__date__gte=day)
        .exclude(Exists(recent))
    )
