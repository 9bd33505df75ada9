"""What the committee's minutes say of a proposal: closed to whoever is in conflict while it is evaluated."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.documents import kind_of, preview
from conciliazione.kernel.errors import Refused
from network.documents import minutes_context
from network.enums import MeetingPurpose, MeetingStatus, SeatKind
from network.models import Decision
from network.queries.minutes import Minutes
from network.services import decisions, meetings, minutes
from plans.documents.evaluation import minutes_context as evaluation_context
from plans.rules.evaluation import why_minutes_closed
from plans.services import evaluation, ranking
from tests.factories import add_seat, make_member, make_person
from tests.plans.evaluated import make_evaluated, make_meeting

SAID = "I costi del nido sono alti."
SHUT = "ciò che il verbale ne dice resta chiuso per te"


@pytest.fixture(scope="module")
def minuted(made):
    """Two proposals scored; the member is in conflict on the first; the minutes say something of both."""
    past = clock.now() - timedelta(days=9)
    world = make_evaluated(opens_at=past - timedelta(days=30), closes_at=past)
    world.first, world.second = world.proposals
    evaluation.declare(world.first, by=world.member, has_conflict=True, note_text="Nuovo incarico")
    world.meeting = make_meeting(world)
    minutes.write_part(world.meeting, matter=world.first.pk, text=SAID, by=world.chair)
    minutes.write_part(world.meeting, matter=world.second.pk, text="Buona rete di partner.", by=world.member)
    return made(world)


def told(client, person, meeting):
    client.force_login(person)
    answer = client.get(meeting.get_absolute_url())
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("evaluates", "must_declare", "declared", "why"),
    [
        (True, True, True, "conflitto"),
        (True, False, True, "conflitto"),
        (True, True, None, "dichiara"),
        (True, False, None, ""),
        (True, True, False, ""),
        (False, True, None, "in corso"),
        (False, True, False, "in corso"),
    ],
)
def test_to_whom_a_part_is_closed(evaluates, must_declare, declared, why):
    found = why_minutes_closed(evaluates=evaluates, must_declare=must_declare, declared=declared)
    assert (why in found) if why else not found


@pytest.mark.django_db
def test_who_is_in_conflict_reads_that_they_left_and_not_what_was_said(minuted, client):
    world = minuted
    page = told(client, world.member, world.meeting)
    assert SAID not in page
    assert SHUT in page
    assert f"Ha lasciato la seduta per conflitto di interessi: {world.member} ({world.ster.name})" in page
    assert "Buona rete di partner." in page
    assert "Scarica il verbale" not in page
    for person in (world.chair, world.office):
        page = told(client, person, world.meeting)
        assert SAID in page
        assert "Scarica il verbale" in page


@pytest.mark.django_db
def test_neither_the_document_nor_the_form_tells_it(minuted, client):
    world, kind = minuted, kind_of("meeting_minutes")
    assert not kind.may_open(world.member, world.meeting)
    assert kind.may_open(world.chair, world.meeting)
    client.force_login(world.member)
    asked = reverse("kernel:request_document", args=["meeting_minutes", world.meeting.pk])
    assert client.post(asked).status_code == 404
    place = reverse("network:minutes_part", args=[world.meeting.pk, world.first.pk])
    answer = client.get(place)
    assert (answer.status_code, SAID in answer.text) == (409, False)
    answer = client.post(place, {"text": "Lo riscrivo io"})
    assert answer.status_code == 422
    assert SHUT in answer.text
    assert world.meeting.parts.get(matter_key=world.first.pk).text == SAID


@pytest.mark.django_db
def test_before_declaring_and_outside_the_committee_it_is_closed_too(minuted, client):
    world = minuted
    newcomer = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    partner = make_person(seat=SeatKind.DELEGATE, organisation=make_member(world))
    for person, why in ((newcomer, "Prima di leggere"), (partner, "La valutazione è in corso")):
        page = told(client, person, world.meeting)
        assert SAID not in page
        assert why in page
        assert not kind_of("meeting_minutes").may_open(person, world.meeting)


@pytest.mark.django_db
def test_in_conflict_one_stays_out_also_from_the_seat_of_the_asl(minuted, client):
    world = minuted
    add_seat(world.member, SeatKind.OFFICE, network=world.network)
    assert SAID not in told(client, world.member, world.meeting)


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["title", "alliance"])
def test_a_general_text_or_a_decision_that_names_the_proposal_is_closed_too(minuted, client, named):
    world = minuted
    name = world.first.title if named == "title" else world.first.alliance.name
    text = f"Su {name.upper()} il Comitato è severo."
    minutes.write_minutes(world.meeting, minutes=text, by=world.chair)
    decision = decisions.record_decision(world.meeting, text=text, outcome="unanimous", by=world.chair)
    page = told(client, world.member, world.meeting)
    assert "severo" not in page
    assert "Il testo generale è chiuso per te" in page
    assert told(client, world.chair, world.meeting).count("severo") == 2
    for act in (
        lambda: minutes.write_minutes(world.meeting, minutes="Altro", by=world.member),
        lambda: decisions.strike_decision(decision, by=world.member, reason="Non mi piace"),
        lambda: meetings.approve_minutes(world.meeting, by=world.member),
    ):
        with pytest.raises(Refused, match="conflitto"):
            act()
    for place in (
        reverse("network:meeting_minutes", args=[world.meeting.pk]),
        reverse("network:decision_strike", args=[world.meeting.pk, decision.number]),
        reverse("network:meeting_move", args=[world.meeting.pk, "approva-il-verbale"]),
    ):
        answer = client.force_login(world.member) or client.get(place)
        assert (answer.status_code, "severo" in answer.text) == (409, False)


@pytest.mark.django_db
def test_a_decision_on_a_proposal_is_closed_with_it_and_leaves_no_words_in_the_trace(minuted, client):
    world = minuted
    client.force_login(world.chair)
    add = reverse("network:decision_add", args=[world.meeting.pk])
    data = {"matter": world.first.pk, "text": "Si chiede di ridurre il nido", "outcome": "majority"}
    assert client.post(add, data).status_code == 302
    assert "ridurre il nido" in told(client, world.chair, world.meeting)
    assert "ridurre il nido" not in told(client, world.member, world.meeting)
    assert world.first.title not in client.get(add).context["form"].fields["matter"].choices[1:]
    refused = client.post(add, data)
    assert (refused.status_code, refused.context["form"].errors.keys()) == (422, {"matter"})
    decisions.strike_decision(Decision.objects.get(), by=world.chair, reason="Doppia")
    assert "ridurre il nido" not in told(client, world.member, world.meeting)


@pytest.mark.django_db
def test_the_approval_fixes_who_left_and_the_publication_opens_the_minutes(minuted, client):
    world = minuted
    approved = meetings.approve_minutes(world.meeting, by=world.chair)
    away = [f"{world.member} ({world.ster.name})"]
    assert approved.parts.get(matter_key=world.first.pk).away == away
    with pytest.raises(Refused, match="non si può più cambiare"):
        minutes.write_part(approved, matter=world.first.pk, text="Dopo", by=world.chair)
    context = minutes_context(approved)
    assert {part["name"]: part["away"] for part in context["parts"]} == {
        world.first.title: away,
        world.second.title: [],
    }
    assert preview("meeting_minutes", approved).startswith(b"%PDF")
    drawn = ranking.approve(ranking.draw_up(world.call, by=world.chair), by=world.chair, meeting=approved)
    assert next(iter(evaluation_context(drawn)["parts"]))["text"] == SAID
    assert SAID not in told(client, world.member, approved)
    ranking.publish(drawn, by=world.office)
    evaluation_over = told(client, world.member, approved)
    assert SAID in evaluation_over
    assert away[0].replace("'", "&#x27;") in evaluation_over
    assert kind_of("meeting_minutes").may_open(world.member, approved)


@pytest.mark.django_db
def test_who_left_is_told_also_where_nobody_wrote_a_part(minuted):
    world = minuted
    second = make_meeting(world)
    assert [(part.matter.key, part.written) for part in Minutes(second).parts] == [(world.first.pk, False)]
    approved = meetings.approve_minutes(second, by=world.member)  # nothing that they may not read
    assert [(row.matter_key, bool(row.away)) for row in approved.parts.all()] == [(world.first.pk, True)]
    plan_meeting = make_meeting(world)
    plan_meeting.purpose = MeetingPurpose.PERIODIC
    assert Minutes(plan_meeting).parts == []


@pytest.mark.django_db
def test_a_proposal_of_another_call_or_a_meeting_before_the_term_has_no_part(minuted, client):
    world = minuted
    early = make_meeting(world, starts_at=world.call.closes_at - timedelta(days=1), status=MeetingStatus.HELD)
    client.force_login(world.chair)
    assert client.get(reverse("network:minutes_part", args=[early.pk, world.first.pk])).status_code == 404
    assert client.get(reverse("network:minutes_part", args=[world.meeting.pk, 10**9])).status_code == 404
    assert early.starts_at < clock.now()


@pytest.mark.django_db
def test_what_may_be_read_is_asked_in_as_many_queries_for_one_as_for_many(minuted, django_assert_num_queries):
    for parts in (2, 1):
        found = Minutes(minuted.meeting, minuted.chair)
        with django_assert_num_queries(6):
            assert not found.why_closed
            assert len(found.parts) == parts
        minuted.meeting.parts.filter(matter_key=minuted.second.pk).delete()
