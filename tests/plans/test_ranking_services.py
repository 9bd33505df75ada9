"""Drawing up, approving and publishing the ranking."""

from decimal import Decimal

import pytest

from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, Refused
from conciliazione.kernel.models import Move, Notice
from network.enums import MeetingBody, MeetingStatus
from plans.enums import CallStatus, ProposalStatus, RankingStatus
from plans.models import ProjectProposal, Ranking, RankingRow
from plans.services import evaluation
from plans.services.ranking import approve, draw_up, publish
from tests.factories import make_network, make_proposal
from tests.plans.evaluated import make_evaluated, make_meeting, make_ranked, score

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    return made(make_evaluated())


def test_from_scores_to_published_ranking(mailoutbox):
    world = make_evaluated(grants=("60000", "50000", "10000"), points=[(40, 60), (30, 50), (10, 10)])
    ranking = draw_up(world.call, by=world.chair)
    rows = list(ranking.rows.all())
    assert [(row.position, row.total, row.outcome, row.granted) for row in rows] == [
        (1, Decimal("100.00"), "funded", Decimal(60000)),
        (2, Decimal("80.00"), "eligible_not_funded", Decimal(0)),
        (3, Decimal("20.00"), "below_threshold", Decimal(0)),
    ]
    meeting = make_meeting(world)
    ranking = approve(ranking, by=world.chair, meeting=meeting)
    assert (ranking.status, ranking.meeting) == (RankingStatus.APPROVED, meeting)
    statuses = [ProjectProposal.objects.get(pk=p.pk).status for p in world.proposals]
    assert statuses == [ProposalStatus.FUNDED, ProposalStatus.ELIGIBLE_NOT_FUNDED, ProposalStatus.BELOW_THRESHOLD]
    assert Notice.objects.filter(to=world.office, text__contains="va pubblicata").exists()
    ranking = publish(ranking, by=world.office)
    world.call.refresh_from_db()
    assert (ranking.status, world.call.status) == (RankingStatus.PUBLISHED, CallStatus.CONCLUDED)
    assert Notice.objects.filter(to=world.allies[0].lead_person, text__contains="ammessa e finanziata").exists()
    assert list(Move.objects.about(ranking).values_list("name", flat=True)) == ["create", "approve", "publish"]


def test_it_waits_for_all_members(world):
    late = make_proposal(world.call, world.allies[0], status=ProposalStatus.ELIGIBLE)
    score(late, world.chair, (1, 1))
    with pytest.raises(Refused, match=f"«{late.title}»"):
        draw_up(world.call, by=world.chair)
    assert not Ranking.objects.exists()


def test_without_proposals_there_is_nothing_to_rank(world):
    ProjectProposal.objects.update(status=ProposalStatus.EXCLUDED)
    with pytest.raises(Refused, match="Non ci sono proposte ammesse"):
        draw_up(world.call, by=world.chair)


def test_excluded_proposals_stand_in_the_ranking_with_their_reason(world):
    ProjectProposal.objects.filter(pk=world.proposals[1].pk).update(
        status=ProposalStatus.EXCLUDED, exclusion_reason="Manca la firma"
    )
    rows = list(draw_up(world.call, by=world.chair).rows.all())
    assert [(row.outcome, row.reason) for row in rows][1] == ("excluded", "Manca la firma")


def test_it_can_be_drawn_up_again_until_it_is_approved(world):
    first = draw_up(world.call, by=world.chair)
    assert draw_up(world.call, by=world.member).pk == first.pk
    approve(first, by=world.chair, meeting=make_meeting(world))
    with pytest.raises(Refused, match="già approvata"):
        draw_up(world.call, by=world.chair)


def test_a_meeting_without_quorum_approves_nothing(world):
    ranking = draw_up(world.call, by=world.chair)
    with pytest.raises(Refused, match="servono almeno 2") as refused:
        approve(ranking, by=world.chair, meeting=make_meeting(world, present=[world.asl]))
    assert refused.value.field == "meeting"
    ranking.refresh_from_db()
    assert ranking.status == RankingStatus.DRAFT
    assert ProjectProposal.objects.filter(status=ProposalStatus.ELIGIBLE).count() == 2


def test_who_does_not_sit_on_the_committee_does_not_make_its_quorum(world):
    ranking = draw_up(world.call, by=world.chair)
    guests = [world.asl, world.allies[0].lead.organisation]
    with pytest.raises(Refused, match="erano presenti 1"):
        approve(ranking, by=world.chair, meeting=make_meeting(world, present=guests))


@pytest.mark.parametrize(
    "meeting", [{"status": MeetingStatus.CONVENED}, {"status": MeetingStatus.CANCELLED}, {"body": MeetingBody.NETWORK}]
)
def test_only_a_meeting_of_the_committee_that_took_place(meeting, world):
    ranking = draw_up(world.call, by=world.chair)
    with pytest.raises(Refused) as refused:
        approve(ranking, by=world.chair, meeting=make_meeting(world, **meeting))
    assert refused.value.field == "meeting"


def test_a_meeting_of_another_network_is_refused(world):
    other = make_network()
    ranking = draw_up(world.call, by=world.chair)
    with pytest.raises(Refused, match="di questa Rete"):
        approve(ranking, by=world.chair, meeting=make_meeting(other))


def test_what_changed_since_it_was_drawn_up_stops_the_approval(world):
    ranking = draw_up(world.call, by=world.chair)
    ProjectProposal.objects.filter(pk=world.proposals[0].pk).update(status=ProposalStatus.WITHDRAWN)
    with pytest.raises(ChangedMeanwhile):
        approve(ranking, by=world.chair, meeting=make_meeting(world))
    assert RankingRow.objects.filter(proposal=world.proposals[0]).exists()


def test_a_draft_is_not_published_and_a_published_one_not_twice(world):
    ranking = draw_up(world.call, by=world.chair)
    with pytest.raises(MoveRefused):
        publish(ranking, by=world.office)
    ranking = approve(ranking, by=world.chair, meeting=make_meeting(world))
    publish(ranking, by=world.office)
    with pytest.raises(MoveRefused):
        publish(ranking, by=world.office)


def test_after_the_approval_nobody_declares_any_more(world):
    ranking = draw_up(world.call, by=world.chair)
    approve(ranking, by=world.chair, meeting=make_meeting(world))
    with pytest.raises(Refused):
        evaluation.declare(world.proposals[0], by=world.chair, has_conflict=True, note_text="Tardi")


def test_published_rankings_are_for_everyone(world):
    from django.contrib.auth.models import AnonymousUser

    ranking = draw_up(world.call, by=world.chair)
    assert not Ranking.objects.visible_to(AnonymousUser()).exists()
    assert not Ranking.objects.visible_to(world.allies[0].lead_person).exists()
    assert Ranking.objects.visible_to(world.office).get() == ranking
    approve(ranking, by=world.chair, meeting=make_meeting(world))
    publish(ranking, by=world.office)
    assert Ranking.objects.visible_to(AnonymousUser()).get() == ranking


def test_make_ranked_is_what_the_other_tests_stand_on(world):
    assert make_ranked(world).status == RankingStatus.PUBLISHED
