"""The ranking as it goes through the database, SQLite and PostgreSQL alike, against the slow implementation."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conciliazione.kernel import clock
from plans.enums import CallStatus, EvaluationStatus, ProposalStatus
from plans.models import BudgetLine, Call, ConflictDeclaration, Criterion, Evaluation, Score
from plans.rules.ranking import Candidate, CriterionRule
from plans.services.ranking import draw_up
from tests.factories import make_alliance, make_call, make_network, make_proposal

from .test_ranking_rules import slow

pytestmark = pytest.mark.django_db
PROPOSALS = 4
# few different values, so that ties are the rule; some with decimals that a float would not hold
points = st.sampled_from([Decimal(value) for value in ("0", "0.1", "0.2", "0.3", "1.05", "2.5", "4.35", "5")])
weights = st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("1.35")])


@pytest.fixture(scope="module")
def world(made):
    """Two members have delivered all their evaluations of four proposals; the points come later."""
    world = make_network()
    ally = make_alliance(world)
    world.call = make_call(world, status=CallStatus.EVALUATION)
    world.proposals = [make_proposal(world.call, ally, status=ProposalStatus.ELIGIBLE) for _ in range(PROPOSALS)]
    world.criteria = list(world.call.criteria.order_by("position"))
    world.scores = {}
    for proposal in world.proposals:
        for member in (world.chair_seat, world.member_seat):
            ConflictDeclaration.objects.create(
                proposal=proposal, member=member, has_conflict=False, declared_at=clock.now()
            )
            evaluation = Evaluation.objects.create(proposal=proposal, member=member, status=EvaluationStatus.DELIVERED)
            for criterion in world.criteria:
                score = Score.objects.create(
                    evaluation=evaluation, criterion=criterion, points=Decimal(0), reason="Perché"
                )
                world.scores[proposal.pk, member.pk, criterion.pk] = score
    return made(world)


@st.composite
def drawn(draw):
    return {
        "points": draw(st.lists(points, min_size=PROPOSALS * 4, max_size=PROPOSALS * 4)),
        "weights": draw(
            st.lists(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("1.35")]), min_size=2, max_size=2)
        ),
        "thresholds": draw(st.lists(st.sampled_from([Decimal(0), Decimal("2.5")]), min_size=2, max_size=2)),
        "tie_breaks": draw(st.sampled_from([(0, 0), (1, 2), (2, 1), (0, 1)])),
        "total_threshold": draw(st.sampled_from([Decimal(0), Decimal("0.3"), Decimal(4)])),
        "requested": draw(st.lists(st.integers(1, 50), min_size=PROPOSALS, max_size=PROPOSALS)),
        "budget": draw(st.integers(1, 150)),
    }


def write(world, given_):
    """The drawn values in the rows."""
    scores = list(world.scores.values())
    for score, value in zip(scores, given_["points"], strict=True):
        score.points = value
    Score.objects.bulk_update(scores, ["points"])
    rows = zip(world.criteria, given_["weights"], given_["thresholds"], given_["tie_breaks"], strict=True)
    for criterion, weight, threshold, tie_break in rows:
        criterion.weight, criterion.threshold, criterion.tie_break = weight, threshold, tie_break
    Criterion.objects.bulk_update(world.criteria, ["weight", "threshold", "tie_break"])
    Call.objects.filter(pk=world.call.pk).update(
        total_threshold=given_["total_threshold"], budget=Decimal(given_["budget"])
    )
    for proposal, asked in zip(world.proposals, given_["requested"], strict=True):
        BudgetLine.objects.filter(proposal=proposal).update(grant=asked, cost=asked, co_financing=0)


def expected(world, given_):
    criteria = [
        CriterionRule(criterion.pk, criterion.title, *rest)
        for criterion, *rest in zip(
            world.criteria, given_["weights"], given_["thresholds"], given_["tie_breaks"], strict=True
        )
    ]
    candidates = [
        Candidate(
            proposal.pk,
            proposal.registry_number,
            Decimal(asked),
            tuple(
                {c.pk: world.scores[proposal.pk, member.pk, c.pk].points for c in world.criteria}
                for member in (world.chair_seat, world.member_seat)
            ),
        )
        for proposal, asked in zip(world.proposals, given_["requested"], strict=True)
    ]
    return slow(candidates, criteria, given_["total_threshold"], Decimal(given_["budget"]))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_=drawn())
def test_what_is_drawn_up_from_the_rows_is_the_order_of_the_slow_way(world, given_):
    with transaction.atomic():
        write(world, given_)
        found = draw_up(Call.objects.get(pk=world.call.pk), by=world.chair)
        rows = list(found.rows.order_by("position"))
        again = list(draw_up(Call.objects.get(pk=world.call.pk), by=world.member).rows.order_by("position"))
        transaction.set_rollback(True)
    assert [row.position for row in rows] == list(range(1, PROPOSALS + 1))
    assert [(row.proposal_id, row.outcome, row.granted) for row in rows] == expected(world, given_)
    same = [[(r.proposal_id, r.total, r.points, r.tie_note) for r in drawn_] for drawn_ in (rows, again)]
    assert same[0] == same[1]
