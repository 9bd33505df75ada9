"""Applications of people without an account: from the public page or a personal link to the answer of the ASL."""

from datetime import timedelta

import pytest
from django.test import TestCase
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import Notice, RegistryEntry
from network.enums import ApplicationStatus, MembershipStatus, Nature
from network.models import Application, Membership, Organisation, Person, Seat
from network.queries import tasks_for
from network.services import applications, links, organisations, privacy
from tests.factories import make_member, make_organisation

pytestmark = pytest.mark.django_db
CODE = "80003380195"
BODY = {
    "body_name": "Associazione Nuova",
    "body_kind": "third_sector",
    "nature": "private_non_profit",
    "tax_code": CODE,
    "municipality": "Crema",
    "legal_representative": "Ada Neri",
    "legal_representative_office": "Presidente",
}
PERSON = {"first_name": "Eva", "last_name": "Po", "office": "Segretaria", "email": "eva@example.org"}
ASKED = BODY | PERSON | {"reason": "Facciamo doposcuola"}


def url(name, *args):
    return reverse(f"network:{name}", args=args)


@pytest.fixture(scope="module")
def asked(world, made):
    return made(applications.ask_to_join(world.network, **ASKED))


@pytest.fixture(scope="module")
def link(world, made):
    body = make_member(world, "Comune Lontano", certified_email="comune@pec.example.org")
    return made(links.issue(Membership.objects.get(organisation=body), by=world.office))


# --- what comes in ----------------------------------------------------------------------------------------------------
def test_from_the_public_page_to_the_list_of_the_asl(client, world, enter):
    place = url("application_join")
    assert client.get(place).status_code == 200
    sent = ASKED | {"network": world.network.pk, "read": "on"}
    for wrong, words in (
        ({"tax_code": "80003380196"}, "codice fiscale non è valido"),
        ({"nature": ""}, "obbligatorio"),
        ({"reason": " "}, "obbligatorio"),
        ({"read": ""}, "Conferma per mandare"),
        ({"network": "9" * 30}, "Scegli"),
    ):
        page = client.post(place, sent | wrong)
        assert page.status_code == 422, wrong
        assert "Associazione Nuova" in page.content.decode()  # nothing typed is lost
        assert words in page.content.decode(), wrong
    assert not Application.objects.exists()
    assert client.post(place, sent).url == url("application_sent")
    assert client.post(place, sent).url == url("application_sent")  # twice is once, and the answer is the same
    application = Application.objects.get()
    shown = client.get(url("application_sent")).content.decode()
    assert "Associazione Nuova" not in shown
    assert RegistryEntry.objects.get(subject__startswith="Domanda dal sito").by is None
    assert Notice.objects.filter(to=world.office, url=application.get_absolute_url()).exists()
    assert application.get_absolute_url() in [task.url for task in tasks_for(world.office)]
    listed = enter(world.office).get(url("applications"), {"stato": "received"}).content.decode()
    assert "Associazione Nuova" in listed


def test_a_body_that_is_there_is_not_told_to_whoever_asks(client, world):
    make_organisation("Associazione Nuova", tax_code=CODE)
    sent = ASKED | {"network": world.network.pk, "read": "on"}
    assert client.post(url("application_join"), sent).url == url("application_sent")
    assert Organisation.objects.filter(tax_code=CODE).count() == 1


def test_too_many_are_told_to_wait(client, world, settings):
    settings.RATE_LIMITS = True
    for _ in range(10):
        assert client.post(url("application_join"), {}).status_code == 422
    answer = client.post(url("application_join"), {})
    assert answer.status_code == 429
    assert "Troppe domande" in answer.content.decode()


# --- what the ASL answers ---------------------------------------------------------------------------------------------
def test_accepted_it_is_in_the_register_a_member_and_its_person_acts_for_it(asked, world, mailoutbox):
    with TestCase.captureOnCommitCallbacks(execute=True):
        accepted = applications.accept(asked, by=world.office, reason="Benvenuti")
    body = Organisation.objects.get(tax_code=CODE)
    assert (accepted.organisation, body.nature, body.legal_representative) == (body, Nature.UNCONFIRMED, "Ada Neri")
    membership = Membership.objects.get(organisation=body)
    assert (membership.status, membership.since, membership.origin) == ("member", clock.today(), "request")
    seat = Seat.objects.get(organisation=body)
    assert (seat.person.email, seat.kind, seat.office) == ("eva@example.org", "delegate", "Segretaria")
    letters = [mail for mail in mailoutbox if mail.to == ["eva@example.org"]]
    assert any("è accolta" in mail.body and "Benvenuti" in mail.body for mail in letters)
    with pytest.raises(MoveRefused):
        applications.accept(asked, by=world.office)
    with pytest.raises(MoveRefused):
        applications.decline(asked, reason="Tardi", by=world.office)


def test_the_body_of_the_register_is_taken_and_no_second_one_is_made(asked, world):
    there = make_member(world, "Ass. Nuova onlus", tax_code=CODE)
    assert applications.likely_bodies(asked) == [there]
    with pytest.raises(organisations.AlreadyRegistered):
        applications.accept(asked, by=world.office)
    asked.refresh_from_db()
    assert asked.status == ApplicationStatus.RECEIVED
    applications.accept(asked, by=world.office, organisation=there, gives_access=False)
    assert Organisation.objects.filter(tax_code=CODE).count() == 1
    assert Membership.objects.filter(organisation=there).count() == 1
    assert not Person.objects.filter(email="eva@example.org").exists()


def test_declined_with_a_reason_that_is_mailed(asked, world, enter, mailoutbox):
    client = enter(world.office)
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "Facciamo doposcuola" in page
    decline = url("application_move", asked.pk, "non-accogliere-la-domanda")
    assert client.post(decline, {"reason": " "}).status_code == 422
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(decline, {"reason": "È fuori dal territorio"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.answer) == (ApplicationStatus.DECLINED, "È fuori dal territorio")
    assert "È fuori dal territorio" in mailoutbox[-1].body
    assert not Organisation.objects.filter(tax_code=CODE).exists()
    again = applications.ask_to_join(world.network, **ASKED)
    assert again != asked  # may ask again


def test_accepted_through_the_page(asked, world, elsewhere, enter):
    make_organisation("Associazione Nuova di Crema")
    client = enter(world.office)
    accept = url("application_accept", asked.pk)
    assert enter(elsewhere.office).get(accept).status_code == 404
    assert enter(world.chair).get(accept).status_code in {403, 404}
    client = enter(world.office)
    assert client.get(accept).status_code == 200
    done = client.post(accept, {"organisation": "", "distinct_reason": "È un'altra", "gives_access": "on"})
    assert done.url == asked.get_absolute_url()
    assert "Accolta" in client.get(done.url).content.decode()
    assert client.get(accept).status_code == 409


# --- from the personal link -------------------------------------------------------------------------------------------
def test_a_person_of_an_adherent_asks_for_access_and_the_asl_confirms(client, link, world, enter):
    token = links.address_of(link)
    assert f"{token}accesso/" in client.get(token).content.decode()
    place = f"{token}accesso/"
    page = client.get(place)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert client.post(place, PERSON | {"reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(place, PERSON | {"reason": "Devo firmare"}).url == url("application_sent")
    application = Application.objects.get(kind="access")
    assert str(application) == "Accesso al portale: Comune Lontano"
    office = enter(world.office)
    assert office.post(url("application_accept", application.pk), {"reason": ""}).status_code == 302
    seat = Seat.objects.get(person__email="eva@example.org")
    assert seat.organisation == link.membership.organisation
    applications.ask_for_access(link.membership, reason="Ancora", **PERSON)
    applications.accept(Application.objects.pending().get(kind="access"), by=world.office)
    assert Seat.objects.filter(person=seat.person).count() == 1  # has the place already


def test_a_link_that_is_not_ours_or_over_asks_for_nothing(client, link):
    assert client.get("/rete/adesione/altro/accesso/").status_code == 404
    place = f"{links.address_of(link)}accesso/"
    with clock.standing_at(clock.now() + timedelta(days=61)):
        assert client.get(place).status_code == 409
        assert client.post(place, PERSON | {"reason": "Tardi"}).status_code == 422
    Membership.objects.filter(pk=link.membership_id).update(status=MembershipStatus.LEFT, until=clock.today())
    assert client.get(place).status_code == 409
    assert not Application.objects.filter(kind="access").exists()
    with pytest.raises(Refused):
        applications.ask_for_access(link.membership, reason=" ", **PERSON)


def test_after_two_years_who_wrote_has_no_name(asked):
    Application.objects.update(received_at=clock.now() - timedelta(days=731))
    assert "Senza più nome: 1 domande." in privacy.apply_retention()
    asked.refresh_from_db()
    assert (asked.person_name, asked.body_name) == ("Persona", "Associazione Nuova")
    assert "eva" not in asked.email
