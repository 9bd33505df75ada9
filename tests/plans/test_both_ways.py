"""One plan a network and programme, handed in by the lead alone and to its own committee: by the service and through
the page, in two cycles whose rules differ."""

import pytest
from django.urls import reverse

from alliances.models import Partner
from conciliazione.kernel.errors import RuleViolated
from plans.enums import ProposalStatus
from plans.models import TerritorialPlan
from plans.services import plan, submission
from tests import factories
from tests.rule_sets import PROGRAMMES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cycles(made):
    """In each cycle a network, an open call, and a draft that its alliance could hand in."""
    found = {}
    for code, rules in PROGRAMMES.items():
        world = factories.make_network(programme=factories.make_programme(**rules))
        world.ally = factories.make_alliance(world)
        world.call = factories.make_call(world)
        world.draft = factories.make_proposal(world.call, world.ally, status=ProposalStatus.DRAFT)
        found[code] = world
    return made(found)


def refused_by_rule(rule, act):
    with pytest.raises(RuleViolated) as refused:
        act()
    assert refused.value.rule == rule


@pytest.mark.rule("R07")
@pytest.mark.parametrize("code", PROGRAMMES)
@pytest.mark.parametrize("way", ["service", "page"])
def test_one_plan_a_network_and_programme(way, code, cycles, client):
    world = cycles[code]
    client.force_login(world.office)
    data = {"network": world.network.pk, "programme": world.programme.pk, "title": "Piano"}

    def again():
        plan.open_plan(world.network, by=world.office, programme=world.programme, title="Un altro")

    if way == "service":
        plan.open_plan(world.network, by=world.office, programme=world.programme, title="Piano")
        refused_by_rule("R07", again)
    else:
        assert client.post(reverse("plans:plan_open"), data).status_code == 302
        page = client.get(reverse("plans:plan_open"))
        assert (page.status_code, "non più di un" in page.text) == (409, True)
        answer = client.post(reverse("plans:plan_open"), data | {"title": "Un altro"})
        assert answer.status_code == 422
        assert "art. 5" in answer.text
    assert TerritorialPlan.objects.get(network=world.network, programme=world.programme).title == "Piano"


@pytest.mark.rule("R29")
@pytest.mark.parametrize("code", PROGRAMMES)
@pytest.mark.parametrize("who", ["partner", "lead of a moment ago", "lead"])
@pytest.mark.parametrize("way", ["service", "page"])
def test_only_the_lead_hands_in(way, who, code, cycles, client):
    world = cycles[code]
    ally, draft = world.ally, world.draft
    by = ally.partner_person if who == "partner" else ally.lead_person
    if who == "lead of a moment ago":
        Partner.objects.filter(pk=ally.lead.pk).update(is_lead=False, exclusive_lead=False)
    if way == "page":
        client.force_login(by)
        answer = client.post(reverse("plans:proposal_submit", args=[draft.pk]), {"declared": "on"})
        assert answer.status_code == {"partner": 403, "lead of a moment ago": 422, "lead": 302}[who]
        assert who != "lead of a moment ago" or "art. 8" in answer.text
    elif who == "lead":
        submission.submit(draft, by=by)
    else:
        refused_by_rule("R29", lambda: submission.submit(draft, by=by))
    draft.refresh_from_db()
    assert (draft.status == ProposalStatus.SUBMITTED) is (who == "lead")
