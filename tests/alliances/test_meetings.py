"""Meetings of an alliance: the lead convenes its partners, attendance, decisions, minutes, as for the bodies of the
network; the others do not see them."""

from datetime import timedelta

import pytest
from django.test import TestCase
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.documents import kind_of
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import RegistryEntry
from network.enums import MeetingBody, MeetingStatus
from network.models import Meeting
from network.queries import tasks_for
from network.queries.meetings import bodies_of
from network.services import decisions, meetings
from tests.factories import make_member

from .world import afresh, delegate

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def outside(bound, made):
    """The delegate of an adherent that is not in the alliance."""
    return made(delegate(make_member(bound.world)))


def convened(bound, **changes):
    given = {"purpose": "periodic", "place": "Sala", "agenda": "Uno", "starts_at": clock.now() + timedelta(days=3)}
    return meetings.convene(
        body=MeetingBody.ALLIANCE,
        network=bound.world.network,
        alliance=bound.alliance,
        by=bound.public_person,
        **given | changes,
    )


def test_from_the_page_of_the_alliance_to_fixed_minutes(bound, client, mailoutbox):
    client.force_login(bound.public_person)
    place = reverse("alliances:convene", args=[bound.alliance.pk])
    assert place in client.get(bound.alliance.get_absolute_url()).content.decode()
    starts = clock.now() + timedelta(days=3)
    data = {"purpose": "periodic", "starts_at": starts.strftime("%Y-%m-%dT%H:%M"), "place": "Sala", "agenda": "Uno"}
    assert client.post(place, data | {"agenda": ""}).status_code == 422
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = client.post(place, data | {"minutes_long": "90"})
    meeting = Meeting.objects.get(alliance_key=bound.alliance.pk)
    assert done.url == meeting.get_absolute_url()
    assert {mail.to[0] for mail in mailoutbox} == {bound.public_person.email, bound.private_person.email}
    assert list(bodies_of(meeting)) == sorted([bound.public, bound.private], key=lambda body: body.name)
    assert not RegistryEntry.objects.filter(subject__contains=bound.alliance.name, direction="out").exists()
    hold = reverse("network:meeting_hold", args=[meeting.pk])
    with clock.standing_at(starts + timedelta(hours=2)):
        assert any("presente" in task.what for task in tasks_for(afresh(bound.public_person)))
        assert client.post(hold, {f"present_{bound.private.pk}": "on", "minutes": "Si discute."}).status_code == 302
        add = reverse("network:decision_add", args=[meeting.pk])
        assert client.post(add, {"text": "Si fa", "outcome": "unanimous"}).status_code == 302
        approve = reverse("network:meeting_move", args=[meeting.pk, "approva-il-verbale"])
        assert client.post(approve).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.status, meeting.minutes_number) == (MeetingStatus.MINUTES_APPROVED, f"1/{starts.year}")
    page = client.get(meeting.get_absolute_url()).content.decode()
    for words in (bound.alliance.name, "Si fa", bound.private.name):
        assert words in page
    kind = kind_of("meeting_minutes")
    assert kind.issuer(meeting) == bound.alliance.name
    assert dict(kind.context(meeting)["facts"])["Organo"] == bound.alliance.name
    with pytest.raises(Refused, match="non si può più cambiare"):
        decisions.record_decision(meeting, text="Dopo", outcome="majority", by=bound.public_person)


def test_partners_and_asl_see_it_and_only_the_lead_writes(bound, outside, client):
    meeting = convened(bound)
    page, hold = meeting.get_absolute_url(), reverse("network:meeting_hold", args=[meeting.pk])
    convene = reverse("alliances:convene", args=[bound.alliance.pk])
    world = bound.world
    expected = {
        bound.public_person: (200, {200, 409}, 200),
        bound.private_person: (200, {403}, 403),
        world.office: (200, {403}, 403),
        world.member: (404, {404}, 403),
        outside: (404, {404}, 403),
        world.steering: (404, {404}, 403),
    }
    for person, (sees, writes, convenes) in expected.items():
        client.force_login(person)
        assert client.get(page).status_code == sees, person
        assert client.get(hold).status_code in writes, person
        assert client.get(convene).status_code == convenes, person
    client.force_login(outside)
    assert meeting not in client.get(reverse("network:meetings")).context["page_obj"]
    assert "Convoca un incontro" not in client.get(bound.alliance.get_absolute_url()).content.decode()
    assert kind_of("meeting_minutes").may_open(outside, meeting) is False


def test_a_body_from_outside_was_not_there(bound):
    meeting = convened(bound)
    with clock.standing_at(meeting.starts_at + timedelta(hours=1)), pytest.raises(Refused, match="Non siede"):
        meetings.hold(meeting, attendances=[bound.world.ster], by=bound.public_person)


def test_a_dissolved_alliance_does_not_meet(bound, client):
    type(bound.alliance).objects.filter(pk=bound.alliance.pk).update(status="dissolved")
    client.force_login(bound.public_person)
    for name in ("convene", "quorum"):
        place = reverse(f"alliances:{name}", args=[bound.alliance.pk])
        assert client.get(place).status_code == 409
        said = {"purpose": "periodic", "starts_at": "2099-01-01T10:00", "place": "Sala", "agenda": "Uno", "quorum": "1"}
        refused = client.post(place, said)
        assert (refused.status_code, "è sciolta" in refused.text) == (422, True)
    assert not Meeting.objects.exists()


def test_the_lead_sets_how_many_must_be_there_and_below_it_the_meeting_decides_nothing(bound, client, mailoutbox):
    place = reverse("alliances:quorum", args=[bound.alliance.pk])
    for person, status in ((bound.private_person, 403), (bound.world.office, 403), (bound.public_person, 302)):
        client.force_login(person)
        assert client.post(place, {"quorum": "2", "reason": "Accordo, governance"}).status_code == status
    refused = client.post(place, {"quorum": "3"})
    assert (refused.status_code, "non può superarli" in refused.text) == (422, True)
    assert "con almeno 2\xa0partner presenti" in client.get(bound.alliance.get_absolute_url()).text
    with TestCase.captureOnCommitCallbacks(execute=True):
        meeting = convened(bound)
    assert meeting.quorum == 2
    assert all("Numero legale: 2 presenti" in mail.body for mail in mailoutbox)
    calendar = client.get(reverse("network:meeting_calendar", args=[meeting.pk])).content.decode()
    assert "Numero legale: 2 presenti" in calendar.replace("\r\n ", "")
    decisions.set_quorum(bound.alliance, quorum=1, by=bound.public_person)  # of the meetings after this one
    with clock.standing_at(meeting.starts_at + timedelta(hours=1)):
        held = meetings.hold(meeting, attendances=[bound.private], minutes="Uno solo.", by=bound.public_person)
        with pytest.raises(Refused, match="il numero legale è 2"):
            decisions.record_decision(held, text="Si fa", outcome="majority", by=bound.public_person)
    page = client.get(meeting.get_absolute_url()).text
    assert "Non raggiunto" in page
    assert "Questa seduta non decide" in page
    assert "non raggiunto" in dict(kind_of("meeting_minutes").context(held)["facts"])["Numero legale"]
    assert convened(bound).quorum == 1
