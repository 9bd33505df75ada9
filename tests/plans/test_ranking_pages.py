"""A ranking with more rows than one page shows: places, the line of the money and what it all comes to stay right."""

from decimal import Decimal

import pytest

from plans.enums import Outcome, RankingStatus
from plans.models import ConflictDeclaration, ProjectProposal, RankingRow
from plans.queries.ranking import summary_of
from plans.services.ranking import draw_up
from tests.plans.evaluated import make_evaluated

pytestmark = pytest.mark.django_db

OUTCOMES = [Outcome.FUNDED] * 28 + [Outcome.ELIGIBLE_NOT_FUNDED] * 40 + [Outcome.BELOW_THRESHOLD] * 20
OUTCOMES += [Outcome.EXCLUDED] * 10


@pytest.fixture(scope="module")
def long(made):
    """A ranking of 99 places: 29 funded, 40 in reserve, 20 below the threshold, 10 excluded."""
    world = make_evaluated(grants=("1000",), budget="100000")
    world.ranking = draw_up(world.call, by=world.chair)
    first = world.ranking.rows.get()
    proposals = []
    for place in range(2, len(OUTCOMES) + 2):
        copy = ProjectProposal.objects.get(pk=first.proposal_id)
        copy.pk, copy.title, copy.registry_number = None, f"Doposcuola {place:03}", f"P-{place:05}"
        proposals.append(copy)
    proposals = ProjectProposal.objects.bulk_create(proposals)
    RankingRow.objects.bulk_create(
        RankingRow(
            ranking=world.ranking,
            proposal=proposal,
            position=place,
            total=None if outcome == Outcome.EXCLUDED else Decimal(100 - place / 2),
            points=[] if outcome == Outcome.EXCLUDED else first.points,
            outcome=outcome,
            requested=1000,
            granted=1000 if outcome == Outcome.FUNDED else 0,
            tie_note="Ha lo stesso punteggio." if place == 30 else "",
            reason=f"Perché {place}",
        )
        for place, (proposal, outcome) in enumerate(zip(proposals, OUTCOMES, strict=True), start=2)
    )
    world.ranking.status = RankingStatus.PUBLISHED
    world.ranking.save()
    return made(world)


LINE = "Qui finiscono le risorse: assegnati 29.000,00"


def read(client, long, **query) -> str:
    return client.get(long.ranking.get_absolute_url(), query).text.replace("\xa0", " ")


def test_what_the_ranking_comes_to_is_that_of_all_its_rows(long, django_assert_num_queries):
    with django_assert_num_queries(1):
        summary = summary_of(long.ranking)
    assert (summary.rows, summary.ranked, summary.last_funded) == (99, 69, 29)
    assert (summary.granted, summary.left) == (Decimal(29000), Decimal(71000))
    assert (summary.of(Outcome.BELOW_THRESHOLD).first, summary.of(Outcome.EXCLUDED).last) == (70, 99)
    assert summary.of(Outcome.ELIGIBLE_NOT_FUNDED).requested == Decimal(40000)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_page_has_the_places_the_line_and_the_totals_right(client, long, number, django_assert_num_queries):
    with django_assert_num_queries(6):
        text = read(client, long, pagina=number)
    first, last = 25 * number - 24, min(25 * number, 89)
    rows = text.partition('id="elenco"')[2]
    assert f'<span class="ranking-place">{first}.</span>' in rows
    assert f'<span class="ranking-place">{last}.</span>' in rows
    assert f'<span class="ranking-place">{first - 1}.</span>' not in rows
    assert (LINE in rows) is (number == 2)
    elsewhere = 'href="?pagina=2#ordine">Vai alla linea delle risorse, a pagina 2</a>'
    assert (elsewhere in rows) is (number != 2)
    assert "posti 1-29; assegnati 29.000,00" in text
    assert "posti 30-69; richiesti 40.000,00" in text
    assert ('id="riserva"' in rows) is (number in {2, 3})
    assert ('id="parita"' in rows) is (number == 2)
    assert ('id="sotto-soglia"' in rows) is (number in {3, 4})
    assert ('id="escluse"' in rows) is (number == 4)
    assert "Nessuna proposta ha superato le soglie" not in rows


def test_the_line_is_found_also_with_longer_pages(client, long):
    assert LINE in read(client, long, righe=50)
    assert "?righe=50&amp;pagina=1#ordine" in read(client, long, righe=50, pagina=2)


def test_the_reserve_stands_as_a_whole_in_its_order(client, long):
    text = read(client, long, esito=Outcome.ELIGIBLE_NOT_FUNDED, righe=50)
    rows = text.partition('id="elenco"')[2]
    assert "<strong>40</strong> proposte su 99" in rows
    assert '<li value="30">Doposcuola 030' in rows
    assert '<li value="69">Doposcuola 069' in rows
    assert 'class="paging"' not in rows


def test_a_proposal_is_found_by_its_words_with_its_place(client, long):
    rows = read(client, long, cerca="P-00045").partition('id="elenco"')[2]
    assert "<strong>1</strong> proposta su 99" in rows
    assert '<span class="ranking-place">45.</span>' in rows
    assert "Nessuna proposta corrisponde ai filtri scelti" in read(client, long, cerca="teatro")
    district = long.proposals[0].actions.get().district
    assert "<strong>1</strong> proposta su 99" in read(client, long, ambito=district.pk)  # the others are bare copies
    assert "Nessuna proposta ha superato" not in read(client, long, ambito=district.pk)


def test_the_sheet_has_all_rows_whatever_the_page_shows(client, long):
    answer = client.get(long.ranking.get_absolute_url(), {"formato": "csv", "pagina": 2, "esito": "excluded"})
    assert len(b"".join(answer.streaming_content).decode().strip().splitlines()) == 100


def test_who_is_in_conflict_sees_no_points_on_any_page_of_a_draft(client, long):
    long.ranking.status = RankingStatus.DRAFT
    long.ranking.save()
    row = long.ranking.rows.get(position=30)
    same = long.ranking.rows.get(position=80)
    RankingRow.objects.filter(pk=same.pk).update(total=row.total, tie_note="Ha gli stessi punti.")
    member = row.proposal.call.network.committee.members.get(person=long.member)
    declared = long.ranking.published_at or long.ranking.call.closes_at
    ConflictDeclaration.objects.create(proposal=row.proposal, member=member, has_conflict=True, declared_at=declared)
    client.force_login(long.member)
    assert "non visibile" in read(client, long, pagina=2)
    assert 'id="parita"' not in read(client, long, pagina=2)
    assert 'id="parita"' not in read(client, long, pagina=4)  # a tie on another page would tell it too
    client.force_login(long.chair)
    assert 'id="parita"' in read(client, long, pagina=4)


def test_few_rows_stand_on_one_page_as_ever(client, long):
    long.ranking.rows.filter(position__gt=40).delete()
    text = read(client, long)
    assert LINE in text
    for sign in ('class="paging"', 'class="filters"', 'class="figures"', "mostra tutta la riserva", "Vai alla linea"):
        assert sign not in text
