"""The board of the committee with more proposals than one page shows, and what the whole call comes to."""

from itertools import product

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import SeatKind
from network.models import CommitteeMember
from plans.enums import CallStatus, EvaluationStatus, ProposalStatus
from plans.models import ConflictDeclaration, Evaluation, ProjectProposal, Score, ScoresOpening
from plans.queries import evaluation as queries
from plans.queries.standing import standing_of
from plans.services.evaluation import declare
from plans.services.places import fill_calls
from tests.factories import make_alliance, make_call, make_network, make_person, make_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    world = make_network()
    world.ally = make_alliance(world)
    world.call = make_call(world, status=CallStatus.EVALUATION)
    world.proposal = make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
    return made(world)


def many(world, number: int) -> list[ProjectProposal]:
    """So many proposals more, as the first but for their title and number."""
    found = []
    for place in range(number):
        copy = ProjectProposal.objects.get(pk=world.proposal.pk)
        copy.pk, copy.title, copy.registry_number = None, f"Doposcuola {place:03}", f"P-{place:05}"
        found.append(copy)
    return ProjectProposal.objects.bulk_create(found)


def stand(proposal, member, state: str):
    """Bring a member to a state with a proposal."""
    if state == queries.UNDECLARED:
        return
    conflict = state == queries.CONFLICT
    given = {"proposal": proposal, "member": member}
    ConflictDeclaration.objects.create(**given, has_conflict=conflict, declared_at=clock.now())
    if state in {queries.IN_HAND, queries.DELIVERED}:
        progress = EvaluationStatus.DELIVERED if state == queries.DELIVERED else EvaluationStatus.DRAFT
        made = Evaluation.objects.create(**given, status=progress)
        Score.objects.bulk_create(Score(evaluation=made, criterion=c, points=9) for c in proposal.call.criteria.all())


def members(world):
    return [queries.members_of(world.network.pk).get(person=person) for person in (world.chair, world.member)]


def test_what_the_call_comes_to_says_the_same_as_its_rows(world):
    """Every pair of states of two members, a third who sits no more, points opened: the sums are those of the rows."""
    gone = CommitteeMember.objects.create(
        committee=world.committee,
        organisation=world.asl,
        person=make_person(seat=SeatKind.COMMITTEE, network=world.network),
        starts_on=world.agreement.signed_on,
        ends_on=world.agreement.signed_on,
    )
    pairs = list(product(queries.CELL_WORDS, repeat=2))
    third = (queries.UNDECLARED, queries.CONFLICT, queries.DELIVERED)
    proposals = many(world, len(pairs) + len(third) + 1)
    for proposal, states in zip(proposals, pairs, strict=False):
        for member, state in zip(members(world), states, strict=True):
            stand(proposal, member, state)
    for proposal, state in zip(proposals[len(pairs) :], third, strict=False):
        for member in members(world):
            stand(proposal, member, queries.CONFLICT)
        stand(proposal, gone, state)
    ScoresOpening.objects.create(proposal=proposals[-1], by=world.chair, reason="Prova", opened_at=clock.now())
    for person in (world.chair, world.member, world.office):
        board, standing = queries.board_for(person, world.call), standing_of(person, world.call)
        assert [(row.proposal.pk, [c.state for c in row.cells], row.disclosed) for row in board.rows] == [
            (row.pk, list(row.states), row.disclosed) for row in standing.rows
        ]
        mine = [row.mine.state for row in board.rows if row.mine]
        assert standing.delivered == mine.count(queries.DELIVERED)
        assert standing.expected == len(mine) - mine.count(queries.CONFLICT)
        assert standing.first_waiting() == [row.proposal.title for row in board.rows if not row.disclosed][:4]
        assert {row.pk for row in standing.rows if row.linked} == {
            row.proposal.pk for row in board.rows if queries.CONFLICT in [cell.state for cell in row.cells]
        }
    disclosed = {row.pk for row in standing.rows if row.disclosed}
    assert proposals[-1].pk in disclosed  # opened by the chair
    assert [p.pk in disclosed for p in proposals[len(pairs) : -1]] == [False, False, True]
    lags = dict(standing.lags)
    assert lags[members(world)[0]].undeclared == 1 + 5  # the first proposal of all, and the row of the five pairs


def test_however_many_sat_there_before(world):
    """The codes of all who ever sat in the committee do not fit into one number of a database."""
    once = [
        CommitteeMember.objects.create(
            committee=world.committee,
            organisation=world.asl,
            person=person,
            starts_on=world.agreement.signed_on,
            ends_on=world.agreement.signed_on,
        )
        for person in [make_person() for _ in range(40)]
    ]
    CommitteeMember.objects.filter(pk=once[-1].pk).update(ends_on=None)  # the last of them still sits
    stand(world.proposal, once[0], queries.DELIVERED)
    stand(world.proposal, once[-1], queries.DELIVERED)
    stand(world.proposal, members(world)[0], queries.CONFLICT)
    board, standing = queries.board_for(world.chair, world.call), standing_of(world.chair, world.call)
    assert [cell.state for cell in board.rows[0].cells] == list(standing.rows[0].states)
    assert sorted(standing.rows[0].states) == sorted([queries.CONFLICT, queries.UNDECLARED, queries.DELIVERED])


def test_what_is_told_of_those_that_wait(world, django_assert_num_queries):
    many(world, 5)
    standing = standing_of(world.chair, world.call)
    proposals = list(queries.evaluated(world.call))
    with django_assert_num_queries(1):
        assert standing.first_waiting(proposals[2:]) == [proposal.title for proposal in proposals[:4]]
    with django_assert_num_queries(0):
        assert standing.first_waiting(proposals) == [proposal.title for proposal in proposals[:4]]
    ScoresOpening.objects.create(proposal=proposals[1], by=world.chair, reason="Prova", opened_at=clock.now())
    standing = standing_of(world.chair, world.call)
    assert standing.first_waiting() == [proposals[place].title for place in (0, 2, 3, 4)]
    assert not standing.complete


def test_the_call_of_what_members_did_is_kept_on_their_rows(world):
    """Whoever writes it, and by the daily round where an earlier release did not know of it."""
    chair, member = members(world)
    declare(world.proposal, by=world.chair, has_conflict=False)
    stand(world.proposal, member, queries.DELIVERED)
    (other,) = many(world, 1)
    stand(other, chair, queries.IN_HAND)
    states = [row.states for row in standing_of(world.chair, world.call).rows]
    assert sorted(states) == sorted([(queries.TO_DO, queries.DELIVERED), (queries.IN_HAND, queries.UNDECLARED)])
    for model, number in ((ConflictDeclaration, 3), (Evaluation, 2)):
        assert model.objects.filter(call=world.call).count() == number
        model.objects.update(call=None)
    assert [line.partition(":")[0] for line in fill_calls()] == [
        "Avviso scritto su 3 righe",
        "Avviso scritto su 2 righe",
    ]
    assert fill_calls() == []
    assert [row.states for row in standing_of(world.chair, world.call).rows] == states


def test_the_next_proposal_is_what_was_begun_then_what_may_be_scored_then_what_is_undeclared(world):
    chair, _ = members(world)
    undeclared, to_do, begun, done, shut = many(world, 5)
    for proposal, state in (
        (to_do, queries.TO_DO),
        (begun, queries.IN_HAND),
        (done, queries.DELIVERED),
        (shut, queries.CONFLICT),
        (world.proposal, queries.DELIVERED),
    ):
        stand(proposal, chair, state)
    stand(undeclared, members(world)[1], queries.DELIVERED)  # another's, which is not mine
    for expected in (begun, to_do, undeclared, None):
        assert queries.next_for(world.chair, world.proposal) == expected
        row = standing_of(world.chair, world.call).next_row
        assert (row.pk if row else None) == (expected.pk if expected else None)
        if expected is not None:
            ConflictDeclaration.objects.filter(proposal=expected, member=chair).delete()
            Evaluation.objects.filter(proposal=expected, member=chair).delete()
            stand(expected, chair, queries.CONFLICT)


@pytest.mark.parametrize("count", [0, 2])
def test_what_the_call_comes_to_takes_three_queries(world, count, django_assert_num_queries):
    many(world, count)
    with django_assert_num_queries(3):
        assert len(standing_of(world.chair, world.call).rows) == count + 1


@pytest.fixture
def long(world, client):
    """A call of 121 proposals, and who presides, signed in."""
    world.more = many(world, 120)
    client.force_login(world.chair)
    world.url = reverse("plans:board", args=[world.call.pk])
    return world


def test_a_dozen_rows_stand_on_one_page_without_filters(client, world):
    many(world, 11)
    client.force_login(world.chair)
    text = client.get(reverse("plans:board", args=[world.call.pk])).text
    assert text.count('<th scope="row">') >= 12
    for sign in ('class="paging"', 'class="filters"', "sort-menu", "aria-sort"):
        assert sign not in text


def test_a_long_board_comes_in_pages_and_says_what_it_comes_to_on_each(client, long, django_assert_num_queries):
    stand(long.more[0], members(long)[0], queries.DELIVERED)
    for number, first, last in ((1, "Doposcuola 000", "Doposcuola 023"), (5, "Doposcuola 099", "Doposcuola 119")):
        with django_assert_num_queries(14):  # points where somebody has begun, or titles of others that wait
            text = client.get(long.url, {"pagina": number}).text
        assert first in text
        assert last in text
        assert "Doposcuola 060" not in text
        assert "<strong>121</strong> proposte" in text
        assert "120 dichiarazioni sul conflitto di interessi e 120 valutazioni" in text  # what the chair owes in all
        assert f'href="?pagina={2 if number == 1 else 4}#quadro"' in text


def test_a_member_finds_what_they_have_not_scored(client, long):
    first, second, *rest = long.more
    chair, member = members(long)
    for proposal in rest:
        stand(proposal, chair, queries.DELIVERED)
    stand(first, chair, queries.CONFLICT)
    text = client.get(long.url, {"solo": "mie"}).text
    assert "<strong>2</strong> proposte su 121" in text
    rows = text.partition("<tbody>")[2]
    assert second.title in rows
    assert first.title not in rows
    assert "Mostra: <strong>Solo quelle che non ho valutato</strong>" in text
    assert first.title in client.get(long.url, {"solo": "conflitti"}).text
    for proposal in rest[:3]:
        stand(proposal, member, queries.CONFLICT)
    assert "<strong>3</strong> proposte su 121" in client.get(long.url, {"solo": "complete"}).text
    assert "<strong>118</strong> proposte su 121" in client.get(long.url, {"solo": "attesa"}).text
    assert "<strong>1</strong> proposta su 121" in client.get(long.url, {"cerca": "00117"}).text
    assert "Nessuna proposta corrisponde ai filtri scelti" in client.get(long.url, {"cerca": "teatro"}).text


def test_the_office_has_no_scores_of_its_own_to_look_for(client, long):
    client.force_login(long.office)
    text = client.get(long.url, {"solo": "mie"}).text
    assert "Solo quelle che non ho valutato" not in text
    assert "Scegli un&#x27;opzione valida" in text
    assert "<strong>121</strong> proposte" in text


def test_the_whole_board_as_a_sheet(client, long):
    stand(long.more[7], members(long)[0], queries.DELIVERED)
    answer = client.get(long.url, {"formato": "csv"})
    lines = b"".join(answer.streaming_content).decode().strip().splitlines()
    assert len(lines) == 122
    assert f"{long.chair};{long.chair}: punti" in lines[0]
    (seventh,) = [line for line in lines if "Doposcuola 007" in line]
    assert "Consegnata;" in seventh
    assert client.get(long.url, {"formato": "xlsx"}).status_code == 200
