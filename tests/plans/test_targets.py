"""An alliance's own indicators, agreed with its ASL, and targets for each part of a breakdown (R44, R45)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Notice
from network.enums import IndicatorStatus
from network.models import Indicator
from network.queries.home import tasks_for
from network.services import indicators
from plans.enums import ProposalStatus
from plans.models import ExpectedPart
from plans.queries.proposals import content_of
from plans.services import proposals, targets

from .. import factories

pytestmark = pytest.mark.django_db

D = Decimal
DEFINITION = {"name": "Ore di banca del tempo", "kind": "output", "unit": "ore"}
PARTS = {("sex", "women"): D(30), ("sex", "men"): D(10)}


@pytest.fixture(scope="module")
def other(world, made):
    return made(factories.make_network(programme=world.programme))


def asked(ally, code="bt1"):
    return targets.ask_indicator(ally.alliance, by=ally.lead_person, code=code, **DEFINITION)


def told(person):
    return Notice.objects.filter(to=person).count()


# --- own indicators -----------------------------------------------------------------------------------------------
@pytest.mark.rule("R45")
def test_the_asl_agrees_what_an_alliance_measures_for_itself(world, ally, draft):
    indicator = asked(ally)
    assert (indicator.code, indicator.status, told(world.office)) == ("BT1", IndicatorStatus.ASKED, 1)
    values = {"indicator": indicator, "target": D(100), "baseline": D(0)}
    with pytest.raises(RuleViolated, match="concordato"):
        proposals.add_indicator(draft, by=ally.lead_person, **values)
    indicators.settle(indicator, by=world.office)
    assert told(ally.lead_person) == 1
    indicator.refresh_from_db()
    assert (indicator.measured, indicator.counted) == (True, False)
    assert proposals.add_indicator(draft, by=ally.lead_person, **values).pk
    stranger = factories.make_alliance(world)
    theirs = factories.make_proposal(draft.call, stranger, status=ProposalStatus.DRAFT)
    with pytest.raises(RuleViolated, match="concordato"):
        proposals.add_indicator(theirs, by=stranger.lead_person, **values)
    indicator = indicators.give_up(indicator, by=ally.lead_person, reason="Non serve più")
    assert indicator.status == IndicatorStatus.RETIRED


@pytest.mark.rule("R45")
def test_what_the_asl_does_not_agree_says_why_and_is_over(world, ally):
    indicator = asked(ally)
    with pytest.raises(Refused, match="motivazione"):
        indicators.refuse(indicator, by=world.office, reason=" ")
    indicator = indicators.refuse(indicator, by=world.office, reason="C'è già nel catalogo")
    assert indicator.status == IndicatorStatus.RETIRED
    assert "C'è già" in Notice.objects.get(to=ally.lead_person).text
    with pytest.raises(MoveRefused):
        indicators.settle(indicator, by=world.office)
    with pytest.raises(Refused, match="codice esiste già"):
        asked(ally)
    indicator = indicators.ask_again(indicator, by=ally.lead_person, reason="Quello conta le persone, questo le ore")
    assert (indicator.status, told(world.office)) == (IndicatorStatus.ASKED, 2)
    catalogue = factories.make_indicator(world.programme, status=IndicatorStatus.RETIRED)
    with pytest.raises(Refused, match="Non è di un'Alleanza"):
        indicators.ask_again(catalogue, by=ally.lead_person, reason="x")


@pytest.mark.rule("R45")
def test_an_own_indicator_through_the_pages(client, world, ally, other):
    page = reverse("plans:own_indicator_new", args=[ally.alliance.pk])
    data = {"code": "bt1", "aggregation": "sum", "direction": "up", **DEFINITION}
    statuses = {}
    for name, person in (("partner", ally.partner_person), ("office", world.office), ("stranger", other.office)):
        client.force_login(person)
        statuses[name] = client.get(page).status_code
    assert statuses == {"partner": 403, "office": 403, "stranger": 404}
    client.force_login(ally.lead_person)
    assert client.get(page).status_code == 200
    wrong = client.post(page, data | {"name": ""})
    assert wrong.status_code == 422
    assert "bt1" in wrong.content.decode()
    assert client.post(page, data).status_code == 302
    indicator = Indicator.objects.get(code="BT1")
    assert client.post(page, data).status_code == 422  # the code is taken
    settle = reverse("network:indicator_move", args=[indicator.pk, "concorda-con-l-alleanza"])
    assert client.get(settle).status_code == 403
    for person in (other.office, factories.make_alliance(other).lead_person):
        client.force_login(person)
        assert client.get(indicator.get_absolute_url()).status_code == 404
        assert client.post(settle).status_code == 404
    client.force_login(world.office)
    assert [task.label for task in tasks_for(world.office) if "BT1" in task.what] == ["Leggi l'indicatore"]
    assert "Concorda con l&#x27;Alleanza" in client.get(indicator.get_absolute_url()).content.decode()
    assert client.post(settle).status_code == 302
    offer = reverse("network:indicator_move", args=[indicator.pk, "proponi-per-il-catalogo-regionale"])
    assert client.get(offer).status_code == 200
    assert client.post(offer).status_code == 302
    client.force_login(other.office)
    assert client.get(indicator.get_absolute_url()).status_code == 200  # offered to all
    client.force_login(world.region)
    leave = reverse("network:indicator_move", args=[indicator.pk, "lascia-all-alleanza"])
    assert client.post(leave, {"reason": "Troppo particolare"}).status_code == 302
    client.force_login(ally.lead_person)
    give_up = reverse("network:indicator_move", args=[indicator.pk, "ritira-l-indicatore-dell-alleanza"])
    assert client.post(give_up, {"reason": ""}).status_code == 422
    assert client.post(give_up, {"reason": "Non serve"}).status_code == 302
    indicator.refresh_from_db()
    assert indicator.status == IndicatorStatus.RETIRED


# --- targets by part ----------------------------------------------------------------------------------------------
@pytest.mark.rule("R44")
def test_targets_by_part_add_up_and_go_into_what_is_handed_in(ally, draft):
    expected = draft.expected_indicators.get()
    for wrong in (
        {("sex", "women"): D(30)},
        {("sex", "women"): D(50), ("sex", "men"): D(-10)},
        {("sex", "other"): D(40)},
        {("age", "from_30"): D(40)},
    ):
        with pytest.raises(Refused) as caught:
            targets.set_part_targets(expected, by=ally.lead_person, targets=wrong)
        assert caught.value.field.startswith("part_")
    assert not ExpectedPart.objects.exists()
    targets.set_part_targets(expected, by=ally.lead_person, targets=PARTS)
    (row,) = content_of(draft)["indicators"]
    assert row["parts"] == [["Sesso", "Donne", "30.00"], ["Sesso", "Uomini", "10.00"]]
    targets.set_part_targets(expected, by=ally.lead_person, targets={})
    assert "parts" not in content_of(draft)["indicators"][0]
    targets.set_part_targets(expected, by=ally.lead_person, targets=PARTS)
    proposals.update_indicator(expected, by=ally.lead_person, indicator=expected.indicator, target=D(50), baseline=D(0))
    assert not ExpectedPart.objects.exists()  # they added up to the target of before


def test_targets_by_part_through_the_page(client, ally, draft, other):
    expected = draft.expected_indicators.get()
    page = reverse("plans:part_targets", args=[expected.pk])
    client.force_login(other.office)
    assert client.get(page).status_code == 404
    client.force_login(ally.lead_person)
    text = client.get(page).content.decode()
    assert "sommano a 40" in text
    wrong = client.post(page, {"part_sex": "31", "part_sex_men": "10"})
    assert wrong.status_code == 422
    assert "sommano a 41" in wrong.content.decode()
    assert 'value="31"' in wrong.content.decode()
    assert client.post(page, {"part_sex": "tre"}).status_code == 422
    assert client.post(page, {}, headers={"X-While-Typing": "1"}).status_code == 200
    assert client.post(page, {"part_sex": "30", "part_sex_men": "10"}).status_code == 302
    assert sorted(ExpectedPart.objects.values_list("category", "target")) == [("men", D(10)), ("women", D(30))]
    rows = client.get(reverse("plans:proposal_indicators", args=[draft.pk])).content.decode()
    for words in ("donne 30", "Obiettivi per voce", "Chiedi un indicatore"):
        assert words in rows
    assert 'value="30' in client.get(page).content.decode()
