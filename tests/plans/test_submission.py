"""Handing in, withdrawing and checking proposals, through the services."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alliances.enums import AllianceStatus
from alliances.models import Partner
from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice, RegistryEntry
from network.enums import SeatKind
from plans.enums import CallStatus, ProposalStatus
from plans.models import ProjectProposal
from plans.queries import proposals as queries
from plans.rules.eligibility import POINTS
from plans.rules.submission import fingerprint
from plans.services import copies, eligibility, places, submission
from plans.services import proposals as services

from .. import factories

pytestmark = pytest.mark.django_db


# --- handing in ---------------------------------------------------------------------------------------------------
def test_handing_in_gives_number_instant_and_fingerprint(world, draft, ally):
    at = clock.now()
    proposal = submission.submit(draft, by=ally.lead_person, at=at)
    proposal.refresh_from_db()
    entry = RegistryEntry.objects.get()
    assert proposal.status == ProposalStatus.SUBMITTED
    assert (proposal.registry_number, proposal.submitted_at) == (str(entry), at)
    assert proposal.submitted_by == ally.lead_person
    assert proposal.content_sha256 == entry.sha256 == fingerprint(proposal.submitted_content)
    assert proposal.submitted_content["totals"] == {"cost": "50000.00", "grant": "30000.00", "co_financing": "20000.00"}
    told = set(Notice.objects.values_list("to", flat=True))
    assert told == {world.office.pk, ally.partner_person.pk}


def test_one_that_an_earlier_release_wrote_gets_its_network_by_the_daily_round(world, draft, ally):
    proposal = submission.submit(draft, by=ally.lead_person)
    ProjectProposal.objects.filter(pk=proposal.pk).update(network=None)
    assert list(ProjectProposal.objects.visible_to(world.office)) == []
    assert places.fill_networks() == ["Proposte con la rete annotata: 1"]
    assert list(ProjectProposal.objects.visible_to(world.office)) == [proposal]
    assert places.fill_networks() == []


def test_a_double_click_gives_one_receipt(draft, ally):
    first = submission.submit(draft, by=ally.lead_person)
    second = submission.submit(draft, by=ally.lead_person)
    assert first.registry_number == second.registry_number
    assert RegistryEntry.objects.count() == 1
    assert Move.objects.about(draft).filter(name="submit").count() == 1
    assert Notice.objects.filter(to=ally.partner_person).count() == 1


def untouched(proposal):
    proposal.refresh_from_db()
    return (
        proposal.status == ProposalStatus.DRAFT
        and proposal.content_sha256 == ""
        and not RegistryEntry.objects.exists()
        and not Notice.objects.exists()
        and not Move.objects.exists()
    )


def test_to_the_second(draft, call, ally):
    for at in (call.opens_at - timedelta(seconds=1), call.closes_at, call.closes_at + timedelta(days=1)):
        with pytest.raises(Refused):
            submission.submit(draft, by=ally.lead_person, at=at)
        assert untouched(draft)
    assert submission.submit(draft, by=ally.lead_person, at=call.closes_at - timedelta(seconds=1)).registry_number


@pytest.mark.rule("R29")
def test_only_the_lead_hands_in(world, draft, ally):
    outsider = factories.make_alliance(world).lead_person
    for person in (ally.partner_person, outsider, world.office, factories.make_person(is_superuser=True)):
        with pytest.raises(RuleViolated) as refused:
            submission.submit(draft, by=person)
        assert refused.value.rule == "R29"
        assert untouched(draft)


@pytest.mark.rule("R29")
def test_whoever_lost_the_lead_a_moment_ago_is_refused(draft, ally):
    by = ally.lead_person
    assert by.active_seats  # loaded before the change, as in a request that is under way
    Partner.objects.filter(pk=ally.lead.pk).update(is_lead=False, exclusive_lead=False)
    with pytest.raises(RuleViolated) as refused:
        submission.submit(draft, by=by)
    assert refused.value.rule == "R29"
    Partner.objects.filter(pk=ally.partner.pk).update(is_lead=True)
    with pytest.raises(RuleViolated, match="Cooperativa"):
        submission.submit(draft, by=by)
    assert untouched(draft)
    assert submission.submit(draft, by=ally.partner_person).submitted_by == ally.partner_person


@pytest.mark.rule("R29")
def test_whoever_left_the_seat_is_refused(draft, ally):
    seat = ally.lead_person.active_seats[0]
    seat.ends_on = clock.today() - timedelta(days=1)
    seat.save()
    with pytest.raises(RuleViolated):
        submission.submit(draft, by=ally.lead_person)
    assert untouched(draft)


@pytest.mark.rule("R14")
def test_not_to_another_committee(draft, ally):
    elsewhere = factories.make_call(factories.make_network())
    ProjectProposal.objects.filter(pk=draft.pk).update(call=elsewhere)
    with pytest.raises(RuleViolated) as refused:
        submission.submit(draft, by=ally.lead_person)
    assert refused.value.rule == "R14"
    assert untouched(draft)


@pytest.mark.rule("R41")
def test_not_without_an_agreement_of_the_network_in_force(world, draft, ally):
    world.agreement.expires_on = clock.today() - timedelta(days=1)
    world.agreement.save()
    with pytest.raises(RuleViolated) as refused:
        submission.submit(draft, by=ally.lead_person)
    assert refused.value.rule == "R41"
    assert untouched(draft)


def test_the_partnership_agreement_may_still_be_a_draft(world, call):
    forming = factories.make_alliance(world, status=AllianceStatus.FORMING)
    proposal = factories.make_proposal(call, forming, status=ProposalStatus.DRAFT)
    assert submission.submit(proposal, by=forming.lead_person).registry_number
    other = factories.make_proposal(call, forming, status=ProposalStatus.DRAFT)
    forming.agreement.delete()
    with pytest.raises(Refused, match="almeno la bozza"):
        submission.submit(other, by=forming.lead_person)


def test_what_is_incomplete_is_refused_with_the_whole_list(draft, ally):
    draft.needs = ""
    draft.save()
    draft.expected_indicators.all().delete()
    with pytest.raises(Refused, match="Mancano ancora 2 cose: Il contesto e i bisogni; Almeno un indicatore"):
        submission.submit(draft, by=ally.lead_person)
    assert untouched(draft)


def test_a_budget_beyond_the_limits_is_refused(call, ally):
    greedy = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT, grant="100001", co_financing="0")
    with pytest.raises(Refused, match="entro le risorse dell'avviso"):
        submission.submit(greedy, by=ally.lead_person)
    assert untouched(greedy)


def test_what_was_handed_in_is_frozen(draft, ally):
    action, line, expected = draft.actions.get(), draft.budget_lines.get(), draft.expected_indicators.get()
    submission.submit(draft, by=ally.lead_person)
    by = ally.lead_person
    attempts = [
        lambda: services.save_texts(draft, by=by, needs="Altro"),
        lambda: services.update_action(action, by=by, title="Altro"),
        lambda: services.update_budget_line(line, by=by, description="Altro"),
        lambda: services.update_indicator(expected, by=by, target=Decimal(1)),
        lambda: services.remove_part(action, by=by),
        lambda: services.add_budget_line(draft, by=by, cost=Decimal(1)),
        lambda: submission.discard(draft, by=by),
    ]
    for attempt in attempts:
        with pytest.raises(MoveRefused):
            attempt()
    draft.refresh_from_db()
    whole = queries.whole(ProjectProposal.objects).get(pk=draft.pk)
    assert fingerprint(queries.content_of(whole)) == draft.content_sha256


# --- withdrawing, duplicating ---------------------------------------------------------------------------------------
def test_withdrawn_stays_on_record_and_may_be_handed_in_anew(draft, ally, world):
    proposal = submission.submit(draft, by=ally.lead_person)
    with pytest.raises(Refused, match="motivazione"):
        submission.withdraw(proposal, by=ally.lead_person, reason="")
    proposal = submission.withdraw(proposal, by=ally.lead_person, reason="Budget da rivedere")
    assert proposal.status == ProposalStatus.WITHDRAWN
    assert proposal.registry_number
    assert Notice.objects.filter(to=world.office, text__contains="ritirato").exists()
    again = copies.duplicate(proposal, by=ally.lead_person)
    assert (again.title, again.status, again.registry_number) == (proposal.title, ProposalStatus.DRAFT, "")
    assert (again.actions.count(), again.budget_lines.count(), again.expected_indicators.count()) == (1, 1, 1)
    assert submission.submit(again, by=ally.lead_person).registry_number != proposal.registry_number


def test_a_draft_is_given_up(draft, ally):
    assert submission.discard(draft, by=ally.lead_person).status == ProposalStatus.WITHDRAWN


def test_a_copy_of_what_is_still_there_has_another_title(draft, ally, world):
    Partner.objects.filter(pk=ally.partner.pk).update(left_on=clock.today())
    draft.actions.update(partner=ally.partner)
    copy = copies.duplicate(draft, by=ally.lead_person)
    assert copy.title == f"{draft.title} (copia)"
    assert copy.actions.get().partner == ally.lead
    assert copies.duplicate(draft, by=ally.lead_person).title == f"{draft.title} (copia 2)"
    closed = factories.make_call(world, closes_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        copies.duplicate(draft, by=ally.lead_person, call=closed)


# --- eligibility --------------------------------------------------------------------------------------------------
@pytest.fixture
def received(world, ally):
    call = factories.make_call(world, status=CallStatus.EVALUATION, closes_at=clock.now() - timedelta(days=1))
    return factories.make_proposal(call, ally)


def test_admitted(received, world, ally):
    points = {point.key: ("met", "") for point in POINTS} | {"budget": ("missing", "La voce 3 non è chiara")}
    eligibility.record(received, by=world.office, points=points)
    with pytest.raises(Refused, match="Piano economico entro i limiti"):
        eligibility.admit(received, by=world.office)
    eligibility.all_in_order(received, by=world.office)
    assert received.eligibility_items.count() == len(POINTS)
    assert eligibility.admit(received, by=world.office).status == ProposalStatus.ELIGIBLE
    for person in (ally.lead_person, ally.partner_person, world.chair):
        assert Notice.objects.filter(to=person, text__contains="ammessa").exists()
    with pytest.raises(MoveRefused):
        eligibility.exclude(received, by=world.office, reason="Presentata oltre ogni termine possibile")


def test_excluded_with_a_reason_that_the_alliance_reads(received, world, ally):
    for reason in ("", "no"):
        with pytest.raises(Refused) as refused:
            eligibility.exclude(received, by=world.office, reason=reason)
        assert refused.value.field == "reason"
    received.refresh_from_db()
    assert received.status == ProposalStatus.SUBMITTED
    reason = "Le azioni ricadono fuori dal territorio della Rete (punto 4 dell'avviso)."
    assert eligibility.exclude(received, by=world.office, reason=reason).exclusion_reason == reason
    assert Notice.objects.filter(to=ally.lead_person, text__contains=reason).exists()
    with pytest.raises(MoveRefused):
        submission.withdraw(received, by=ally.lead_person, reason="Troppo tardi")


def test_not_before_the_call_is_in_evaluation(world, ally, call):
    proposal = factories.make_proposal(call, ally)
    for attempt in (eligibility.admit, eligibility.exclude):
        with pytest.raises(Refused, match="quando l'avviso è in valutazione"):
            attempt(proposal, by=world.office, reason="Una motivazione abbastanza lunga")
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.SUBMITTED


def test_people_in_two_seats_may_hand_in_in_either(draft, ally, world):
    factories.add_seat(ally.partner_person, SeatKind.DELEGATE, organisation=ally.lead.organisation)
    assert submission.submit(draft, by=ally.partner_person).registry_number
