"""The Comitato di Valutazione e monitoraggio: one per network, valid only with ASL and STER (art. 6)."""

from datetime import date

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.text import normalise

from ..enums import CommitteeStatus, SeatKind
from ..models import CommitteeMember, EvaluationCommittee, Seat
from ..rules.governance import COMMITTEE, check_committee, check_term
from ._trace import filed, save
from .seats import end_seat, give_seat


@atomic
def name_member(
    committee: EvaluationCommittee,
    *,
    person,
    organisation,
    by,
    is_chair: bool = False,
    starts_on: date | None = None,
    term_ends_on: date | None = None,
) -> CommitteeMember:
    """Name a person of a body into the committee; the seat and its permissions follow. The term ends by itself on
    `term_ends_on`, the first day without it."""
    committee = lock(committee)
    sitting = CommitteeMember.objects.current().filter(committee=committee)
    if sitting.filter(person=person).exists():
        raise Refused(f"{person} siede già nel Comitato.", field="person")
    if is_chair and sitting.filter(is_chair=True).exists():
        raise Refused("Il Comitato ha già chi lo presiede: prima termina quell'incarico.", field="is_chair")
    member = CommitteeMember(
        committee=committee,
        organisation=organisation,
        person=person,
        is_chair=is_chair,
        starts_on=starts_on or clock.today(),
        term_ends_on=term_ends_on,
    )
    check_term(member.starts_on, term_ends_on, today=clock.today())
    save(member, by=by, why="Nomina nel Comitato")
    give_seat(
        person=person,
        kind=SeatKind.COMMITTEE,
        network=committee.network,
        organisation=organisation,
        office="Presidente" if is_chair else "Componente",
        starts_on=member.starts_on,
        by=by,
    )
    _note(committee, "name_member", f"Nominato {person} per {organisation.name}", by)
    return member


@atomic
def end_member(member: CommitteeMember, *, by, reason: str = "") -> CommitteeMember:
    """End a nomination. When ASL or STER is left without anybody, the committee is no longer valid (R13)."""
    member = lock(member)
    if member.ends_on is not None:
        raise Refused("Questo incarico è già finito.")
    _end(member, by=by, reason=reason)
    _lapse_if_incomplete(member.committee)
    return member


def _end(member: CommitteeMember, *, by, reason: str) -> None:
    member.ends_on = max(clock.today(), member.starts_on)
    save(member, by=by, why=reason or "Incarico terminato")
    seats = Seat.objects.active().filter(
        person=member.person_id, kind=SeatKind.COMMITTEE, network=member.committee.network_id
    )
    for seat in seats:
        end_seat(seat, by=by, reason=reason)
    label = f"Termina l'incarico di {member.person} per {member.organisation.name}"
    _note(member.committee, "end_member", label, by, reason)


def _lapse_if_incomplete(committee: EvaluationCommittee) -> None:
    committee = lock(committee)
    if committee.status == CommitteeStatus.CONSTITUTED:
        try:
            check_constituted(committee)
        except Refused as refused:
            move(committee, COMMITTEE, "lapse", by=None, reason=refused.message)


@atomic
def name_substitute(member: CommitteeMember, *, person, by) -> CommitteeMember:
    """Name who takes the place of a member when they cannot sit any more. A substitute does not score meanwhile."""
    member = lock(member)
    if member.ends_on is not None:
        raise Refused("Questo incarico è già finito: nomina un nuovo componente.")
    if CommitteeMember.objects.current().filter(committee=member.committee_id, person=person).exists():
        raise Refused(f"{person} siede già nel Comitato: il supplente è un'altra persona.", field="email")
    member.substitute = person
    save(member, by=by, why="Nominato il supplente")
    _note(member.committee, "name_substitute", f"Supplente di {member.person}: {person}", by)
    notify([person], f"Sei supplente di {member.person} in: {member.committee}.", by=by)
    return member


def check_can_take_over(member: CommitteeMember) -> None:
    """There is a substitute, for a place that is still held. Raises Refused."""
    if member.ends_on is not None:
        raise Refused("Questo incarico è già finito.")
    if member.substitute_id is None:
        raise Refused("Non c'è un supplente: nominalo, o nomina un nuovo componente.")


@atomic
@enforces("R13")
def take_over(member: CommitteeMember, *, by, reason: str) -> CommitteeMember:
    """The substitute takes the place for the same body and the rest of the term; the committee never lacks it."""
    member = lock(member)
    check_can_take_over(member)
    if not reason.strip():
        raise Refused("Scrivi perché subentra il supplente.", field="reason")
    _end(member, by=by, reason=reason)
    follower = name_member(
        member.committee,
        person=member.substitute,
        organisation=member.organisation,
        is_chair=member.is_chair,
        term_ends_on=member.term_ends_on,
        by=by,
    )
    _lapse_if_incomplete(member.committee)
    return follower


@atomic
def end_terms() -> list[CommitteeMember]:
    """End the nominations whose term is over; for the portal's daily round."""
    due = CommitteeMember.objects.filter(ends_on=None, term_ends_on__lte=clock.today())
    over = list(due.select_related("committee__network", "person", "organisation"))
    for member in over:
        end_member(member, by=None, reason=f"Fine del mandato: {member.term_ends_on:%d/%m/%Y}")
        office = access.people_with(access.Role.OFFICE, member.committee.network)
        text = f"È finito il mandato di {member.person} nel Comitato, per {member.organisation.name}: rinnovalo o "
        notify(office, text + "nomina un'altra persona.", url=member.committee.get_absolute_url())
    return over


@enforces("R13")
def check_constituted(committee: EvaluationCommittee) -> None:
    """Raises RuleViolated R13 while the ASL or the STER of the territory does not sit."""
    sitting = CommitteeMember.objects.current().filter(committee=committee).values_list("organisation", flat=True)
    check_committee(sitting, health_authority=committee.network.lead_id, ster=committee.network.ster_id)


@atomic
def constitute(
    committee: EvaluationCommittee, *, by, act: str, on: date | None = None, quorum: int | None = None, reason: str = ""
) -> EvaluationCommittee:
    """Declare the committee validly constituted, by an act. Raises RuleViolated R13."""
    committee = lock(committee)
    check_constituted(committee)
    act, on = normalise(act), on or clock.today()
    if not act:
        raise Refused("Scrivi l'atto di nomina (per esempio: decreto n. 10 del 10/04/2014).", field="act")
    if on > clock.today():
        raise Refused("La data è nel futuro: costituisci il Comitato quando l'atto c'è.", field="constituted_on")
    sitting = CommitteeMember.objects.current().filter(committee=committee).count()
    if quorum is not None and not 1 <= quorum <= sitting:
        raise Refused(f"I componenti sono {sitting}: il numero legale va da 1 a {sitting}.", field="quorum")
    committee.act, committee.constituted_on, committee.quorum = act, on, quorum
    move(committee, COMMITTEE, "constitute", by=by, reason=reason)
    filed(committee, committee.network, f"Costituzione del Comitato di Valutazione: {act}", by=by)
    return committee


def _note(committee, name, label, by, reason="") -> None:
    note(committee, noun="evaluation_committee", name=name, label=label[:200], by=by, reason=reason)
