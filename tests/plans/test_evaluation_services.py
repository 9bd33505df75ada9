"""Declaring, scoring, delivering: on the real database, with what is refused."""

from decimal import Decimal

import pytest

from alliances.models import Partner
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice
from network.enums import CommitteeStatus, SeatKind
from network.models import CommitteeMember, EvaluationCommittee
from plans.enums import CallStatus, ProposalStatus
from plans.models import ConflictDeclaration, Evaluation, Score
from plans.queries import evaluation as queries
from plans.services.evaluation import declare, deliver, reopen, save_scores
from tests.factories import add_seat, make_alliance, make_call, make_network, make_person, make_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(made):
    world = make_network()
    world.ally = make_alliance(world)
    world.call = make_call(world, status=CallStatus.EVALUATION)
    world.proposal = make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
    return made(world)


def full(call, quality="30", reach="50"):
    first, second = call.criteria.all()
    return {first.pk: (Decimal(quality), "Ben costruita"), second.pk: (Decimal(reach), "Molti destinatari")}


def score_and_deliver(proposal, person, **points):
    declare(proposal, by=person, has_conflict=False)
    save_scores(proposal, by=person, scores=full(proposal.call, **points))
    return deliver(proposal, by=person)


def test_the_whole_way_of_a_member(world):
    evaluation = score_and_deliver(world.proposal, world.chair)
    assert evaluation.status == "delivered"
    assert evaluation.scores.count() == 2
    assert list(Move.objects.about(evaluation).values_list("name", flat=True)) == ["deliver"]
    assert Score.history.filter(evaluation=evaluation.pk, history_user=world.chair).count() == 2


def test_no_points_before_the_declaration(world):
    with pytest.raises(Refused, match="Prima di aprire"):
        save_scores(world.proposal, by=world.chair, scores=full(world.call))
    assert not Evaluation.objects.exists()


def test_no_points_in_conflict(world):
    declare(world.proposal, by=world.chair, has_conflict=True)
    with pytest.raises(Refused, match="conflitto"):
        save_scores(world.proposal, by=world.chair, scores=full(world.call))
    assert not Evaluation.objects.exists()
    assert Notice.objects.filter(to=world.office).count() == 1


def test_a_known_link_is_kept_and_denied_only_with_a_note(world):
    Partner.objects.create(alliance=world.ally.alliance, organisation=world.ster, joined_on=world.agreement.signed_on)
    with pytest.raises(Refused) as refused:
        declare(world.proposal, by=world.member, has_conflict=False)
    assert refused.value.field == "note"
    assert not ConflictDeclaration.objects.exists()
    declared = declare(world.proposal, by=world.member, has_conflict=False, note_text="Incarico chiuso nel 2012")
    assert "è partner di" in declared.known_link


def test_a_delegate_of_a_partner_is_linked_too(world):
    add_seat(world.member, SeatKind.DELEGATE, organisation=world.ally.partner.organisation)
    links = queries.known_links(world.member_seat, world.call)
    assert "presenta la proposta" in links[world.proposal.pk]


def test_a_partner_of_a_competing_alliance_is_linked_to_the_others(world):
    other = make_alliance(world)
    theirs = make_proposal(world.call, other, status=ProposalStatus.ELIGIBLE)
    Partner.objects.create(alliance=other.alliance, organisation=world.ster, joined_on=world.agreement.signed_on)
    links = queries.known_links(world.member_seat, world.call)
    assert "concorre allo stesso avviso" in links[world.proposal.pk]
    assert "presenta la proposta" in links[theirs.pk]


def test_a_conflict_that_comes_out_later_shuts_the_delivered_evaluation_out(world):
    score_and_deliver(world.proposal, world.chair)
    with pytest.raises(Refused, match="spiega nella nota"):
        declare(world.proposal, by=world.chair, has_conflict=True)
    declare(world.proposal, by=world.chair, has_conflict=True, note_text="Un familiare è stato assunto")
    score_and_deliver(world.proposal, world.member, quality="20", reach="20")
    row = queries.board_for(world.office, world.call).rows[0]
    assert row.disclosed
    assert row.total == Decimal("40.00")


@pytest.mark.rule("R14")
def test_the_committee_of_another_territory_does_not_evaluate(world):
    foreign = make_network()
    with pytest.raises(RuleViolated) as refused:
        declare(world.proposal, by=foreign.chair, has_conflict=False)
    assert refused.value.rule == "R14"
    assert not ConflictDeclaration.objects.exists()


@pytest.mark.rule("R13")
def test_a_committee_that_lapsed_does_not_evaluate(world):
    EvaluationCommittee.objects.filter(network=world.network).update(status=CommitteeStatus.FORMING)
    with pytest.raises(RuleViolated) as refused:
        declare(world.proposal, by=world.chair, has_conflict=False)
    assert refused.value.rule == "R13"


@pytest.mark.rule("R13")
def test_a_committee_without_the_ster_does_not_evaluate(world):
    CommitteeMember.objects.filter(pk=world.member_seat.pk).update(organisation=world.ally.lead.organisation)
    with pytest.raises(RuleViolated) as refused:
        declare(world.proposal, by=world.chair, has_conflict=False)
    assert refused.value.rule == "R13"


def test_who_sits_there_without_being_a_named_member_is_told_so(world):
    stranger = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    with pytest.raises(Refused, match="Non risulti tra i componenti"):
        declare(world.proposal, by=stranger, has_conflict=False)


@pytest.mark.parametrize("status", [ProposalStatus.SUBMITTED, ProposalStatus.EXCLUDED, ProposalStatus.WITHDRAWN])
def test_only_eligible_proposals(world, status):
    type(world.proposal).objects.filter(pk=world.proposal.pk).update(status=status)
    with pytest.raises(Refused, match="non è ammessa"):
        declare(world.proposal, by=world.chair, has_conflict=False)


def test_only_while_the_call_is_in_evaluation(world):
    type(world.call).objects.filter(pk=world.call.pk).update(status=CallStatus.PUBLISHED)
    with pytest.raises(Refused, match="non è in valutazione"):
        declare(world.proposal, by=world.chair, has_conflict=False)


def test_points_outside_the_criterion_write_nothing(world):
    declare(world.proposal, by=world.chair, has_conflict=False)
    first = world.call.criteria.first()
    with pytest.raises(Refused) as refused:
        save_scores(world.proposal, by=world.chair, scores={first.pk: (Decimal("40.01"), "")})
    assert refused.value.field == f"points_{first.pk}"
    assert not Score.objects.exists()
    assert not Evaluation.objects.exists()


def test_a_criterion_of_another_grid_is_refused(world):
    declare(world.proposal, by=world.chair, has_conflict=False)
    foreign = make_call(world).criteria.first()
    with pytest.raises(Refused):
        save_scores(world.proposal, by=world.chair, scores={foreign.pk: (Decimal(1), "")})


def test_what_is_not_complete_is_not_delivered(world):
    declare(world.proposal, by=world.chair, has_conflict=False)
    first = world.call.criteria.first()
    save_scores(world.proposal, by=world.chair, scores={first.pk: (Decimal(3), "")})
    with pytest.raises(Refused, match="Qualità: motivazione; Efficacia: punti e motivazione"):
        deliver(world.proposal, by=world.chair)
    assert Evaluation.objects.get().status == "draft"


def test_saving_the_same_again_leaves_no_new_history(world):
    declare(world.proposal, by=world.chair, has_conflict=False)
    save_scores(world.proposal, by=world.chair, scores=full(world.call))
    save_scores(world.proposal, by=world.chair, scores=full(world.call))
    assert Score.history.count() == 2


def test_a_delivered_evaluation_is_reopened_only_while_nobody_sees_it(world):
    score_and_deliver(world.proposal, world.chair)
    with pytest.raises(Refused):
        save_scores(world.proposal, by=world.chair, scores=full(world.call))
    with pytest.raises(Refused, match="motivazione"):
        reopen(world.proposal, by=world.chair, reason=" ")
    assert reopen(world.proposal, by=world.chair, reason="Ho letto male il budget").status == "draft"
    deliver(world.proposal, by=world.chair)
    score_and_deliver(world.proposal, world.member)
    with pytest.raises(Refused, match="già visibili"):
        reopen(world.proposal, by=world.chair, reason="Cambio idea")


def test_the_last_to_deliver_tells_the_committee(world):
    score_and_deliver(world.proposal, world.chair)
    assert not Notice.objects.filter(text__contains="può formare la graduatoria").exists()
    score_and_deliver(world.proposal, world.member)
    told = Notice.objects.filter(text__contains="può formare la graduatoria")
    assert [notice.to for notice in told] == [world.chair]


# --- who may read -------------------------------------------------------------------------------------------------
def test_members_read_after_declaring_and_never_in_conflict(world):
    for person in (world.chair, world.member):
        assert not queries.may_read(person, world.proposal)
        assert "Prima di aprire" in queries.why_closed(person, world.proposal)
    declare(world.proposal, by=world.chair, has_conflict=False)
    declare(world.proposal, by=world.member, has_conflict=True)
    assert queries.may_read(world.chair, world.proposal)
    assert "restano chiusi per te" in queries.why_closed(world.member, world.proposal)


def test_office_and_alliance_are_not_held_by_the_declaration(world):
    assert queries.may_read(world.office, world.proposal)
    assert queries.may_read(world.ally.lead_person, world.proposal)


def test_a_conflict_holds_in_the_office_seat_too(world):
    add_seat(world.member, SeatKind.OFFICE, network=world.network)
    declare(world.proposal, by=world.member, has_conflict=True)
    world.member.act_in(world.member.seats.get(kind=SeatKind.OFFICE))
    assert not queries.may_read(world.member, world.proposal)


def test_once_the_call_is_concluded_the_text_is_open(world):
    declare(world.proposal, by=world.member, has_conflict=True)
    world.proposal.call.status = CallStatus.CONCLUDED
    assert queries.may_read(world.member, world.proposal)


def test_the_board_hides_the_points_of_others_until_all_have_delivered(world):
    score_and_deliver(world.proposal, world.chair, quality="40", reach="60")
    seen_by_other = queries.board_for(world.member, world.call).rows[0]
    assert [cell.total for cell in seen_by_other.cells] == [None, None]
    assert (seen_by_other.total, seen_by_other.disclosed) == (None, False)
    seen_by_self = queries.board_for(world.chair, world.call).rows[0]
    assert [cell.total for cell in seen_by_self.cells] == [Decimal(100), None]
    assert [cell.total for cell in queries.board_for(world.office, world.call).rows[0].cells] == [None, None]
    score_and_deliver(world.proposal, world.member, quality="20", reach="30")
    row = queries.board_for(world.member, world.call).rows[0]
    assert (row.disclosed, row.total, row.divergence) == (True, Decimal("75.00"), Decimal(50))


def test_a_member_in_conflict_sees_no_points_on_the_board(world):
    third = make_person(seat=SeatKind.COMMITTEE, network=world.network)
    CommitteeMember.objects.create(
        committee=world.committee, organisation=world.asl, person=third, starts_on=world.agreement.signed_on
    )
    score_and_deliver(world.proposal, world.chair)
    score_and_deliver(world.proposal, world.member)
    declare(world.proposal, by=third, has_conflict=True)
    row = queries.board_for(third, world.call).rows[0]
    assert row.disclosed
    assert row.closed_to_me
    assert (row.total, {cell.total for cell in row.cells}) == (None, {None})


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_the_same_whatever_the_size(world, count, django_assert_num_queries):
    for _ in range(count):
        proposal = make_proposal(world.call, world.ally, status=ProposalStatus.ELIGIBLE)
        score_and_deliver(proposal, world.chair)
    with django_assert_num_queries(6):
        queries.board_for(world.office, world.call)
