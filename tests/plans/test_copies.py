"""A proposal that begins from another: a new version before the deadline, last year's duplicated."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move, RegistryEntry
from plans.enums import ProposalStatus
from plans.models import ProjectProposal
from plans.services import copies, submission
from plans.services import proposals as writing

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(call, ally):
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    return submission.submit(draft, by=ally.lead_person)


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def test_the_new_version_takes_the_place_when_it_is_handed_in(submitted, ally):
    draft = copies.replace(submitted, by=ally.lead_person)
    assert copies.replace(submitted, by=ally.lead_person) == draft  # pressed twice, begun once
    assert (draft.title, draft.actions.count(), draft.budget_lines.count()) == (submitted.title, 1, 1)
    submitted.refresh_from_db()
    assert submitted.status == ProposalStatus.SUBMITTED  # until then it stays in
    writing.save_texts(draft, by=ally.lead_person, title=submitted.title, needs="Meglio detti")
    submission.submit(draft, by=ally.lead_person)
    for proposal in (submitted, draft):
        proposal.refresh_from_db()
    assert (submitted.status, draft.status) == (ProposalStatus.WITHDRAWN, ProposalStatus.SUBMITTED)
    assert submitted.submitted_content["needs"] == "Bisogni"
    assert draft.registry_number != submitted.registry_number
    assert RegistryEntry.objects.count() == 2
    assert Move.objects.about(submitted).get(name="replace").reason == f"Sostituita da {draft.registry_number}"


def test_once_closed_what_is_in_stays(submitted, ally, call):
    draft = copies.replace(submitted, by=ally.lead_person)
    with clock.standing_at(call.closes_at):
        with pytest.raises(Refused, match="chiusi"):
            submission.submit(draft, by=ally.lead_person)
        with pytest.raises(Refused, match="chiusi"):
            copies.check_may_replace(submitted)
    submitted.refresh_from_db()
    assert submitted.status == ProposalStatus.SUBMITTED


def test_a_new_version_given_up_may_be_begun_again(submitted, ally):
    draft = copies.replace(submitted, by=ally.lead_person)
    submission.discard(draft, by=ally.lead_person)
    assert copies.replace(submitted, by=ally.lead_person) != draft


def test_only_what_was_handed_in_is_replaced_and_by_the_lead(submitted, ally, call, client):
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    with pytest.raises(Refused):
        copies.replace(draft, by=ally.lead_person)
    client.force_login(ally.partner_person)
    assert client.post(url("proposal_replace", submitted.pk)).status_code == 403
    client.force_login(ally.lead_person)
    assert "Sostituisci con una nuova versione" in client.get(submitted.get_absolute_url()).text
    assert client.get(url("proposal_replace", submitted.pk)).status_code == 200
    answer = client.post(url("proposal_replace", submitted.pk))
    begun = ProjectProposal.objects.get(replaces=submitted)
    assert answer.url == url("proposal_summary", begun.pk)
    assert submitted.registry_number in client.get(begun.get_absolute_url()).text


def test_last_year_s_proposal_is_duplicated_for_the_alliance_of_this_year(world, submitted, ally, client):
    """The alliance of the new programme is another record, with the same bodies."""
    this_year = factories.make_network(programme=factories.make_programme())
    this_year.network = world.network
    new = factories.make_alliance(this_year)
    lead, partner = new.alliance.partners.order_by("-is_lead")
    ally.lead.exclusive_lead = False  # last year's alliance is over
    ally.lead.save()
    lead.organisation, partner.organisation = ally.lead.organisation, ally.partner.organisation
    for row in (lead, partner):
        row.save()
    access.repair()
    now = clock.now()
    open_call = factories.make_call(this_year, closes_at=now + timedelta(days=30))
    client.force_login(ally.lead_person)
    page = url("proposal_duplicate", submitted.pk)
    assert open_call.title in client.get(page).text
    for _ in range(2):
        answer = client.post(page, {"call": open_call.pk, "title": "Di nuovo"})
    draft = ProjectProposal.objects.get(call=open_call)
    assert answer.url == draft.get_absolute_url()
    assert draft.alliance == new.alliance
    assert draft.actions.get().partner == lead
    assert draft.budget_lines.count() == 1
    assert draft.expected_indicators.count() == 0  # of another programme: to be chosen anew
