"""Adhesions: who belongs to the network, since when, and how it ended. Silence ends nothing (R08)."""

from datetime import date

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, lock, move, note, note_all
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces, violated
from conciliazione.kernel.text import normalise

from ..enums import AgreementStatus, MeetingBody, MeetingPurpose, MembershipOrigin, MembershipStatus
from ..models import DutyContribution, Meeting, Membership, Person
from ..queries import delegates_of, to_convene
from ..rules.duties import DUTY_CHOICES
from ..rules.memberships import MEMBERSHIP, check_not_the_lead, check_renunciation
from ..rules.organisations import check_exists
from ..signals import membership_ending
from . import links, meetings
from ._trace import create_all, filed, save, save_all


@atomic
def join(network, organisation, *, origin: str, by, since: date | None = None, reason: str = "") -> Membership:
    """Put on record that a body adheres to the network, from a day on; its delegates reach the network.

    A body with an open request becomes a member by `accept`. Raises Refused when it adheres already.
    """
    _check_not_open(network, organisation)
    membership = Membership(
        network=network,
        organisation=organisation,
        status=MembershipStatus.MEMBER,
        origin=MembershipOrigin(origin),
        since=since or clock.today(),
        reason=normalise(reason),
    )
    save(membership, by=by, why="Adesione")
    access.grant(organisation.group_name, access.Role.MEMBER, network)
    _note(membership, "join", "Adesione registrata", by, reason, ("", MembershipStatus.MEMBER))
    return membership


@atomic
def join_all(network, organisations, *, origin: str, by, since: date) -> list[Membership]:
    """Put on record that many bodies adhere at once, as when they sign together; who adheres already is left alone."""
    there = set(Membership.objects.filter(network=network, until=None).values_list("organisation", flat=True))
    made = create_all(
        [
            Membership(
                network=network,
                organisation=organisation,
                status=MembershipStatus.MEMBER,
                origin=MembershipOrigin(origin),
                since=since,
            )
            for organisation in organisations
            if organisation.pk not in there
        ],
        by=by,
        why="Adesione",
    )
    access.grant_all([membership.organisation.group_name for membership in made], access.Role.MEMBER, network)
    note_all(
        made,
        noun="membership",
        name="join",
        label="Adesione registrata",
        by=by,
        states=(MembershipStatus, "", MembershipStatus.MEMBER),
    )
    return made


def check_can_request(network, organisation) -> None:
    """A body asks through its delegate, and once at a time. Raises Refused."""
    if organisation is None:
        raise Refused(
            "La richiesta la presenta chi ha nel portale l'incarico di delegato di un ente: passa a quell'incarico, o "
            "chiedilo all'ASL."
        )
    _check_not_open(network, organisation)


@atomic
def request(network, organisation, *, by, reason: str) -> Membership:
    """A body asks to adhere; the ASL decides."""
    check_can_request(network, organisation)
    if not reason.strip():
        raise Refused("Scrivi perché l'ente chiede di aderire: l'ASL decide anche su questo.", field="reason")
    membership = Membership(
        network=network,
        organisation=organisation,
        status=MembershipStatus.REQUESTED,
        origin=MembershipOrigin.REQUEST,
        reason=normalise(reason),
    )
    save(membership, by=by, why="Richiesta di adesione")
    filed(membership, network, f"Richiesta di adesione di {organisation.name}", by=by, incoming=True)
    _note(membership, "request", "Adesione richiesta", by, reason, ("", MembershipStatus.REQUESTED))
    _tell_office(membership, f"{organisation.name} chiede di aderire alla Rete.", by)
    return membership


@atomic
def accept(membership: Membership, *, by, reason: str = "", since: date | None = None) -> Membership:
    """The ASL accepts the request: the body is a member from today. Its signature is still to come (R10)."""
    membership = lock(membership)
    membership.since = since or clock.today()
    move(membership, MEMBERSHIP, "accept", by=by, reason=reason)
    access.grant(membership.organisation.group_name, access.Role.MEMBER, membership.network)
    filed(membership, membership.network, f"Accolta l'adesione di {membership.organisation.name}", by=by)
    _tell_delegates(membership, f"La richiesta di aderire a {membership.network} è accolta: ora si firma.", by)
    return membership


@atomic
def decline(membership: Membership, *, by, reason: str) -> Membership:
    """The ASL does not accept the request, and says why."""
    membership = lock(membership)
    membership.until = clock.today()
    move(membership, MEMBERSHIP, "decline", by=by, reason=reason)
    filed(membership, membership.network, f"Non accolta l'adesione di {membership.organisation.name}", by=by)
    _tell_delegates(membership, f"La richiesta di aderire a {membership.network} non è accolta: {reason}", by)
    return membership


@atomic
@enforces("R08")
def renounce(membership: Membership, *, by, reason: str, on: date | None = None) -> Membership:
    """The body expressly renounces, with its reason; from that day it is no longer part of the network (R08)."""
    check_renunciation(reason)
    membership = _end(membership, "renounce", by=by, reason=reason, on=on)
    filed(membership, membership.network, f"Rinuncia di {membership.organisation.name}", by=by, incoming=True)
    _tell_office(membership, f"{membership.organisation.name} ha rinunciato all'adesione.", by)
    return membership


@atomic
def leave(membership: Membership, *, by, reason: str, on: date | None = None) -> Membership:
    """The ASL puts on record that the body is no longer there (ceased, merged, moved): not a renunciation."""
    membership = _end(membership, "leave", by=by, reason=reason, on=on)
    filed(membership, membership.network, f"Uscita di {membership.organisation.name}", by=by)
    _tell_delegates(membership, f"{membership.network} ha registrato l'uscita del tuo ente: {reason}", by)
    return membership


def check_can_end(membership: Membership) -> None:
    """The lead of the network stays in it (R06)."""
    check_not_the_lead(membership.organisation_id == membership.network.lead_id)


def _end(membership: Membership, name: str, *, by, reason: str, on: date | None) -> Membership:
    membership = lock(membership)
    check_can_end(membership)
    on = on or clock.today()
    if on > clock.today():
        raise Refused("La data è nel futuro: registra l'atto quando vale.", field="on")
    if membership.since and on < membership.since:
        raise Refused(f"L'ente aderisce dal {membership.since:%d/%m/%Y}: la fine non può precedere.", field="on")
    membership_ending.send(sender=Membership, membership=membership, by=by)
    membership.until, membership.reason = on, normalise(reason)
    move(membership, MEMBERSHIP, name, by=by, reason=reason)
    access.revoke(membership.organisation.group_name, access.Role.MEMBER, membership.network)
    return membership


def check_can_convene_former(network) -> None:
    """There is an agreement signed, and somebody to convene. Raises Refused."""
    if not network.agreements.filter(status=AgreementStatus.IN_FORCE).exists():
        raise violated(
            "R09",
            "Gli aderenti agli accordi precedenti si convocano contestualmente alla sottoscrizione: l'accordo non è "
            "ancora sottoscritto",
        )
    if not to_convene(network).exists():
        raise Refused("Tutti gli aderenti agli accordi precedenti sono già stati convocati.")


@atomic
@enforces("R09")
def convene_former(network, *, starts_at, place: str, agenda: str, by) -> Meeting:
    """Convene all adherents of earlier agreements in one act (R09, art. 5), and put on record of each that it was;
    each gets its personal link.

    Raises Refused when there is none left to convene.
    """
    check_can_convene_former(network)
    waiting = list(to_convene(network))
    meeting = meetings.convene(
        body=MeetingBody.NETWORK,
        purpose=MeetingPurpose.CONVENING,
        network=network,
        starts_at=starts_at,
        place=place,
        agenda=agenda,
        by=by,
    )
    for membership in waiting:
        membership.convened_on = clock.today()
    save_all(waiting, ["convened_on"], by=by, why="Convocato (art. 5)")
    note_all(waiting, noun="membership", name="convene", label="Convocato alle attività della Rete", by=by)
    links.issue_all(waiting, by=by)
    return meeting


@atomic
@enforces("R21", "R22", "R23", "R24")
def contribute(membership: Membership, *, duty: str, day: date, text: str, by) -> DutyContribution:
    """Put on record what an adherent did for a duty of article 7 that the portal cannot see by itself."""
    membership = lock(membership)
    if membership.status != MembershipStatus.MEMBER:
        raise Refused("Gli impegni dell'art. 7 sono degli aderenti: questo ente ora non lo è.")
    if duty not in dict(DUTY_CHOICES):
        raise Refused("Scegli uno degli impegni dell'elenco.", field="duty")
    if day > clock.today():
        raise Refused("La data è nel futuro: racconta ciò che è già stato fatto.", field="day")
    text = normalise(text)
    if not text:
        raise Refused("Racconta che cosa è stato fatto.", field="text")
    contribution = DutyContribution.objects.create(membership=membership, duty=duty, day=day, text=text, by=by)
    _note(membership, "contribute", f"Contributo: {contribution.get_duty_display()}", by)
    return contribution


def _check_not_open(network, organisation) -> None:
    check_exists(organisation.name, organisation.ceased_on)
    other = Membership.objects.filter(network=network, organisation=organisation, until=None).first()
    if other is not None:
        raise Refused(
            f"{organisation.name} ha già un'adesione aperta nella Rete: «{other.get_status_display()}».",
            field="organisation",
        )


def _note(membership, name, label, by, reason="", states=None) -> None:
    if states is not None:
        states = (MembershipStatus, *states)
    note(membership, noun="membership", name=name, label=label, by=by, reason=reason, states=states)


def _tell_office(membership, text: str, by) -> None:
    office = access.people_with(access.Role.OFFICE, membership.network)
    notify(office, text, url=membership.get_absolute_url(), by=by)


def _tell_delegates(membership, text: str, by) -> None:
    people: list[Person] = list(delegates_of([membership.organisation_id]))
    notify(people, text, url=membership.get_absolute_url(), by=by)
