"""Seats: a person in a body, from a day to a day, with the permissions that follow and end with it."""

from datetime import date

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..enums import SeatKind
from ..models import Person, Seat
from ..rules.organisations import check_exists
from ._trace import save

NETWORK_KINDS = {SeatKind.OFFICE, SeatKind.COMMITTEE}


@atomic
def give_seat(
    *,
    person,
    kind: str,
    by,
    network=None,
    organisation=None,
    office: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    substitutes_for: Seat | None = None,
    quiet: bool = False,
) -> Seat:
    """Let a person sit in a body: office and committee need `network`, a delegate needs `organisation`.

    `ends_on` is the first day without the seat. A substitute sits where the seat they stand in for does, with an end.
    `quiet` spares the notice. Raises Refused when the body does not fit the kind, or the person already sits there.
    """
    kind = SeatKind(kind)
    check_still_sits(by)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # of two who seat them, the second sees the first
    if kind in NETWORK_KINDS and network is None:
        raise Refused("Indica di quale Rete.", field="network")
    if kind == SeatKind.DELEGATE and organisation is None:
        raise Refused("Indica per quale ente.", field="organisation")
    if organisation is not None:
        check_exists(organisation.name, organisation.ceased_on)
    if kind not in NETWORK_KINDS:
        network = None
    if kind in {SeatKind.REGION, SeatKind.STEERING}:
        organisation = None
    starts_on = starts_on or clock.today()
    if ends_on is not None and ends_on <= max(starts_on, clock.today()):
        raise Refused("La fine deve venire dopo l'inizio, e dopo oggi.", field="ends_on")
    if substitutes_for is not None:
        _may_substitute(substitutes_for, person, kind, network, organisation, ends_on)
    held = Seat.objects.active(max(starts_on, clock.today())).filter(person=person, kind=kind, network=network)
    if kind == SeatKind.DELEGATE:
        held = held.filter(organisation=organisation)
    if held.exists():
        raise Refused(f"{person} ha già questo incarico.", field="person")
    seat = Seat(
        person=person,
        kind=kind,
        network=network,
        organisation=organisation,
        office=normalise(office),
        starts_on=starts_on,
        ends_on=ends_on,
        substitutes_for=substitutes_for,
    )
    save(seat, by=by, why="Incarico assegnato")
    if starts_on <= clock.today():
        access.seat_person(person, seat.group_name)
    _forget(person)
    note(seat, noun="seat", name="give", label="Incarico assegnato", by=by)
    if not quiet:
        notify([person], f"Ora hai un incarico nel portale: {seat.label}.", url=seat.get_absolute_url(), by=by)
    return seat


@atomic
def end_seat(seat: Seat, *, by, reason: str = "", on: date | None = None) -> Seat:
    """End a seat; from `on` (today when not given) the person has nothing of it any more."""
    _lock_body(seat)
    seat = lock(seat)
    check_still_sits(by)
    on = on or clock.today()
    if seat.ends_on is not None and seat.ends_on <= clock.today():
        raise Refused("Questo incarico è già finito.")
    if on < seat.starts_on:
        raise Refused("La fine non può precedere l'inizio dell'incarico.", field="on")
    if seat.kind in {SeatKind.OFFICE, SeatKind.REGION} and not seat.substitutes_for_id and not _others_there(seat, on):
        raise Refused(
            "È l'unica persona in questo ufficio: prima dai l'incarico a un'altra, perché l'ufficio "
            "resti raggiungibile."
        )
    seat.ends_on = on
    save(seat, by=by, why=reason or "Incarico terminato")
    person = seat.person
    if on <= clock.today() and not _holds_group(person, seat):
        access.unseat_person(person, seat.group_name)
    _forget(person)
    note(seat, noun="seat", name="end", label="Incarico terminato", by=by, reason=reason)
    for substitute in Seat.objects.filter(substitutes_for=seat, ends_on__gt=max(on, clock.today())):
        end_seat(substitute, by=by, reason="È finito l'incarico sostituito", on=max(on, substitute.starts_on))
    notify([person], f"Dal {on:%d/%m/%Y} non hai più questo incarico nel portale: {seat.label}.", by=by)
    return seat


def check_still_sits(person) -> None:
    """Whoever gives or ends a seat still holds the one in which they act, now that nobody else can end it. Raises
    Refused."""
    if person is None or person.acting_seat is None:
        return
    own = Seat.objects.select_for_update(no_key=True).filter(pk=person.acting_seat.pk).first()
    if own is None or (own.ends_on is not None and own.ends_on <= clock.today()):
        raise Refused("Nel frattempo il tuo incarico è finito: non puoi più dare o togliere incarichi a suo nome.")


def _lock_body(seat: Seat) -> None:
    """Of two who end seats of the same body, the second sees what the first did."""
    there = Seat.objects.filter(kind=seat.kind, network=seat.network_id, organisation=seat.organisation_id)
    list(there.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _may_substitute(seat: Seat, person, kind, network, organisation, ends_on) -> None:
    """A substitute is somebody else, in the same body, until a day."""
    if seat.person_id == person.pk:
        raise Refused("Nessuno sostituisce se stesso: scegli un'altra persona.", field="substitutes_for")
    if (seat.kind, seat.network, seat.organisation) != (kind, network, organisation):
        raise Refused("L'incarico da sostituire è di un altro organo.", field="substitutes_for")
    if not Seat.objects.active().filter(pk=seat.pk).exists():
        raise Refused("L'incarico da sostituire è già finito.", field="substitutes_for")
    if ends_on is None:
        raise Refused("Una sostituzione ha sempre una fine: indica fino a quando.", field="ends_on")


def _others_there(seat: Seat, on: date) -> bool:
    others = Seat.objects.active(on).filter(kind=seat.kind, network=seat.network, substitutes_for=None)
    return others.exclude(pk=seat.pk).exists()


def _holds_group(person, ended: Seat) -> bool:
    others = Seat.objects.active().filter(person=person).exclude(pk=ended.pk).select_related("network", "organisation")
    return any(other.group_name == ended.group_name for other in others)


def _forget(person) -> None:
    for name in ("active_seats", "acting_seat"):
        person.__dict__.pop(name, None)
    access.forget(person)


def expected_places() -> set[tuple[int, str]]:
    """(person, group) of every seat held today."""
    seats = Seat.objects.active().select_related("network", "organisation")
    return {(seat.person_id, seat.group_name) for seat in seats}


def actual_places() -> set[tuple[int, str]]:
    """(person, group) as the groups stand, for the groups that belong to seats."""
    pairs = Person.objects.filter(groups__isnull=False).values_list("pk", "groups__name")
    return {(pk, name) for pk, name in pairs if name in {"region", "steering"} or ":" in name}


def drift() -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """(missing, surplus) places in groups, against the seats: seats that started or ended by their date show here."""
    expected, actual = expected_places(), actual_places()
    return expected - actual, actual - expected


@atomic
def repair() -> tuple[int, int]:
    """Make the groups what the seats imply; returns how many places were (added, taken away)."""
    missing, surplus = drift()
    people = Person.objects.in_bulk({pk for pk, _ in missing | surplus})
    for pk, group_name in missing:
        access.seat_person(people[pk], group_name)
    for pk, group_name in surplus:
        access.unseat_person(people[pk], group_name)
    return len(missing), len(surplus)
