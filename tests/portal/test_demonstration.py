"""The demonstration: told in stages, kept on a second run, refused where real data lives."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conciliazione.kernel import access, clock
from conciliazione.kernel.models import DemoClock
from conciliazione.portal.demo import cast
from monitoring.services.rollups import known_territories, recompute
from network.models import Network, NetworkAgreement
from network.services import seats
from plans.models import Project, TerritorialPlan
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_clock_goes_back(monkeypatch):
    monkeypatch.setattr(clock, "_offset", clock._offset)


def seed(**options):
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def test_the_first_stage_is_the_agreement_of_the_paper():
    seed(stage="agreement")
    agreement = NetworkAgreement.objects.get()
    assert (agreement.deliberation_number, agreement.deliberated_on.isoformat()) == ("180", "2014-03-27")
    assert (agreement.signed_on.isoformat(), agreement.expires_on.isoformat()) == ("2014-03-31", "2016-03-31")
    assert agreement.signatures.filter(name_on_paper="Ust Cisl Asse del Po").get().signatory == (
        "Segretaria Generale Mario Ucellini"
    )
    assert clock.today().isoformat() == "2014-04-15"
    assert DemoClock.objects.get().stage == "agreement"


def test_a_second_run_keeps_what_is_there():
    seed(stage="agreement")
    before = Network.objects.get().pk
    assert "kept as it is" in seed(stage="agreement")
    assert Network.objects.get().pk == before


def test_a_production_database_is_refused(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        seed()
    assert not Network.objects.exists()


def test_a_database_with_other_networks_is_left_alone():
    factories.make_network()
    with pytest.raises(CommandError, match="not the demonstration"):
        seed()
    assert Network.objects.count() == 1


def test_nobody_can_be_listed_before_the_story():
    assert "No demonstration yet" in seed(accounts=True)


class TestTheWholeStory:
    def test_it_ends_with_a_plan_and_projects(self, story):
        assert TerritorialPlan.objects.get().status == "running"
        assert Project.objects.count() == 3
        assert clock.today().isoformat() == "2015-11-16"

    def test_the_grants_are_those_of_the_bodies(self, story):
        assert access.drift() == (set(), set())
        assert seats.drift() == (set(), set())

    def test_every_role_has_an_account(self, story):
        held = {account.email.split("@")[0] for account in cast.accounts()}
        assert {"regione", "cabina", "asl", "comitato1", "capofila.cremona", "partner.cremona"} <= held

    def test_everybody_with_a_role_has_work_to_do(self, story, client):
        from network.models import Person

        for key in ("regione", "cabina", "asl", "comitato1", "capofila.cremona", "partner.cremona"):
            client.force_login(Person.objects.get(email=f"{key}@demo.example.org"))
            assert client.get("/il-mio-lavoro/").context["tasks"], key

    def test_the_kept_figures_are_those_of_the_records(self, story):
        assert [difference for place in known_territories() for difference in recompute(place, write=False)] == []
