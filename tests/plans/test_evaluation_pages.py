"""The committee's pages, through the client: who may, what they show, what is refused."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import SeatKind
from plans.enums import CallStatus, ProposalStatus, RankingStatus
from plans.models import ConflictDeclaration, Ranking, Score
from plans.queries import evaluation as evaluation_queries
from plans.queries import tasks_for
from plans.services import evaluation
from plans.services.ranking import draw_up
from tests.factories import make_alliance, make_call, make_network, make_person, make_proposal
from tests.plans.evaluated import make_evaluated, make_meeting, make_ranked, score

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    world = make_network()
    world.ally = make_alliance(world)
    world.call = make_call(world, status=CallStatus.EVALUATION)
    world.proposal = make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
    return made(world)


@pytest.fixture(scope="module")
def scored(made):
    """Another network, whose two proposals all have scored; the money is enough for one."""
    return made(make_evaluated(grants=("60000", "60000"), budget="100000", points=[(31, 41), (32, 42)]))


def page(client, person, name, *args, **kwargs):
    if person:
        client.force_login(person)
    else:
        client.logout()
    return client.get(reverse(f"plans:{name}", args=args), **kwargs)


def send(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(f"plans:{name}", args=args), data)


def points_for(call, first="30", second="50", reason="Ben motivata"):
    one, two = call.criteria.all()
    return {
        f"points_{one.pk}": first,
        f"reason_{one.pk}": reason,
        f"points_{two.pk}": second,
        f"reason_{two.pk}": reason,
    }


# --- home and board -----------------------------------------------------------------------------------------------
def test_home_for_each_role(client, world):
    for person in (world.chair, world.member, world.office):
        response = page(client, person, "evaluation")
        assert response.status_code == 200
        assert world.call.title in response.text
    for person in (world.region, world.ally.lead_person):
        assert page(client, person, "evaluation").status_code == 403
    assert page(client, None, "evaluation").status_code == 302


def test_home_says_what_comes_when_nothing_is_evaluated(client):
    world = make_network()
    assert "Nessun avviso è in valutazione" in page(client, world.chair, "evaluation").text


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_for_one_and_three_calls(client, world, count, django_assert_num_queries):
    for _ in range(count - 1):
        make_proposal(make_call(world, status=CallStatus.EVALUATION), world.ally, status=ProposalStatus.ELIGIBLE)
    client.force_login(world.chair)
    with django_assert_num_queries(9):
        client.get(reverse("plans:evaluation"))


def test_board_for_each_role(client, world):
    for person in (world.chair, world.office):
        assert page(client, person, "board", world.call.pk).status_code == 200
    assert page(client, world.ally.lead_person, "board", world.call.pk).status_code in {403, 404}
    assert page(client, make_network().chair, "board", world.call.pk).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_board_asks_the_same_for_one_and_three_proposals(client, world, count, django_assert_num_queries):
    for _ in range(count - 1):
        make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
    client.force_login(world.chair)
    with django_assert_num_queries(13):
        client.get(reverse("plans:board", args=[world.call.pk]))


@pytest.mark.parametrize("count", [1, 3])
def test_the_next_proposal_is_found_by_two_queries_however_many_there_are(world, count, django_assert_num_queries):
    others = [make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE) for _ in range(count)]
    with django_assert_num_queries(2):
        following = evaluation_queries.next_for(world.chair, world.proposal)
        assert following.title == others[0].title
    evaluation.declare(others[0], by=world.chair, has_conflict=True, note_text="Parente di un socio")
    assert evaluation_queries.next_for(world.chair, world.proposal) == (others[1] if count > 1 else None)


@pytest.mark.rule("R15")
def test_board_warns_of_an_aim_without_criterion(client, world):
    text = page(client, world.chair, "board", world.call.pk).text
    assert "Finalità senza un criterio" in text
    assert "Coesione sociale" in text


# --- conflict of interest -----------------------------------------------------------------------------------------
def test_nobody_opens_a_proposal_before_declaring(client, world):
    for name in ("score", "scores"):
        response = page(client, world.chair, name, world.proposal.pk)
        assert response.status_code == 302
        assert response.url == reverse("plans:declare", args=[world.proposal.pk])
    response = page(client, world.chair, "proposal", world.proposal.pk)
    assert "Doposcuola" not in response.content.decode()


def test_declaring_opens_the_proposal(client, world):
    response = send(client, world.chair, "declare", world.proposal.pk, has_conflict="no", note="")
    assert response.url == reverse("plans:score", args=[world.proposal.pk])
    assert "Doposcuola" in page(client, world.chair, "score", world.proposal.pk).text


def test_who_is_in_conflict_is_shut_out_with_the_reason(client, world):
    response = send(
        client, world.chair, "declare", world.proposal.pk, has_conflict="yes", note="Mio fratello lavora lì"
    )
    assert response.url == reverse("plans:board", args=[world.call.pk])
    for name in ("score", "scores"):
        response = page(client, world.chair, name, world.proposal.pk)
        assert response.status_code == 403
        assert "restano chiusi per te" in response.text
        assert "Doposcuola" not in response.text
    assert send(client, world.chair, "score", world.proposal.pk, **points_for(world.call)).status_code == 403
    assert not Score.objects.exists()
    again = page(client, world.chair, "declare", world.proposal.pk)
    assert again.status_code == 409


def test_a_known_link_is_prefilled_and_not_denied_without_a_note(client, world):
    from alliances.models import Partner

    Partner.objects.create(alliance=world.ally.alliance, organisation=world.ster, joined_on=world.agreement.signed_on)
    shown = page(client, world.member, "declare", world.proposal.pk).text
    assert "Il portale conosce un legame" in shown
    assert "presenta la proposta" in shown
    response = send(client, world.member, "declare", world.proposal.pk, has_conflict="no", note="")
    assert response.status_code == 422
    assert "spiega perché nella nota" in response.text
    assert not ConflictDeclaration.objects.exists()


@pytest.mark.parametrize("value", ["", "forse", "True", "yes' OR 1=1"])
def test_hostile_declarations(client, world, value):
    assert send(client, world.chair, "declare", world.proposal.pk, has_conflict=value).status_code == 422
    assert not ConflictDeclaration.objects.exists()


# --- scoring ------------------------------------------------------------------------------------------------------
def test_saving_keeps_what_is_there_and_delivering_goes_by_a_review(client, world):
    evaluation.declare(world.proposal, by=world.chair, has_conflict=False)
    response = send(client, world.chair, "score", world.proposal.pk, **points_for(world.call, second="", reason=""))
    assert response.url.endswith("?salvato=1")
    assert Score.objects.filter(points=Decimal(30)).exists()
    shown = page(client, world.chair, "score", world.proposal.pk).text
    assert 'value="30,00"' in shown or 'value="30"' in shown
    response = send(
        client, world.chair, "score", world.proposal.pk, deliver="1", **points_for(world.call, first="12,5")
    )
    assert response.url == reverse("plans:evaluation_move", args=[world.proposal.pk, "consegna-la-valutazione"])
    review = client.get(response.url)
    assert "12,50" in review.text
    assert client.post(response.url, {"reason": ""}).url == reverse("plans:scores", args=[world.proposal.pk])
    assert page(client, world.chair, "score", world.proposal.pk).url == reverse(
        "plans:scores", args=[world.proposal.pk]
    )


@pytest.mark.parametrize("points", ["41", "-1", "abc", "1e9", "NaN", "9" * 50])
def test_points_outside_come_back_beside_the_field(client, world, points):
    evaluation.declare(world.proposal, by=world.chair, has_conflict=False)
    response = send(client, world.chair, "score", world.proposal.pk, **points_for(world.call, first=points))
    assert response.status_code == 422
    assert points in response.text
    assert "Ben motivata" in response.text
    assert not Score.objects.exists()


def test_an_incomplete_evaluation_is_not_delivered(client, world):
    evaluation.declare(world.proposal, by=world.chair, has_conflict=False)
    send(client, world.chair, "score", world.proposal.pk, **points_for(world.call, second=""))
    url = reverse("plans:evaluation_move", args=[world.proposal.pk, "consegna-la-valutazione"])
    response = client.get(url)
    assert response.status_code == 409
    assert "Efficacia: punti" in response.text
    assert client.post(url, {"reason": ""}).status_code == 422


def test_others_points_are_hidden_until_all_have_delivered(client, world):
    score(world.proposal, world.chair, (33, 44))
    evaluation.declare(world.proposal, by=world.member, has_conflict=False)
    before = page(client, world.member, "scores", world.proposal.pk).text
    assert "33,00" not in before
    assert "33,00" not in page(client, world.office, "scores", world.proposal.pk).text
    assert "33,00" in page(client, world.chair, "scores", world.proposal.pk).text
    score_member = {**points_for(world.call)}
    send(client, world.member, "score", world.proposal.pk, **score_member)
    evaluation.deliver(world.proposal, by=world.member)
    assert "33,00" in page(client, world.member, "scores", world.proposal.pk).text
    assert "33,00" in page(client, world.office, "scores", world.proposal.pk).text


def test_reopening_asks_why(client, world):
    score(world.proposal, world.chair, (33, 44))
    url = reverse("plans:evaluation_move", args=[world.proposal.pk, "riapri-la-valutazione"])
    client.force_login(world.chair)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Errore"}).url == reverse("plans:score", args=[world.proposal.pk])


@pytest.mark.rule("R28")
def test_short_actions_are_flagged_on_the_scoring_page(client, world):
    world.programme.rule_sets.update(short_initiative_months=24)
    evaluation.declare(world.proposal, by=world.chair, has_conflict=False)
    assert "dura meno di 24 mesi" in page(client, world.chair, "score", world.proposal.pk).text


@pytest.mark.rule("R14")
def test_a_proposal_of_another_network_is_not_there(client, world):
    foreign = make_network()
    for name in ("score", "scores", "declare"):
        assert page(client, foreign.chair, name, world.proposal.pk).status_code == 404
        assert page(client, world.chair, name, 999999).status_code == 404


def test_only_the_committee_scores(client, world):
    for name in ("score", "declare"):
        assert page(client, world.office, name, world.proposal.pk).status_code == 403
        assert page(client, world.region, name, world.proposal.pk).status_code in {403, 404}
        assert page(client, world.ally.lead_person, name, world.proposal.pk).status_code in {403, 404}


def test_a_seat_without_membership_is_told_why(client, world):
    stranger = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    response = page(client, stranger, "declare", world.proposal.pk)
    assert response.status_code == 409
    assert "Non risulti tra i componenti" in response.text


def test_an_unknown_move_is_not_there(client, world):
    score(world.proposal, world.chair, (33, 44))
    assert page(client, world.chair, "evaluation_move", world.proposal.pk, "cancella-tutto").status_code == 404


# --- tasks --------------------------------------------------------------------------------------------------------
def test_tasks_follow_the_work(world):
    assert [task.what for task in tasks_for(world.chair)] == [f"Dichiara la tua posizione su «{world.call.title}»"]
    evaluation.declare(world.proposal, by=world.chair, has_conflict=False)
    assert [task.what for task in tasks_for(world.chair)] == [f"Valuta le proposte di «{world.call.title}»"]
    for person in (world.chair, world.member):
        if person == world.member:
            evaluation.declare(world.proposal, by=person, has_conflict=False)
        criteria = {c.pk: (Decimal(20), "Sì") for c in world.call.criteria.all()}
        evaluation.save_scores(world.proposal, by=person, scores=criteria)
        evaluation.deliver(world.proposal, by=person)
    assert [task.what for task in tasks_for(world.chair)] == [f"Forma la graduatoria di «{world.call.title}»"]
    draw_up(world.call, by=world.chair)
    assert [task.what for task in tasks_for(world.chair)] == [f"Approva la graduatoria di «{world.call.title}»"]


# --- ranking ------------------------------------------------------------------------------------------------------
def test_draw_up_and_approve_and_publish_by_the_pages(client, scored):
    world = scored
    assert page(client, world.office, "draw_up", world.call.pk).status_code == 403
    assert page(client, world.chair, "draw_up", world.call.pk).status_code == 200
    url = send(client, world.chair, "draw_up", world.call.pk).url
    shown = client.get(url).text
    assert "Qui finiscono le risorse" in shown
    ranking = world.call.ranking
    approve = reverse("plans:ranking_move", args=[ranking.pk, "approva-la-graduatoria"])
    assert client.get(approve).status_code == 200
    assert client.post(approve, {"meeting": ""}).status_code == 422
    weak = make_meeting(world, present=[world.asl])
    response = client.post(approve, {"meeting": weak.pk, "reason": "Nota mia"})
    assert response.status_code == 422
    assert "ne servono almeno 2" in response.text
    assert "Nota mia" in response.text
    assert client.post(approve, {"meeting": make_meeting(world).pk}).url == url
    publish = reverse("plans:ranking_move", args=[ranking.pk, "pubblica-la-graduatoria"])
    assert client.post(publish, {}).status_code == 403
    client.force_login(world.office)
    assert client.post(publish, {}).url == url
    client.logout()
    public = client.get(url)
    assert public.status_code == 200
    assert world.proposals[0].title in public.text
    assert "Storia" not in public.text


def test_drawing_up_too_early_says_what_is_missing(client, world):
    response = page(client, world.chair, "draw_up", world.call.pk)
    assert response.status_code == 409
    assert world.proposal.title in response.text
    assert send(client, world.chair, "draw_up", world.call.pk).status_code == 422


def test_a_draft_ranking_is_not_public(client, scored):
    world = scored
    ranking = draw_up(world.call, by=world.chair)
    for person in (None, world.allies[0].lead_person, world.region):
        assert page(client, person, "ranking", ranking.pk).status_code == 404
    for person in (world.office, world.member):
        assert page(client, person, "ranking", ranking.pk).status_code == 200


def test_a_member_in_conflict_does_not_see_those_points_in_the_draft(client, scored):
    world = scored
    evaluation.declare(world.proposals[0], by=world.member, has_conflict=True, note_text="Nuovo incarico")
    ranking = draw_up(world.call, by=world.chair)
    text = page(client, world.member, "ranking", ranking.pk).text
    assert "31,00" not in text
    assert "72,00" not in text
    assert "32,00" in text
    assert "31,00" in page(client, world.chair, "ranking", ranking.pk).text


@pytest.mark.parametrize("count", [1, 3])
def test_rankings_list(client, world, count, django_assert_num_queries):
    calls = [make_call(world, status=CallStatus.CONCLUDED) for _ in range(count)]
    for call in calls:
        Ranking.objects.create(call=call, status=RankingStatus.PUBLISHED, published_at=clock.now())
    with django_assert_num_queries(2):
        text = client.get(reverse("plans:rankings")).text
    assert all(call.title in text for call in calls)


@pytest.mark.parametrize("count", [1, 3])
def test_ranking_page_asks_the_same_whatever_its_length(client, count, django_assert_num_queries):
    world = make_evaluated(grants=("1000",) * count)
    ranking = make_ranked(world)
    client.force_login(world.office)
    with django_assert_num_queries(12):
        client.get(ranking.get_absolute_url())


def test_ranking_export(client, scored):
    make_ranked(scored)
    assert client.get(reverse("plans:rankings"), {"formato": "csv"}).status_code == 200
