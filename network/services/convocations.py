"""Convocations reach people: a notice in the portal, a mail with the agenda and an invitation for their calendar.

Mails leave from a worker, since a network may have 160 adherents. A body without a delegate in the portal gets the mail
at its certified address (PEC); who has none is named on the page of the meeting, to be reached otherwise.
"""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django_tasks import task

from conciliazione.kernel import jobs
from conciliazione.kernel.calendars import Invitation
from conciliazione.kernel.notices import notify
from conciliazione.kernel.rulebook import enforces
from conciliazione.kernel.text import counted

from ..enums import MeetingStatus
from ..models import Meeting
from ..queries.meetings import people_of, without_delegate

BLANK = "\n\n"


def invitation_to(meeting: Meeting) -> Invitation:
    """The meeting as an event of a calendar: the same identity through every change."""
    convener = meeting.convened_by
    return Invitation(
        key=f"seduta-{meeting.pk}",
        sequence=meeting.changes,
        summary=str(meeting) + (f", {meeting.network.name}" if meeting.network else ""),
        description="\n".join(filter(None, (f"Ordine del giorno\n{meeting.agenda}", quorum_words(meeting)))),
        place=meeting.place,
        starts_at=meeting.starts_at,
        minutes_long=meeting.minutes_long,
        url=f"{settings.PUBLIC_ADDRESS}{meeting.get_absolute_url()}",
        organiser=convener.email if convener else "",
        organiser_name=str(convener) if convener else "",
        cancelled=meeting.status == MeetingStatus.CANCELLED,
    )


def quorum_words(meeting: Meeting, end: str = "") -> str:
    """How many must be there, for whoever is convened; "" when no number is set."""
    return f"Numero legale: {counted(meeting.quorum, 'presente', 'presenti')}.{end}" if meeting.quorum else ""


@enforces("R11", "R20")
def deliver(meeting: Meeting, text: str, *, by, organisations=None) -> None:
    """Tell everybody who is convened (only those of `organisations` when given). `text` is the first line."""
    people = list(people_of(meeting, organisations))
    notify(people, text, url=meeting.get_absolute_url(), by=by, by_mail=False)
    addresses = [person.email for person in people if person.email]
    addresses += [body.certified_email for body in without_delegate(meeting, organisations) if body.certified_email]
    if addresses:
        jobs.leave(send, meeting.pk, text, sorted(set(addresses)))


@task()
def send(meeting_pk: int, text: str, addresses: list[str]) -> None:
    """The mails of one convocation, each with the invitation for its own address."""
    meeting = Meeting.objects.select_related("network", "convened_by").get(pk=meeting_pk)
    invitation = invitation_to(meeting)
    body = _letter(meeting, text, invitation.url)
    messages = []
    for address in addresses:
        message = EmailMessage(text.splitlines()[0][:120], body, to=[address])
        message.attach(*invitation.attachment(address))
        messages.append(message)
    get_connection(fail_silently=not settings.DEBUG).send_messages(messages)


def _letter(meeting: Meeting, text: str, url: str) -> str:
    starts_at = timezone.localtime(meeting.starts_at)
    return (
        f"{text}\n\n"
        f"Quando: {starts_at:%d/%m/%Y alle %H:%M}\n"
        f"Dove: {meeting.place}\n\n"
        f"Ordine del giorno\n{meeting.agenda}\n\n"
        f"{quorum_words(meeting, end=BLANK)}"
        f"La pagina della seduta: {url}\n"
        "L'invito per il calendario è allegato.\n"
    )
