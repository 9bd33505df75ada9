"""State x move x role of evaluation, ranking, plan, project and payment, against the transition tables."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.access import Role
from plans.enums import PaymentKind
from plans.rules.draws import DRAW
from plans.rules.evaluation import EVALUATION
from plans.rules.plan import PLAN
from plans.rules.projects import PAYMENT, PROJECT
from plans.rules.ranking import RANKING
from plans.services import draws, payments
from tests.plans.evaluated import make_evaluated, make_ranked, make_running
from tests.walker import offers_differ, pages_differ

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    """The whole way to a payment, with one record of each noun."""
    found = make_evaluated(grants=("60000", "50000"), closes_at=clock.now() - timedelta(days=5))
    found.evaluation = found.proposals[0].evaluations.get(member=found.chair_seat)
    found.ranking = make_ranked(found)
    found.project = make_running(found)
    found.plan = found.network.plans.get()
    found.payment = payments.order_payment(
        found.project, by=found.office, kind=PaymentKind.INTERIM, amount=1000, order_act="Decreto"
    )
    found.draw = draws.draw(found.ranking, by=found.office, act="Decreto", act_on=clock.today(), added=50000)
    ally = found.allies[0]
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


@pytest.mark.parametrize("noun", NOUNS)
def test_no_page_moves_what_the_table_does_not(world, client, noun):
    cycle, name = NOUNS[noun]
    record = getattr(world, noun)
    pk = record.proposal_id if noun == "evaluation" else record.pk
    wrong = pages_differ(
        record,
        cycle,
        world.people,
        client,
        lambda move: reverse(f"plans:{name}", args=[pk, move.slug]),
        {move.name for move in cycle.transitions if not move.automatic},
    )
    assert not wrong


def test_no_page_cancels_or_pays_a_payment_twice(world, client):
    pages = {"pay": "payment_paid", "cancel": "payment_cancel"}
    assert not pages_differ(
        world.payment,
        PAYMENT,
        world.people,
        client,
        lambda move: reverse(f"plans:{pages[move.name]}", args=[world.payment.pk]),
        set(pages),
    )
