"""The plan from its opening to its validation, on the real database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Notice, RegistryEntry
from network.enums import Area, CommitteeStatus, MeetingBody, MeetingStatus
from network.models import EvaluationCommittee
from plans.enums import ActionOrigin, PlanSectionKind, PlanStatus
from plans.models import PlanAction, PlanSection, PlanVersion, TerritorialPlan
from plans.queries import plan as queries
from plans.services import plan as services
from plans.services import plan_sums
from tests.factories import make_member, make_network, make_person
from tests.plans.evaluated import (
    adopt,
    make_evaluated,
    make_meeting,
    make_ranked,
    make_validated_plan,
    make_written_plan,
    write_whole,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    world = make_evaluated()
    make_ranked(world)
    return made(world)


@pytest.fixture(scope="module")
def written(made):
    """A network of its own whose plan is written."""
    world = make_evaluated()
    make_ranked(world)
    world.plan = make_written_plan(world)
    return made(world)


def open_plan(world, title="Piano di prova"):
    return services.open_plan(world.network, by=world.office, programme=world.programme, title=title)


def an_action(world, **fields):
    given = {
        "area": Area.COMMUNICATION,
        "district": world.districts[1],
        "title": "Sportello itinerante",
        "description": "Un camper informativo",
        "starts_on": date(2014, 11, 1),
        "ends_on": date(2015, 10, 31),
        "amount": Decimal("8000"),
    }
    return given | fields


def test_the_whole_way(world):
    plan = make_validated_plan(world)
    assert (plan.status, plan.version) == (PlanStatus.VALIDATED, 1)
    version = plan.versions.get()
    assert version.sha256 == services.fingerprint(version.content)
    assert [s["text"] for s in version.content["sections"]] == [f"Testo di {k.label}" for k in PlanSectionKind]
    entry = RegistryEntry.objects.get(subject__startswith="Trasmissione")
    assert (plan.registry_number, entry.direction, entry.sha256) == (str(entry), "out", version.sha256)
    assert Notice.objects.filter(to=world.steering, text__contains="ha trasmesso").exists()
    assert Notice.objects.filter(to=world.office, text__contains="ha validato").exists()


@pytest.mark.rule("R07")
def test_a_second_plan_for_the_programme_is_refused(world):
    open_plan(world)
    with pytest.raises(RuleViolated) as refused:
        open_plan(world, "Un altro")
    assert refused.value.rule == "R07"
    assert world.network.plans.count() == 1


def test_it_opens_with_every_section_to_write(world):
    plan = open_plan(world)
    assert plan.sections.count() == len(PlanSectionKind)
    assert [s.written for s in queries.sections_of(plan)] == [False] * len(PlanSectionKind)


def test_the_funded_proposals_become_actions_once(world):
    plan = open_plan(world)
    made = services.import_funded(plan, by=world.office)
    assert {action.proposal for action in made} == set(world.proposals)
    assert sum(action.amount for action in made) == Decimal(100000)
    assert {action.origin for action in made} == {ActionOrigin.ALLIANCE}
    assert services.import_funded(plan, by=world.office) == []
    assert plan.actions.count() == 2


@pytest.mark.rule("R17")
def test_the_committee_adds_an_action_and_takes_it_back(world):
    plan = open_plan(world)
    action = services.add_action(plan, by=world.chair, **an_action(world))
    assert action.origin == ActionOrigin.COMMITTEE
    assert Notice.objects.filter(to=world.office, text__contains="Sportello itinerante").exists()
    with pytest.raises(Refused):
        services.remove_action(action, by=world.chair, reason=" ")
    services.remove_action(action, by=world.chair, reason="Doppia")
    assert not plan.actions.exists()
    assert PlanAction.history.filter(id=action.pk, history_type="-").exists()


def test_actions_of_the_alliances_are_not_taken_out(world):
    plan = open_plan(world)
    action = services.import_funded(plan, by=world.office)[0]
    with pytest.raises(Refused, match="vengono dalla graduatoria"):
        services.remove_action(action, by=world.chair, reason="Non piace")


def test_an_action_in_a_district_of_another_network_is_refused(world):
    foreign = make_network()
    with pytest.raises(Refused) as refused:
        services.add_action(open_plan(world), by=world.chair, **an_action(world, district=foreign.districts[0]))
    assert refused.value.field == "district"
    assert not PlanAction.objects.filter(plan__network=world.network).exists()


@pytest.mark.rule("R13")
def test_a_committee_that_lapsed_does_not_touch_the_plan(world):
    plan = open_plan(world)
    EvaluationCommittee.objects.update(status=CommitteeStatus.FORMING)
    for act in (
        lambda: services.verify_coverage(plan, by=world.chair, text="Va bene"),
        lambda: services.add_action(plan, by=world.chair, **an_action(world)),
    ):
        with pytest.raises(RuleViolated) as refused:
            act()
        assert refused.value.rule == "R13"


@pytest.mark.rule("R17")
def test_no_adoption_before_the_coverage_is_verified(world):
    plan = open_plan(world)
    for kind in PlanSectionKind:
        services.write_section(plan, by=world.office, kind=kind, text="Testo")
    services.import_funded(plan, by=world.office)
    with pytest.raises(RuleViolated) as refused:
        services.adopt(plan, by=world.office)
    assert refused.value.rule == "R17"
    assert not PlanVersion.objects.exists()


def test_no_adoption_with_empty_sections_or_without_the_funded_proposals(world):
    plan = open_plan(world)
    services.verify_coverage(plan, by=world.chair, text="Va bene")
    with pytest.raises(Refused, match="Finalità"):
        services.adopt(plan, by=world.office)
    PlanSection.objects.update(text="Testo")
    with pytest.raises(Refused, match=world.proposals[0].title):
        services.adopt(plan, by=world.office)


def test_after_adoption_nothing_is_written(written):
    world = written
    plan = adopt(world.plan, world)
    for act in (
        lambda: services.write_section(plan, by=world.office, kind="needs", text="Altro"),
        lambda: services.import_funded(plan, by=world.office),
        lambda: services.add_action(plan, by=world.chair, **an_action(world)),
        lambda: services.verify_coverage(plan, by=world.chair, text="Altro"),
    ):
        with pytest.raises(Refused, match="non si modifica"):
            act()
    assert plan.sections.get(kind="needs").text == "Testo di Bisogni"


def test_guidance_leads_to_a_new_version_and_the_old_one_stays(written):
    world = written
    plan = services.transmit(adopt(world.plan, world), by=world.office)
    with pytest.raises(Refused, match="motivazione"):
        services.give_back(plan, by=world.region, reason="")
    plan = services.give_back(plan, by=world.region, reason="Dettagliare la formazione")
    assert (plan.status, plan.guidance) == (PlanStatus.RETURNED, "Dettagliare la formazione")
    services.write_section(plan, by=world.office, kind="training", text="Tre moduli")
    plan = adopt(plan, world)
    assert plan.version == 2
    texts = [
        next(s["text"] for s in version.content["sections"] if s["kind"] == "training")
        for version in plan.versions.order_by("number")
    ]
    assert texts == ["Testo di Piano di formazione", "Tre moduli"]
    plan = services.validate(services.transmit(plan, by=world.office), by=world.steering)
    assert plan.status == PlanStatus.VALIDATED
    assert RegistryEntry.objects.filter(subject__startswith="Trasmissione").count() == 2


def test_moves_out_of_turn_are_refused(written):
    world, plan = written, written.plan
    for service in (services.transmit, services.validate, services.conclude):
        with pytest.raises(MoveRefused):
            service(plan, by=world.office)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.DRAFT
    assert not RegistryEntry.objects.filter(subject__startswith="Trasmissione").exists()


@pytest.mark.parametrize(
    ("meeting", "sentence"),
    [
        (None, "si adotta in una seduta"),
        ({"status": MeetingStatus.CONVENED}, "non si è ancora svolta"),
        ({"present": []}, "i presenti erano 0 e ne servono almeno 2"),
        ({"days": 1}, "scegli una seduta che lo ha esaminato"),
    ],
)
def test_it_is_adopted_in_a_valid_meeting_that_could_read_it(written, meeting, sentence):
    world, plan = written, written.plan
    if meeting is not None:
        days = meeting.get("days", 0)
        rest = {key: value for key, value in meeting.items() if key != "days"}
        meeting = make_meeting(world, starts_at=clock.now() - timedelta(days=days), **rest)
    with pytest.raises(Refused, match=sentence) as refused:
        services.adopt(plan, by=world.office, meeting=meeting)
    assert refused.value.field == "meeting"
    plan.refresh_from_db()
    assert (plan.status, plan.versions.count()) == (PlanStatus.DRAFT, 0)
    assembly = make_meeting(world, body=MeetingBody.NETWORK, starts_at=clock.now())
    assert services.adopt(plan, by=world.office, meeting=assembly).meeting == assembly


def test_after_guidance_it_is_adopted_in_a_new_meeting(written):
    world = written
    plan = services.transmit(adopt(world.plan, world), by=world.office)
    former = plan.meeting
    with clock.standing_at(clock.now() + timedelta(days=5)):
        plan = services.give_back(plan, by=world.region, reason="Rivedere")
        assert former not in queries.meetings_for(plan)
        with pytest.raises(Refused, match="oppure convocala"):
            services.adopt(plan, by=world.office, meeting=former)
        assert adopt(plan, world).version == 2


def test_a_meeting_of_another_network_adopts_nothing(written):
    world, plan = written, written.plan
    with pytest.raises(Refused) as refused:
        services.adopt(plan, by=world.office, meeting=make_meeting(make_network()))
    assert refused.value.field == "meeting"


@pytest.mark.rule("R31")
def test_who_sees_it_when(written):
    world, plan = written, written.plan
    member = make_person(seat="delegate", organisation=make_member(world))

    def seen_by(person):
        return TerritorialPlan.objects.visible_to(person).filter(pk=plan.pk).exists()

    inside, regional, outside = [world.office, world.chair, member], [world.region, world.steering], AnonymousUser()
    for step, expected in (
        (lambda p: p, (True, False, False)),
        (lambda p: adopt(p, world), (True, False, False)),
        (lambda p: services.transmit(p, by=world.office), (True, True, False)),
        (lambda p: services.give_back(p, by=world.steering, reason="Rivedere"), (True, True, False)),
        (lambda p: adopt(p, world), (True, False, False)),
        (lambda p: services.transmit(p, by=world.office), (True, True, False)),
        (lambda p: services.validate(p, by=world.steering), (True, True, True)),
    ):
        plan = step(plan)
        assert all(seen_by(person) is expected[0] for person in inside)
        assert all(seen_by(person) is expected[1] for person in regional)
        assert seen_by(outside) is expected[2]


def test_coverage_and_money_of_a_plan(world):
    plan = write_whole(open_plan(world), world)
    services.add_action(plan, by=world.chair, **an_action(world))
    actions = queries.actions_of(plan)
    covered = queries.coverage_of(plan, actions)
    assert covered.cells == 10
    assert len(covered.holes) == 8
    finance = queries.finance_of(actions, queries.funded_proposals(plan))
    assert (finance.cost, finance.grant, finance.co_financing) == (Decimal(108000), Decimal(68000), Decimal(40000))


# --- what a plan keeps of its actions ---------------------------------------------------------------------------------
def test_a_plan_keeps_how_many_actions_it_has_and_what_they_come_to(world):
    def kept():
        plan.refresh_from_db()
        actions = list(plan.actions.all())
        assert (plan.action_count, plan.action_amount) == (len(actions), sum(a.amount for a in actions))
        return plan.action_count

    plan = open_plan(world)
    before = kept()
    action = services.add_action(plan, by=world.chair, **an_action(world))
    assert kept() == before + 1
    action.amount += 5
    action.save()
    assert kept() == before + 1
    services.remove_action(action, by=world.chair, reason="Doppia")
    assert kept() == before
    services.import_funded(plan, by=world.office)
    assert kept() >= before
    # an earlier release knew nothing of them
    TerritorialPlan.objects.filter(pk=plan.pk).update(action_count=99, action_amount=0)
    assert plan_sums.keep_all_sums() == [f"Azioni e risorse ricontate: {plan}"]
    assert plan_sums.keep_all_sums() == []
    kept()
