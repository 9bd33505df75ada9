"""When a body follows another: adhesions, network lead, committee, seats and partnerships follow it.

What was signed, held and decided stays as it was: rows that carry a signature keep the body that gave it.
"""

from datetime import date

from conciliazione.kernel import access, clock
from conciliazione.kernel.moves import atomic, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.text import normalise

from ..enums import AgreementStatus, MembershipStatus, SeatKind
from ..models import (
    AgreementSignature,
    CommitteeMember,
    Membership,
    Network,
    Organisation,
    Person,
    Seat,
    SteeringSeat,
    Succession,
)
from ..rules.memberships import MEMBERSHIP
from ..rules.successions import Heir, check_succession
from ..signals import body_succeeded
from . import seats
from ._trace import save

OPEN_AGREEMENTS = (AgreementStatus.DRAFT, AgreementStatus.APPROVED, AgreementStatus.IN_FORCE)


@atomic
def succeed(
    former: Organisation, successor: Organisation, *, kind: str, on: date, act: str, by, note_text: str = ""
) -> Succession:
    """From `on` the successor stands where the former body stood, by an act. Done in one transaction.

    Follow: adhesions, the lead of a network (R06), STER and committee seats (R13), signatures still to be given, seats
    of its delegates, and what upper rooms move on `body_succeeded` (partnerships). Raises Refused or RuleViolated, and
    then nothing moves.
    """
    first, second = sorted((former, successor), key=lambda body: body.pk)
    locked = {body.pk: lock(body) for body in (first, second)}
    former, successor = locked[former.pk], locked[successor.pk]
    check_succession(
        _heir(former), _heir(successor), same=former.pk == successor.pk, on=on, today=clock.today(), act=act
    )
    succession = Succession(
        former=former,
        successor=successor,
        kind=kind,
        on=on,
        act=normalise(act),
        note=normalise(note_text),
        recorded_by=by,
    )
    save(succession, by=by, why="Successione")
    former.ceased_on = on
    save(former, by=by, why=f"Confluito in {successor.name}")
    why = f"{succession.get_kind_display()}: {successor.name} succede a {former.name} ({succession.act})"
    _networks(succession, why, by)
    _memberships(succession, why, by)
    _signatures_to_come(succession, by)
    _bodies(succession, why, by)
    body_succeeded.send(sender=Organisation, succession=succession, why=why, by=by)
    people = _seats(succession, why, by)
    for body, label in (
        (former, f"Confluito in {successor.name} dal {on:%d/%m/%Y}"),
        (successor, f"Succede a {former.name} dal {on:%d/%m/%Y}"),
    ):
        note(body, noun="organisation", name="succeed", label=label, by=by, reason=why)
    notify(people, f"Dal {on:%d/%m/%Y} {successor.name} succede a {former.name}.", url=successor.get_absolute_url())
    return succession


def _heir(body: Organisation) -> Heir:
    led = Network.objects.filter(lead=body).first()
    sited = Network.objects.filter(ster=body).first()
    return Heir(
        body.name,
        body.kind,
        ceased=body.ceased_on is not None,
        network_led=led.name if led else "",
        ster_of=sited.name if sited else "",
    )


def _networks(succession: Succession, why: str, by) -> None:
    """The network keeps its name and its story; it is led, or has its STER, by who follows."""
    for role, label in (("lead", "Nuovo capofila di Rete"), ("ster", "Nuova STER del territorio")):
        for network in Network.objects.filter(**{role: succession.former}):
            network = lock(network)
            setattr(network, role, succession.successor)
            save(network, by=by, why=why)
            note(
                network,
                noun="network",
                name="succeed",
                label=f"{label}: {succession.successor.name}",
                by=by,
                reason=why,
            )


def _memberships(succession: Succession, why: str, by) -> None:
    """The former one leaves on the day, the successor is in from that day on with the same origin."""
    former, successor, on = succession.former, succession.successor, succession.on
    for membership in former.memberships.filter(until=None).select_related("network"):
        membership = lock(membership)
        network = membership.network
        there = Membership.objects.filter(network=network, organisation=successor, until=None).first()
        if membership.status == MembershipStatus.REQUESTED:
            if there is None:
                membership.organisation = successor
                save(membership, by=by, why=why)
                note(membership, noun="membership", name="succeed", label="Richiesta proseguita", by=by, reason=why)
            else:
                membership.until = on
                move(membership, MEMBERSHIP, "decline", by=by, reason=why)
            continue
        membership.until, membership.reason = max(on, membership.since or on), why
        move(membership, MEMBERSHIP, "leave", by=by, reason=why)
        access.revoke(former.group_name, access.Role.MEMBER, network)
        if there is None:
            there = Membership(
                network=network,
                organisation=successor,
                status=MembershipStatus.MEMBER,
                origin=membership.origin,
                since=on,
                reason=why,
                convened_on=membership.convened_on,
            )
            save(there, by=by, why=why)
            states = (MembershipStatus, "", MembershipStatus.MEMBER)
            label = f"Adesione proseguita da {former.name}"
            note(there, noun="membership", name="succeed", label=label, by=by, reason=why, states=states)
        elif there.status == MembershipStatus.REQUESTED:
            there = lock(there)
            there.since = on
            move(there, MEMBERSHIP, "accept", by=by, reason=why)
        access.grant(successor.group_name, access.Role.MEMBER, network)


def _signatures_to_come(succession: Succession, by) -> None:
    """Who has not signed yet is now the successor; what is signed keeps the body that signed."""
    rows = AgreementSignature.objects.filter(
        organisation=succession.former, signed_on=None, agreement__status__in=OPEN_AGREEMENTS
    )
    for row in rows:
        if row.agreement.signatures.filter(organisation=succession.successor).exists():
            continue
        row.organisation = succession.successor
        save(row, by=by, why=f"Succede a {succession.former.name}")


def _bodies(succession: Succession, why: str, by) -> None:
    """Whoever sits in a committee or in the Cabina for the former body sits for the one that follows."""
    for rows in (CommitteeMember.objects, SteeringSeat.objects):
        for row in rows.current().filter(organisation=succession.former):
            row.organisation = succession.successor
            save(row, by=by, why=why)


def _seats(succession: Succession, why: str, by) -> list[Person]:
    """The delegates of the former body become those of the successor; returns whom to tell."""
    people = []
    held = Seat.objects.active().filter(kind=SeatKind.DELEGATE, organisation=succession.former)
    for seat in held.select_related("person", "organisation"):
        seats.end_seat(seat, by=by, reason=why)
        there = Seat.objects.active().filter(
            person=seat.person, kind=SeatKind.DELEGATE, organisation=succession.successor
        )
        if not there.exists():
            seats.give_seat(
                person=seat.person,
                kind=SeatKind.DELEGATE,
                organisation=succession.successor,
                office=seat.office,
                by=by,
                quiet=True,
            )
        people.append(seat.person)
    return people
