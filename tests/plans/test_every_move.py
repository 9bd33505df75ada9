"""State x move x role of evaluation, ranking, plan, project and payment, against the transition tables."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.access import Role
from plans.enums import CallStatus, PaymentKind, ProposalStatus, RankingStatus
from plans.models import Ranking
from plans.rules.draws import DRAW
from plans.rules.evaluation import EVALUATION
from plans.rules.plan import PLAN
from plans.rules.projects import PAYMENT, PROJECT
from plans.rules.ranking import RANKING
from plans.services import draws, payments
from tests.factories import make_call, make_proposal
from tests.plans.evaluated import make_evaluated, make_meeting, make_ranked, make_running, score
from tests.walker import offers_differ, pages_differ, put

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    """The whole way to a payment, with one record of each noun."""
    found = make_evaluated(grants=("60000", "50000"), closes_at=clock.now() - timedelta(days=5))
    found.ranking = make_ranked(found)
    found.project = make_running(found)
    found.plan = found.network.plans.get()
    found.payment = payments.order_payment(
        found.project, by=found.office, kind=PaymentKind.INTERIM, amount=1000, order_act="Decreto"
    )
    found.draw = draws.draw(found.ranking, by=found.office, act="Decreto", act_on=clock.today(), added=50000)
    found.meeting = make_meeting(found, starts_at=clock.now())
    ally = found.allies[0]
    judging = make_call(found, status=CallStatus.EVALUATION)
    score(make_proposal(judging, ally, status=ProposalStatus.ELIGIBLE), found.chair, (40, 60))
    found.evaluation = found.chair_seat.evaluations.get(proposal__call=judging)
    found.people = {
        Role.REGION: found.region,
        Role.STEERING: found.steering,
        Role.OFFICE: found.office,
        Role.COMMITTEE: found.chair,
        Role.LEAD: ally.lead_person,
        Role.PARTNER: ally.partner_person,
    }
    return made(found)


NOUNS = {
    "evaluation": (EVALUATION, "evaluation_move"),
    "ranking": (RANKING, "ranking_move"),
    "draw": (DRAW, "draw_move"),
    "plan": (PLAN, "plan_move"),
    "project": (PROJECT, "project_move"),
}


def test_the_buttons_are_those_of_the_tables(world):
    told = {**NOUNS, "payment": (PAYMENT, "")}
    wrong = [
        line for noun, (cycle, _) in told.items() for line in offers_differ(getattr(world, noun), cycle, world.people)
    ]
    assert not wrong


def asked(world, noun, move):
    """What the form of a move asks, filled in."""
    said = {"reason": "Una ragione", "text": "Indirizzi", "on": clock.today(), "paid_on": clock.today()}
    if (noun, move.name) in {("plan", "adopt"), ("ranking", "approve")}:
        said["meeting"] = world.meeting.pk
    return said


def ready(record, state):
    """A ranking stands with its call and its proposals; the others stand alone."""
    if isinstance(record, Ranking):
        published, drafted = state == RankingStatus.PUBLISHED, state == RankingStatus.DRAFT
        record.call.proposals.update(status=ProposalStatus.ELIGIBLE if drafted else ProposalStatus.FUNDED)
        put(record.call, CallStatus.CONCLUDED if published else CallStatus.EVALUATION)
    put(record, state)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_move_from_every_state_in_every_role_as_the_table_says(world, noun):
    cycle, name = NOUNS[noun]
    record = getattr(world, noun)
    pk = record.proposal_id if noun == "evaluation" else record.pk
    wrong = pages_differ(
        record,
        cycle,
        world.people,
        lambda move: reverse(f"plans:{name}", args=[pk, move.slug]),
        lambda move: asked(world, noun, move),
        ready,
    )
    assert not wrong


def test_every_move_of_a_payment_likewise(world):
    pages = {"pay": "payment_paid", "cancel": "payment_cancel"}
    assert not pages_differ(
        world.payment,
        PAYMENT,
        world.people,
        lambda move: reverse(f"plans:{pages[move.name]}", args=[world.payment.pk]),
        lambda move: asked(world, "payment", move),
    )
