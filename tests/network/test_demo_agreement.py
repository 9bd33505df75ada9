"""The first stage of the demonstration says what the act of 2014 says."""

from datetime import date

import pytest

from conciliazione.kernel import access
from conciliazione.portal.demo import agreement as stage
from conciliazione.portal.demo.story import Story
from network.enums import AgreementStatus, CommitteeStatus, IndicatorStatus
from network.models import Indicator, Membership, NetworkAgreement, Programme, SteeringSeat
from network.queries import missing_signatures, rule_set_for
from network.services import seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    told = Story()
    stage.tell(told)
    return told


@pytest.mark.rule("R41")
def test_the_agreement_of_the_act(story):
    agreement = NetworkAgreement.objects.get(network=story.network)
    assert agreement.status == AgreementStatus.IN_FORCE
    assert (agreement.deliberation_number, agreement.deliberated_on) == ("180", date(2014, 3, 27))
    assert (agreement.signed_on, agreement.signed_at_place) == (date(2014, 3, 31), "Cremona")
    assert agreement.expires_on == date(2016, 3, 31)
    rows = list(agreement.signatures.all())
    assert len(rows) == 20
    assert {row.signed_on for row in rows} == {date(2014, 3, 31)}
    assert rows[0].name_on_paper == "ASL di Cremona"
    assert rows[18].signatory == "Segretaria Generale Mario Ucellini"
    assert rows[19].name_on_paper == "Regione Lombardia"
    version = agreement.versions.get()
    assert version.articles.count() == 11
    assert "reti d'imprese 2014-2015" in version.articles.get(number=1).text  # no Cyrillic letter any more


@pytest.mark.rule("R08", "R09", "R10", "R13")
def test_the_bodies_and_the_adherents(story):
    network = story.network
    assert Membership.objects.filter(network=network).current().count() == 20 + len(stage.FORMER) - 1
    assert missing_signatures(network).count() == len(stage.FORMER) - 1
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
