"""Money that comes back: partial grants, the renounced grant, the scorrimento and its pages."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from conciliazione.kernel import clock, documents
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from plans.enums import DrawStatus, MoneyRule, PaymentKind, ProposalStatus
from plans.models import ProjectProposal, RankingDraw
from plans.queries.draws import situation_of
from plans.rules.draws import Waiting, available, bound_money, check_act, draw
from plans.rules.ranking import Cut, share_in_order
from plans.services import draws, payments, plan, projects
from tests.plans.evaluated import grant, make_evaluated, make_meeting, make_ranked, make_validated_plan, publish

GRANTS = ("60000", "50000", "10000")
POINTS = [(40, 60), (30, 50), (30, 40)]


# --- the rule -----------------------------------------------------------------------------------------------------
def slow_shares(requests, money, rule, least):
    """In cents, one request after the other."""
    left, given, over = int(money * 100), [], False
    for asked in (int(r * 100) for r in requests):
        if over:
            given.append(0)
        elif asked <= left:
            given.append(asked)
            left -= asked
        else:
            over = True
            given.append(left if rule == "partial" and left > 0 and left * 100 >= asked * int(least) else 0)
    return [Decimal(cents) / 100 for cents in given]


money = st.integers(0, 20000).map(lambda cents: Decimal(cents) / 100)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(money, max_size=6), money, st.sampled_from(["whole", "partial"]), st.integers(0, 100))
def test_money_in_order_agrees_with_a_slow_way(requests, budget, rule, least):
    shares = share_in_order(requests, budget, Cut(rule, Decimal(least)))
    assert [share.granted for share in shares] == slow_shares(requests, budget, rule, least)
    assert sum((share.granted for share in shares), Decimal(0)) <= budget
    assert all(share.reason for share in shares)


def test_a_partial_grant_says_how_much_and_its_least_share_is_held():
    half = Cut(MoneyRule.PARTIAL, Decimal(50))
    first, second, third = share_in_order([Decimal(60), Decimal(80), Decimal(1)], Decimal(100), half)
    assert (first.granted, second.granted, third.granted) == (60, 40, 0)
    assert second.reason == "Contributo parziale: le risorse rimaste, 40,00 € su 80,00 € richiesti."
    (none,) = share_in_order([Decimal(81)], Decimal(40), half)
    assert none.granted == 0
    assert "minimo del 50 %" in none.reason
    assert "almeno il 50 %" in half.words
    assert "contributo intero" in Cut().words


def test_the_reserve_is_reached_in_the_order_of_the_ranking():
    reserve = [Waiting(7, 3, Decimal(10)), Waiting(5, 2, Decimal(50))]
    assert [(r.id, r.granted) for r in draw(reserve, Decimal(60), Cut())] == [(5, 50), (7, 10)]
    assert draw(reserve, Decimal(20), Cut()) == []


@pytest.mark.parametrize(
    ("facts", "bound"),
    [
        ({"status": "running", "paid": Decimal(40), "settled": False}, 100),
        ({"status": "revoked", "paid": Decimal(40), "settled": False}, 40),
        ({"status": "closed", "paid": Decimal(90), "settled": True}, 90),
        ({"status": "closed", "paid": Decimal(90), "settled": False}, 100),
    ],
)
def test_what_a_project_still_binds(facts, bound):
    assert bound_money(grant=Decimal(100), **facts)[0] == bound


def test_without_commitments_all_is_free():
    assert available(Decimal(100), []) == 100


@pytest.mark.parametrize(
    ("act", "days", "sentence"),
    [(" ", 0, "Scrivi l'atto"), ("Decreto", 1, "futura"), ("Decreto", -9, "precedere la pubblicazione")],
)
def test_the_act_is_in_time(act, days, sentence):
    today = clock.today()
    with pytest.raises(Refused, match=sentence):
        check_act(act=act, act_on=today + timedelta(days), published_on=today - timedelta(2), today=today)


@pytest.fixture(scope="module")
def world(made):
    """Three proposals and money for one of them: the ranking is published, no plan is open."""
    world = make_evaluated(grants=GRANTS, points=POINTS)
    world.ranking = make_ranked(world)
    return made(world)


@pytest.fixture(scope="module")
def both(made):
    """Another network, whose two proposals are funded."""
    world = make_evaluated()
    make_ranked(world)
    return made(world)


# --- the acts -----------------------------------------------------------------------------------------------------
def order(world, ranking, **fields):
    return draws.draw(ranking, by=world.office, **{"act": "Decreto n. 51", "act_on": clock.today(), **fields})


@pytest.mark.django_db
def test_a_partial_grant_goes_all_the_way_to_plan_and_project():
    world = make_evaluated(grants=GRANTS, points=POINTS, money_rule=MoneyRule.PARTIAL, partial_minimum=Decimal(50))
    ranking = make_ranked(world)
    assert [(r.outcome, r.granted) for r in ranking.rows.all()] == [
        ("funded", Decimal(60000)),
        ("funded", Decimal(40000)),
        ("eligible_not_funded", 0),
    ]
    found = make_validated_plan(world)
    second = world.proposals[1]
    lines = second.budget_lines.all()
    cost = Decimal(40000) + sum(line.co_financing for line in lines)
    assert sum(a.amount for a in found.actions.filter(proposal=second)) == cost
    projects.run(found, by=world.office)
    assert second.project.grant == Decimal(40000)


@pytest.mark.django_db
def test_a_renounced_grant_goes_down_the_reserve_list_and_the_ranking_stays(client, world):
    ranking = world.ranking
    frozen = list(ranking.rows.values())
    with pytest.raises(Refused, match="non bastano alla prima proposta"):
        order(world, ranking)
    first = draws.renounce(world.proposals[0], by=world.allies[0].lead_person, reason="Il Comune non può cofinanziare")
    assert first.status == ProposalStatus.RENOUNCED
    assert Notice.objects.filter(to=world.office, text__contains="ha rinunciato al contributo").exists()
    found = order(world, ranking)
    assert [(r.proposal_id, r.granted) for r in found.rows.all()] == [
        (world.proposals[1].pk, Decimal(50000)),
        (world.proposals[2].pk, Decimal(10000)),
    ]
    assert found.available == Decimal(100000)
    assert {s["why"] for s in found.sources} == {"rinuncia al contributo", "risorse dell'avviso non assegnate"}
    assert sum(Decimal(s["amount"]) for s in found.sources) == found.available
    assert [ProjectProposal.objects.get(pk=p.pk).status for p in world.proposals[1:]] == ["funded", "funded"]
    assert list(ranking.rows.values()) == frozen
    assert Move.objects.about(ranking).filter(name="draw", by=world.office).exists()
    assert client.get(found.get_absolute_url()).status_code == 404
    found = draws.publish(found, by=world.office)
    assert (found.status, RegistryEntry.objects.filter(subject__startswith="Pubblicazione: Scorr").count()) == (
        DrawStatus.PUBLISHED,
        1,
    )
    page = client.get(found.get_absolute_url()).content.decode()
    assert "50.000,00" in page
    assert f"Scorrimento n. {found.number}" in client.get(ranking.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="nessuno a cui scorrere"):
        order(world, ranking)


@pytest.mark.django_db
def test_a_revoked_project_and_a_saving_set_money_free():
    world = make_evaluated(grants=("60000", "30000", "10000"), budget="90000", points=POINTS, advance_share=Decimal(50))
    ranking = make_ranked(world)
    projects.run(make_validated_plan(world), by=world.office)
    one, two = (proposal.project for proposal in world.proposals[:2])
    for project in (one, two):
        publish(grant(project, world), world)
        projects.start(project, by=world.office)
    paid = payments.order_payment(one, by=world.office, kind=PaymentKind.ADVANCE, order_act="Decreto")
    payments.record_paid(paid, by=world.office, paid_on=clock.today())
    projects.revoke(one, by=world.office, reason="Inadempienza")
    projects.close(two, by=world.office)
    balance = payments.order_payment(
        two, by=world.office, kind=PaymentKind.FINAL, order_act="Decreto", amount=Decimal(28000)
    )
    assert situation_of(ranking).money == Decimal(30000)
    payments.record_paid(balance, by=world.office, paid_on=clock.today())
    situation = situation_of(ranking)
    assert situation.money == Decimal(32000)
    assert [s["why"] for s in situation.sources] == [
        "contributo revocato o rinunciato, al netto di quanto già pagato",
        "economie a progetto concluso",
    ]
    assert [r.granted for r in order(world, ranking).rows.all()] == [Decimal(10000)]


@pytest.mark.django_db
def test_who_renounces_takes_the_actions_out_of_a_plan_in_writing(both):
    world = both
    found = plan.open_plan(world.network, by=world.office, programme=world.programme, title="Piano")
    plan.import_funded(found, by=world.office)
    draws.renounce(world.proposals[0], by=world.allies[0].lead_person, reason="Non si può fare")
    assert set(found.actions.values_list("proposal", flat=True)) == {world.proposals[1].pk}


@pytest.mark.django_db
def test_a_project_is_renounced_from_its_own_page(both):
    world = both
    projects.run(make_validated_plan(world), by=world.office)
    lead = world.allies[0].lead_person
    with pytest.raises(Refused, match="dalla pagina del progetto"):
        draws.renounce(world.proposals[0], by=lead, reason="No")
    with pytest.raises(Refused):
        projects.renounce(world.proposals[0].project, by=lead, reason=" ")
    project = projects.renounce(world.proposals[0].project, by=lead, reason="Non si può fare")
    assert project.status == "revoked"
    with pytest.raises(MoveRefused):
        projects.renounce(project, by=lead, reason="Ancora")


@pytest.mark.django_db
def test_nothing_is_drawn_from_a_ranking_that_is_not_public():
    world = make_evaluated(grants=GRANTS, points=POINTS)
    from plans.services import ranking as rankings

    found = rankings.approve(rankings.draw_up(world.call, by=world.chair), by=world.chair, meeting=make_meeting(world))
    with pytest.raises(Refused, match="graduatoria pubblicata"):
        order(world, found)
    with pytest.raises(Refused, match="dopo la pubblicazione"):
        draws.renounce(world.proposals[0], by=world.allies[0].lead_person, reason="No")
    assert not RankingDraw.objects.exists()


@pytest.mark.django_db
def test_an_act_may_add_money_which_stays_in_the_account(world):
    ranking = world.ranking
    found = order(world, ranking, added=Decimal(12000))
    assert (found.available, found.rows.get().granted) == (Decimal(52000), Decimal(50000))
    assert found.sources[-1]["amount"] == "12000"
    assert situation_of(ranking).money == Decimal(2000)


# --- the pages ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_office_sees_the_money_and_orders_the_draw(client, world):
    ranking = world.ranking
    client.force_login(world.office)
    url = f"/graduatorie/{ranking.pk}/scorri/"
    answer = client.get(url)
    assert answer.status_code == 200
    assert "non bastano alla prima" in answer.content.decode()
    poor = client.post(url, {"act": "Decreto n. 51", "act_on": f"{clock.today()}", "added": "9.999,99"})
    assert poor.status_code == 422
    assert "non bastano alla prima proposta" in poor.content.decode()
    client.force_login(world.allies[0].lead_person)
    assert client.post(url, {"act": "x", "act_on": "2026-01-01"}).status_code == 403
    renounce = f"/proposte/{world.proposals[0].pk}/passo/rinuncia-al-contributo/"
    assert client.post(renounce, {"reason": ""}).status_code == 422
    assert client.post(renounce, {"reason": "Non cofinanziamo"}).status_code == 302
    client.force_login(world.office)
    page = client.get(url).content.decode()
    assert "rinuncia al contributo" in page
    late = client.post(url, {"act": "Decreto n. 51", "act_on": "2090-01-01"})
    assert late.status_code == 422
    assert "Decreto n. 51" in late.content.decode()
    assert not RankingDraw.objects.exists()
    assert client.post(url, {"act": "Decreto n. 51", "act_on": f"{clock.today()}"}).status_code == 302
    found = RankingDraw.objects.get()
    assert client.post(f"/scorrimenti/{found.pk}/pubblica-lo-scorrimento/", {"reason": ""}).status_code == 302
    client.logout()
    assert client.get(found.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_the_ranking_as_a_spreadsheet(client, world):
    ranking = world.ranking
    answer = client.get(f"{ranking.get_absolute_url()}?formato=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:7] == ("Posto", "Protocollo", "Proposta", "Alleanza", "Qualità", "Efficacia", "Totale")
    assert [row[:1] + row[4:9] for row in rows] == [
        (1, 40, 60, 100, 60000, 60000),
        (2, 30, 50, 80, 50000, 0),
        (3, 30, 40, 70, 10000, 0),
    ]


@pytest.mark.django_db
def test_ranking_and_draw_are_documents(world):
    ranking = world.ranking
    draws.renounce(world.proposals[0], by=world.allies[0].lead_person, reason="Non cofinanziamo")
    found = order(world, ranking)
    assert documents.preview("ranking", ranking).startswith(b"%PDF")
    assert documents.preview("ranking_draw", found).startswith(b"%PDF")
