"""Generated networks: as many as asked, sound, with their figures kept; never where real data lives."""

import pytest
from django.core.management import CommandError, call_command

from conciliazione.kernel import access
from monitoring.models import Measurement
from monitoring.queries.kept import Selection, money_of
from monitoring.services.rollups import known_territories, recompute
from network.models import Network, Person
from plans.models import Evaluation, Project, ProjectProposal
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_small_one_is_sound_and_its_figures_are_kept(client):
    call_command("generate", scale=0.03, verbosity=0)
    assert (Network.objects.count(), ProjectProposal.objects.count(), Evaluation.objects.count()) == (15, 30, 90)
    projects = Project.objects.count()
    assert Measurement.objects.count() == projects * 120 > 0
    for model in (ProjectProposal, Project, Measurement):
        for row in model.objects.all()[:20]:
            row.validate_constraints()
    assert access.drift() == (set(), set())
    assert [difference for place in known_territories() for difference in recompute(place, write=False)] == []
    assert money_of(Selection()).total.value("approved")
    assert factories.make_network().network.pk  # new keys follow the generated ones
    client.force_login(Person.objects.get(email="regione@prova.example.org"))
    page = client.get("/cruscotto/", {"programma": "tutti"})
    assert len(page.context["board"].map.tiles) > 1
    with pytest.raises(CommandError, match="already holds networks"):
        call_command("generate", scale=0.03, verbosity=0)


@pytest.mark.parametrize("scale", [0, -1, 1000])
def test_a_scale_out_of_reach_is_refused(scale):
    with pytest.raises(CommandError, match="--scale"):
        call_command("generate", scale=scale)


def test_a_production_database_is_refused(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("generate", scale=1)
    assert not Network.objects.exists()
