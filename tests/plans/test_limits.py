"""The proposals of an alliance against the limits of a programme, its own or another."""

import pytest

from alliances.enums import Verdict
from alliances.queries.comparison import outcomes
from network.enums import Area
from plans.enums import ProposalStatus

from .. import factories

pytestmark = pytest.mark.django_db
LIMITS_2022 = [
    "Contributo al più il 70 % del costo",
    "Contributo al più 50.000,00 €",
    "Durata al più di 12 mesi",
]


def findings(ally, person, key):
    found = next(one for one in outcomes(ally.alliance, person) if one.yardstick.key == key)
    return {finding.title: finding for finding in found.findings}


def test_each_limit_of_another_cycle_is_looked_at_on_the_proposals(world):
    ally = factories.make_alliance(world)
    proposal = factories.make_proposal(factories.make_call(world), ally, grant="30000", co_financing="20000")
    found = findings(ally, ally.lead_person, "esempio-2022")
    assert [found[title].verdict for title in LIMITS_2022] == [Verdict.MET] * 3
    assert proposal.title in found[LIMITS_2022[0]].words
    factories.make_proposal(factories.make_call(world), ally, grant="60000", co_financing="10000")
    found = findings(ally, ally.lead_person, "esempio-2022")
    assert [found[title].verdict for title in LIMITS_2022] == [Verdict.BROKEN, Verdict.BROKEN, Verdict.MET]
    found = findings(ally, ally.lead_person, "esempio-2019")
    assert found["Cofinanziamento almeno il 30 % del costo"].verdict == Verdict.BROKEN
    assert "Regole del ciclo 2019" in found["Cofinanziamento almeno il 30 % del costo"].source
    assert not set(LIMITS_2022) & set(findings(ally, ally.lead_person, str(world.programme.pk)))


def test_without_a_proposal_that_the_person_sees_the_limits_wait(world):
    ally = factories.make_alliance(world)
    factories.make_proposal(factories.make_call(world), ally, status=ProposalStatus.DRAFT, grant="60000")
    for person in (world.office, world.region):
        found = findings(ally, person, "esempio-2022")
        assert {found[title].verdict for title in LIMITS_2022} == {Verdict.MISSING}
        assert "60" not in found[LIMITS_2022[1]].words
    assert findings(ally, ally.lead_person, "esempio-2022")[LIMITS_2022[1]].verdict == Verdict.BROKEN


@pytest.mark.rule("R01")
def test_the_areas_of_the_actions_are_those_of_the_programme(world):
    ally = factories.make_alliance(world)
    factories.make_proposal(factories.make_call(world), ally)
    narrow = factories.make_programme()
    narrow.areas = [Area.TRAINING, Area.PLANNING]
    narrow.save()
    factories.access.repair()
    own = findings(ally, ally.lead_person, str(world.programme.pk))
    assert own["Le aree di intervento sono esattamente cinque"].met
    ally.lead_person.__dict__.pop("_grants", None)
    other = [f for f in findings(ally, ally.lead_person, str(narrow.pk)).values() if f.rule == "R01"]
    assert [f.verdict for f in other] == [Verdict.BROKEN]
    assert "Offerta integrata dei servizi" in other[0].words
