"""Meetings: convocation by mail and calendar, changes, quorum, decisions, minutes under a number and then fixed."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from conciliazione.kernel import clock
from conciliazione.kernel.documents import kind_of
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Notice, RegistryEntry
from network.enums import CommitteeStatus, DecisionOutcome, MeetingBody, MeetingPurpose, MeetingStatus, SteeringSeatKind
from network.models import CommitteeMember, Decision, Meeting, Seat, SteeringCommittee
from network.queries.meetings import present_of, quorum_reached, without_delegate
from network.rules.meetings import check_votes
from network.services import committees, decisions, meetings, minutes, steering
from tests.factories import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db
CHAIR_KIND = SteeringSeatKind.FAMILY_DIRECTORATE


def convene(world, body=MeetingBody.NETWORK, **fields):
    purposes = {MeetingBody.NETWORK: MeetingPurpose.PERIODIC, MeetingBody.COMMITTEE: MeetingPurpose.EVALUATION}
    data = {
        "body": body,
        "purpose": purposes.get(body, MeetingPurpose.STEERING),
        "starts_at": clock.now() + timedelta(days=9),
        "place": "Cremona, sala A; piano 2",
        "agenda": "Primo punto\nSecondo punto",
        "network": None if body == MeetingBody.STEERING else world.network,
        "by": world.office,
    }
    return meetings.convene(**data | fields)


def hold(world, meeting, *bodies):
    with clock.standing_at(meeting.starts_at + timedelta(hours=2)):
        return meetings.hold(meeting, attendances=bodies, minutes="Verbale.", by=world.office)


def event_of(mail):
    _, content, mimetype = mail.attachments[0]
    calendar = Calendar.from_ical(content)
    return mimetype, calendar, next(iter(calendar.walk("VEVENT")))


# --- convocation --------------------------------------------------------------------------------------------------
@pytest.mark.rule("R11", "R20")
def test_the_convocation_reaches_delegates_and_certified_addresses(
    world, django_capture_on_commit_callbacks, mailoutbox
):
    seated = make_member(world, "Con delegato")
    delegate = make_person(seat="delegate", organisation=seated)
    make_member(world, "Con PEC", certified_email="ente@pec.example.org")
    mute = make_member(world, "Senza recapito")
    with django_capture_on_commit_callbacks(execute=True):
        meeting = convene(world)
    assert {mail.to[0] for mail in mailoutbox} == {delegate.email, "ente@pec.example.org"}
    mail = next(mail for mail in mailoutbox if mail.to == [delegate.email])
    assert "Primo punto\nSecondo punto" in mail.body
    assert meeting.get_absolute_url() in mail.body
    mimetype, calendar, event = event_of(mail)
    assert mimetype.startswith("text/calendar; method=REQUEST")
    assert calendar["METHOD"] == "REQUEST"
    assert event["LOCATION"] == "Cremona, sala A; piano 2"
    assert event["SEQUENCE"] == 0
    assert event["DTSTART"].dt == meeting.starts_at.replace(microsecond=0)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=120)
    assert event["ATTENDEE"] == f"mailto:{delegate.email}"  # and nobody else's address
    assert event["ORGANIZER"] == f"mailto:{world.office.email}"
    assert Notice.objects.filter(to=delegate, text__startswith="Convocazione").count() == 1
    assert mute in without_delegate(meeting)


def test_a_change_and_a_cancellation_reach_the_same_event(world, django_capture_on_commit_callbacks, mailoutbox):
    make_person(seat="delegate", organisation=make_member(world))
    with django_capture_on_commit_callbacks(execute=True):
        meeting = convene(world)
    fields = {"starts_at": meeting.starts_at + timedelta(days=7), "place": "Crema", "agenda": meeting.agenda}
    with django_capture_on_commit_callbacks(execute=True):
        changed = meetings.change(meeting, by=world.office, reason="Sala occupata", **fields)
    with django_capture_on_commit_callbacks(execute=True):
        meetings.cancel(changed, by=world.office, reason="Sciopero")
    told = [event_of(mail) for mail in mailoutbox]
    assert [calendar["METHOD"] for _, calendar, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for _, _, event in told] == [0, 1, 2]
    assert len({event["UID"] for _, _, event in told}) == 1
    assert told[1][2]["LOCATION"] == "Crema"
    assert told[2][2]["STATUS"] == "CANCELLED"
    assert "Sala occupata" in mailoutbox[1].subject + mailoutbox[1].body
    subjects = list(RegistryEntry.objects.order_by("number").values_list("subject", flat=True))
    assert [subject.split(":")[0] for subject in subjects] == [
        "Convocazione",
        "Variazione della convocazione",
        "Annullamento della convocazione",
    ]


def test_a_change_says_what_and_why(world):
    meeting = convene(world)
    same = {"starts_at": meeting.starts_at, "place": meeting.place, "agenda": meeting.agenda}
    with pytest.raises(Refused, match="Non è cambiato nulla"):
        meetings.change(meeting, by=world.office, reason="Perché sì", **same)
    with pytest.raises(Refused, match="perché"):
        meetings.change(meeting, by=world.office, reason=" ", **same | {"place": "Crema"})
    held = hold(world, meeting, world.asl)
    with pytest.raises(Refused, match="non cambia più"):
        meetings.change(held, by=world.office, reason="Tardi", **same | {"place": "Crema"})


def test_a_cabina_that_is_not_there_yet_has_no_quorum_to_set(world, enter):
    SteeringCommittee.objects.all().delete()
    client, place = enter(world.region), reverse("network:steering_quorum")
    assert client.get(place).status_code == 409
    refused = client.post(place, {"quorum": "2"})
    assert (refused.status_code, "non è ancora istituita" in refused.text) == (422, True)


@pytest.mark.rule("R04")
def test_only_the_chair_changes_a_meeting_of_the_cabina(world):
    chair = make_person()
    body = make_organisation("Direzione")
    steering.name_seat(
        kind=CHAIR_KIND, holder="Direttore", person=chair, organisation=body, is_chair=True, by=world.region
    )
    meeting = convene(world, MeetingBody.STEERING, by=chair)
    fields = {"starts_at": meeting.starts_at, "place": "Brescia", "agenda": meeting.agenda, "reason": "Sala"}
    with pytest.raises(RuleViolated) as refused:
        meetings.change(meeting, by=world.steering, **fields)
    assert refused.value.rule == "R04"
    assert meetings.change(meeting, by=chair, **fields).place == "Brescia"


def test_through_the_pages(world, enter):
    make_member(world, "Muto")
    meeting = convene(world)
    client = enter(world.office)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Nessun recapito" in page
    calendar = client.get(reverse("network:meeting_calendar", args=[meeting.pk]))
    assert calendar["Content-Type"].startswith("text/calendar")
    assert Calendar.from_ical(calendar.content)["METHOD"] == "REQUEST"
    change = reverse("network:meeting_change", args=[meeting.pk])
    form = client.get(change).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"place": "Crema"}
    data["starts_at"] = (clock.now() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(change, data | {"reason": ""}).status_code == 422
    assert client.post(change, data | {"reason": "Sala occupata"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.place, meeting.changes) == ("Crema", 1)


# --- quorum and decisions -----------------------------------------------------------------------------------------
def test_each_body_has_its_quorum_and_a_meeting_keeps_the_one_it_was_convened_with(world, enter):
    bodies = [make_member(world), make_member(world)]
    client = enter(world.office)
    url = reverse("network:assembly_quorum", args=[world.network.pk])
    assert client.post(url, {"quorum": "0"}).status_code == 422
    assert client.post(url, {"quorum": "2", "reason": "Regolamento"}).status_code == 302
    world.network.refresh_from_db()
    meeting = convene(world)
    decisions.set_quorum(world.network, quorum=None, by=world.office)
    assert meeting.quorum == 2
    held = hold(world, meeting, bodies[0])
    assert quorum_reached(held) is False
    with pytest.raises(Refused, match="numero legale è 2"):
        decisions.record_decision(held, text="Si fa", outcome=DecisionOutcome.UNANIMOUS, by=world.office)
    page = client.get(held.get_absolute_url()).content.decode()
    assert "Questa seduta non decide" in page
    assert "Non raggiunto" in page
    world.network.refresh_from_db()
    assert convene(world).quorum is None


def test_the_quorum_of_the_committee_counts_people_and_fits_them(world, enter):
    url = reverse("network:committee_quorum", args=[world.committee.pk])
    too_many = enter(world.office).post(url, {"quorum": "3"})
    assert too_many.status_code == 422
    assert "I componenti sono 2" in too_many.content.decode()
    meeting = convene(world, MeetingBody.COMMITTEE)
    assert meeting.quorum == 2
    held = hold(world, meeting, world.asl)
    assert (present_of(held), quorum_reached(held)) == (1, False)


def test_the_quorum_of_the_cabina(world, enter):
    url = reverse("network:steering_quorum")
    client = enter(world.region)
    assert client.get(url).status_code == 409
    cabina = steering.establish()
    assert client.post(url, {"quorum": "4"}).status_code == 302
    assert SteeringCommittee.objects.get(pk=cabina.pk).quorum == 4


@pytest.mark.parametrize(
    ("outcome", "votes", "field"),
    [
        ("unanimous", (3, 1, 0), "outcome"),
        ("majority", (2, 2, 0), "outcome"),
        ("rejected", (3, 1, 0), "outcome"),
        ("majority", (4, 1, 1), "in_favour"),
        ("majority", (3, 1, 1), None),
        ("unanimous", (None, None, None), None),
        ("rejected", (1, 3, 0), None),
    ],
)
def test_votes_that_do_not_add_up(outcome, votes, field):
    named = dict(zip(("in_favour", "against", "abstained"), votes, strict=True))
    if field is None:
        check_votes(outcome, present=5, **named)
        return
    with pytest.raises(Refused) as refused:
        check_votes(outcome, present=5, **named)
    assert refused.value.field == field


def test_decisions_enter_the_minutes_which_are_then_fixed(world, enter):
    body = make_member(world, "Comune di Prova")
    held = hold(world, convene(world), world.asl, body)
    client = enter(world.office)
    add = reverse("network:decision_add", args=[held.pk])
    assert client.post(add, {"text": "Si fa", "outcome": "unanimous", "in_favour": "9"}).status_code == 422
    for text in ("Si fa", "Da togliere", "Si rifà"):
        assert client.post(add, {"text": text, "outcome": "majority", "in_favour": "2", "against": "0"}).url.endswith(
            "#decisioni"
        )
    strike = reverse("network:decision_strike", args=[held.pk, 2])
    assert client.post(strike, {"reason": ""}).status_code == 422
    assert client.post(strike, {"reason": "Scritta due volte"}).status_code == 302
    assert client.get(reverse("network:decision_strike", args=[held.pk, 9])).status_code == 404
    approved = meetings.approve_minutes(held, by=world.office)
    year = approved.starts_at.year
    assert approved.minutes_number == f"1/{year}"
    assert RegistryEntry.objects.filter(subject__startswith=f"Verbale n. 1/{year}").count() == 1
    kind = kind_of("meeting_minutes")
    assert kind.title(approved).startswith(f"Verbale n. 1/{year}")
    rows = kind.context(approved)["decisions"]["rows"]
    assert [row[:2] for row in rows] == [["1", "Si fa"], ["3", "Si rifà"]]
    for refused in (
        lambda: decisions.record_decision(approved, text="Dopo", outcome="majority", by=world.office),
        lambda: decisions.strike_decision(Decision.objects.first(), by=world.office, reason="Dopo"),
        lambda: minutes.write_minutes(approved, minutes="Altro", by=world.office),
    ):
        with pytest.raises(Refused, match="non si può più cambiare"):
            refused()
    assert "n. 1/" in client.get(approved.get_absolute_url()).content.decode()


def test_minutes_are_numbered_by_body_and_year(world, elsewhere):
    numbers = []
    for where, body, there in (
        (world, MeetingBody.NETWORK, world.asl),
        (world, MeetingBody.NETWORK, world.asl),
        (world, MeetingBody.COMMITTEE, world.asl),
        (elsewhere, MeetingBody.NETWORK, elsewhere.asl),
    ):
        held = hold(where, convene(where, body), there)
        numbers.append(meetings.approve_minutes(held, by=where.office).minutes_number.split("/")[0])
    assert numbers == ["1", "2", "1", "1"]


# --- the committee: terms and substitutes -------------------------------------------------------------------------
@pytest.mark.rule("R13")
def test_a_term_ends_by_itself_and_the_committee_lapses_without_the_ster(world):
    world.member_seat.term_ends_on = date(2016, 4, 10)
    world.member_seat.save()
    day = timezone.make_aware(datetime(2016, 4, 9, 12))
    with clock.standing_at(day):
        assert committees.end_terms() == []
    with clock.standing_at(day + timedelta(days=1)):
        assert committees.end_terms() == [world.member_seat]
        assert committees.end_terms() == []
    world.committee.refresh_from_db()
    assert world.committee.status == CommitteeStatus.FORMING
    assert Notice.objects.filter(to=world.office, text__contains="mandato").exists()


@pytest.mark.rule("R13")
def test_the_substitute_takes_over_and_the_committee_stays_valid(world, enter):
    client = enter(world.office)
    url = reverse("network:committee_substitute", args=[world.member_seat.pk])
    take_over = reverse("network:committee_take_over", args=[world.member_seat.pk])
    assert client.get(take_over).status_code == 409
    assert client.post(url, {"email": world.chair.email}).status_code == 422
    data = {"email": "supplente@example.org", "first_name": "Eva", "last_name": "Re"}
    assert client.post(url, data).status_code == 302
    member = CommitteeMember.objects.get(pk=world.member_seat.pk)
    assert not Seat.objects.filter(person=member.substitute).exists()  # does not sit yet
    assert client.post(take_over, {"reason": ""}).status_code == 422
    assert client.post(take_over, {"reason": "Trasferimento"}).status_code == 302
    world.committee.refresh_from_db()
    assert world.committee.status == CommitteeStatus.CONSTITUTED
    follower = CommitteeMember.objects.current().get(person=member.substitute)
    assert follower.organisation == world.ster
    assert Seat.objects.active().filter(person=member.substitute).exists()
    assert not CommitteeMember.objects.current().filter(person=world.member).exists()


def test_a_term_in_the_past_is_refused(world, enter):
    url = reverse("network:committee_member_add", args=[world.committee.pk])
    data = {"email": "nuova@example.org", "first_name": "A", "last_name": "B", "organisation": world.asl.pk}
    refused = enter(world.office).post(url, data | {"term_ends_on": "2014-02-01"})
    assert refused.status_code == 422
    assert "Il mandato finisce" in refused.content.decode()
    assert Meeting.objects.filter(status=MeetingStatus.CONVENED).count() == 0
