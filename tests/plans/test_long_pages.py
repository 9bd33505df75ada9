"""A plan and a call with more rows than one page shows: what they come to stays that of all their rows."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from network.enums import Area
from network.models import District
from plans.enums import ActionOrigin, ProposalStatus
from plans.models import BudgetLine, PlanAction, ProjectProposal, RankingRow
from plans.queries import plan as queries
from plans.queries import plan_page
from tests.plans.evaluated import make_evaluated, make_ranked, make_written_plan

pytestmark = pytest.mark.django_db


def copies(of: ProjectProposal, number: int, **fields) -> list[ProjectProposal]:
    found = []
    for place in range(1, number + 1):
        copy = ProjectProposal.objects.get(pk=of.pk)
        copy.pk, copy.title, copy.registry_number = None, f"Doposcuola {place:03}", f"P-{place:05}"
        for name, value in fields.items():
            setattr(copy, name, value)
        found.append(copy)
    return ProjectProposal.objects.bulk_create(found)


@pytest.fixture(scope="module")
def world(made):
    """A plan of 2 funded proposals."""
    world = make_evaluated(grants=("30000", "20000"))
    world.ranking = make_ranked(world)
    world.plan = make_written_plan(world)
    return made(world)


def lengthen(world):
    """60 funded proposals more, each with an action, and 3 actions that the committee added; 66 rows of money."""
    more = copies(world.proposals[0], 60, status=ProposalStatus.FUNDED)
    partner = BudgetLine.objects.first().partner
    given = {"category": "staff", "partner": partner, "description": "Ore"}
    money = {"cost": Decimal(150), "grant": Decimal(100), "co_financing": Decimal(50)}
    BudgetLine.objects.bulk_create(BudgetLine(proposal=p, **given, **money) for p in more)
    RankingRow.objects.bulk_create(
        RankingRow(ranking=world.ranking, proposal=p, position=10 + n, outcome="funded", requested=100, granted=90)
        for n, p in enumerate(more[:-1])  # of the last one only the budget tells what it gets
    )
    first = world.plan.actions.order_by("starts_on", "pk").first()
    district = District.objects.create(network=world.network, name="Zzz")
    same = {"plan": world.plan, "district": first.district, "starts_on": first.starts_on, "ends_on": first.ends_on}
    PlanAction.objects.bulk_create(
        PlanAction(**same, origin=ActionOrigin.ALLIANCE, proposal=p, area=Area.SERVICES, title=p.title, amount=7)
        for p in more
    )
    later = same | {"district": district, "starts_on": first.ends_on - timedelta(days=1)}
    PlanAction.objects.bulk_create(
        PlanAction(**later, origin=ActionOrigin.COMMITTEE, area=Area.TRAINING, title=f"In rete {n}", amount=1000)
        for n in range(3)
    )
    return world


def read(client, plan, **query) -> str:
    return client.get(plan.get_absolute_url(), query).text.replace("\xa0", " ")


def test_what_a_plan_comes_to_is_that_of_its_rows(world, django_assert_num_queries):
    lengthen(world)
    actions = queries.actions_of(world.plan)
    rows = queries.finance_of(actions, queries.funded_proposals(world.plan))
    with django_assert_num_queries(1):
        covered = plan_page.coverage_in_all(world.plan)
    assert covered == queries.coverage_of(world.plan, actions)
    with django_assert_num_queries(1):
        totals = plan_page.finance_totals(world.plan)
    assert (totals.cost, totals.grant, totals.co_financing) == (rows.cost, rows.grant, rows.co_financing)
    lines = plan_page.FinanceLines(world.plan, totals)
    assert len(lines) == len(rows.lines) == 65
    assert lines[0:200] == rows.lines
    for start, stop in ((0, 25), (50, 63), (61, 65), (63, 65)):  # also across the end of the proposals
        assert lines[start:stop] == rows.lines[start:stop]


def test_a_plan_without_actions_or_money_comes_to_nothing(world):
    world.plan.actions.all().delete()
    ProjectProposal.objects.filter(call=world.call).update(status=ProposalStatus.ELIGIBLE_NOT_FUNDED)
    assert plan_page.coverage_in_all(world.plan).actions == 0
    totals = plan_page.finance_totals(world.plan)
    assert (totals.cost, totals.funded, totals.added) == (0, 0, 0)


def test_what_is_missing_for_adoption(world):
    assert plan_page.missing_for_adoption(world.plan)["unplanned"] == []
    (lost,) = copies(world.proposals[0], 1, status=ProposalStatus.FUNDED)
    assert plan_page.missing_for_adoption(world.plan)["unplanned"] == [lost.title]
    world.plan.actions.all().delete()
    found = plan_page.missing_for_adoption(world.plan)
    assert (found["actions"], len(found["unplanned"])) == (0, 3)


@pytest.mark.parametrize("number", [1, 3])
def test_a_long_plan_comes_in_pages_and_stays_whole_in_its_sums(client, world, number, django_assert_num_queries):
    lengthen(world)
    client.force_login(world.office)
    with django_assert_num_queries(14 if number == 1 else 15):  # on the last page both kinds of money
        text = read(client, world.plan, pagina=number, finanze=number)
    actions = text.partition('id="azioni-del-piano"')[2].partition('id="finanze"')[0]
    money = text.partition('id="finanze"')[2]
    assert re.search(r"<strong>\d\d</strong> azioni", actions)
    assert ("In rete 2" in actions) is (number == 3)
    assert actions.count('class="gantt-row"') == actions.count('<th scope="row">')  # the calendar of the same rows
    assert "Righe 1-25 di 65" in money if number == 1 else "Righe 51-65 di 65" in money
    assert "Totale di tutte le 65 righe" in money
    assert "59.410,00" not in money.partition("<tfoot>")[0]
    # the page of the one stays where the other turns
    assert f'href="?finanze={number}&amp;pagina=2#azioni-del-piano"' in actions
    assert f'href="?pagina={number}&amp;finanze=2#finanze"' in money


def test_a_cell_of_the_coverage_opens_its_actions(client, world):
    lengthen(world)
    district = District.objects.get(name="Zzz")
    client.force_login(world.office)
    text = read(client, world.plan, area="training", ambito=district.pk)
    assert "<strong>3</strong> azioni su" in text
    assert "Ambito: <strong>Zzz</strong>" in text
    assert "<strong>1</strong> azione su" in read(client, world.plan, testo="doposcuola 017")
    assert "Nessuna azione corrisponde" in read(client, world.plan, testo="teatro")
    first = read(client, world.plan, ordina="-risorse")
    assert "In rete" not in first.partition("<tbody>")[2].partition("</tr>")[0]  # the grants of the first are more
    sheet = client.get(world.plan.get_absolute_url(), {"formato": "csv", "area": "training"})
    lines = b"".join(sheet.streaming_content).decode().strip().splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["In rete 0", "In rete 1", "In rete 2"]


def test_a_plan_of_few_rows_has_neither_filters_nor_pages(client, world):
    client.force_login(world.office)
    text = read(client, world.plan)
    for sign in ('class="paging"', 'class="filters"', "sort-menu", "Totale di tutte", "Le azioni di questa pagina"):
        assert sign not in text
    action = world.plan.actions.first()
    text = read(client, world.plan, area=action.area, ambito=action.district_id)
    assert f"Azioni: {action.district.name}, {action.get_area_display()}" in text.replace("&#x27;", "'")
    assert "Mostra tutte le azioni" in text
    assert 'class="filters"' not in text


def test_a_call_shows_its_proposals_in_pages(client, world, django_assert_num_queries):
    copies(world.proposals[0], 60, status=ProposalStatus.ELIGIBLE)
    client.force_login(world.office)
    url = world.call.get_absolute_url()
    client.get(url)
    for number, rows in ((1, 25), (3, 12)):
        with django_assert_num_queries(15):
            text = client.get(url, {"pagina": number}).text.partition('id="proposte"')[2]
        assert text.count('<th scope="row">') == rows
    assert "Righe 51-62 di 62" in text
    client.logout()
    assert 'id="proposte"' not in client.get(url).text
