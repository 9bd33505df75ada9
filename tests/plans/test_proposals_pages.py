"""The pages of proposals, for each role that matters."""

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import Area
from plans.enums import BudgetCategory, ProposalStatus
from plans.models import ProjectProposal
from plans.rules.proposals import STEPS
from plans.services import submission

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(call, ally):
    """Not there before a test asks for it: some begin with no proposal at all."""
    return factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


# --- who sees which -----------------------------------------------------------------------------------------------
@pytest.mark.rule("R14", "R31")
def test_drafts_are_the_alliance_s_own_and_what_was_handed_in_is_the_network_s(client, world, ally, call, draft, enter):
    received = factories.make_proposal(call, ally)
    stranger = factories.make_alliance(world)
    elsewhere = factories.make_network()
    assert client.get(url("proposal", received.pk)).status_code == 302
    for person in (ally.lead_person, ally.partner_person):
        assert enter(person).get(url("proposal", draft.pk)).status_code == 200
        assert enter(person).get(url("proposal", received.pk)).status_code == 200
    for person in (world.office, world.chair):
        assert enter(person).get(url("proposal", draft.pk)).status_code == 404
        assert enter(person).get(url("proposal", received.pk)).status_code == 200
    for person in (stranger.lead_person, elsewhere.office, elsewhere.chair, world.region, world.steering):
        for proposal in (draft, received):
            assert enter(person).get(url("proposal", proposal.pk)).status_code == 404
            assert proposal.title not in enter(person).get(url("proposals")).text


def test_the_list_asks_a_constant_number_of_queries(world, ally, call, enter, django_assert_num_queries):
    client = enter(world.office)
    factories.make_proposal(call, ally)
    client.get(url("proposals"))
    with django_assert_num_queries(11):
        client.get(url("proposals"))
    factories.make_proposal(call, ally)
    factories.make_proposal(call, factories.make_alliance(world))
    with django_assert_num_queries(11):
        client.get(url("proposals"))


def test_filters_totals_and_export(world, ally, call, enter):
    client = enter(world.office)
    one = factories.make_proposal(call, ally, grant="10000.50", co_financing="5000")
    two = factories.make_proposal(call, factories.make_alliance(world))
    answer = client.get(url("proposals"))
    assert "40.000,50\xa0€" in answer.text
    assert "Totali delle" in answer.text
    for query in ({"alleanza": ally.alliance.pk}, {"cerca": one.title}, {"cerca": one.registry_number}):
        answer = client.get(url("proposals"), query)
        assert one.title in answer.text
        assert two.get_absolute_url() not in answer.text
        assert "10.000,50\xa0€" in answer.text
    north = world.districts[0]
    assert one.title in client.get(url("proposals"), {"ambito": north.pk}).text
    assert "Nessuna riga" in client.get(url("proposals"), {"ambito": world.districts[1].pk}).text
    assert "Nessuna riga" in client.get(url("proposals"), {"stato": "funded"}).text
    assert client.get(url("proposals"), {"ordina": "-grant"}).status_code == 200
    exported = b"".join(client.get(url("proposals"), {"formato": "csv"}).streaming_content).decode()
    assert exported.count("\n") == 3
    hostile = {"avviso": "x", "alleanza": "99999999999999999999", "ambito": "-1", "stato": "'", "pagina": "zero"}
    assert client.get(url("proposals"), hostile).status_code == 200


def test_nothing_yet(world, ally, enter):
    answer = enter(ally.lead_person).get(url("proposals"))
    assert "Non ci sono ancora proposte" in answer.text


def test_the_detail_asks_a_constant_number_of_queries(world, ally, draft, enter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(ally.lead_person)
    client.get(url("proposal", draft.pk))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("proposal", draft.pk)).status_code == 200
        counts.append(len(captured))
        for part in (draft.actions.first(), draft.budget_lines.first()):
            part.pk = None
            part.save()
    assert counts[0] == counts[1]


# --- writing ------------------------------------------------------------------------------------------------------
def test_a_lead_begins_a_draft(world, ally, call, enter):
    client = enter(ally.lead_person)
    assert client.get(url("proposal_new", call.pk)).status_code == 200
    answer = client.post(url("proposal_new", call.pk), {"title": "Tempo per la famiglia"})
    proposal = ProjectProposal.objects.get()
    assert answer.url == url("proposal_summary", proposal.pk)
    twice = client.post(url("proposal_new", call.pk), {"title": "Tempo per la famiglia"})
    assert twice.url == answer.url  # the button pressed twice begins one draft
    client.post(answer.url, {"title": "Tempo per la famiglia", "summary": "Scritta", "revision": 1})
    again = client.post(url("proposal_new", call.pk), {"title": "Tempo per la famiglia"})
    assert again.status_code == 422
    assert "già una proposta con questo titolo" in again.text
    assert enter(ally.partner_person).get(url("proposal_new", call.pk)).status_code == 403
    assert enter(world.office).get(url("proposal_new", call.pk)).status_code == 403
    outsider = factories.make_alliance(factories.make_network()).lead_person
    answer = enter(outsider).get(url("proposal_new", call.pk))
    assert answer.status_code == 409
    assert "(art. 8)" in answer.text
    assert enter(outsider).post(url("proposal_new", call.pk), {"title": "X"}).status_code == 422
    assert enter(ally.lead_person).get(url("proposal_new", 999)).status_code == 404
    with clock.standing_at(call.closes_at):
        assert enter(ally.lead_person).get(url("proposal_new", call.pk)).status_code == 409
    assert ProjectProposal.objects.count() == 1


def test_every_step_has_its_page_with_what_is_missing(ally, draft, enter):
    for person in (ally.lead_person, ally.partner_person):
        client = enter(person)
        for step in STEPS:
            answer = client.get(url(f"proposal_{step.key}", draft.pk))
            assert answer.status_code == 200
            assert "Che cosa manca" in answer.text
            assert 'aria-current="step"' in answer.text


def test_steps_are_saved_one_by_one(ally, draft, enter):
    client = enter(ally.lead_person)
    answer = client.post(url("proposal_summary", draft.pk), {"title": "Nuovo", "summary": "S", "revision": 1})
    assert answer.url == url("proposal_needs", draft.pk)
    answer = client.post(url("proposal_needs", draft.pk), {"needs": "Nuovi", "revision": 2, "exit": "1"})
    assert answer.url == url("proposal", draft.pk)
    answer = client.post(url("proposal_sustainability", draft.pk), {"sustainability": "", "revision": 3})
    assert answer.url == url("proposal_attachments", draft.pk)
    assert url("proposal_submit", draft.pk) in client.get(answer.url).text
    draft.refresh_from_db()
    assert (draft.title, draft.needs, draft.sustainability, draft.revision) == ("Nuovo", "Nuovi", "", 4)
    assert client.post(url("proposal_summary", draft.pk), {"title": "", "revision": 4}).status_code == 422
    assert client.post(url("proposal_needs", draft.pk), {"needs": "x" * 9000}).status_code == 422


def test_two_people_at_once_keep_what_both_wrote(ally, draft, enter):
    enter(ally.partner_person).post(url("proposal_needs", draft.pk), {"needs": "Del partner", "revision": 1})
    client = enter(ally.lead_person)
    answer = client.post(url("proposal_needs", draft.pk), {"needs": "Del capofila", "revision": 1})
    assert answer.status_code == 422
    assert str(ally.partner_person) in answer.text
    assert "Del partner" in answer.text
    assert "Del capofila" in answer.text
    assert 'name="revision" value="2"' in answer.text
    draft.refresh_from_db()
    assert draft.needs == "Del partner"
    assert client.post(url("proposal_needs", draft.pk), {"needs": "Di entrambi", "revision": 2}).status_code == 302


def rows(world, ally, indicator):
    return {
        "action": {
            "title": "Corso",
            "description": "Dieci incontri",
            "area": Area.TRAINING,
            "district": world.districts[0].pk,
            "partner": ally.partner.pk,
            "starts_on": "2014-10-01",
            "ends_on": "2015-03-31",
            "expected_participants": "30",
        },
        "budget_line": {
            "category": BudgetCategory.EXTERNAL,
            "partner": ally.partner.pk,
            "description": "Docenti",
            "cost": "1.250,50",
            "grant": "1.000",
        },
        "indicator": {"indicator": indicator.pk, "target": "50", "baseline": ""},
    }


def test_rows_are_added_changed_and_taken_out(world, ally, draft, enter):
    client = enter(ally.lead_person)
    indicator = factories.make_indicator(world.programme)
    parts = {"action": draft.actions, "budget_line": draft.budget_lines, "indicator": draft.expected_indicators}
    for name, values in rows(world, ally, indicator).items():
        assert client.get(url(f"{name}_new", draft.pk)).status_code == 200
        assert client.post(url(f"{name}_new", draft.pk), values).status_code == 302
        assert client.post(url(f"{name}_new", draft.pk), {}).status_code == 422
        assert parts[name].count() == 2
        row = parts[name].order_by("pk").last()
        page = client.get(url(f"{name}_edit", row.pk))
        assert page.status_code == 200
        assert client.post(url(f"{name}_edit", row.pk), values).status_code == 302
        stale = client.post(url(f"{name}_edit", row.pk), values | {"seen": 1})
        assert stale.status_code == 422
        assert "salvato nel frattempo" in stale.text
        assert client.get(url(f"{name}_remove", row.pk)).status_code == 200
        assert client.post(url(f"{name}_remove", row.pk)).status_code == 302
        assert parts[name].count() == 1


def test_a_line_is_what_it_costs(world, ally, draft, enter):
    client = enter(ally.lead_person)
    values = rows(world, ally, factories.make_indicator(world.programme))["budget_line"]
    client.post(url("budget_line_new", draft.pk), values)
    line = draft.budget_lines.get(description="Docenti")
    assert (str(line.cost), str(line.co_financing)) == ("1250.50", "250.50")
    answer = client.post(url("budget_line_new", draft.pk), values | {"grant": "2.000"})
    assert answer.status_code == 422
    assert "non può superare il costo" in answer.text
    assert "Docenti" in answer.text
    stranger = factories.make_alliance(world)
    assert client.post(url("budget_line_new", draft.pk), values | {"partner": stranger.partner.pk}).status_code == 422
    answer = client.post(url("budget_line_new", draft.pk), values | {"another": "1"})
    assert answer.url == url("budget_line_new", draft.pk)
    answer = client.get(url("proposal_budget", draft.pk))
    assert "Per partner" in answer.text
    assert "Rispetto alle regole" in answer.text


def test_nobody_else_writes(world, ally, draft, enter, client):
    stranger = factories.make_alliance(world).lead_person
    pages = [url(f"proposal_{step.key}", draft.pk) for step in STEPS]
    pages += [url(f"{name}_new", draft.pk) for name in ("action", "budget_line", "indicator")]
    for name, part in (
        ("action", draft.actions),
        ("budget_line", draft.budget_lines),
        ("indicator", draft.expected_indicators),
    ):
        pages += [url(f"{name}_edit", part.get().pk), url(f"{name}_remove", part.get().pk)]
    for page in pages:
        assert client.get(page).status_code == 302
    for person in (stranger, world.office, world.chair, world.region):
        for page in pages:
            assert enter(person).get(page).status_code == 404
            assert enter(person).post(page, {}).status_code in {404, 405}


def test_what_was_handed_in_is_closed_to_writing(world, ally, draft, enter):
    submission.submit(draft, by=ally.lead_person)
    client = enter(ally.lead_person)
    answer = client.get(url("proposal_needs", draft.pk))
    assert answer.status_code == 409
    assert "non si modifica più" in answer.text
    assert client.post(url("proposal_needs", draft.pk), {"needs": "x"}).status_code == 422
    assert client.get(url("proposal_actions", draft.pk)).status_code == 200
    assert "Aggiungi un" not in client.get(url("proposal_actions", draft.pk)).text
    assert client.get(url("action_new", draft.pk)).status_code == 409
    assert client.get(url("action_edit", draft.actions.get().pk)).status_code == 409
    assert enter(world.office).get(url("proposal_needs", draft.pk)).status_code == 403
