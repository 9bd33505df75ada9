"""Writing proposals, also two people at once, through the services."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile, Refused, RuleViolated
from conciliazione.kernel.models import Move
from network.enums import Area, IndicatorStatus
from plans.enums import BudgetCategory, CallStatus, ProposalStatus
from plans.models import ProjectProposal
from plans.queries import proposals as queries
from plans.services import proposals as services

from .. import factories

pytestmark = pytest.mark.django_db


# --- writing ------------------------------------------------------------------------------------------------------
def test_a_draft_begins_for_an_open_or_coming_call(world, call, ally):
    proposal = services.create_proposal(
        call, by=ally.lead_person, alliance=ally.alliance, title="Tempo per la famiglia"
    )
    assert proposal.status == ProposalStatus.DRAFT
    assert Move.objects.about(proposal).get().to_state == "draft"
    again = services.create_proposal(call, by=ally.lead_person, alliance=ally.alliance, title="Tempo per la famiglia")
    assert again == proposal  # pressed twice, begun once
    services.save_texts(proposal, by=ally.lead_person, summary="Scritta")
    with pytest.raises(Refused, match="questo titolo"):
        services.create_proposal(call, by=ally.lead_person, alliance=ally.alliance, title="Tempo per la famiglia")
    coming = factories.make_call(world, opens_at=clock.now() + timedelta(days=1))
    assert services.create_proposal(coming, by=ally.lead_person, alliance=ally.alliance, title="B").pk
    for other in (
        factories.make_call(world, status=CallStatus.DRAFT),
        factories.make_call(world, closes_at=clock.now() - timedelta(seconds=1)),
    ):
        with pytest.raises(Refused):
            services.create_proposal(other, by=ally.lead_person, alliance=ally.alliance, title="C")
    assert ProjectProposal.objects.count() == 2


@pytest.mark.rule("R14")
def test_not_for_a_call_of_another_network(ally):
    elsewhere = factories.make_call(factories.make_network())
    with pytest.raises(RuleViolated) as refused:
        services.create_proposal(elsewhere, by=ally.lead_person, alliance=ally.alliance, title="A")
    assert refused.value.rule == "R14"
    assert not ProjectProposal.objects.exists()


def test_texts_are_saved_with_their_revision(draft, ally):
    saved = services.save_texts(draft, by=ally.partner_person, revision=1, needs="Nuovi bisogni")
    assert (saved.revision, saved.needs) == (2, "Nuovi bisogni")
    assert saved.history.first().history_user == ally.partner_person


def test_the_same_part_written_twice_is_refused_and_another_part_is_not(draft, ally):
    services.save_texts(draft, by=ally.partner_person, revision=1, needs="Scritto dal partner")
    with pytest.raises(ChangedMeanwhile, match=str(ally.partner_person)):
        services.save_texts(draft, by=ally.lead_person, revision=1, needs="Scritto dal capofila")
    services.save_texts(draft, by=ally.lead_person, revision=1, objectives="Nuovi obiettivi")
    draft.refresh_from_db()
    assert (draft.needs, draft.objectives, draft.revision) == ("Scritto dal partner", "Nuovi obiettivi", 3)


def action_values(world, ally, **changes):
    return {
        "area": Area.TRAINING,
        "district": world.districts[0],
        "partner": ally.partner,
        "title": "Corso",
        "description": "Dieci incontri",
        "starts_on": date(2014, 10, 1),
        "ends_on": date(2015, 3, 31),
        "expected_participants": 30,
        **changes,
    }


def test_actions_lines_and_indicators_are_written(world, draft, ally):
    by = ally.lead_person
    action = services.add_action(draft, by=by, **action_values(world, ally))
    services.update_action(action, by=by, title="Corso serale")
    line = services.add_budget_line(
        draft,
        by=by,
        category=BudgetCategory.EXTERNAL,
        partner=ally.partner,
        description="Docenti",
        cost=Decimal(1000),
        grant=Decimal(600),
        co_financing=Decimal(400),
    )
    services.update_budget_line(line, by=by, cost=Decimal(1200), co_financing=Decimal(600))
    indicator = factories.make_indicator(world.programme)
    expected = services.add_indicator(draft, by=by, indicator=indicator, target=Decimal(50))
    services.update_indicator(expected, by=by, target=Decimal(60))
    draft.refresh_from_db()
    assert draft.revision == 7
    assert queries.budget_of(draft).totals.cost == 51200
    for part in (action, line, expected):
        services.remove_part(part, by=by)
    draft.refresh_from_db()
    assert (draft.actions.count(), draft.budget_lines.count(), draft.expected_indicators.count()) == (1, 1, 1)


@pytest.mark.rule("R01")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"area": "altro"}, "area"), ({"ends_on": date(2014, 9, 30)}, "ends_on")],
)
def test_an_action_that_makes_no_sense_is_refused(world, draft, ally, wrong, field):
    with pytest.raises(Refused) as refused:
        services.add_action(draft, by=ally.lead_person, **action_values(world, ally, **wrong))
    assert refused.value.field == field
    assert draft.actions.count() == 1


def test_only_bodies_and_districts_of_its_own(world, draft, ally):
    other_world = factories.make_network()
    stranger = factories.make_alliance(world)
    for wrong in ({"partner": stranger.partner}, {"district": other_world.districts[0]}):
        with pytest.raises(Refused) as refused:
            services.add_action(draft, by=ally.lead_person, **action_values(world, ally, **wrong))
        assert refused.value.field in wrong
    ally.partner.left_on = clock.today()
    ally.partner.save()
    with pytest.raises(Refused, match="partecipa ora"):
        services.add_action(draft, by=ally.lead_person, **action_values(world, ally))
    assert draft.actions.count() == 1


@pytest.mark.rule("R45")
def test_indicators_are_those_agreed_with_the_region(world, draft, ally):
    proposed = factories.make_indicator(world.programme, status=IndicatorStatus.PROPOSED)
    foreign = factories.make_indicator(factories.make_programme())
    already = draft.expected_indicators.get().indicator
    for indicator in (proposed, foreign, already):
        with pytest.raises(Refused):
            services.add_indicator(draft, by=ally.lead_person, indicator=indicator, target=Decimal(5))
    fresh = factories.make_indicator(world.programme)
    for wrong in ({"target": Decimal(0)}, {"target": Decimal(1), "baseline": Decimal(-1)}):
        with pytest.raises(Refused):
            services.add_indicator(draft, by=ally.lead_person, indicator=fresh, **wrong)
    assert draft.expected_indicators.count() == 1


def test_a_row_changed_or_taken_out_meanwhile(world, draft, ally):
    line = draft.budget_lines.get()
    seen = line.history.first().history_id
    services.update_budget_line(line, by=ally.partner_person, seen=seen, description="Educatrici")
    with pytest.raises(ChangedMeanwhile, match=str(ally.partner_person)):
        services.update_budget_line(line, by=ally.lead_person, seen=seen, description="Altro")
    services.remove_part(line, by=ally.partner_person)
    line.pk = seen  # deleting cleared it
    with pytest.raises(ChangedMeanwhile, match="tolto questa riga"):
        services.update_budget_line(line, by=ally.lead_person, description="Altro")
