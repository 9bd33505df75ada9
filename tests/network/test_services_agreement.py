"""The network agreement through its services: text, deliberation, signatures, term."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, RegistryEntry
from network.enums import AgreementStatus, MembershipStatus, OrganisationKind
from network.models import Membership, NetworkAgreement
from network.queries import missing_signatures
from network.queries.agreements import compared, signature_table
from network.services import agreements, memberships, networks, signatures, terms
from tests.factories import at, make_organisation, make_person, make_programme

pytestmark = pytest.mark.django_db


def scan(content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"):
    return SimpleUploadedFile("firma.pdf", content)


@pytest.fixture(scope="module")
def founded(made):
    """A network just made, without an agreement, on 3 March 2014."""
    with clock.standing_at(at(2014, 3, 3)):
        person = make_person()
        network = networks.create_network(
            name="Rete nuova",
            slug="nuova",
            lead=make_organisation("ASL Nuova", kind=OrganisationKind.HEALTH_AUTHORITY),
            ster=make_organisation("STER Nuova", kind=OrganisationKind.STER),
            by=person,
        )
        town = make_organisation("Comune Nuovo")
        programme = make_programme("nuovo")
        access.repair()
        agreement = agreements.create(network, programme, by=person)
        agreements.add_signatory(agreement, network.lead, signatory="Direttore Generale Anna Po", by=person)
        agreements.add_signatory(agreement, town, signatory="Sindaca Eva Re", by=person)
        return made((network, agreement, town, person))


@pytest.fixture
def place(founded):
    with clock.standing_at(at(2014, 3, 3)):
        yield founded


def approved(agreement, person):
    return agreements.approve(agreement, number="180", on=clock.today(), by=person)


def test_it_starts_from_the_eleven_articles(place):
    _, agreement, _, _ = place
    version = agreement.versions.get()
    assert version.number == 1
    assert [a.number for a in version.articles.all()] == list(range(1, 12))
    assert version.articles.get(number=10).heading == "Durata"


def test_once_per_network_and_programme(place):
    network, agreement, _, person = place
    with pytest.raises(Refused, match="già un accordo"):
        agreements.create(network, agreement.programme, by=person)
    assert NetworkAgreement.objects.count() == 1


@pytest.mark.rule("R42")
def test_a_new_version_keeps_the_one_before(place):
    _, agreement, _, person = place
    first = agreement.versions.get()
    articles = [(a.number, a.heading, a.text) for a in first.articles.all()]
    articles[9] = (10, "Durata", "Tre anni")
    second = agreements.new_version(
        agreement, preamble=first.preamble, articles=articles, reason="Durata corretta", by=person
    )
    assert second.number == 2
    assert "due anni" in first.articles.get(number=10).text
    parts = [part for part in compared(first, second) if part.changed]
    assert [part.title for part in parts] == ["Articolo 10 – Durata"]


@pytest.mark.rule("R42")
def test_while_out_to_be_signed_the_text_does_not_change(place):
    _, agreement, _, person = place
    approved(agreement, person)
    with pytest.raises(Refused, match="alla firma"):
        agreements.new_version(agreement, preamble="", articles=[(1, "A", "B")], reason="X", by=person)
    assert agreement.versions.count() == 1
    agreements.reopen(agreement, reason="Errore materiale", by=person)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.deliberation_number) == (AgreementStatus.DRAFT, "")


def test_a_deliberation_needs_the_health_authority_among_the_signatories(place):
    network, agreement, _, person = place
    agreements.remove_signatory(agreement.signatures.get(organisation=network.lead), by=person)
    with pytest.raises(Refused, match="manca l'ASL"):
        approved(agreement, person)
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.DRAFT


@pytest.mark.rule("R41", "R08", "R10")
def test_the_subscription_puts_it_in_force_for_two_years(place):
    network, agreement, town, person = place
    former = memberships.join(
        network, make_organisation("Ex"), origin="former_agreement", since=date(2012, 1, 1), by=person
    )
    with clock.standing_at(at(2014, 3, 27)):
        approved(agreement, person)
    with clock.standing_at(at(2014, 3, 31)):
        agreement = agreements.sign(
            agreement, signed_on=date(2014, 3, 31), place="Cremona", organisations=[network.lead, town], by=person
        )
    assert agreement.status == AgreementStatus.IN_FORCE
    assert agreement.expires_on == date(2016, 3, 31)
    assert {row.version.number for row in agreement.signatures.all()} == {1}
    joined = Membership.objects.get(organisation=town)
    assert (joined.status, joined.since) == (MembershipStatus.MEMBER, date(2014, 3, 31))
    # silence is not renunciation: a member, whose signature is missing
    assert list(missing_signatures(network)) == [former]
    assert [line.name for line in signature_table(agreement) if not line.signed] == ["Ex"]
    assert access.drift() == (set(), set())
    assert RegistryEntry.objects.filter(subject__startswith="Sottoscrizione").count() == 1


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("day", "sentence"), [(date(2014, 3, 1), "non può precedere"), (date(2014, 4, 30), "nel futuro")]
)
def test_a_wrong_day_changes_nothing(place, day, sentence):
    network, agreement, _, person = place
    approved(agreement, person)
    with pytest.raises(Refused, match=sentence):
        agreements.sign(agreement, signed_on=day, place="Cremona", organisations=[network.lead], by=person)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.signed_on) == (AgreementStatus.APPROVED, None)
    assert not agreement.signatures.exclude(signed_on=None).exists()


def test_without_the_health_authority_it_does_not_enter_into_force(place):
    _, agreement, town, person = place
    approved(agreement, person)
    with pytest.raises(Refused, match="Manca la firma dell'ASL"):
        agreements.sign(agreement, signed_on=clock.today(), place="Cremona", organisations=[town], by=person)
    assert not agreement.signatures.exclude(signed_on=None).exists()
    assert not Membership.objects.filter(organisation=town).exists()


def test_a_draft_is_not_signed(place):
    network, agreement, _, person = place
    with pytest.raises(MoveRefused):
        agreements.sign(agreement, signed_on=clock.today(), place="Cremona", organisations=[network.lead], by=person)
    with pytest.raises(Refused, match="deliberato"):
        signatures.check_can_record(agreement, network.lead)


@pytest.mark.rule("R10")
def test_an_adherent_signs_later(world):
    body = make_organisation("Associazione tarda", legal_representative="Ugo Neri")
    paper = {"signatory": "Presidente Ugo Neri", "signed_on": clock.today(), "by": world.office}
    with pytest.raises(Refused, match="né tra gli aderenti"):
        signatures.attest_paper(world.agreement, body, upload=scan(), **paper)
    memberships.join(world.network, body, origin="former_agreement", by=world.office)
    row = signatures.attest_paper(world.agreement, body, upload=scan(), **paper)
    assert (row.signatory, row.signed_on, row.is_adhesion) == ("Presidente Ugo Neri", clock.today(), True)
    assert body.pk not in missing_signatures(world.network).values_list("organisation", flat=True)
    with pytest.raises(Refused, match="ha già firmato"):
        signatures.attest_paper(world.agreement, body, upload=scan(), **paper)
    with pytest.raises(Refused, match="resta agli atti"):
        agreements.remove_signatory(row, by=world.office)


@pytest.mark.rule("R42")
def test_once_in_force_a_version_tells_the_form_agreed(world):
    fields = {"preamble": "P", "articles": [(1, "A", "B")], "reason": "Nuovo ambito", "by": world.office}
    with pytest.raises(RuleViolated) as caught:
        agreements.new_version(world.agreement, **fields)
    assert caught.value.rule == "R42"
    version = agreements.new_version(world.agreement, form_agreed="Assemblea del 12/05/2014", **fields)
    assert version.form_agreed == "Assemblea del 12/05/2014"


@pytest.mark.rule("R41")
def test_it_expires_the_day_after_its_last_one(world):
    NetworkAgreement.objects.filter(pk=world.agreement.pk).update(expires_on=date(2016, 3, 31))
    with clock.standing_at(at(2016, 3, 31)):
        assert terms.expire_due() == []
    with clock.standing_at(at(2016, 4, 1)):
        assert terms.expire_due() == [world.agreement]
    assert Move.objects.about(world.agreement).get().by is None


def test_the_next_agreement_supersedes_the_one_before(world):
    office = world.office
    programme = make_programme()
    following = agreements.create(world.network, programme, by=office)
    assert following.previous == world.agreement
    approved(following, office)
    agreements.sign(following, signed_on=clock.today(), place="Qui", organisations=[world.asl], by=office)
    world.agreement.refresh_from_db()
    assert world.agreement.status == AgreementStatus.SUPERSEDED


@pytest.mark.rule("R41")
def test_the_database_holds_the_order_of_the_dates_too(world):
    world.agreement.deliberated_on = date(2014, 4, 30)
    with pytest.raises(IntegrityError), transaction.atomic():
        world.agreement.save()
