"""The pages of funded projects, through the client."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.models import Organisation
from plans.enums import ProjectStatus
from plans.models import Payment, Publication
from plans.queries import deadlines_for, tasks_for
from plans.services import payments
from tests.factories import make_alliance, make_call, make_network, make_plan, make_project, make_proposal
from tests.plans.evaluated import grant, make_awarded, make_evaluated, make_ranked, make_running, publish

pytestmark = pytest.mark.django_db


def ranked():
    world = make_evaluated(advance_share=Decimal(50))
    make_ranked(world)
    return world


@pytest.fixture(scope="module")
def world(made):
    """A network whose first project is awarded."""
    world = ranked()
    world.project = make_awarded(world)
    return made(world)


@pytest.fixture(scope="module")
def running(made):
    """Another one, whose first project is running."""
    world = ranked()
    world.project = make_running(world)
    return made(world)


def page(client, person, name, *args, **query):
    if person:
        client.force_login(person)
    else:
        client.logout()
    return client.get(reverse(f"plans:{name}", args=args), query)


def send(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(f"plans:{name}", args=args), data)


def test_who_sees_a_project(client, world):
    project = world.project
    lead, partner = world.allies[0].lead_person, world.allies[0].partner_person
    for person in (world.office, world.chair, world.region, world.steering, lead, partner):
        assert page(client, person, "project", project.pk).status_code == 200
    for person in (world.allies[1].lead_person, make_network().office):
        assert page(client, person, "project", project.pk).status_code == 404
    assert page(client, None, "project", project.pk).status_code == 302


@pytest.mark.rule("R25")
def test_the_alliance_reads_whom_to_speak_to(client, world):
    project = world.project
    text = page(client, world.allies[0].lead_person, "project", project.pk).text
    assert f"{world.asl.name}, Direzione Sociale" in text


def test_the_whole_way_by_the_pages(client, world):
    project = world.project
    office = world.office
    start = reverse("plans:project_move", args=[project.pk, "avvia-il-progetto"])
    client.force_login(office)
    assert client.get(start).status_code == 409
    assert client.post(start, {}).status_code == 422
    today = clock.today().isoformat()
    facts = {
        "grant_act": "Decreto n. 12",
        "granted_on": today,
        "cup": "E41B14000010002",
        "starts_on": today,
        "ends_on": today,
    }
    wrong = send(client, office, "project_grant", project.pk, **(facts | {"cup": "CORTO"}))
    assert wrong.status_code == 422
    assert "15 caratteri" in wrong.text
    assert "CORTO" in wrong.text
    assert send(client, office, "project_grant", project.pk, **facts).status_code == 302
    Organisation.objects.filter(pk=world.allies[0].lead.organisation_id).update(tax_code="80003380195")
    shown = page(client, office, "project_publish", project.pk)
    assert "80003380195" in shown.text
    publication = {
        "tax_code": "80003380195",
        "legal_basis": "D.G.R.",
        "office": "Direzione",
        "official": "A. B.",
        "selection": "Avviso",
    }
    assert send(client, office, "project_publish", project.pk, **(publication | {"office": ""})).status_code == 422
    assert send(client, office, "project_publish", project.pk, **publication).status_code == 302
    assert page(client, office, "project_publish", project.pk).status_code == 409
    assert page(client, office, "project_grant", project.pk).status_code == 409
    assert client.post(start, {}).status_code == 302
    order = {"kind": "advance", "amount": "", "order_act": "Decreto n. 3", "ordered_on": today}
    assert page(client, office, "payment_order", project.pk).status_code == 200
    too_much = send(client, office, "payment_order", project.pk, **(order | {"amount": "15.000,01"}))
    assert too_much.status_code == 422
    assert "al massimo 15.000,00 €" in too_much.text
    assert send(client, office, "payment_order", project.pk, **order).status_code == 302
    payment = Payment.objects.get()
    assert payment.amount == Decimal(15000)
    assert "Registra il pagamento" in page(client, office, "project", project.pk).text
    assert page(client, office, "payment_paid", payment.pk).status_code == 200
    assert send(client, office, "payment_paid", payment.pk, paid_on="2001-01-01").status_code == 422
    assert send(client, office, "payment_paid", payment.pk, paid_on=today).status_code == 302
    assert page(client, office, "payment_paid", payment.pk).status_code == 409
    project.refresh_from_db()
    assert project.status == ProjectStatus.RUNNING


def test_the_page_says_why_nothing_can_be_paid(client, world):
    project = grant(world.project, world)
    text = page(client, world.office, "project", project.pk).text
    assert "prima di ogni pagamento va pubblicato" in text
    assert page(client, world.office, "payment_order", project.pk).status_code == 409


def test_only_the_office_manages(client, running):
    world, project = running, running.project
    order = payments.order_payment(project, by=world.office, kind="interim", order_act="A", amount=Decimal(1))
    for person in (world.allies[0].lead_person, world.chair, world.region):
        for name in ("project_grant", "project_publish", "payment_order"):
            assert page(client, person, name, project.pk).status_code == 403
        assert page(client, person, "payment_paid", order.pk).status_code == 403
        move = page(client, person, "project_move", project.pk, "revoca-il-contributo")
        assert move.status_code == 403
    foreign = make_network().office
    assert page(client, foreign, "payment_order", project.pk).status_code == 404
    assert page(client, foreign, "payment_paid", order.pk).status_code == 404


def test_revoking_asks_why(client, running):
    world, project = running, running.project
    shown = page(client, world.office, "project_move", project.pk, "revoca-il-contributo")
    assert "non si può pagare più nulla" in shown.text
    assert send(client, world.office, "project_move", project.pk, "revoca-il-contributo", reason="").status_code == 422
    sent = send(client, world.office, "project_move", project.pk, "revoca-il-contributo", reason="Mai avviato")
    assert sent.status_code == 302
    assert "Mai avviato" in page(client, world.allies[0].lead_person, "project", project.pk).text


@pytest.mark.parametrize(
    "hostile",
    [{"amount": "-1"}, {"amount": "NaN"}, {"amount": "9" * 40}, {"kind": "regalo"}, {"ordered_on": "2015-13-45"}],
)
def test_hostile_payments(client, running, hostile):
    world, project = running, running.project
    order = {"kind": "interim", "amount": "1", "order_act": "A", "ordered_on": clock.today().isoformat()}
    assert send(client, world.office, "payment_order", project.pk, **(order | hostile)).status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_three(client, count, django_assert_num_queries):
    world = make_network()
    plan, call = make_plan(world), make_call(world)
    for _ in range(count):
        make_project(plan, make_proposal(call, make_alliance(world), status="eligible"))
    client.force_login(world.office)
    with django_assert_num_queries(9):
        response = client.get(reverse("plans:projects"))
    assert response.status_code == 200
    assert response.text.count("Comune") >= count


def test_filters_and_export_of_the_list(client, running):
    world = running
    for query in (
        {"testo": "Proposta"},
        {"stato": "running"},
        {"pubblicato": "False"},
        {"pubblicato": "x"},
        {"programma": "x"},
        {"ordina": "-pagato"},
    ):
        assert page(client, world.office, "projects", **query).status_code == 200
    assert page(client, world.office, "projects", formato="csv").status_code == 200
    assert "Non ci sono ancora progetti" in page(client, make_network().office, "projects").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_whatever_was_paid(client, running, count, django_assert_num_queries):
    world, project = running, running.project
    for number in range(count):
        payments.order_payment(project, by=world.office, kind="interim", order_act=str(number), amount=Decimal(1))
    client.force_login(world.office)
    with django_assert_num_queries(12):
        client.get(project.get_absolute_url())


def test_tasks_of_the_office_one_at_a_time(world):
    project = world.project
    title = project.title

    def tasks():
        return [task.what for task in tasks_for(world.office) if title in task.what]

    assert tasks() == [f"Registra la concessione di «{title}»"]
    grant(project, world)
    assert tasks() == [f"Pubblica il contributo di «{title}»"]
    publish(project, world)
    assert tasks() == [f"Avvia «{title}»"]
    assert Publication.objects.filter(project=project).count() == 1
    from plans.services.projects import start

    start(project, by=world.office)
    assert tasks() == [f"Disponi l'anticipo di «{title}»"]
    payments.order_payment(project, by=world.office, kind="advance", order_act="A")
    assert tasks() == []
    end = f"Fine del progetto «{title}»"
    assert end not in [deadline.what for deadline in deadlines_for(world.office)]
    project.refresh_from_db()
    with clock.standing_at(clock.now() + (project.ends_on - clock.today()) - timedelta(days=59)):
        assert end in [deadline.what for deadline in deadlines_for(world.office)]
