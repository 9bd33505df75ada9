"""Meetings of the Cabina, of a committee, of a network's assembly: convened, held, minuted."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from conciliazione.kernel.registry import next_number
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.text import normalise

from ..enums import MeetingBody, MeetingStatus
from ..models import Attendance, Meeting, SteeringSeat
from ..queries.meetings import bodies_of, people_of, quorum_of
from ..rules.governance import check_purpose, check_steering_convener
from ..rules.meetings import check_has_minutes, lifecycle_of
from ._trace import filed, save
from .convocations import deliver
from .minutes import check_can_approve_as, fix_parts


@atomic
@enforces("R04", "R20")
def convene(
    *,
    body: str,
    purpose: str,
    starts_at: datetime,
    place: str,
    agenda: str,
    by,
    network=None,
    organisations=None,
    alliance=None,
    minutes_long: int = 120,
) -> Meeting:
    """Convene a meeting and tell those who sit in the body (only those of `organisations` when given).

    They get the agenda by mail, with an invitation for their calendar. The quorum is that of the body as it is now.

    Only the Direzione Famiglia convenes the Cabina: raises RuleViolated R04. A meeting of an alliance names it: any
    record with a key and a name, whose members `network.conveners` asks for.
    """
    check_purpose(body, purpose)
    if body == MeetingBody.STEERING:
        check_may_convene_steering(by)
        network = None
    elif network is None:
        raise Refused("Indica di quale Rete è la seduta.", field="network")
    quorum = quorum_of(body, network, alliance and alliance.pk)
    meeting = Meeting(body=body, purpose=purpose, network=network, quorum=quorum, convened_by=by)
    if body == MeetingBody.ALLIANCE:
        meeting.alliance_key, meeting.alliance_name = alliance.pk, alliance.name
    _fix(meeting, starts_at=starts_at, place=place, agenda=agenda, minutes_long=minutes_long)
    save(meeting, by=by, why="Seduta convocata")
    begin(meeting, lifecycle_of(body), by=by, label="Seduta convocata")
    if meeting.is_registered:
        filed(meeting, network, f"Convocazione: {meeting}", by=by)
    deliver(meeting, f"Convocazione: {_words(meeting)}", by=by, organisations=organisations)
    return meeting


def _fix(meeting: Meeting, *, starts_at: datetime, place: str, agenda: str, minutes_long: int) -> None:
    if starts_at < clock.now():
        raise Refused("La data della seduta è passata: scegli un momento che deve ancora venire.", field="starts_at")
    meeting.starts_at, meeting.minutes_long = starts_at, minutes_long
    meeting.place, meeting.agenda = normalise(place), normalise(agenda)
    if not meeting.place:
        raise Refused("Scrivi dove si tiene la seduta (anche un collegamento a distanza).", field="place")
    if not meeting.agenda:
        raise Refused("Scrivi l'ordine del giorno.", field="agenda")


def _words(meeting: Meeting) -> str:
    return f"{meeting}, {timezone.localtime(meeting.starts_at):%d/%m/%Y alle %H:%M}, {meeting.place}."


@atomic
@enforces("R04", "R11")
def change(
    meeting: Meeting, *, starts_at: datetime, place: str, agenda: str, by, reason: str, minutes_long: int = 120
) -> Meeting:
    """Move a convened meeting to another time or place, or change its agenda; the invitations are updated.

    Raises RuleViolated R04 for the Cabina, unless by its chair; Refused once it was held, or when nothing changes.
    """
    meeting = lock(meeting)
    check_can_change(meeting)
    if meeting.body == MeetingBody.STEERING:
        check_may_convene_steering(by)
    before = (meeting.starts_at, meeting.place, meeting.agenda, meeting.minutes_long)
    _fix(meeting, starts_at=starts_at, place=place, agenda=agenda, minutes_long=minutes_long)
    if before == (meeting.starts_at, meeting.place, meeting.agenda, meeting.minutes_long):
        raise Refused("Non è cambiato nulla: modifica data, luogo, durata o ordine del giorno.")
    if not reason.strip():
        raise Refused("Scrivi perché la convocazione cambia: chi è convocato lo legge.", field="reason")
    meeting.changes += 1
    save(meeting, by=by, why="Convocazione modificata")
    note(
        meeting,
        noun=lifecycle_of(meeting.body).noun,
        name="change",
        label="Convocazione modificata",
        by=by,
        reason=reason,
    )
    if meeting.is_registered:
        filed(meeting, meeting.network, f"Variazione della convocazione: {meeting}", by=by)
    deliver(meeting, f"Convocazione modificata: {_words(meeting)} {normalise(reason)}", by=by)
    return meeting


def check_can_change(meeting: Meeting) -> None:
    """It is still to come. Raises Refused."""
    if meeting.status != MeetingStatus.CONVENED:
        raise Refused(f"La seduta è «{meeting.get_status_display()}»: la convocazione non cambia più.")


@enforces("R04")
def check_may_convene_steering(person) -> None:
    """Only who holds the chair's seat, that of the Direzione Famiglia, convenes the Cabina. Raises RuleViolated."""
    holds = SteeringSeat.objects.current().filter(person=person, is_chair=True).exists()
    check_steering_convener(holds)


@atomic
@enforces("R19", "R20")
def hold(meeting: Meeting, *, attendances: Iterable, by, minutes: str = "", reason: str = "") -> Meeting:
    """Put on record that the meeting took place and which bodies were there.

    `attendances` are bodies, or pairs (body, name of who represented it). Raises Refused for a body that does not
    belong to the meeting, and before its day.
    """
    meeting = lock(meeting)
    check_can_hold(meeting)
    rows = [pair if isinstance(pair, tuple) else (pair, "") for pair in attendances]
    invited = {organisation.pk for organisation in bodies_of(meeting)}
    strangers = [organisation.name for organisation, _ in rows if organisation.pk not in invited]
    if strangers:
        raise Refused(f"Non siede in questo organo: {', '.join(strangers)}.", field="attendances")
    if not rows:
        raise Refused("Nessun ente è indicato come presente: se la seduta è andata deserta, annullala.")
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, organisation=organisation, representative=normalise(name)[:150])
        for organisation, name in {organisation.pk: (organisation, name) for organisation, name in rows}.values()
    )
    meeting.minutes = normalise(minutes)
    move(meeting, lifecycle_of(meeting.body), "hold", by=by, reason=reason)
    return meeting


def check_can_hold(meeting: Meeting) -> None:
    """Attendance is put on record from the day of the meeting. Raises Refused."""
    if timezone.localtime(meeting.starts_at).date() > clock.today():
        raise Refused("La seduta non c'è ancora stata: registra chi era presente dal giorno in cui si tiene.")


def refusal_of(check, meeting: Meeting) -> Refused | None:
    """What a check answers: the refusal, or None."""
    try:
        if check is not None:
            check(meeting)
    except Refused as refused:
        return refused
    return None


@atomic
def approve_minutes(meeting: Meeting, *, by, reason: str = "") -> Meeting:
    """Approve the minutes: text, attendance and decisions are fixed from now on, under the next number of the body's
    series in the year of the meeting."""
    meeting = lock(meeting)
    check_can_approve(meeting)
    lifecycle_of(meeting.body).check(meeting.status, "approve_minutes")
    if by is not None:
        check_can_approve_as(meeting, by=by)
    fix_parts(meeting, by=by)
    series = next_number(meeting.minutes_register, at=meeting.starts_at)
    meeting.minutes_number = f"{series.last}/{series.year}"
    move(meeting, lifecycle_of(meeting.body), "approve_minutes", by=by, reason=reason)
    if meeting.is_registered:
        filed(meeting, meeting.network, f"Verbale n. {meeting.minutes_number}: {meeting}", by=by)
    notify(people_of(meeting), f"Il verbale è approvato: {meeting}.", url=meeting.get_absolute_url(), by=by)
    return meeting


def check_can_approve(meeting: Meeting) -> None:
    """There is something to approve. Raises Refused."""
    if meeting.status == MeetingStatus.HELD:
        check_has_minutes(meeting.minutes)


@atomic
def cancel(meeting: Meeting, *, by, reason: str) -> Meeting:
    """The meeting does not take place; those convened are told why."""
    meeting = lock(meeting)
    meeting.changes += 1  # a calendar takes back only what it is told later than the invitation
    move(meeting, lifecycle_of(meeting.body), "cancel", by=by, reason=reason)
    if meeting.is_registered:
        filed(meeting, meeting.network, f"Annullamento della convocazione: {meeting}", by=by)
    deliver(meeting, f"Annullata: {_words(meeting)} {reason}", by=by)
    return meeting
