"""What people do on the pages of the section «Rete», through forms and moves."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.documents import request_document
from conciliazione.kernel.models import Move
from network.enums import IndicatorStatus, MeetingStatus, MembershipStatus, Nature, SteeringSeatKind
from network.models import (
    Indicator,
    Meeting,
    Membership,
    Network,
    Organisation,
    Person,
    Programme,
    Seat,
    SteeringSeat,
)
from network.queries import deadlines_for, running_for, tasks_for
from tests.factories import make_member, make_organisation, make_person

from .test_page_agreement import make_draft

pytestmark = pytest.mark.django_db
A_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def soon(days=3):
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


# --- programmes, indicators, bodies -------------------------------------------------------------------------------
def test_the_regione_makes_a_programme(world, enter):
    client = enter(world.region)
    data = {"name": "Nuovo", "code": "nuovo", "legal_basis": "D.G.R. 1", "agreement_months": "24"}
    data["areas"] = ["training", "services"]
    wrong = client.post(url("programme_create"), data | {"starts_on": "2016-01-01", "ends_on": "2015-01-01"})
    assert wrong.status_code == 422
    assert "deve seguire" in wrong.content.decode()
    assert 'value="Nuovo"' in wrong.content.decode()
    done = client.post(url("programme_create"), data | {"starts_on": "2016-01-01", "ends_on": "2017-12-31"})
    programme = Programme.objects.get(code="nuovo")
    assert done.url == programme.get_absolute_url()
    rules = {
        "valid_from": "2016-01-01",
        "source": "Art. 9",
        "lead_natures": ["public", "private_non_profit"],
        "min_members": "4",
        "min_public": "1",
        "min_private": "1",
        "min_micro_or_small": "2",
        "max_grant_share": "70,5",
        "max_grant_amount": "50.000,00",
        "short_initiative_months": "3",
        "mandatory_contents": ["opening", "lead", "purpose"],
    }
    assert client.post(url("programme_rules", programme.pk), rules | {"min_members": "1"}).status_code == 422
    assert client.post(url("programme_rules", programme.pk), rules).status_code == 302
    assert programme.rule_sets.get().max_grant_amount == 50000
    assert client.post(url("programme_rules", programme.pk), rules | {"valid_from": "2016-06-01"}).status_code == 302
    assert client.post(url("programme_move", programme.pk, "attiva-il-programma"), {}).status_code == 302
    page = client.get(programme.get_absolute_url()).content.decode()
    assert "Un soggetto pubblico o privato non profit" in page
    programme.refresh_from_db()
    assert programme.status == "active"


@pytest.mark.rule("R45")
def test_an_indicator_is_proposed_and_agreed(world, enter):
    data = {"programme": world.programme.pk, "code": "z1", "name": "Persone", "kind": "output", "unit": "persone"}
    assert enter(world.office).post(url("indicator_create"), data).status_code == 302
    indicator = Indicator.objects.get(code="Z1")
    again = enter(world.office).post(url("indicator_create"), data)
    assert again.status_code == 422
    assert "già nel programma" in again.content.decode()
    edit = {"name": "Persone formate", "kind": "output", "unit": "persone"}
    assert enter(world.office).post(url("indicator_edit", indicator.pk), edit).status_code == 302
    assert enter(world.region).post(url("indicator_move", indicator.pk, "concorda-l-indicatore")).status_code == 302
    indicator.refresh_from_db()
    assert (indicator.status, indicator.name) == (IndicatorStatus.AGREED, "Persone formate")
    assert enter(world.office).get(url("indicator_edit", indicator.pk)).status_code == 409
    retire = url("indicator_move", indicator.pk, "ritira-l-indicatore")
    assert enter(world.region).post(retire, {"reason": ""}).status_code == 422
    assert enter(world.region).post(retire, {"reason": "Non si rileva"}).status_code == 302


def test_a_body_is_registered_once_and_its_nature_confirmed(world, enter):
    client = enter(world.office)
    make_organisation("Comune di Soresina")
    data = {"name": "Soresina, Comune di", "kind": "municipality"}
    refused = client.post(url("organisation_create"), data)
    assert refused.status_code == 422
    assert "diverso" in refused.content.decode()
    assert [body.name for body in refused.context["similar"]] == ["Comune di Soresina"]
    assert reverse("network:organisation", args=[refused.context["similar"][0].pk]) in refused.content.decode()
    taken = client.post(url("organisation_create"), data | {"name": "COMUNE DI  SORESINA"})
    assert [body.name for body in taken.context["similar"]] == ["Comune di Soresina"]
    bad = client.post(url("organisation_create"), {"name": "X", "kind": "other", "tax_code": "123"})
    assert bad.status_code == 422
    assert "codice fiscale non è valido" in bad.content.decode()
    assert client.post(url("organisation_create"), data | {"distinct_reason": "È la frazione"}).status_code == 302
    body = Organisation.objects.get(name="Soresina, Comune di")
    assert "È la frazione" in Move.objects.about(body).get().reason
    assert client.post(url("organisation_nature", body.pk), {"nature": "public"}).status_code == 302
    body.refresh_from_db()
    assert (body.nature, body.nature_confirmed_by) == (Nature.PUBLIC, world.office)
    edit = {"name": body.name, "kind": "municipality", "municipality": "Soresina"}
    assert client.post(url("organisation_edit", body.pk), edit).status_code == 302
    assert client.get(body.get_absolute_url()).status_code == 200


# --- people -------------------------------------------------------------------------------------------------------
def test_an_office_gives_and_ends_places_in_its_own_network(world, elsewhere, enter):
    client = enter(world.office)
    body = make_member(world)
    data = {"email": "delegata@example.org", "kind": "delegate", "organisation": body.pk}
    assert client.post(url("seat_give"), data).status_code == 422  # nobody knows her yet: her name is asked
    assert not Person.objects.filter(email="delegata@example.org").exists()
    named = data | {"first_name": "Eva", "last_name": "Neri"}
    assert client.post(url("seat_give"), named).status_code == 302
    seat = Seat.objects.get(person__email="delegata@example.org")
    for wrong in (
        {"kind": "region", "organisation": ""},
        {"kind": "office", "network": elsewhere.network.pk},
        {"kind": "delegate", "organisation": make_member(elsewhere).pk},
    ):
        assert client.post(url("seat_give"), named | wrong).status_code == 422, wrong
    assert client.get(seat.get_absolute_url()).status_code == 200
    foreign = Seat.objects.get(network=elsewhere.network, kind="office")
    assert client.get(url("seat_end", foreign.pk)).status_code == 404
    cabina = Seat.objects.get(network=world.network, kind="committee", person=world.chair)
    assert client.get(url("seat_end", cabina.pk)).status_code == 404
    assert client.post(url("seat_end", seat.pk), {"reason": "Cambia incarico"}).status_code == 302
    assert client.get(url("seat_end", seat.pk)).status_code == 409


def test_a_refused_place_leaves_no_account_behind(world, enter):
    data = {"email": "nuova@example.org", "first_name": "N", "last_name": "N", "kind": "office", "network": ""}
    assert enter(world.office).post(url("seat_give"), data).status_code == 422
    assert not Person.objects.filter(email="nuova@example.org").exists()


# --- the network and adhesions ------------------------------------------------------------------------------------
@pytest.mark.rule("R06")
def test_the_regione_creates_a_network(world, enter):
    client = enter(world.region)
    asl = make_organisation("ASL pagina", kind="health_authority")
    ster = make_organisation("STER pagina", kind="ster")
    data = {"name": "Rete pagina", "slug": "pagina", "lead_department": "Direzione Sociale", "ster": ster.pk}
    wrong = client.post(url("network_create"), data | {"lead": ster.pk})
    assert wrong.status_code == 422
    done = client.post(url("network_create"), data | {"lead": asl.pk, "districts": "Est\nOvest\n"})
    network = Network.objects.get(slug="pagina")
    assert done.url == network.get_absolute_url()
    assert network.districts.count() == 2
    assert client.get(network.get_absolute_url()).status_code == 200


@pytest.mark.rule("R08")
def test_a_body_asks_adheres_and_renounces(world, outsider, enter):
    ask = url("membership_request", world.network.pk)
    assert enter(outsider).get(url("home")).status_code == 200
    assert enter(outsider).post(ask, {"reason": ""}).status_code == 422
    assert enter(outsider).post(ask, {"reason": "Vogliamo collaborare"}).status_code == 302
    membership = Membership.objects.get(status=MembershipStatus.REQUESTED)
    assert enter(outsider).get(membership.get_absolute_url()).status_code == 200
    assert enter(outsider).get(ask).status_code == 409
    assert tasks_for(world.office)[0].url == membership.get_absolute_url()
    accept = url("membership_move", membership.pk, "accogli-la-richiesta")
    assert enter(outsider).post(accept).status_code == 403
    assert enter(world.office).post(accept).status_code == 302
    person = Person.objects.get(pk=outsider.pk)
    renounce = url("membership_move", membership.pk, "rinuncia-all-adesione")
    other = make_person(seat="delegate", organisation=make_member(world))
    assert enter(other).get(renounce).status_code == 403
    assert enter(person).post(renounce, {"reason": " "}).status_code == 422
    done = enter(person).post(renounce, {"reason": "Cessiamo l'attività"}, follow=True)
    assert done.status_code == 200
    membership.refresh_from_db()
    assert membership.status == MembershipStatus.RENOUNCED
    assert enter(person).get(world.network.get_absolute_url()).status_code in {403, 404}


@pytest.mark.rule("R09")
def test_former_adherents_are_convened_from_the_page_of_the_network(world, enter):
    client = enter(world.office)
    body = make_organisation("Ex aderente")
    join = {"organisation": body.pk, "origin": "former_agreement", "since": "2012-01-01"}
    assert client.post(url("membership_join", world.network.pk), join).status_code == 302
    assert "Convoca gli aderenti precedenti" in client.get(world.network.get_absolute_url()).content.decode()
    assert any("Convoca gli aderenti" in task.what for task in tasks_for(world.office))
    data = {"starts_at": soon(), "place": "Sala", "agenda": "Accordo"}
    assert client.post(url("convene_former", world.network.pk), data | {"place": ""}).status_code == 422
    done = client.post(url("convene_former", world.network.pk), data)
    assert done.url == Meeting.objects.get().get_absolute_url()
    assert client.get(url("convene_former", world.network.pk)).status_code == 409


@pytest.mark.rule("R21")
def test_a_delegate_tells_what_their_own_body_did(world, enter):
    body, other = make_member(world), make_member(world)
    person = make_person(seat="delegate", organisation=body)
    own, foreign = (Membership.objects.get(organisation=o).pk for o in (body, other))
    data = {"duty": "R21", "day": "2014-06-01", "text": "Proposto un nuovo orario"}
    assert enter(person).post(url("contribution_add", foreign), data).status_code == 403
    assert enter(person).post(url("contribution_add", own), data | {"day": ""}).status_code == 422
    assert enter(person).post(url("contribution_add", own), data).status_code == 302
    page = enter(person).get(url("membership", own)).content.decode()
    assert "Proposto un nuovo orario" in page


# --- bodies and meetings ------------------------------------------------------------------------------------------
@pytest.mark.rule("R13")
def test_a_committee_is_named_and_constituted(world, enter):
    client = enter(world.office)
    ended = client.post(url("committee_member_end", world.member_seat.pk), {"reason": "Trasferito"})
    assert ended.status_code == 302
    assert "STER" in client.get(world.committee.get_absolute_url()).content.decode()
    named = {"email": "ster@example.org", "first_name": "Ada", "last_name": "Po", "organisation": world.ster.pk}
    add = url("committee_member_add", world.committee.pk)
    assert client.post(add, named | {"organisation": make_organisation().pk}).status_code == 422
    assert client.post(add, named | {"is_chair": "on"}).status_code == 422
    assert not Person.objects.filter(email="ster@example.org").exists()
    assert client.post(add, named).status_code == 302
    data = {"act": "Decreto 12", "on": clock.today().isoformat(), "quorum": "2"}
    assert client.post(url("committee_constitute", world.committee.pk), data).status_code == 302
    world.committee.refresh_from_db()
    assert world.committee.status == "constituted"


def test_a_meeting_from_convening_to_its_minutes(world, enter, django_capture_on_commit_callbacks):
    client = enter(world.office)
    body = make_member(world)
    convene = url("meeting_convene", world.network.pk)
    data = {"body": "network", "purpose": "training", "starts_at": soon(), "place": "Sala", "agenda": "Uno"}
    assert client.post(convene, data | {"purpose": "evaluation"}).status_code == 422
    assert client.post(convene, data).status_code == 302
    meeting = Meeting.objects.get()
    assert [deadline.what for deadline in deadlines_for(world.office)] == [str(meeting)]
    hold, minutes = url("meeting_hold", meeting.pk), url("meeting_minutes", meeting.pk)
    assert client.get(hold).status_code == 409
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert any("presente" in task.what for task in tasks_for(world.office))
        assert client.get(hold).status_code == 200
        assert client.post(hold, {}).status_code == 422
        assert client.post(hold, {f"name_{body.pk}": "Ugo"}).status_code == 302
        assert client.post(minutes, {"minutes": ""}).status_code == 422
        assert client.post(minutes, {"minutes": "Si discute."}).status_code == 302
        assert client.post(url("meeting_move", meeting.pk, "approva-il-verbale")).status_code == 302
        assert client.get(minutes).status_code == 409
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Ugo" in page
    meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("meeting_minutes", meeting, by=world.office)
    document.refresh_from_db()
    assert document.state == "ready"


def test_a_committee_member_convenes_the_committee_alone(world, enter):
    client = enter(world.chair)
    data = {"body": "network", "purpose": "evaluation", "starts_at": soon(), "place": "Sala", "agenda": "Uno"}
    assert client.post(url("meeting_convene", world.network.pk), data).status_code == 302
    assert Meeting.objects.get().body == "committee"
    cancel = url("meeting_move", Meeting.objects.get().pk, "annulla-la-seduta")
    assert client.post(cancel, {"reason": ""}).status_code == 422
    assert client.post(cancel, {"reason": "Neve"}).status_code == 302
    assert Meeting.objects.get().status == MeetingStatus.CANCELLED


@pytest.mark.rule("R03", "R04", "R05")
def test_the_cabina_is_seated_and_convened_by_its_chair(world, enter, django_capture_on_commit_callbacks):
    region = make_organisation("Regione Lombardia", kind="region")
    add = url("steering_seat_add")
    seat = {"kind": "anci", "holder": "A. Bo"}
    refused = enter(world.region).post(add, seat | {"is_chair": "on"})
    assert refused.status_code == 422
    assert "solo la Direzione Famiglia" in refused.content.decode()
    assert enter(world.region).post(add, seat).status_code == 302
    chair = {
        "kind": SteeringSeatKind.FAMILY_DIRECTORATE.value,
        "holder": "D. Po",
        "organisation": region.pk,
        "is_chair": "on",
        "email": "dg@example.org",
        "first_name": "D",
        "last_name": "Po",
    }
    assert enter(world.region).post(add, chair).status_code == 302
    assert enter(world.region).get(url("steering")).status_code == 200
    convene = url("meeting_convene_steering")
    assert enter(world.region).get(convene).status_code == 409
    person = Person.objects.get(email="dg@example.org")
    assert any("Convoca la Cabina" in task.what for task in tasks_for(person))
    data = {"purpose": "steering", "starts_at": soon(), "place": "Milano", "agenda": "Risultati"}
    assert enter(person).post(convene, data).status_code == 302
    meeting = Meeting.objects.get()
    with clock.standing_at(clock.now() + timedelta(days=4)):
        held = enter(person).post(url("meeting_hold", meeting.pk), {f"present_{region.pk}": "on", "minutes": "Verbale"})
        assert held.status_code == 302
    document = request_document("meeting_minutes", meeting, by=person)
    assert enter(world.office).get(document.get_absolute_url()).status_code == 404
    assert enter(world.region).get(document.get_absolute_url()).status_code == 200
    ended = SteeringSeat.objects.get(kind="anci")
    assert enter(world.region).post(url("steering_seat_end", ended.pk), {"reason": "Fine"}).status_code == 302


def test_what_runs_and_what_awaits(world, enter):
    agreement = make_draft(world, enter)
    assert [running.title for running in running_for(world.office)] == [str(agreement)]
    assert "Completa l'accordo di rete" in [task.what for task in tasks_for(world.office)]
    make_member(world, nature=Nature.UNCONFIRMED)
    whats = [task.what for task in tasks_for(world.office)]
    assert "Conferma la natura degli enti" in whats
    assert "Raccogli le firme che mancano" in whats
    assert tasks_for(make_person()) == []
    client = enter(world.office)
    for task in tasks_for(world.office):
        assert client.get(task.url).status_code == 200, task


def test_hostile_values_in_forms_are_refused_not_fatal(world, enter):
    client = enter(world.office)
    nasty = "<script>alert(1)</script>\x00" + "z" * 5000
    for address in (
        url("organisation_create"),
        url("seat_give"),
        url("indicator_create"),
        url("membership_join", world.network.pk),
        url("meeting_convene", world.network.pk),
        url("district_add", world.network.pk),
    ):
        fields = client.get(address).context["form"].fields
        response = client.post(address, dict.fromkeys(fields, nasty))
        assert response.status_code == 422, address
        assert "<script>alert" not in response.content.decode()
