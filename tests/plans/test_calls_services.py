"""Calls through the services, on a real database: what is written, and that a refusal writes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from conciliazione.kernel import clock
from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from network.enums import CommitteeStatus
from plans.enums import CallStatus, ProposalStatus
from plans.models import Call, Criterion
from plans.queries import calls as queries
from plans.queries import deadlines_for, running_for, tasks_for
from plans.services import calls as services
from plans.services import grids

from .. import factories

pytestmark = pytest.mark.django_db
OPENS, CLOSES = factories.at(2014, 6, 10), factories.at(2014, 7, 15, 12)


def values(world, **changes):
    return {
        "programme": world.programme,
        "title": "Avviso 2014",
        "act": "Deliberazione n. 300",
        "act_on": date(2014, 6, 3),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "budget": Decimal("120000"),
        **changes,
    }


@pytest.fixture
def draft(world):
    with clock.standing_at(factories.at(2014, 6, 4)):
        return services.create_call(world.network, by=world.office, template="total", **values(world))


def test_a_call_is_prepared_from_a_ready_grid(draft, world):
    assert draft.status == CallStatus.DRAFT
    assert draft.total_threshold == 60
    assert [c.position for c in draft.criteria.all()] == [1, 2, 3, 4, 5]
    assert queries.grid_of(draft).most == 100
    assert draft.history.first().history_user == world.office
    assert Move.objects.about(draft).get().by == world.office


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": OPENS}, "closes_at"),
        ({"act_on": date(2014, 6, 11)}, "opens_at"),
        ({"budget": Decimal(0)}, "budget"),
        ({"advance_share": Decimal(101)}, "advance_share"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(world, changes, field):
    with pytest.raises(Refused) as refused:
        services.create_call(world.network, by=world.office, **values(world, **changes))
    assert refused.value.field == field
    assert not Call.objects.exists()
    assert not Move.objects.exists()


def test_two_calls_of_a_programme_have_two_titles(world, draft):
    with pytest.raises(Refused, match="questo titolo"):
        services.create_call(world.network, by=world.office, **values(world))
    assert Call.objects.count() == 1


def test_criteria_are_written_moved_and_removed(draft, world):
    grids.apply_template(draft, by=world.office, template="each")
    draft.refresh_from_db()
    assert draft.total_threshold == 0
    needs, effect, growth, *_, penalty = draft.criteria.all()
    assert needs.group == effect.group == draft.criteria_groups.get()
    assert penalty.signed_weight == -1
    assert queries.grid_of(draft).most == 100
    grids.move_criterion(needs, by=world.office, up=True)  # the first of its criterion stays
    grids.move_criterion(effect, by=world.office, up=True)
    grids.move_criterion(growth, by=world.office, up=True)  # before the criterion with its two sub-criteria
    assert [c.pk for c in draft.criteria.all()][:3] == [growth.pk, effect.pk, needs.pk]
    grids.remove_criterion(growth, by=world.office)
    added = grids.add_criterion(draft, by=world.office, title="Innovazione", max_points=Decimal(10), group=needs.group)
    assert added.position == 3  # beside the other sub-criteria
    changed = grids.update_criterion(added, by=world.office, max_points=Decimal(12), threshold=Decimal(6))
    assert changed.threshold == 6
    assert Criterion.history.filter(history_type="-").count() == 6
    assert [c.position for c in draft.criteria.all()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"max_points": Decimal(0)}, "max_points"),
        ({"weight": Decimal(0)}, "weight"),
        ({"threshold": Decimal(31)}, "threshold"),
        ({"aim": "altro"}, "aim"),
        ({"tie_break": 2}, "tie_break"),
        ({"title": "Qualità del partenariato"}, "title"),
        ({"is_penalty": True}, "tie_break"),
    ],
)
def test_a_criterion_that_makes_no_sense_is_refused(draft, world, wrong, field):
    criterion = draft.criteria.first()
    with pytest.raises(Refused) as refused:
        grids.update_criterion(criterion, by=world.office, **wrong)
    assert refused.value.field == field
    criterion.refresh_from_db()
    assert criterion.max_points == 30


def test_two_people_at_once(draft, world):
    seen = draft.history.first().history_id
    services.update_call(draft, by=world.office, seen=seen, budget=Decimal(90000))
    with pytest.raises(ChangedMeanwhile, match=str(world.office)):
        services.update_call(draft, by=world.office, seen=seen, budget=Decimal(1))
    draft.refresh_from_db()
    assert draft.budget == 90000


def test_publishing_gives_a_number_and_freezes(draft, world):
    member = factories.make_alliance(world).lead_person
    with clock.standing_at(factories.at(2014, 6, 5)):
        call = services.publish(draft, by=world.office)
    assert call.status == CallStatus.PUBLISHED
    entry = RegistryEntry.objects.get()
    assert call.registry_number == str(entry) == "2014/0000001"
    assert entry.direction == "out"
    assert call.published_at.year == 2014
    assert "Pubblicato l'avviso" in Notice.objects.get(to=member).text
    refused = [
        lambda: services.update_call(call, by=world.office, budget=Decimal(1)),
        lambda: grids.add_criterion(call, by=world.office, title="X", max_points=Decimal(1)),
        lambda: grids.remove_criterion(call.criteria.first(), by=world.office),
        lambda: grids.move_criterion(call.criteria.first(), by=world.office, up=False),
        lambda: grids.apply_template(call, by=world.office, template="each"),
        lambda: services.publish(call, by=world.office),
    ]
    for attempt in refused:
        with pytest.raises(MoveRefused):
            attempt()
    assert RegistryEntry.objects.count() == 1
    assert call.criteria.count() == 5


def test_an_unsound_or_late_call_is_not_published(draft, world):
    with pytest.raises(Refused, match="già passata"):
        services.publish(draft, by=world.office)
    draft.criteria.all().delete()
    with clock.standing_at(factories.at(2014, 6, 5)), pytest.raises(Refused, match="non ha ancora criteri"):
        services.publish(draft, by=world.office)
    draft.refresh_from_db()
    assert draft.status == CallStatus.DRAFT
    assert not RegistryEntry.objects.exists()


def test_evaluation_and_end(world):
    ally = factories.make_alliance(world)
    call = factories.make_call(world)
    with pytest.raises(Refused, match="aperto fino al"):
        services.start_evaluation(call, by=world.office)
    with clock.standing_at(call.closes_at + timedelta(seconds=1)):
        with pytest.raises(Refused, match="Nessuna proposta"):
            services.start_evaluation(call, by=world.office)
        proposal = factories.make_proposal(call, ally)
        with pytest.raises(Refused, match="presentata una proposta"):
            services.close_early(call, by=world.office, reason="Errore")
        call = services.start_evaluation(call, by=world.office)
        assert call.status == CallStatus.EVALUATION
        assert Notice.objects.filter(to=world.chair, text__contains="una proposta").exists()
        with pytest.raises(Refused, match="attende ancora l'esito"):
            services.conclude(call, by=world.office)
        proposal.status = ProposalStatus.EXCLUDED
        proposal.save()
        assert services.conclude(call, by=world.office).status == CallStatus.CONCLUDED


@pytest.mark.rule("R13")
def test_evaluation_needs_a_constituted_committee(world):
    call = factories.make_call(world)
    factories.make_proposal(call, factories.make_alliance(world))
    world.committee.status = CommitteeStatus.FORMING
    world.committee.save()
    with clock.standing_at(call.closes_at), pytest.raises(RuleViolated) as refused:
        services.start_evaluation(call, by=world.office)
    assert refused.value.rule == "R13"
    call.refresh_from_db()
    assert call.status == CallStatus.PUBLISHED


def test_an_empty_call_is_closed_with_a_reason(world):
    call = factories.make_call(world)
    with pytest.raises(Refused, match="motivazione"):
        services.close_early(call, by=world.office, reason=" ")
    call = services.close_early(call, by=world.office, reason="Atto revocato")
    assert call.status == CallStatus.CONCLUDED
    assert Move.objects.about(call).get().reason == "Atto revocato"


def test_what_awaits_office_and_lead(world):
    ally = factories.make_alliance(world)
    draft = factories.make_call(world, status=CallStatus.DRAFT)
    open_call = factories.make_call(world)
    assert [t.url for t in tasks_for(world.office)] == [draft.get_absolute_url()]
    assert len(running_for(world.office)) == 2
    [task] = tasks_for(ally.lead_person)
    assert task.url == open_call.get_absolute_url()
    assert tasks_for(ally.partner_person) == []
    assert tasks_for(world.member) == []
    for person in (world.office, world.member, ally.lead_person, ally.partner_person):
        assert [d.url for d in deadlines_for(person)] == [open_call.get_absolute_url()]
    factories.make_proposal(open_call, ally, status=ProposalStatus.DRAFT)
    assert [t.label for t in tasks_for(ally.lead_person)] == ["Apri la proposta"]
    with clock.standing_at(open_call.closes_at):
        assert "Chiudi" in tasks_for(world.office)[-1].what
        factories.make_proposal(open_call, ally)
        assert "Avvia la valutazione" in tasks_for(world.office)[-1].what


def test_desk_asks_a_constant_number_of_queries(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ally = factories.make_alliance(world)
    counts = []
    for _ in range(2):
        call = factories.make_call(world)
        factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
        factories.make_proposal(call, ally)
        for person in (world.office, ally.lead_person):
            person = type(person).objects.get(pk=person.pk)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                tasks_for(person), running_for(person), deadlines_for(person)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
