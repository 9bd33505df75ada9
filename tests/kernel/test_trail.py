"""The trail: what leaves an entry, what it costs, and that no change to it can hide."""

import contextlib
import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move, TrailEntry, TrailHead
from conciliazione.kernel.moves import atomic
from conciliazione.kernel.trail import chain, verify
from network.enums import SeatKind
from network.services import seats
from tests import factories

pytestmark = pytest.mark.django_db
ENTRY, HEAD = TrailEntry._meta.db_table, TrailHead._meta.db_table


@pytest.fixture(autouse=True)
def _anchors(settings, tmp_path):
    settings.TRAIL_ANCHORS = tmp_path / "anchors.txt"


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def some_entries(number=6):
    for each in range(number):
        chain.record(chain.Kind.SIGN_IN, f"Prova {each}", address="x")


def verified() -> str:
    """What the command says, whatever it finds."""
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_a_whole_trail_is_found_whole_and_noted_outside(settings):
    some_entries()
    assert "The trail is whole: 6 entries.\nIts head is noted" in verified()
    assert "noted" not in verified()  # nothing new
    assert settings.TRAIL_ANCHORS.read_text().count("\n") == 1


def test_an_empty_trail_is_whole():
    assert "The trail is whole: 0 entries." in verified()


TAMPERING = {
    "a changed word": [f"UPDATE {ENTRY} SET what = 'Altro' WHERE number = 3"],
    "another person": [f"UPDATE {ENTRY} SET person = 99 WHERE number = 2"],
    "another time": [f"UPDATE {ENTRY} SET at = '2001-01-01T00:00:00+00:00' WHERE number = 2"],
    "another hash": [f"UPDATE {ENTRY} SET hash = digest WHERE number = 4"],
    "content of another entry, with its seal": [
        f"UPDATE {ENTRY} SET what = 'Prova 4', digest = (SELECT digest FROM {ENTRY} WHERE number = 5) WHERE number = 3"
    ],
    "one deleted": [f"DELETE FROM {ENTRY} WHERE number = 3"],
    "the first deleted": [f"DELETE FROM {ENTRY} WHERE number = 1"],
    "the last deleted": [f"DELETE FROM {ENTRY} WHERE number = 6"],
    "two swapped": [
        f"UPDATE {ENTRY} SET number = 99 WHERE number = 2",
        f"UPDATE {ENTRY} SET number = 2 WHERE number = 3",
        f"UPDATE {ENTRY} SET number = 3 WHERE number = 99",
    ],
    "the end cut, and the head put back": [
        f"DELETE FROM {ENTRY} WHERE number > 4",
        f"UPDATE {HEAD} SET number = 4, hash = (SELECT hash FROM {ENTRY} WHERE number = 4)",
    ],
    "all of it thrown away": [f"DELETE FROM {ENTRY}", f"DELETE FROM {HEAD}"],
    "the head thrown away": [f"DELETE FROM {HEAD}"],
    "one made up at the end": [
        f"INSERT INTO {ENTRY} (number, kind, at, person, what, about, detail, digest, hash) "
        f"SELECT 7, kind, at, person, what, about, detail, digest, hash FROM {ENTRY} WHERE number = 6",
        f"UPDATE {HEAD} SET number = 7",
    ],
}


@pytest.mark.parametrize("statements", TAMPERING.values(), ids=TAMPERING)
def test_no_change_made_with_sql_can_hide(statements):
    some_entries()
    assert "is whole" in verified()
    for statement in statements:
        sql(statement)
    assert "is whole" not in verified()


def test_whoever_has_the_database_and_not_the_key_cannot_seal(settings):
    some_entries(2)
    settings.TRAIL_KEY = "another"
    assert "its content is not what was sealed" in verified()


def test_a_forged_note_outside_is_found(settings):
    some_entries(2)
    verified()
    text = settings.TRAIL_ANCHORS.read_text()
    settings.TRAIL_ANCHORS.write_text(text.replace(text[2:10], "00000000"))
    assert "was forged" in verified()


def test_through_the_model_an_entry_is_neither_changed_nor_deleted():
    some_entries(1)
    entry = TrailEntry.objects.get()
    for act in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            act()


@pytest.mark.parametrize("number", [1, 3, 20])
def test_it_costs_two_statements_however_many_entries_a_service_leaves(number, django_assert_num_queries):
    some_entries(1)

    @atomic
    def service():
        some_entries(number)

    with django_assert_num_queries(2 + 4):  # the two, and the savepoints of service and writing
        service()
    assert TrailEntry.objects.count() == 1 + number
    assert "is whole" in verified()


def test_more_entries_than_one_statement_seals():
    @atomic
    def service():
        some_entries(47)

    service()
    assert TrailHead.objects.get().number == 47
    assert not list(verify.faults())


def test_what_was_rolled_back_left_nothing():
    @atomic
    def inner():
        some_entries(2)
        raise Refused("no")

    @atomic
    def outer():
        chain.record(chain.Kind.SIGN_IN, "prima")
        with pytest.raises(Refused):
            inner()
        chain.record(chain.Kind.SIGN_IN, "dopo")

    outer()
    assert list(TrailEntry.objects.order_by("number").values_list("what", flat=True)) == ["prima", "dopo"]
    with pytest.raises(Refused):
        inner()
    assert TrailEntry.objects.count() == 2


def test_decisions_and_permissions_leave_entries_that_name_people_by_number():
    world = factories.make_network()
    person = factories.make_person(first_name="Ermenegilda", last_name="Zanardelli")
    seat = seats.give_seat(person=person, kind=SeatKind.OFFICE, network=world.network, by=world.region)
    seats.end_seat(seat, by=world.region, reason="Ermenegilda Zanardelli va in pensione")
    rows = TrailEntry.objects.filter(about=f"network.seat:{seat.pk}")
    assert {(row.kind, row.what, row.person) for row in rows} == {
        ("decision", "seat: Incarico assegnato", world.region.pk),
        ("decision", "seat: Incarico terminato", world.region.pk),
    }
    told = [row.what for row in TrailEntry.objects.filter(kind="permission", about=f"network.person:{person.pk}")]
    assert sorted(told) == [f"Entra in {seat.group_name}", f"Esce da {seat.group_name}"]
    text = " ".join(f"{row.what} {row.detail}" for row in TrailEntry.objects.all())
    assert "Zanardelli" not in text
    assert person.email not in text


def test_a_grant_and_its_end_are_in_the_trail():
    network = factories.make_network().network
    before = TrailEntry.objects.filter(about=f"network.network:{network.pk}").count()
    access.grant("prova", access.Role.MEMBER, network)
    access.revoke("prova", access.Role.MEMBER, network)
    rows = TrailEntry.objects.filter(about=f"network.network:{network.pk}")
    assert rows.count() == before + 2


def test_a_move_written_behind_the_trail_shows():
    world = factories.make_network()
    person = factories.make_person()
    seats.give_seat(person=person, kind=SeatKind.REGION, by=world.region)
    assert not list(verify.faults())
    Move.objects.all().delete()
    assert any("moves are kept" in fault for fault in verify.faults())


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain():
    some_entries(1)
    failures = []

    def work():
        try:
            for _ in range(5):
                with transaction.atomic():
                    some_entries(2)
        except Exception as error:  # told below: an exception in a thread would be lost
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert TrailHead.objects.get().number == TrailEntry.objects.count() == 41
    assert not list(verify.faults())
