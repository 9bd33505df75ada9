"""The first two stages of the demonstration: the act of 2014 says what it said, and its alliances follow."""

from datetime import date

import pytest

from alliances.enums import AllianceStatus, Opening
from alliances.models import Alliance
from alliances.queries import agreement_in_force, is_constituted, lead_of, tasks_for, verdicts
from conciliazione.kernel import access
from conciliazione.portal.demo import agreement, alliances
from conciliazione.portal.demo.story import Story
from network.enums import AgreementStatus, CommitteeStatus, IndicatorStatus
from network.models import Indicator, Membership, NetworkAgreement, Organisation, Programme, SteeringSeat
from network.queries import missing_signatures, rule_set_for
from network.services import seats

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(made):
    told = Story()
    agreement.tell(told)
    return told


# --- the agreement of the network -------------------------------------------------------------------------------------
@pytest.mark.rule("R41")
def test_the_agreement_of_the_act(story):
    act = NetworkAgreement.objects.get(network=story.network)
    assert act.status == AgreementStatus.IN_FORCE
    assert (act.deliberation_number, act.deliberated_on) == ("180", date(2014, 3, 27))
    assert (act.signed_on, act.signed_at_place) == (date(2014, 3, 31), "Cremona")
    assert act.expires_on == date(2016, 3, 31)
    rows = list(act.signatures.all())
    assert len(rows) == 20
    assert {row.signed_on for row in rows} == {date(2014, 3, 31)}
    assert rows[0].name_on_paper == "ASL di Cremona"
    assert rows[18].signatory == "Segretaria Generale Mario Ucellini"
    assert rows[19].name_on_paper == "Regione Lombardia"
    version = act.versions.get()
    assert version.articles.count() == 11
    assert "reti d'imprese 2014-2015" in version.articles.get(number=1).text  # no Cyrillic letter any more


@pytest.mark.rule("R08", "R09", "R10", "R13")
def test_the_bodies_and_the_adherents(story):
    network = story.network
    assert Membership.objects.filter(network=network).current().count() == 20 + len(agreement.FORMER) - 1
    assert missing_signatures(network).count() == len(agreement.FORMER) - 1
    assert network.committee.status == CommitteeStatus.CONSTITUTED
    assert SteeringSeat.objects.current().count() == 6
    assert not Membership.objects.filter(network=network, origin="former_agreement", convened_on=None).exists()
    assert sorted(d.name for d in network.districts.all()) == ["Casalmaggiore", "Crema", "Cremona"]


def test_the_programmes_and_indicators(story):
    assert Programme.objects.count() == 4
    assert rule_set_for(story.programme).lead_natures == ["public"]
    assert rule_set_for(Programme.objects.get(code="2022")).min_micro_or_small == 2
    assert set(Indicator.objects.values_list("status", "is_example")) == {(IndicatorStatus.AGREED, True)}


def test_permissions_follow_from_what_was_told(story):
    assert access.drift() == (set(), set())
    assert seats.drift() == (set(), set())
    for key in ("regione", "cabina", "asl", "asl2", "comitato1", "comitato2", "comitato3"):
        assert story.person(key).acting_seat is not None


# --- the alliances ----------------------------------------------------------------------------------------------------
def test_three_alliances_are_constituted_and_a_fourth_has_work_left(story):
    alliances.tell(story)
    for tale in alliances.TALES:
        alliance = story.alliance(tale.name)
        assert is_constituted(alliance)
        assert alliance.is_example
        assert (alliance.constituted_on.year, alliance.constituted_on.month in (5, 6)) == (2014, True)
        assert [finding.rule for finding in verdicts(alliance) if not finding.met] == []
        assert lead_of(alliance).organisation.name == tale.lead["body"]
        assert story.lead_person(alliance) == story.person(f"capofila.{tale.key}")
        partner = story.person(f"partner.{tale.key}")
        assert access.Role.PARTNER in access.roles_on(partner, alliance)
    assert agreement_in_force(story.alliance(alliances.OPEN_ONE)).opening == Opening.OPEN
    assert Alliance.objects.filter(status=AllianceStatus.FORMING).get().name == alliances.FORMING
    unmet = {finding.rule for finding in verdicts(story.alliance(alliances.FORMING)) if not finding.met}
    assert {"R35", "R36", "R37", "R38"} <= unmet
    with story.on(2015, 11, 16):
        assert any("Il Gelso" in task.what for task in tasks_for(story.person("asl")))
        assert any(alliances.FORMING in task.what for task in tasks_for(story.person("promotrice")))
    assert not Organisation.objects.filter(name__contains="(esempio)", is_example=False).exists()
    assert access.drift() == (set(), set())
