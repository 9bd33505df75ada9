"""The committee together: points opened, the collegial score with quorum and conflicts, reminders, minutes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import clock, documents
from conciliazione.kernel.daily import duties, perform
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move, Notice
from network.enums import MeetingStatus
from network.models import CommitteeMember
from plans.documents.evaluation import minutes_context
from plans.enums import CallStatus, ProposalStatus
from plans.models import Call, CollegialEvaluation, ScoresOpening
from plans.queries import deadlines_for
from plans.queries.ranking import places_of
from plans.rules import calls
from plans.rules.collegial import Lag, Seat, check_item, check_presides, item_quorum, reminder_due
from plans.services import collegial, evaluation, ranking
from tests.factories import make_alliance, make_call, make_network, make_organisation, make_person, make_proposal
from tests.plans.evaluated import make_evaluated, make_meeting, score


# --- rules --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("quorum", "free", "needed"), [(3, 5, 3), (3, 2, 2), (None, 5, 1), (2, 0, 1)])
def test_the_quorum_of_an_item_never_exceeds_those_who_may_take_part(quorum, free, needed):
    assert item_quorum(quorum, free) == needed


def seat(name, *, present=True, conflict=False):
    return Seat(name, "Ente", present, conflict)


def test_who_is_in_conflict_does_not_make_the_quorum():
    check_item([seat("A"), seat("B"), seat("C", conflict=True)], 2)
    with pytest.raises(Refused, match="erano 1 e ne servono almeno 2"):
        check_item([seat("A"), seat("B", present=False), seat("C", conflict=True)], 2)
    with pytest.raises(Refused, match="Manca: D"):
        check_item([seat("A"), seat("D", conflict=None)], 1)
    check_item([seat("A"), seat("D", present=False, conflict=None)], 1)


def test_the_chair_presides_or_any_member_where_there_is_none():
    check_presides(is_chair=True, chair_there=True)
    check_presides(is_chair=False, chair_there=False)
    with pytest.raises(Refused, match="solo chi presiede"):
        check_presides(is_chair=False, chair_there=True)


def test_what_a_member_owes_in_words():
    assert Lag(1, 2).words == "una dichiarazione sul conflitto di interessi e 2 valutazioni"
    assert not Lag(0, 0)


# --- services -----------------------------------------------------------------------------------------------------
def given(proposal, *points):
    return {c.pk: (Decimal(p), "Insieme") for c, p in zip(proposal.call.criteria.all(), points, strict=True)}


@pytest.fixture(scope="module")
def half(made):
    """One proposal that the chair alone has scored."""
    world = make_network()
    world.call = make_call(world, status=CallStatus.EVALUATION, closes_at=clock.now() - timedelta(days=5))
    world.ally = make_alliance(world)
    world.proposal = make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
    score(world.proposal, world.chair, (30, 40))
    return made(world)


@pytest.fixture(scope="module")
def scored(made):
    """Another network, where both have scored both proposals."""
    return made(make_evaluated(closes_at=clock.now() - timedelta(days=5)))


@pytest.mark.django_db
def test_the_chair_opens_and_nobody_scores_alone_any_more(half, client):
    evaluation.declare(half.proposal, by=half.member, has_conflict=False)
    with pytest.raises(Refused, match="solo chi presiede"):
        collegial.open_scores(half.proposal, by=half.member, reason="Voglio vedere")
    collegial.open_scores(half.proposal, by=half.chair, reason="Il componente è in malattia")
    assert Notice.objects.filter(to=half.member, text__contains="sono aperti").exists()
    client.force_login(half.member)
    page = client.get(reverse("plans:scores", args=[half.proposal.pk])).content.decode()
    assert "70,00" in page
    assert "Il componente è in malattia" in page
    with pytest.raises(Refused, match="valutazioni individuali sono chiuse"):
        evaluation.save_scores(half.proposal, by=half.member, scores=given(half.proposal, 1, 1))
    with pytest.raises(Refused, match="già visibili"):
        collegial.open_scores(half.proposal, by=half.chair, reason="Ancora")
    assert ranking.draw_up(half.call, by=half.chair).rows.get().total == Decimal(70)


@pytest.mark.django_db
def test_points_are_opened_with_a_reason_and_only_when_there_are_some(half):
    with pytest.raises(Refused) as refused:
        collegial.open_scores(half.proposal, by=half.chair, reason="  ")
    assert refused.value.field == "reason"
    other = make_proposal(half.call, half.ally, status=ProposalStatus.ELIGIBLE)
    evaluation.declare(other, by=half.chair, has_conflict=False)
    with pytest.raises(Refused, match="non ci sono punti da aprire"):
        collegial.open_scores(other, by=half.chair, reason="Così")
    assert not ScoresOpening.objects.exists()


def make_third(world):
    """A third member, whose body is not the ASL nor the STER."""
    body = make_organisation("Provincia")
    from network.enums import SeatKind

    person = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    CommitteeMember.objects.create(
        committee=world.committee, organisation=body, person=person, starts_on=clock.today() - timedelta(days=9)
    )
    return body, person


@pytest.mark.django_db
@pytest.mark.rule("R14")
def test_the_collegial_score_stands_in_place_of_the_mean_and_the_minutes_tell_who_left(scored):
    world = scored
    body, third = make_third(world)
    first, second = world.proposals
    evaluation.declare(first, by=third, has_conflict=True, note_text="Mio fratello lavora lì")
    score(second, third, (10, 10))
    meeting = make_meeting(world, present=[world.asl, world.ster, body])
    found = collegial.judge(first, by=world.chair, meeting=meeting, scores=given(first, 25, "31.5"))
    assert [seat["body"] for seat in found.present] == [world.asl.name, world.ster.name]
    assert [seat["name"] for seat in found.away] == [str(third)]
    totals = {place.id: place.total for place in places_of(world.call)}
    assert totals == {first.pk: Decimal("56.50"), second.pk: Decimal("72.00")}
    found = collegial.judge(first, by=world.chair, meeting=meeting, scores=given(first, 26, 31), note_text="Ridetto")
    assert (found.scores.count(), CollegialEvaluation.objects.count()) == (2, 1)
    drawn = ranking.draw_up(world.call, by=world.chair)
    ranking.approve(drawn, by=world.chair, meeting=meeting)
    minutes = minutes_context(drawn.__class__.objects.get())
    (sentence,) = minutes["judged"]
    assert "hanno lasciato la seduta per conflitto di interessi " + str(third) in sentence
    assert sentence.endswith("Ridetto.")
    assert documents.preview("evaluation_minutes", drawn.__class__.objects.get()).startswith(b"%PDF")
    with pytest.raises(Refused, match="non è ammessa alla valutazione"):
        collegial.judge(first, by=world.chair, meeting=meeting, scores=given(first, 1, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("points", "reason", "present", "status", "field"),
    [
        (("41", "1"), "Sì", True, MeetingStatus.HELD, "points_"),
        (("-1", "1"), "Sì", True, MeetingStatus.HELD, "points_"),
        (("1", "1"), " ", True, MeetingStatus.HELD, "reason_"),
        (("1", "1"), "Sì", False, MeetingStatus.HELD, "meeting"),
        (("1", "1"), "Sì", True, MeetingStatus.CONVENED, "meeting"),
    ],
)
def test_a_collegial_score_out_of_order_is_refused_beside_its_field(points, reason, present, status, field, scored):
    world = scored
    proposal = world.proposals[0]
    meeting = make_meeting(world, status=status, present=None if present else [world.asl])
    scores = {c.pk: (Decimal(p), reason) for c, p in zip(world.call.criteria.all(), points, strict=True)}
    with pytest.raises(Refused) as refused:
        collegial.judge(proposal, by=world.chair, meeting=meeting, scores=scores)
    assert refused.value.field.startswith(field)
    assert not CollegialEvaluation.objects.exists()


@pytest.mark.django_db
def test_no_collegial_score_before_the_points_are_open(half):
    with pytest.raises(Refused, match="quando tutti hanno consegnato"):
        collegial.judge(half.proposal, by=half.chair, meeting=make_meeting(half), scores=given(half.proposal, 1, 1))


@pytest.mark.django_db
def test_a_reminder_tells_each_what_they_owe_once_a_day(half):
    with pytest.raises(Refused, match="solo chi presiede"):
        collegial.remind(half.call, by=half.member)
    assert collegial.remind(half.call, by=half.chair) == [half.member]
    text = Notice.objects.get(to=half.member, text__contains="aspetta da te").text
    assert text.endswith("una dichiarazione sul conflitto di interessi e una valutazione.")
    with pytest.raises(Refused, match="si può ripetere domani"):
        collegial.remind(half.call, by=half.chair)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "key"),
    [
        (1, ""),
        (6, ""),
        (7, "valutazione-settimana-1"),
        (13, "valutazione-settimana-1"),
        (14, "valutazione-settimana-2"),
        (24, "valutazione-settimana-3"),
        (25, "valutazione-giorno-2014-09-26"),
        (30, "valutazione-giorno-2014-10-01"),
        (31, "valutazione-settimana-4"),
    ],
)
def test_reminders_leave_each_week_and_each_of_the_last_days(day, key):
    began = date(2014, 9, 1)
    assert reminder_due(began, began + timedelta(days=30), began + timedelta(days=day)) == key


@pytest.mark.django_db
def test_in_the_last_days_the_daily_round_reminds_each_day_once(half):
    duty = next(duty for duty in duties() if duty.key == "plans.remind_evaluators")
    began = clock.now()
    begin_evaluation(half.call)
    term = (timezone.localtime(began) + timedelta(days=60)).date()
    for day in (55, 56, 60):
        with clock.standing_at(began + timedelta(days=day)):
            assert len(perform(duty).done) == 1
            assert perform(duty).done == ()
            text = Notice.objects.filter(to=half.member).latest("pk").text
            assert f"entro il {term:%d/%m/%Y}" in text
    with clock.standing_at(began + timedelta(days=58)):
        collegial.remind(half.call, by=half.chair)
        assert perform(duty).done == ()  # the chair has done it today
    half.call.evaluation_days = 0
    with pytest.raises(Refused) as refused:
        calls.check_days(30, 10, half.call.evaluation_days)
    assert refused.value.field == "evaluation_days"


def begin_evaluation(call):
    Move.objects.create(
        **Move.key(call),
        noun="call",
        name="start_evaluation",
        label="Avvia",
        to_state="evaluation",
        at=clock.now(),
    )


@pytest.mark.django_db
def test_the_term_is_a_deadline_of_the_members(half):
    begin_evaluation(half.call)
    (deadline,) = [d for d in deadlines_for(half.member) if "Termine per valutare" in d.what]
    assert deadline.day == timezone.localdate(clock.now()) + timedelta(days=60)
    assert not [d for d in deadlines_for(half.office) if "Termine per valutare" in d.what]


@pytest.mark.django_db
def test_the_daily_round_reminds_each_week_once(half):
    duty = next(duty for duty in duties() if duty.key == "plans.remind_evaluators")
    begin_evaluation(half.call)
    assert perform(duty).done == ()
    with clock.standing_at(clock.now() + timedelta(days=8)):
        assert len(perform(duty).done) == 1
        assert perform(duty).done == ()
    with clock.standing_at(clock.now() + timedelta(days=15)):
        assert len(perform(duty).done) == 1


# --- pages --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_chair_judges_on_the_page_and_loses_nothing_typed(client, scored):
    world = scored
    proposal = world.proposals[0]
    meeting = make_meeting(world)
    client.force_login(world.chair)
    url = reverse("plans:judge", args=[proposal.pk])
    page = client.get(url).content.decode()
    assert 'value="40,00"' in page
    one, two = (c.pk for c in world.call.criteria.all())
    data = {"meeting": meeting.pk, f"points_{one}": "41", f"reason_{one}": "Troppo", f"points_{two}": "50"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "Troppo" in answer.content.decode()
    data |= {f"points_{one}": "39,5", f"reason_{two}": "Bene"}
    assert client.post(url, data).status_code == 302
    assert "89,50" in client.get(reverse("plans:scores", args=[proposal.pk])).content.decode()
    assert "collegiale" in client.get(reverse("plans:board", args=[world.call.pk])).content.decode()


@pytest.mark.django_db
def test_who_is_in_conflict_is_shut_out_of_the_common_work_too(half, client):
    evaluation.declare(half.proposal, by=half.member, has_conflict=True)
    client.force_login(half.member)
    for name in ("judge", "scores_open", "scores"):
        url = reverse(f"plans:{name}", args=[half.proposal.pk])
        assert client.get(url).status_code == 403
        assert client.post(url).status_code in {403, 405}


@pytest.mark.django_db
def test_the_chair_reminds_from_the_board(half, client):
    client.force_login(half.chair)
    board = reverse("plans:board", args=[half.call.pk])
    assert reverse("plans:remind", args=[half.call.pk]) in client.get(board).content.decode()
    assert client.get(reverse("plans:remind", args=[half.call.pk])).status_code == 200
    assert client.post(reverse("plans:remind", args=[half.call.pk])).status_code == 302
    assert client.post(reverse("plans:remind", args=[half.call.pk])).status_code == 422
    assert Call.objects.get(pk=half.call.pk).status == CallStatus.EVALUATION
