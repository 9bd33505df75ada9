"""The pages of the territorial plan, through the client."""

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import Area, SeatKind
from plans.enums import PlanSectionKind, PlanStatus
from plans.models import PlanAction, TerritorialPlan
from plans.queries import deadlines_for, running_for, tasks_for
from plans.services import plan as services
from tests.factories import make_member, make_network, make_person, make_plan
from tests.plans.evaluated import adopt, make_evaluated, make_meeting, make_ranked, write_whole

pytestmark = pytest.mark.django_db


def ranked():
    world = make_evaluated()
    make_ranked(world)
    world.adherent = make_person(seat=SeatKind.DELEGATE, organisation=make_member(world))
    return world


@pytest.fixture(scope="module")
def without_plan(made):
    return made(ranked())


@pytest.fixture(scope="module")
def world(made):
    """Another network, whose plan is open."""
    world = ranked()
    world.plan = services.open_plan(world.network, by=world.office, programme=world.programme, title="Piano di prova")
    return made(world)


@pytest.fixture
def plan(world):
    return world.plan


def page(client, person, name, *args, **query):
    if person:
        client.force_login(person)
    else:
        client.logout()
    return client.get(reverse(f"plans:{name}", args=args), query)


def send(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(f"plans:{name}", args=args), data)


def test_opening_a_plan_and_not_a_second_one(client, without_plan):
    world = without_plan
    assert page(client, world.chair, "plan_open").status_code == 403
    assert page(client, world.office, "plan_open").status_code == 200
    data = {"network": world.network.pk, "programme": world.programme.pk, "title": "Piano 2014-15"}
    assert send(client, world.office, "plan_open", **(data | {"title": ""})).status_code == 422
    assert send(client, world.office, "plan_open", **(data | {"network": make_network().network.pk})).status_code == 422
    assert send(client, world.office, "plan_open", **data).status_code == 302
    again = page(client, world.office, "plan_open")
    assert again.status_code == 409
    assert "regola R07" in again.text
    refused = send(client, world.office, "plan_open", **data)
    assert refused.status_code == 422
    assert "non più di un Piano Territoriale" in refused.text
    assert world.network.plans.count() == 1


def test_the_tabs_lead_only_where_the_person_may_go(client, world):
    assert "Progetti finanziati" in page(client, world.office, "plans").text
    assert page(client, world.adherent, "projects").status_code == 403
    assert "Progetti finanziati" not in page(client, world.adherent, "plans").text
    assert "Progetti finanziati" not in page(client, None, "rankings").text


@pytest.mark.rule("R31")
def test_who_opens_the_page_at_each_state(client, world, plan):
    def codes():
        people = (world.office, world.chair, world.adherent, world.region, world.steering, None)
        return [page(client, person, "plan", plan.pk).status_code for person in people]

    assert codes() == [200, 200, 200, 404, 404, 404]
    TerritorialPlan.objects.update(status=PlanStatus.TRANSMITTED)
    assert codes() == [200, 200, 200, 200, 200, 404]
    TerritorialPlan.objects.update(status=PlanStatus.VALIDATED)
    assert codes() == [200] * 6
    assert page(client, make_network().office, "plan", plan.pk).status_code == 200


def test_a_plan_in_preparation_of_another_network_is_not_there(client, world, plan):
    foreign = make_network().office
    assert page(client, foreign, "plan", plan.pk).status_code == 404
    assert page(client, foreign, "plan_section", plan.pk, "needs").status_code == 404
    assert send(client, foreign, "plan_section", plan.pk, "needs", text="X").status_code == 404


def test_the_page_shows_what_is_missing_and_why_it_cannot_be_adopted(client, world, plan):
    text = page(client, world.office, "plan", plan.pk).text
    assert "Che cosa manca" in text
    assert "Per adottare il piano mancano le sezioni" in text
    assert "Scoperto" in text


def test_writing_sections_one_after_the_other(client, world, plan):
    assert page(client, world.chair, "plan_section", plan.pk, "needs").status_code == 403
    assert page(client, world.office, "plan_section", plan.pk, "inventata").status_code == 404
    assert page(client, world.office, "plan_section", plan.pk, "needs").status_code == 200
    response = send(client, world.office, "plan_section", plan.pk, "needs", text="Servono nidi\n\n- uno", next="1")
    assert response.url == reverse("plans:plan_section", args=[plan.pk, "integration"])
    shown = page(client, world.office, "plan", plan.pk).text
    assert "<li>uno</li>" in shown
    assert "&lt;script&gt;" not in shown
    send(client, world.office, "plan_section", plan.pk, "needs", text="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(client, world.office, "plan", plan.pk).text
    assert send(client, world.office, "plan_section", plan.pk, "needs", text="x" * 20001).status_code == 422


def test_bringing_in_the_funded_proposals(client, world, plan):
    assert world.proposals[0].title in page(client, world.office, "plan_import", plan.pk).text
    assert send(client, world.office, "plan_import", plan.pk).status_code == 302
    assert plan.actions.count() == 2
    assert page(client, world.office, "plan_import", plan.pk).status_code == 409


ACTION = {
    "title": "Sportello itinerante",
    "area": Area.COMMUNICATION,
    "description": "Un camper",
    "starts_on": "2014-11-01",
    "ends_on": "2015-10-31",
    "amount": "8.000,00",
    "expected_participants": "100",
}


@pytest.mark.rule("R17")
def test_the_committee_adds_and_takes_back_an_action(client, world, plan):
    data = ACTION | {"district": world.districts[1].pk}
    assert page(client, world.office, "plan_action_add", plan.pk).status_code == 403
    assert page(client, world.chair, "plan_action_add", plan.pk, area="communication").status_code == 200
    late = send(client, world.chair, "plan_action_add", plan.pk, **(data | {"ends_on": "2014-10-01"}))
    assert late.status_code == 422
    assert "Un camper" in late.text
    foreign = make_network().districts[0].pk
    assert send(client, world.chair, "plan_action_add", plan.pk, **(data | {"district": foreign})).status_code == 422
    assert not PlanAction.objects.exists()
    assert send(client, world.chair, "plan_action_add", plan.pk, **data).status_code == 302
    action = plan.actions.get()
    assert "Azione aggiunta dal Comitato" in page(client, world.office, "plan", plan.pk).text
    assert page(client, world.chair, "plan_action_remove", plan.pk, action.pk).status_code == 200
    assert send(client, world.chair, "plan_action_remove", plan.pk, action.pk, reason="").status_code == 422
    assert send(client, world.chair, "plan_action_remove", plan.pk, action.pk, reason="Doppia").status_code == 302
    assert page(client, world.chair, "plan_action_remove", plan.pk, action.pk).status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        {"amount": "-1"},
        {"amount": "1e400"},
        {"starts_on": "31/02/2015"},
        {"expected_participants": "-3"},
        {"expected_participants": "9" * 40},
        {"area": "sesta"},
        {"district": "abc"},
    ],
)
def test_hostile_actions(client, world, plan, hostile):
    data = ACTION | {"district": world.districts[1].pk} | hostile
    assert send(client, world.chair, "plan_action_add", plan.pk, **data).status_code == 422
    assert not PlanAction.objects.exists()


@pytest.mark.rule("R17")
def test_checking_the_coverage(client, world, plan):
    assert page(client, world.office, "plan_coverage", plan.pk).status_code == 403
    assert "Caselle scoperte" in page(client, world.chair, "plan_coverage", plan.pk).text
    assert send(client, world.chair, "plan_coverage", plan.pk, text="").status_code == 422
    assert send(client, world.chair, "plan_coverage", plan.pk, text="Basta così").status_code == 302
    assert "Basta così" in page(client, world.office, "plan", plan.pk).text


def test_the_moves_by_the_pages(client, world, plan):
    plan = write_whole(plan, world)

    def move(person, slug, **data):
        client.force_login(person)
        url = reverse("plans:plan_move", args=[plan.pk, slug])
        shown = client.get(url).status_code
        return shown, client.post(url, data).status_code

    assert move(world.chair, "adotta-il-piano") == (403, 403)
    assert move(world.office, "trasmetti-alla-regione") == (409, 422)
    assert move(world.office, "adotta-il-piano", meeting=make_meeting(world, starts_at=clock.now()).pk) == (200, 302)
    assert move(world.region, "valida-il-piano") == (404, 404)
    assert move(world.office, "trasmetti-alla-regione") == (200, 302)
    assert move(world.region, "valida-il-piano") == (403, 403)
    assert move(world.region, "restituisci-con-indirizzi", reason="") == (200, 422)
    assert move(world.region, "restituisci-con-indirizzi", reason="Rivedere i bisogni") == (200, 302)
    assert "Rivedere i bisogni" in page(client, world.office, "plan", plan.pk).text
    assert move(world.office, "adotta-il-piano", meeting="") == (200, 422)
    again = make_meeting(world, starts_at=clock.now())
    assert move(world.office, "adotta-il-piano", meeting=again.pk) == (200, 302)
    assert move(world.office, "trasmetti-alla-regione") == (200, 302)
    assert move(world.steering, "valida-il-piano") == (200, 302)
    assert move(world.office, "avvia-l-attuazione") == (200, 302)
    text = page(client, world.office, "plan", plan.pk).text
    assert "Versione 2" in text
    assert world.proposals[0].project.title in text


def test_a_cell_of_the_matrix_leads_to_its_actions(client, world, plan):
    write_whole(plan, world)
    cell = {"ambito": world.districts[0].pk, "area": Area.SERVICES}
    shown = page(client, world.office, "plan", plan.pk, **cell).text
    assert "Mostra tutte le azioni" in shown
    for hostile in ({"ambito": "x", "area": "' OR 1"}, {"ambito": "9" * 30}):
        assert page(client, world.office, "plan", plan.pk, **hostile).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_three(client, world, count, django_assert_num_queries):
    for _ in range(count):
        make_plan(make_network())
    client.force_login(world.office)
    with django_assert_num_queries(9):
        response = client.get(reverse("plans:plans"))
    assert response.status_code == 200


def test_the_list_for_everyone(client, world, plan):
    make_plan(make_network())
    assert "Piano di prova" not in page(client, None, "plans").text
    assert "Piano di prova" in page(client, world.adherent, "plans").text
    assert "Apri un piano" in page(client, world.office, "plans").text
    assert "Apri un piano" not in page(client, world.chair, "plans").text
    for query in ({"stato": "x"}, {"rete": "abc"}, {"ordina": "-azioni"}, {"pagina": "999"}, {"stato": "running"}):
        assert page(client, world.office, "plans", **query).status_code == 200
    assert page(client, world.office, "plans", formato="xlsx").status_code == 200


@pytest.mark.parametrize("districts", [1, 4])
def test_the_page_asks_the_same_whatever_its_size(client, world, plan, districts, django_assert_num_queries):
    for number in range(districts):
        world.network.districts.create(name=f"Ambito in più {number}")
    write_whole(plan, world)
    client.force_login(world.office)
    with django_assert_num_queries(14):
        client.get(plan.get_absolute_url())


def test_tasks_of_office_committee_and_cabina(without_plan):
    world = without_plan
    assert "Apri il Piano Territoriale" in [task.what for task in tasks_for(world.office)]
    plan = services.open_plan(world.network, by=world.office, programme=world.programme, title="Piano di prova")
    assert [task.what for task in tasks_for(world.office)] == ["Prepara «Piano di prova»"]
    assert [task.what for task in tasks_for(world.chair)] == ["Verifica la copertura di «Piano di prova»"]
    write_whole(plan, world)
    assert tasks_for(world.chair) == []
    services.transmit(adopt(plan, world), by=world.office)
    assert [task.what for task in tasks_for(world.steering)] == ["Valida «Piano di prova»"]
    running = [process for process in running_for(world.region) if process.title == "Piano di prova"]
    assert ("Trasmesso", "current") in running[0].steps
    assert deadlines_for(world.office) == []


def test_the_document_of_a_plan(client, world, plan, django_capture_on_commit_callbacks):
    from conciliazione.kernel import documents

    write_whole(plan, world)
    pdf = documents.preview("territorial_plan", plan)
    assert pdf.startswith(b"%PDF")
    kind = documents.kind_of("territorial_plan")
    draft = kind.version(plan)
    assert draft.startswith("bozza-")
    assert not kind.may_open(world.region, plan)
    plan = adopt(plan, world)
    assert kind.version(plan) == "1-adopted"
    plan = services.transmit(plan, by=world.office)
    assert kind.may_open(world.region, plan)
    assert documents.preview("territorial_plan", plan).startswith(b"%PDF")
    assert len(kind.data(plan)["sections"]) == len(PlanSectionKind)


def test_the_minutes_of_the_committee(world):
    from conciliazione.kernel import documents

    assert documents.preview("evaluation_minutes", world.call.ranking).startswith(b"%PDF")
