"""A list too long to be written while one waits: left to the worker, for whoever asked for it alone."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from conciliazione.kernel import clock, jobs, long_sheets, taking
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import LongSheet, Notice, TrailEntry
from network.enums import SeatKind
from network.rules.privacy import BY_KEY
from network.services import privacy
from tests.factories import add_seat, make_member, make_network

pytestmark = pytest.mark.django_db
LIST = "/rete/enti/"
State = LongSheet.State


@pytest.fixture(scope="module")
def world(made):
    world = make_network()
    for name in ("Cooperativa Alfa", "Cooperativa Beta", "Comune di Gamma"):
        make_member(world, name)
    return made(world)


@pytest.fixture(autouse=True)
def _two_rows_are_many(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    settings.MEDIA_ROOT = tmp_path


def address_of(fmt="csv", **query):
    asked = "&".join([*(f"{name}={value}" for name, value in query.items()), f"formato={fmt}"])
    return f"{reverse('network:memberships')}?{asked}"


def test_a_long_list_is_asked_for_written_and_taken_away(world, enter):
    client = enter(world.office)
    page = client.get(address_of(ordina="-organisation"))
    assert "Prepara l'elenco" in page.text
    assert "più di 2" in page.text
    asked = client.post(reverse("kernel:request_sheet"), {"indirizzo": address_of(ordina="-organisation")})
    found = LongSheet.objects.get()
    assert asked.url == found.get_absolute_url()
    assert "Sta per cominciare" in client.get(asked.url).text
    assert client.get(reverse("kernel:sheet_file", args=[found.pk])).url == asked.url
    long_sheets.write(found.pk)
    ready = client.get(asked.url).text
    assert "Scarica il file CSV" in ready
    assert f'href="{address_of(ordina="-organisation").removesuffix("&formato=csv")}"' in ready
    answer = client.get(reverse("kernel:sheet_file", args=[found.pk]))
    content = b"".join(answer.streaming_content)
    found.refresh_from_db()
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    lines = content.decode().strip().splitlines()
    assert found.written == len(lines) - 1 == client.get(reverse("network:memberships")).context["paginator"].count
    assert [line for line in lines if "Alfa" in line]
    assert answer["Content-Disposition"].endswith('.csv"')
    assert Notice.objects.filter(to=world.office, text__contains="pronto da scaricare").exists()
    assert TrailEntry.objects.filter(what__startswith="Elenco: ").count() == 1


def test_as_a_workbook_with_the_filter_of_the_page(world):
    found = long_sheets.ask_for(address_of("xlsx", cerca="Cooperativa"), by=world.office)
    long_sheets.write(found.pk)
    found.refresh_from_db()
    with found.file.open("rb") as kept:
        rows = list(load_workbook(BytesIO(kept.read())).active.values)
    assert len(rows) == 3
    assert found.written == 2


def test_a_short_one_comes_at_once(world, enter):
    assert enter(world.office).get(address_of(cerca="Alfa")).streaming


def test_nobody_else_and_no_other_seat_sees_it(world, enter):
    found = long_sheets.ask_for(address_of(), by=world.office)
    for person in (world.chair, world.region, make_network().office):
        client = enter(person)
        for name in ("sheet", "sheet_file"):
            assert client.get(reverse(f"kernel:{name}", args=[found.pk])).status_code == 404
    other = add_seat(world.office, SeatKind.REGION)
    world.office.act_in(other)
    assert not long_sheets.sheets_of(world.office).exists()


def test_a_seat_that_ends_before_it_is_written_ends_it(world):
    found = long_sheets.ask_for(address_of(), by=world.office)
    world.office.acting_seat.delete()
    long_sheets.write(found.pk)
    found.refresh_from_db()
    assert (found.state, found.file.name) == (State.FAILED, "")
    assert "incarico" in found.error


@pytest.mark.parametrize(
    "address",
    [
        "https://altrove.example/rete/aderenti/?formato=csv",
        "//altrove.example/rete/aderenti/?formato=csv",
        "/rete/aderenti/",
        "/rete/aderenti/?formato=pdf",
        "/non-ce/?formato=csv",
        "/?formato=csv",
        "/accesso/login/?formato=csv",
        "/avvisi/999999/?formato=csv",
        "",
        "x" * 2001,
    ],
)
def test_what_is_no_list_is_refused(world, enter, address):
    answer = enter(world.office).post(reverse("kernel:request_sheet"), {"indirizzo": address}, follow=True)
    assert answer.status_code == 200
    assert not LongSheet.objects.exists()
    assert "elenc" in answer.text.lower()


def test_a_list_that_is_closed_to_the_person_is_refused(world):
    with pytest.raises(Refused, match="non puoi aprire"):
        long_sheets.ask_for(f"{reverse('network:seats')}?formato=csv", by=world.member)


def test_two_clicks_are_one_and_three_are_enough(world):
    first = long_sheets.ask_for(address_of(), by=world.office)
    assert long_sheets.ask_for(address_of(), by=world.office) == first
    for order in ("organisation", "-organisation"):
        long_sheets.ask_for(address_of(ordina=order), by=world.office)
    with pytest.raises(Refused, match="Stai già aspettando 3 elenchi"):
        long_sheets.ask_for(address_of("xlsx"), by=world.office)


def test_one_that_is_given_up_says_so_and_can_be_asked_again(world, enter):
    found = long_sheets.ask_for(address_of(), by=world.office)
    jobs._tellers[long_sheets.write_sheet.module_path](found.pk)
    page = enter(world.office).get(found.get_absolute_url()).text
    assert "si è interrotta più volte" in page
    assert "Riprova" in page
    assert Notice.objects.filter(to=world.office, text__contains="non è riuscito").exists()


def test_after_a_week_it_is_gone_with_its_file(world, django_capture_on_commit_callbacks):
    found = long_sheets.ask_for(address_of(), by=world.office)
    long_sheets.write(found.pk)
    found.refresh_from_db()
    assert timedelta(days=BY_KEY["sheets"].days) == long_sheets.KEPT
    with clock.standing_at(clock.now() + long_sheets.KEPT - timedelta(hours=1)):
        assert long_sheets.delete(long_sheets.past_their_time()) == 0
    later = clock.now() + long_sheets.KEPT + timedelta(hours=1)
    with clock.standing_at(later), django_capture_on_commit_callbacks(execute=True):
        done = privacy.apply_retention()
    assert "Cancellati: 1 elenchi da scaricare." in done
    assert not LongSheet.objects.exists()
    assert not found.file.storage.exists(found.file.name)
