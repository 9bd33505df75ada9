"""From funded proposals to paid grants, on the real database."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alliances.enums import AllianceStatus, PartnershipStatus
from alliances.models import Alliance, PartnershipAgreement
from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice
from plans.enums import PaymentKind, PlanStatus, ProjectStatus
from plans.models import Payment, Publication
from plans.services import payments
from plans.services import projects as services
from plans.signals import project_started
from tests.plans.evaluated import (
    grant,
    make_awarded,
    make_evaluated,
    make_ranked,
    make_running,
    make_validated_plan,
    make_written_plan,
    publish,
    set_going,
)

pytestmark = pytest.mark.django_db


def ranked():
    world = make_evaluated(advance_share=Decimal(50))
    make_ranked(world)
    return world


@pytest.fixture(scope="module")
def validated(made):
    world = ranked()
    world.plan = make_validated_plan(world)
    return made(world)


@pytest.fixture(scope="module")
def awarded(made):
    world = ranked()
    world.project = make_awarded(world)
    return made(world)


@pytest.fixture(scope="module")
def running(made):
    world = ranked()
    world.project = make_running(world)
    return made(world)


def unsign(alliance):
    Alliance.objects.filter(pk=alliance.pk).update(status=AllianceStatus.SIGNING)
    PartnershipAgreement.objects.filter(alliance=alliance).update(status=PartnershipStatus.SIGNING)


def test_running_the_plan_makes_the_projects(validated):
    world = validated
    plan = services.run(world.plan, by=world.office)
    assert plan.status == PlanStatus.RUNNING
    project = world.proposals[0].project
    assert (project.status, project.grant, project.co_financing) == ("awarded", Decimal(30000), Decimal(20000))
    assert project.plan_actions.get().title == world.proposals[0].actions.get().title
    assert Notice.objects.filter(to=world.allies[0].lead_person, text__contains="ammesso al contributo").exists()


@pytest.mark.rule("R32")
def test_an_unsigned_alliance_waits_and_comes_in_later(validated):
    world = validated
    unsign(world.allies[0].alliance)
    plan = services.run(world.plan, by=world.office)
    assert [project.proposal for project in world.network.projects.all()] == [world.proposals[1]]
    with pytest.raises(RuleViolated) as refused:
        services.award(world.proposals[0], by=world.office)
    assert refused.value.rule == "R32"
    Alliance.objects.update(status=AllianceStatus.CONSTITUTED)
    PartnershipAgreement.objects.update(status=PartnershipStatus.IN_FORCE)
    made, waiting = services.start_projects(plan, by=world.office)
    assert [project.proposal for project in made] == [world.proposals[0]]
    assert waiting == []
    assert services.start_projects(plan, by=world.office) == ([], [])


def test_no_projects_before_the_plan_is_validated(db):
    world = ranked()
    with pytest.raises(Refused, match="ha validato"):
        services.start_projects(make_written_plan(world), by=world.office)
    assert not world.network.projects.exists()


def test_a_proposal_that_was_not_funded_is_no_project(validated):
    world = validated
    type(world.proposals[0]).objects.update(status="eligible_not_funded")
    with pytest.raises(Refused, match="finanziata"):
        services.award(world.proposals[0], by=world.office)


def test_grant_publication_start_and_payments(awarded):
    world = awarded
    heard = []

    def listen(**sent):
        heard.append((sent["project"], sent["by"]))

    project_started.connect(listen)
    try:
        project = set_going(world.project, world)
    finally:
        project_started.disconnect(listen)
    assert heard == [(project, world.office)]
    assert project.status == ProjectStatus.RUNNING
    publication = project.publication
    assert (publication.amount, publication.beneficiary) == (project.grant, world.allies[0].lead.organisation.name)
    advance = payments.order_payment(project, by=world.office, kind=PaymentKind.ADVANCE, order_act="Decreto n. 3")
    assert advance.amount == Decimal("15000.00")
    paid = payments.record_paid(advance, by=world.office, paid_on=clock.today())
    assert paid.status == "paid"
    assert Notice.objects.filter(to=world.allies[0].lead_person, text__contains="15.000,00 €").exists()
    rest = payments.order_payment(
        project, by=world.office, kind=PaymentKind.FINAL, order_act="Decreto n. 9", amount=Decimal(15000)
    )
    assert rest.amount == Decimal(15000)
    names = set(Move.objects.about(project).values_list("name", flat=True))
    assert names == {"create", "record_grant", "publish_grant", "start", "order_payment", "record_paid"}


def test_no_payment_before_the_publication(awarded):
    world = awarded
    project = services.start(grant(world.project, world), by=world.office)
    with pytest.raises(Refused, match=r"d\.lgs\. 33/2013"):
        payments.order_payment(project, by=world.office, kind=PaymentKind.ADVANCE, order_act="Decreto n. 3")
    assert not Payment.objects.exists()


def test_never_over_the_grant_in_all(running):
    world, project = running, running.project
    payments.order_payment(project, by=world.office, kind="interim", order_act="A", amount=Decimal(29999))
    with pytest.raises(Refused, match="1,00 €") as refused:
        payments.order_payment(project, by=world.office, kind="interim", order_act="B", amount=Decimal("1.01"))
    assert refused.value.field == "amount"
    assert project.payments.count() == 1


def test_an_amount_is_said_but_for_the_advance(running):
    with pytest.raises(Refused) as refused:
        payments.order_payment(running.project, by=running.office, kind="interim", order_act="A")
    assert refused.value.field == "amount"


def test_days_of_an_order_are_checked(running):
    world, project = running, running.project
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=400)):
        with pytest.raises(Refused) as refused:
            payments.order_payment(
                project, by=world.office, kind="interim", order_act="A", amount=Decimal(1), ordered_on=day
            )
        assert refused.value.field == "ordered_on"


def test_a_payment_is_paid_once(running):
    world = running
    order = payments.order_payment(world.project, by=world.office, kind="interim", order_act="A", amount=Decimal(1))
    payments.record_paid(order, by=world.office, paid_on=clock.today())
    with pytest.raises(MoveRefused):
        payments.record_paid(order, by=world.office, paid_on=clock.today())


def test_it_does_not_start_without_act_and_cup(awarded):
    world, project = awarded, awarded.project
    with pytest.raises(Refused, match="atto di concessione"):
        services.start(project, by=world.office)
    project.refresh_from_db()
    assert project.status == ProjectStatus.AWARDED


@pytest.mark.rule("R32")
def test_it_does_not_start_when_the_agreement_is_no_longer_in_force(awarded):
    world = awarded
    project = grant(world.project, world)
    unsign(project.alliance)
    with pytest.raises(RuleViolated) as refused:
        services.start(project, by=world.office)
    assert refused.value.rule == "R32"


def test_a_cup_belongs_to_one_project(awarded):
    world = awarded
    first, second = (proposal.project for proposal in world.proposals)
    grant(first, world, cup="E41B14000010002")
    with pytest.raises(Refused) as refused:
        grant(second, world, cup="e41b 1400 0010 002")
    assert refused.value.field == "cup"


def test_what_was_published_does_not_change_any_more(awarded):
    world = awarded
    project = grant(world.project, world)
    publish(project, world)
    with pytest.raises(Refused, match="non si cambiano più"):
        grant(project, world, cup="E99B14000010002")
    with pytest.raises(Refused, match="già pubblicato"):
        publish(project, world)


def test_publication_needs_the_grant_and_the_tax_code(awarded):
    world, project = awarded, awarded.project
    facts = {"legal_basis": "D.G.R.", "office": "Direzione", "official": "A. B.", "selection": "Avviso"}
    with pytest.raises(Refused, match="CUP"):
        services.publish_grant(project, by=world.office, **facts)
    grant(project, world)
    with pytest.raises(Refused, match="codice fiscale"):
        services.publish_grant(project, by=world.office, **facts)
    assert not Publication.objects.filter(project=project).exists()


def test_revoking_needs_a_reason_and_ends_the_payments(running):
    world, project = running, running.project
    with pytest.raises(Refused):
        services.revoke(project, by=world.office, reason="")
    project = services.revoke(project, by=world.office, reason="Azioni mai avviate")
    with pytest.raises(Refused, match="Revocato o rinunciato"):
        payments.order_payment(project, by=world.office, kind="interim", order_act="A", amount=Decimal(1))
    assert Notice.objects.filter(to=world.allies[0].lead_person, text__contains="revocato").exists()


def test_a_closed_project_gets_its_final_payment_alone(running):
    world = running
    project = services.close(world.project, by=world.office)
    with pytest.raises(Refused):
        payments.order_payment(project, by=world.office, kind="interim", order_act="A", amount=Decimal(1))
    payments.order_payment(project, by=world.office, kind="final", order_act="A", amount=Decimal(1))
