"""The trail, read by whoever answers for the portal: filters, export, its own reading told, the state of the chain."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from conciliazione.kernel import daily
from conciliazione.kernel.models import TrailEntry, TrailHead
from conciliazione.kernel.trail import chain, verify
from tests import factories

pytestmark = pytest.mark.django_db
WHERE = reverse("portal:trail")


@pytest.fixture(scope="module")
def world(made):
    world = made(factories.make_network())
    chain.record(
        chain.Kind.DOWNLOAD, "Elenco: Aderenti (csv)", by=world.office, about=world.network, seat="ASL di prova"
    )
    chain.record(chain.Kind.SIGN_IN, "Accesso rifiutato", address="0a1b")
    return world


@pytest.fixture(autouse=True)
def _anchors(settings, tmp_path):
    settings.TRAIL_ANCHORS = tmp_path / "anchors.txt"


@pytest.fixture
def region(world, client):
    client.force_login(world.region)
    return client


def found(region, **asked):
    page = region.get(WHERE, asked)
    assert page.status_code == 200
    return [row.what for row in page.context["page_obj"]]


def test_one_reads_who_did_what_about_what(region, world):
    page = region.get(WHERE, {"atto": "download"}).content.decode()
    assert "Elenco: Aderenti (csv)" in page
    assert str(world.office) in page
    assert "ASL di prova" in page
    assert f"Rete n. {world.network.pk}".lower() in page.lower()


def test_it_is_looked_through_by_person_act_record_and_period(region, world):
    download, refused = "Elenco: Aderenti (csv)", "Accesso rifiutato"
    for asked in (world.office.email, world.office.last_name, str(world.office.pk)):
        assert download in found(region, persona=asked)
        assert refused not in found(region, persona=asked)
    assert found(region, atto="sign_in")[-1] == refused
    assert found(region, su="network.network", numero=world.network.pk, atto="download") == [download]
    assert found(region, su="network.network", cerca="aderenti") == [download]
    assert found(region, su="network.network", numero="999999", cerca="aderenti") == []
    today = date.today()
    assert download in found(region, dal=today, al=today)
    assert found(region, al="2001-01-01") == []


@pytest.mark.parametrize("nasty", ["' OR 1=1 --", "9" * 30, "\x00", "%", "a" * 5000])
def test_any_text_may_be_looked_for(nasty, region):
    for name in ("persona", "cerca", "su", "numero", "dal"):
        assert region.get(WHERE, {name: nasty}).status_code == 200


def test_reading_it_leaves_an_entry_that_names_nobody(region, world):
    region.get(WHERE, {"persona": world.office.last_name, "atto": "download"})
    entry = TrailEntry.objects.first()
    assert (entry.kind, entry.person, entry.what) == ("trail", world.region.pk, "Traccia consultata")
    assert '"atto": "download"' in entry.detail
    assert world.office.last_name not in entry.detail


def test_it_can_be_taken_away_and_that_is_told_too(region, world):
    answer = region.get(WHERE, {"formato": "csv", "atto": "download"})
    text = b"".join(answer.streaming_content).decode()
    assert "Elenco: Aderenti (csv)" in text
    assert str(world.office) in text
    assert TrailEntry.objects.filter(what="Elenco: Traccia delle operazioni (csv)", person=world.region.pk).count() == 1


def test_the_chain_is_checked_at_each_look_and_wholly_when_asked(region, settings):
    assert "La catena è intera" in region.get(WHERE).content.decode()
    assert region.post(reverse("portal:trail_check")).status_code == 302
    assert verify.last_check().what == verify.CHECKED_WHOLE
    assert settings.TRAIL_ANCHORS.read_text().count("\n") == 1
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TrailEntry._meta.db_table} SET what = 'Altro' WHERE what = 'Accesso rifiutato'")
    assert "Le ultime righe non tornano" in region.get(WHERE).content.decode()
    region.post(reverse("portal:trail_check"))
    assert verify.last_check().what == verify.CHECKED_BROKEN


@pytest.mark.parametrize("gone", ["newest", "between"])
def test_a_row_that_was_taken_out_shows_at_the_next_look(gone, region):
    numbers = list(TrailEntry.objects.values_list("number", flat=True)[:2])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TrailEntry._meta.db_table} WHERE number = %s", [numbers[0 if gone == "newest" else 1]]
        )
    assert verify.near_faults(TrailHead.objects.get())


def test_an_end_that_was_cut_shows_against_the_note_outside(region):
    """Whoever owns the database may cut the end and move the head back; what was noted elsewhere remains."""
    verify.check()
    last = TrailEntry.objects.first()
    before = TrailEntry.objects.get(number=last.number - 1)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TrailEntry._meta.db_table} WHERE number = %s", [last.number])
        cursor.execute(f"UPDATE {TrailHead._meta.db_table} SET number = %s, hash = %s", [before.number, before.hash])
    assert verify.near_faults(TrailHead.objects.get()) == [f"entry {last.number}, noted outside"]
    assert "Le ultime righe non tornano" in region.get(WHERE).content.decode()


def test_the_night_checks_it_once(world):
    duty = next(duty for duty in daily.duties() if duty.key == "portal.check_trail")
    assert daily.perform(duty).done == ("Traccia: intera",)
    before = TrailEntry.objects.count()
    assert daily.perform(duty).done == ()
    assert TrailEntry.objects.count() == before
    assert verify.last_check().person is None


@pytest.mark.parametrize("who", ["office", "chair"])
def test_nobody_else_reads_it(who, world, client):
    client.force_login(getattr(world, who))
    assert client.get(WHERE).status_code == 403
    assert client.post(reverse("portal:trail_check")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_for_one_row_and_for_three(rows, region, django_assert_num_queries):
    for each in range(rows):
        chain.record(chain.Kind.DOWNLOAD, f"Prova {each}", by=factories.make_person())
    with django_assert_num_queries(14):  # four of them write the entry of this reading, two in a transaction's name
        region.get(WHERE, {"cerca": "Prova"})
