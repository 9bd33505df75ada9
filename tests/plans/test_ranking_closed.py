"""What of a ranking stays closed to whoever is in conflict of interest, until it is public."""

import re

import pytest
from django.urls import reverse

from conciliazione.kernel import documents
from conciliazione.kernel.models import AboutRecord, IssuedDocument, StoredFile
from network.enums import SeatKind
from plans.enums import CallStatus
from plans.models import Attachment
from plans.queries.evaluation import may_read, readable
from plans.queries.ranking import sheet_columns
from plans.services import evaluation
from plans.services.ranking import approve, draw_up, publish
from tests.factories import add_seat, make_person
from tests.plans.evaluated import make_evaluated, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scored(made):
    """Two proposals that both members have scored alike: a tie."""
    return made(make_evaluated(points=[(31, 41), (31, 41)]))


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"plans:{name}", args=args))


def test_a_tie_does_not_tell_the_points_of_a_proposal_in_conflict(client, scored):
    world = scored
    evaluation.declare(world.proposals[0], by=world.member, has_conflict=True, note_text="Nuovo incarico")
    ranking = draw_up(world.call, by=world.chair)
    assert ranking.rows.exclude(tie_note="").exists()
    ties = 'id="parita"'
    assert ties in page(client, world.chair, "ranking", ranking.pk).text
    assert ties not in page(client, world.member, "ranking", ranking.pk).text
    for person, told in ((world.chair, True), (world.member, False)):
        tie = dict(sheet_columns(ranking, person))["Parità"]
        assert any(tie(row) for row in ranking.rows.all()) is told


def test_minutes_and_ranking_stay_closed_to_who_is_in_conflict_until_the_publication(client, scored):
    world = scored
    evaluation.declare(world.proposals[0], by=world.member, has_conflict=True, note_text="Nuovo incarico")
    ranking = approve(draw_up(world.call, by=world.chair), by=world.chair, meeting=make_meeting(world))
    kinds = ("ranking", "evaluation_minutes")
    issued = [
        IssuedDocument.objects.create(
            kind=key, version=documents.kind_of(key).version(ranking), title=key, code=code, **AboutRecord.key(ranking)
        )
        for key, code in zip(kinds, ("AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB"), strict=True)
    ]
    asked = [reverse("kernel:request_document", args=[key, ranking.pk]) for key in kinds]

    def codes(person):
        """Asking for each, the page of each, the file of each."""
        client.force_login(person)
        pages = [one.get_absolute_url() for one in issued]
        files = [reverse("kernel:document_file", args=[one.code]) for one in issued]
        return {client.post(url).status_code for url in asked} | {client.get(u).status_code for u in pages + files}

    assert codes(world.member) == {404}
    assert "si aprono per te con la pubblicazione" in page(client, world.member, "ranking", ranking.pk).text
    assert "Scarica il verbale" not in page(client, world.member, "ranking", ranking.pk).text
    assert "Scarica il verbale" in page(client, world.chair, "ranking", ranking.pk).text
    assert 404 not in codes(world.chair)
    add_seat(world.member, SeatKind.OFFICE, network=world.network)  # in another seat it is the same person
    assert not documents.kind_of("evaluation_minutes").may_open(world.member, ranking)
    assert not documents.kind_of("proposal").may_open(world.member, world.proposals[0])
    publish(ranking, by=world.office)
    assert 404 not in codes(world.member)


def test_the_search_does_not_tell_what_is_in_a_proposal_that_is_closed(client, scored):
    world = scored
    first, second = world.proposals
    type(first).objects.filter(pk__in=[first.pk, second.pk]).update(needs="Ludoteca notturna")
    plan = StoredFile.objects.create(file="x.pdf", name="x.pdf", sha256="0" * 64, size=1)
    for proposal in (first, second):
        Attachment.objects.create(proposal=proposal, title=f"Planimetria {proposal.title}", file=plan)
    evaluation.declare(first, by=world.member, has_conflict=True, note_text="Nuovo incarico")

    def found(person, words):
        client.force_login(person)
        return set(re.findall(r"/proposte/(\d+)/", client.get(reverse("portal:search"), {"q": words}).text))

    both, one = {str(first.pk), str(second.pk)}, {str(second.pk)}
    newcomer = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    for words in ("ludoteca", "planimetria"):
        assert found(world.chair, words) == both
        assert found(world.office, words) == both
        assert found(world.member, words) == one
        assert found(newcomer, words) == set()  # before declaring on any
    assert found(world.member, first.title) == {str(first.pk)}  # what stands on the list is no secret
    people = (world.chair, world.member, world.office, newcomer, world.region, world.allies[0].lead_person)
    for status in (CallStatus.EVALUATION, CallStatus.CONCLUDED):
        type(world.call).objects.filter(pk=world.call.pk).update(status=status)
        for person in people:
            seen = type(first).objects.visible_to(person).select_related("call")
            assert set(readable(person, seen)) == {one for one in seen if may_read(person, one)}
