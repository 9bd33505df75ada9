"""The pages of the partnership agreement: writing, signing, later accession, versions, the instructions of the ASL."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliances.enums import AllianceStatus, Opening, PartnershipStatus
from alliances.models import PartnershipInstructions, PartnershipSignature
from alliances.queries import is_constituted
from alliances.services import agreements
from conciliazione.kernel.clock import today
from network.enums import Nature
from tests.factories import make_member

from ..signing import with_second_factor
from .world import TEXTS, at_signing, constituted, delegate, found, refresh, sign_all

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def url(name, *args):
    return reverse(f"alliances:{name}", args=args)


def text_of(response):
    return response.content.decode()


# --- the agreement ----------------------------------------------------------------------------------------------------
def test_writing_beside_the_instructions(enter):
    made = found(written=False)
    agreements.issue_instructions(
        network=made.world.network, programme=made.world.programme, text="Indicate un referente.", by=made.world.office
    )
    client = enter(made.public_person)
    place = url("write", made.alliance.pk)
    page = client.get(place)
    assert "Indicate un referente." in text_of(page)
    seen = page.context["form"].initial["seen"]
    answer = client.post(place, {"opening": Opening.CLOSED, "seen": seen, **TEXTS})
    assert answer.status_code == 302
    late = client.post(place, {"opening": Opening.OPEN, "seen": seen, **TEXTS, "governance_text": "Da non perdere"})
    assert late.status_code == 422
    assert "qualcun altro ha modificato" in text_of(late)
    assert "Da non perdere" in text_of(late)
    assert "Scarica la bozza" in text_of(client.get(answer.url))


def test_from_sending_to_the_last_signature(enter, begun):
    client = enter(begun.public_person)
    assert "Manda l&#x27;accordo alla firma" in text_of(client.get(begun.alliance.get_absolute_url()))
    place = url("send", begun.alliance.pk)
    assert client.post(place, {"sign_by": "2014-01-01"}).status_code == 422
    assert client.post(place, {"sign_by": "2099-01-01"}).status_code == 302
    sign = url("sign", begun.alliance.pk)
    page = text_of(client.get(url("agreement", begun.alliance.pk)))
    assert f"Firma per {begun.public.name}" in page
    # a password alone does not identify the person: the page says what to do, and nothing is signed
    weak = client.get(sign)
    assert weak.status_code == 409
    assert "con la sola password" in text_of(weak)
    assert "Attiva un secondo fattore" in text_of(weak)
    assert client.post(sign, {"read": "on"}).status_code == 422
    assert begun.alliance.agreements.get().signatures.filter(signed_at=None).count() == 2
    client = with_second_factor(client, begun.public_person)
    assert client.post(sign, {}).status_code == 422
    assert client.post(sign, {"read": "on"}).status_code == 302
    assert PartnershipSignature.objects.get(signed_by=begun.public_person).identification.startswith("secondo fattore")
    again = client.post(sign, {"read": "on"})
    assert again.status_code == 422
    signature = begun.alliance.agreements.get().signatures.get(signed_at=None)
    office = enter(begun.world.office)
    attest = url("attest", begun.alliance.pk, signature.pk)
    given = {"signatory": "Presidente Anna Rossi", "signed_on": today().isoformat()}
    assert office.post(attest, given).status_code == 422
    wrong = SimpleUploadedFile("firma.pdf", b"testo")
    assert office.post(attest, given | {"file": wrong}).status_code == 422
    assert office.post(attest, given | {"file": SimpleUploadedFile("firma.pdf", PDF)}).status_code == 302
    assert is_constituted(begun.alliance)
    assert office.get(attest).status_code == 409
    scan = office.get(url("signature_file", begun.alliance.pk, signature.pk))
    assert b"".join(scan.streaming_content) == PDF
    page = text_of(office.get(url("agreement", begun.alliance.pk)))
    assert "Presidente Anna Rossi" in page
    assert "In vigore" in page


def test_another_networks_signature_is_not_found(enter, due):
    made, other = due, at_signing()
    signature = other.agreement.signatures.first()
    client = enter(made.world.office)
    assert client.get(url("attest", made.alliance.pk, signature.pk)).status_code == 404
    assert client.get(url("signature_file", made.alliance.pk, signature.pk)).status_code == 404
    assert client.get(url("edit_partner", made.alliance.pk, other.second.pk)).status_code == 404


def test_reopening_and_dissolving(enter, due):
    client = enter(due.public_person)
    reopen = url("move", due.alliance.pk, "riapri-l-alleanza")
    assert "Le firme già raccolte non valgono più" in text_of(client.get(reopen))
    assert client.post(reopen, {"reason": ""}).status_code == 422
    assert client.post(reopen, {"reason": "Entra un comune"}).status_code == 302
    page = text_of(client.get(f"{url('agreement', due.alliance.pk)}?versione=1"))
    assert "Ritirato prima della firma di tutti" in page
    dissolve = url("move", due.alliance.pk, "sciogli-l-alleanza")
    assert enter(due.private_person).get(dissolve).status_code == 403
    client = enter(due.public_person)
    client.post(dissolve, {"reason": "Nessun accordo"})
    refresh(due)
    assert due.alliance.status == AllianceStatus.DISSOLVED
    assert client.get(dissolve).status_code == 409
    for page in ("edit", "add_partner", "lead", "write", "send", "new_version", "withdraw"):
        assert client.get(url(page, due.alliance.pk)).status_code == 409, page
    assert client.get(due.alliance.get_absolute_url()).status_code == 200


@pytest.mark.rule("R34")
def test_later_accession_through_the_pages(enter, bound):
    closed, opened = constituted(opening=Opening.CLOSED), bound
    answer = enter(closed.public_person).get(url("add_partner", closed.alliance.pk))
    assert answer.status_code == 409
    assert "R34" in text_of(answer)
    body = make_member(opened.world, nature=Nature.PRIVATE)
    person = delegate(body)
    client = enter(opened.public_person)
    client.post(url("add_partner", opened.alliance.pk), {"organisation": body.pk, "kind": "full"})
    assert "Adesione successiva" in text_of(client.get(opened.alliance.get_absolute_url()))
    client = enter(person)
    assert "Firma per" in text_of(client.get(url("agreement", opened.alliance.pk)))
    client = with_second_factor(client, person)
    client.post(url("sign", opened.alliance.pk), {"read": "on"})
    assert not opened.agreement.signatures.awaited().exists()


def test_versions_through_the_pages(enter, bound):
    client = enter(bound.public_person)
    place = url("new_version", bound.alliance.pk)
    assert client.post(place, {"reason": ""}).status_code == 422
    assert client.post(place, {"reason": "Si aggiunge un servizio"}).status_code == 302
    draft = bound.alliance.agreements.get(status=PartnershipStatus.DRAFT)
    page = text_of(client.get(draft.get_absolute_url()))
    assert "Ritira questa versione" in page
    assert "Si aggiunge un servizio" in page
    client.post(url("send", bound.alliance.pk), {})
    bound.agreement = bound.alliance.agreements.get(version=2)
    sign_all(bound)
    assert bound.agreement.status == PartnershipStatus.IN_FORCE
    client.post(place, {"reason": "Ancora"})
    assert client.post(url("withdraw", bound.alliance.pk), {"reason": ""}).status_code == 422
    client.post(url("withdraw", bound.alliance.pk), {"reason": "Non serve"})
    assert bound.alliance.agreements.get(version=3).status == PartnershipStatus.WITHDRAWN


# --- instructions -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("R33")
def test_instructions_of_the_asl(enter, begun):
    network, programme = begun.world.network, begun.world.programme
    client = enter(begun.world.office)
    assert "Scrivi le indicazioni per" in text_of(client.get(url("instructions_list")))
    show, edit = url("instructions", network.pk, programme.pk), url("instructions_edit", network.pk, programme.pk)
    assert client.get(show).status_code == 404
    assert client.post(edit, {"text": ""}).status_code == 422
    assert client.post(edit, {"text": "Indicate un referente."}).url == show
    assert PartnershipInstructions.objects.get().network == network
    reader = enter(begun.private_person)
    assert "Indicate un referente." in text_of(reader.get(show))
    assert "Modifica le indicazioni" not in text_of(reader.get(show))
    assert show in text_of(reader.get(url("instructions_list")))
