"""The pages of calls, for each role that matters."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from network.enums import SeatKind
from plans.enums import CallStatus
from plans.models import Call

from .. import factories

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


FORM = {
    "title": "Avviso 2014",
    "description": "Progetti di conciliazione",
    "act": "Deliberazione n. 300",
    "act_on": "2014-06-03",
    "opens_at": "2014-06-10T09:00",
    "closes_at": "2014-07-15T12:00",
    "budget": "120.000,00",
    "network_budget": "",
    "advance_share": "40",
    "template": "total",
}


def test_everyone_reads_published_calls_and_only_the_office_drafts(client, world, enter):
    published = factories.make_call(world)
    draft = factories.make_call(world, status=CallStatus.DRAFT)
    for path in (url("calls"), url("call", published.pk)):
        answer = client.get(path)
        assert answer.status_code == 200
        assert published.title in answer.text
        assert draft.title not in answer.text
    assert client.get(url("call", draft.pk)).status_code == 404
    other_office = factories.make_network().office
    ally = factories.make_alliance(world)
    for person in (other_office, world.chair, world.region, ally.lead_person):
        assert enter(person).get(url("call", draft.pk)).status_code == 404
    answer = enter(world.office).get(url("call", draft.pk))
    assert "Pubblica l&#x27;avviso" in answer.text
    assert "Modifica l'avviso" in answer.text
    assert draft.title in enter(world.office).get(url("calls")).text


def test_the_list_asks_a_constant_number_of_queries(world, enter, django_assert_num_queries):
    client = enter(world.office)
    factories.make_call(world)
    client.get(url("calls"))
    with django_assert_num_queries(9):
        client.get(url("calls"))
    factories.make_call(world)
    factories.make_call(world)
    with django_assert_num_queries(9):
        client.get(url("calls"))


def test_filters_sort_and_export(client, world):
    other = factories.make_network()
    one, two = factories.make_call(world), factories.make_call(other, status=CallStatus.CONCLUDED)
    assert two.title not in client.get(url("calls"), {"stato": "published"}).text
    assert one.title not in client.get(url("calls"), {"rete": other.network.pk}).text
    assert "Nessuna riga" in client.get(url("calls"), {"cerca": "niente di simile"}).text
    assert client.get(url("calls"), {"ordina": "-budget"}).status_code == 200
    exported = b"".join(client.get(url("calls"), {"formato": "csv"}).streaming_content).decode()
    assert one.title in exported
    assert two.title in exported
    hostile = {"stato": "'; drop", "rete": "x", "programma": "999999999999999999999", "pagina": "-1", "ordina": "%00"}
    assert client.get(url("calls"), hostile).status_code == 200


def test_the_office_prepares_a_call_with_its_grid(world, enter):
    client = enter(world.office)
    assert client.get(url("call_new")).status_code == 200
    answer = client.post(url("call_new"), FORM | {"programme": world.programme.pk})
    call = Call.objects.get()
    assert answer.url == url("call_grid", call.pk)
    assert (call.budget, call.total_threshold, call.criteria.count()) == (120000, 60, 5)
    answer = client.get(answer.url)
    assert "Aggiungi un criterio" in answer.text
    client.post(url("call_grid", call.pk), {"template": "each"})
    assert (call.criteria.count(), call.criteria_groups.count()) == (6, 1)
    client.post(url("call_grid", call.pk), {"template": "inventata"})
    assert call.criteria.count() == 6


def test_sub_criteria_and_penalties_are_written_on_their_pages(world, enter):
    client = enter(world.office)
    call = factories.make_call(world, status=CallStatus.DRAFT)
    answer = client.post(url("group_new", call.pk), {"title": "Qualità del progetto", "threshold": "15"})
    group = call.criteria_groups.get()
    assert answer.url == f"{url('criterion_new', call.pk)}?criterio={group.pk}"
    assert "non ha ancora sottocriteri" in client.get(url("call_grid", call.pk)).text
    assert f'<option value="{group.pk}" selected>' in client.get(answer.url).text
    row = {"title": "Nesso tra bisogni e azioni", "group": group.pk, "max_points": "30"}
    client.post(url("criterion_new", call.pk), row)
    penalty = {"title": "Iniziative brevi", "max_points": "10", "is_penalty": "on", "threshold": "2"}
    answer = client.post(url("criterion_new", call.pk), penalty)
    assert answer.status_code == 422
    assert "Una penalità toglie punti" in answer.text
    client.post(url("criterion_new", call.pk), penalty | {"threshold": ""})
    text = client.get(url("call_grid", call.pk)).text
    assert "Sottocriterio: </span>Nesso tra bisogni e azioni" in text
    assert "penalità</span> −10" in text
    first = call.criteria.first().title
    client.post(url("group_move", group.pk, "su"))
    assert [c.title for c in call.criteria.all()].index("Nesso tra bisogni e azioni") == 1
    assert call.criteria.first().title == first
    seen = group.history.first().history_id
    changed = {"title": "Qualità", "threshold": "40", "seen": seen}
    assert client.post(url("group_edit", group.pk), changed).status_code == 302
    assert "i suoi sottocriteri arrivano a 30 punti" in client.get(url("call_grid", call.pk)).text
    stale = client.post(url("group_edit", group.pk), {"title": "Altro", "seen": seen})
    assert stale.status_code == 422
    assert "Che cosa è stato salvato nel frattempo" in stale.text
    elsewhere = factories.make_network()
    assert enter(elsewhere.office).post(url("group_remove", group.pk)).status_code == 404
    enter(world.office).post(url("group_remove", group.pk))
    assert not call.criteria_groups.exists()
    assert not call.criteria.filter(title="Nesso tra bisogni e azioni").exists()


def test_what_was_typed_stays_when_it_makes_no_sense(world, enter):
    client = enter(world.office)
    wrong = FORM | {"programme": world.programme.pk, "closes_at": "2014-06-01T12:00"}
    answer = client.post(url("call_new"), wrong)
    assert answer.status_code == 422
    assert "La chiusura dell&#x27;avviso deve seguire" in answer.text
    assert "Deliberazione n. 300" in answer.text
    answer = client.post(url("call_new"), {"title": "x" * 400, "budget": "molto", "opens_at": "ieri", "template": "?"})
    assert answer.status_code == 422
    assert not Call.objects.exists()


def test_only_the_office_writes(client, world, enter):
    call = factories.make_call(world, status=CallStatus.DRAFT)
    criterion = call.criteria.first()
    pages = [
        url("call_edit", call.pk),
        url("call_grid", call.pk),
        url("criterion_new", call.pk),
        url("criterion_edit", criterion.pk),
        url("criterion_remove", criterion.pk),
        url("call_move", call.pk, "pubblica-l-avviso"),
    ]
    for page in pages:
        assert client.get(page).status_code == 302
    assert client.get(url("call_new")).status_code == 302
    for person in (world.chair, factories.make_alliance(world).lead_person, factories.make_network().office):
        for page in pages:
            assert enter(person).get(page).status_code == 404
            assert enter(person).post(page, {}).status_code == 404
    assert enter(world.chair).get(url("call_new")).status_code == 403
    for page in pages:
        assert enter(world.office).get(page).status_code == 200


def test_a_published_call_is_frozen_on_its_pages_too(world, enter):
    call = factories.make_call(world)
    client = enter(world.office)
    answer = client.get(url("call_edit", call.pk))
    assert answer.status_code == 409
    assert "non cambiano più" in answer.text
    for page in (url("criterion_new", call.pk), url("criterion_remove", call.criteria.first().pk)):
        assert client.get(page).status_code == 409
    posted = client.post(url("call_edit", call.pk), FORM | {"programme": world.programme.pk, "total_threshold": "1"})
    assert posted.status_code == 422
    call.refresh_from_db()
    assert call.budget == 100000
    client.post(url("criterion_move", call.criteria.last().pk, "su"))
    assert call.criteria.last().title == "Efficacia"


def test_criteria_are_edited_moved_and_removed(world, enter):
    call = factories.make_call(world, status=CallStatus.DRAFT)
    client = enter(world.office)
    first, last = call.criteria.all()
    answer = client.post(url("criterion_new", call.pk), {"title": "Innovazione", "max_points": "12,5"})
    assert answer.status_code == 302
    assert call.criteria.count() == 3
    values = {"title": "Qualità piena", "max_points": "40", "weight": "1", "threshold": "50"}
    answer = client.post(url("criterion_edit", first.pk), values)
    assert answer.status_code == 422
    assert "La soglia sta tra zero" in answer.text
    assert client.post(url("criterion_edit", first.pk), values | {"threshold": "20"}).status_code == 302
    client.post(url("criterion_move", last.pk, "su"))
    assert call.criteria.first() == last
    assert client.get(url("criterion_move", last.pk, "su")).status_code == 302
    client.post(url("criterion_remove", last.pk))
    assert call.criteria.count() == 2


def test_two_people_at_once_see_what_the_other_wrote(world, enter):
    call = factories.make_call(world, status=CallStatus.DRAFT)
    client = enter(world.office)
    seen = call.history.first().history_id
    call.description = "Scritto dall'altra"
    call.save()
    values = FORM | {
        "programme": world.programme.pk,
        "total_threshold": "1",
        "seen": seen,
        "description": "Scritto da me",
    }
    answer = client.post(url("call_edit", call.pk), values)
    assert answer.status_code == 422
    assert "Scritto dall&#x27;altra" in answer.text
    assert "Scritto da me" in answer.text
    newest = call.history.first().history_id
    assert f'value="{newest}"' in answer.text
    assert client.post(url("call_edit", call.pk), values | {"seen": newest}).status_code == 302


def test_moves_with_consequence_and_refusals(world, enter):
    client = enter(world.office)
    call = factories.make_call(world, status=CallStatus.DRAFT)
    page = url("call_move", call.pk, "pubblica-l-avviso")
    answer = client.get(page)
    assert "Nessun criterio guarda a" in answer.text
    assert client.post(page).status_code == 302
    call.refresh_from_db()
    assert call.registry_number
    early = client.get(url("call_move", call.pk, "avvia-la-valutazione"))
    assert early.status_code == 409
    assert "aperto fino al" in early.text
    factories.make_proposal(call, factories.make_alliance(world))
    assert client.get(url("call_move", call.pk, "concludi-l-avviso")).status_code == 409
    with clock.standing_at(call.closes_at):
        assert client.post(url("call_move", call.pk, "avvia-la-valutazione")).status_code == 302
    call.refresh_from_db()
    assert call.status == CallStatus.EVALUATION
    assert client.get(url("call", call.pk)).status_code == 200
    assert client.get(url("call_move", call.pk, "niente")).status_code == 404


def test_a_lead_is_shown_the_way_to_propose(world, enter):
    call = factories.make_call(world)
    ally = factories.make_alliance(world)
    assert "Scrivi una proposta" in enter(ally.lead_person).get(url("call", call.pk)).text
    for person in (ally.partner_person, world.chair, factories.make_alliance(factories.make_network()).lead_person):
        assert "Scrivi una proposta" not in enter(person).get(url("call", call.pk)).text
    with clock.standing_at(call.closes_at):
        assert "Scrivi una proposta" not in enter(ally.lead_person).get(url("call", call.pk)).text


@pytest.mark.parametrize("days", [-20, 20])
def test_every_phase_of_a_call_has_its_page(client, world, days):
    shift = timedelta(days=days)
    now = clock.now()
    for status in CallStatus:
        if status != CallStatus.DRAFT:
            call = factories.make_call(world, status=status, opens_at=now + shift, closes_at=now + shift + timedelta(1))
            assert client.get(url("call", call.pk)).status_code == 200


def test_the_office_of_two_networks_is_asked_for_which(world, enter):
    person = factories.make_person(is_superuser=True)
    factories.make_network()
    answer = enter(person).get(url("call_new"))
    assert "Scegli la Rete" in answer.text
    factories.add_seat(person, SeatKind.OFFICE, network=world.network)
