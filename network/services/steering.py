"""The Cabina di Regia: one, regional, with six kinds of seat; the Direzione Famiglia chairs and convenes (art. 4)."""

from datetime import date

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces, violated
from conciliazione.kernel.text import normalise

from ..enums import SeatKind
from ..models import Person, Seat, SteeringCommittee, SteeringSeat
from ..models.people import REGIONAL_GROUPS
from ..rules.governance import check_steering_chair, check_steering_seat, check_term
from ._trace import save
from .seats import end_seat, give_seat


@atomic
@enforces("R03")
def establish(*, on: date | None = None) -> SteeringCommittee:
    """The one Cabina; it is there from the first network on."""
    cabina, _ = SteeringCommittee.objects.get_or_create(defaults={"established_on": on or clock.today()})
    return cabina


@atomic
def name_seat(
    *,
    kind: str,
    holder: str,
    by,
    organisation=None,
    person=None,
    is_chair: bool = False,
    starts_on: date | None = None,
    term_ends_on: date | None = None,
) -> SteeringSeat:
    """Name who holds a seat of the Cabina; a `person` of the portal gets the permissions with it. The term ends by
    itself on `term_ends_on`, the first day without it.

    Raises RuleViolated R03 for another kind of seat, R04 when somebody else than the Direzione Famiglia would chair;
    Refused for a term that is over before it begins.
    """
    check_steering_seat(kind)
    check_steering_chair(kind, is_chair)
    cabina = lock(establish())
    starts_on = starts_on or clock.today()
    check_term(starts_on, term_ends_on, today=clock.today())
    if is_chair and SteeringSeat.objects.current().filter(is_chair=True).exists():
        raise violated("R04", "La Cabina ha già chi la presiede: prima termina quel seggio.", field="is_chair")
    if person is not None and SteeringSeat.objects.current().filter(person=person).exists():
        raise Refused(f"{person} siede già nella Cabina di Regia.", field="person")
    holder = normalise(holder)
    if not holder:
        raise Refused("Scrivi chi occupa il seggio.", field="holder")
    seat = SteeringSeat(
        committee=cabina,
        kind=kind,
        organisation=organisation,
        holder=holder,
        person=person,
        is_chair=is_chair,
        starts_on=starts_on,
        term_ends_on=term_ends_on,
    )
    save(seat, by=by, why="Nomina nella Cabina")
    if person is not None:
        give_seat(
            person=person, kind=SeatKind.STEERING, office=seat.get_kind_display()[:100], starts_on=starts_on, by=by
        )
    _note(cabina, "name_seat", f"Nominato {holder}: {seat.get_kind_display()}", by)
    return seat


@atomic
def end_steering_seat(seat: SteeringSeat, *, by, reason: str = "") -> SteeringSeat:
    """The holder leaves the seat, which waits for the next one."""
    seat = lock(seat)
    if seat.ends_on is not None:
        raise Refused("Questo seggio è già finito.")
    seat.ends_on = max(clock.today(), seat.starts_on)
    save(seat, by=by, why=reason or "Seggio terminato")
    if seat.person_id:
        for held in Seat.objects.active().filter(person=seat.person_id, kind=SeatKind.STEERING):
            end_seat(held, by=by, reason=reason)
    _note(seat.committee, "end_seat", f"Lascia il seggio {seat.holder}: {seat.get_kind_display()}", by, reason)
    return seat


@atomic
def end_terms() -> list[SteeringSeat]:
    """End the nominations whose term is over, and tell the Regione which seats wait; for the portal's daily round."""
    regione = Person.objects.filter(is_active=True, groups__name=REGIONAL_GROUPS[SeatKind.REGION])
    over = list(SteeringSeat.objects.filter(ends_on=None, term_ends_on__lte=clock.today()).select_related("committee"))
    for seat in over:
        end_steering_seat(seat, by=None, reason=f"Fine del mandato: {seat.term_ends_on:%d/%m/%Y}")
        text = f"È finito il mandato di {seat.holder} nella Cabina di Regia: rinnovalo o nomina un'altra persona."
        notify(regione, text, url=seat.committee.get_absolute_url())
    return over


def _note(cabina, name, label, by, reason="") -> None:
    note(cabina, noun="steering_committee", name=name, label=label[:200], by=by, reason=reason)
