"""The pages of the network agreement: text, deliberation, subscription, signatures."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.documents import request_document
from network.enums import AgreementStatus
from network.models import (
    NetworkAgreement,
)
from network.queries import tasks_for
from tests.factories import make_member, make_person, make_programme
from tests.signing import with_second_factor

pytestmark = pytest.mark.django_db
A_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def soon(days=3):
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


# --- the agreement ------------------------------------------------------------------------------------------------
def make_draft(world, enter):
    client = enter(world.office)
    programme = make_programme()
    assert client.post(url("agreement_create", world.network.pk), {"programme": programme.pk}).status_code == 302
    return NetworkAgreement.objects.get(programme=programme)


@pytest.mark.rule("R41")
def test_from_the_draft_to_the_subscription(world, enter, django_capture_on_commit_callbacks):
    agreement = make_draft(world, enter)
    client = enter(world.office)
    carried = agreement.signatures.get(organisation=world.asl)
    assert client.post(url("signatory_remove", agreement.pk, carried.pk)).status_code == 302
    assert client.get(url("agreement_approve", agreement.pk)).status_code == 409  # the ASL is not among them
    for body in (world.asl, world.ster):
        data = {"organisation": body.pk, "signatory": f"Direttore di {body}"}
        assert client.post(url("signatory_add", agreement.pk), data).status_code == 302
    row = agreement.signatures.get(organisation=world.ster)
    assert client.post(url("signatory_remove", agreement.pk, row.pk)).status_code == 302
    today = clock.today()
    deliberation = {"number": "180", "on": today.isoformat()}
    assert client.post(url("agreement_approve", agreement.pk), deliberation | {"on": "2999-01-01"}).status_code == 422
    assert client.post(url("agreement_approve", agreement.pk), deliberation).status_code == 302
    assert client.get(url("agreement_text", agreement.pk)).status_code == 409
    assert (
        client.post(url("agreement_move", agreement.pk, "riporta-in-preparazione"), {"reason": ""}).status_code == 422
    )
    subscription = {"signed_on": today.isoformat(), "place": "Cremona"}
    refused = client.post(url("agreement_subscribe", agreement.pk), subscription)
    assert refused.status_code == 422
    assert "Manca la firma dell&#x27;ASL" in refused.content.decode()
    subscription["organisations"] = [world.asl.pk]
    assert client.post(url("agreement_subscribe", agreement.pk), subscription).status_code == 302
    agreement.refresh_from_db()
    attach = url("scan_attach", agreement.pk)
    assert attach in client.get(agreement.get_absolute_url()).content.decode()
    assert client.post(attach, {"file": SimpleUploadedFile("x.pdf", b"MZ")}).status_code == 422
    assert client.post(attach, {"file": SimpleUploadedFile("firme.pdf", A_PDF)}).status_code == 302
    assert agreement.signatures.get().scan.name == "firme.pdf"
    assert client.get(attach).status_code == 409
    assert agreement.status == AgreementStatus.IN_FORCE
    assert agreement.expires_on.year == today.year + 2
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "1 raccolte su 1" in page
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("network_agreement_signed", agreement, by=world.office)
    document.refresh_from_db()
    assert document.state == "ready"


@pytest.mark.rule("R42")
def test_the_text_is_changed_by_a_version_and_compared(world, enter):
    agreement = make_draft(world, enter)
    client = enter(world.office)
    form = client.get(url("agreement_text", agreement.pk)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    empty = client.post(url("agreement_text", agreement.pk), data)
    assert empty.status_code == 422
    half = client.post(url("agreement_text", agreement.pk), data | {"reason": "R", "heading_12": "Norma finale"})
    assert half.status_code == 422
    assert "rubrica e testo" in half.content.decode()
    changed = data | {"reason": "Durata", "text_10": "Tre anni", "heading_12": "Finale", "text_12": "Si pubblica."}
    assert client.post(url("agreement_text", agreement.pk), changed).status_code == 302
    assert agreement.versions.first().articles.count() == 12
    page = client.get(url("agreement_compare", agreement.pk)).content.decode()
    assert "Articolo 10 – Durata" in page
    assert "Aggiunto" in page
    for query in ({"prima": "x", "dopo": "99"}, {"prima": "2", "dopo": "2"}):
        assert client.get(url("agreement_compare", agreement.pk), query).status_code == 200
    assert client.get(url("agreement_version", agreement.pk, 1)).status_code == 200
    assert client.get(url("agreement_version", agreement.pk, 9)).status_code == 404


@pytest.mark.rule("R10")
def test_a_delegate_signs_in_the_portal_and_the_office_on_paper(world, enter):
    world.agreement.versions.create(number=1).articles.create(number=1, heading="A", text="B")
    body, other = make_member(world), make_member(world)
    person = make_person(seat="delegate", organisation=body)
    (task,) = tasks_for(person)
    assert task.url == url("agreement_sign_own", world.agreement.pk)
    weak = enter(person).get(task.url)
    assert weak.status_code == 409
    assert "con la sola password" in weak.content.decode()
    assert enter(person).post(task.url, {"read": "on"}).status_code == 422
    assert not world.agreement.signatures.filter(organisation=body).exists()
    client = with_second_factor(enter(person), person)
    assert client.post(task.url, {}).status_code == 422
    assert client.post(task.url, {"read": "on"}).status_code == 302
    row = world.agreement.signatures.get(organisation=body)
    assert (row.method, row.signed_by) == ("in_portal", person)
    assert row.identification.startswith("secondo fattore")
    assert "Secondo fattore" in client.get(world.agreement.get_absolute_url()).content.decode()
    assert tasks_for(person) == []
    assert enter(person).get(task.url).status_code == 409
    assert enter(world.office).get(task.url).status_code == 404
    paper = url("signature_record", world.agreement.pk, other.pk)
    data = {"signed_on": "2014-04-10", "signatory": "Sindaco Ugo Bo"}
    wrong = data | {"file": SimpleUploadedFile("firma.exe", b"MZ")}
    assert enter(world.office).post(paper, wrong).status_code == 422
    assert enter(world.office).post(paper, data).status_code == 422  # without its scan
    assert not world.agreement.signatures.filter(organisation=other).exists()
    good = data | {"file": SimpleUploadedFile("firma.pdf", A_PDF, content_type="application/pdf")}
    assert enter(world.office).post(paper, good).status_code == 302
    signed = world.agreement.signatures.get(organisation=other)
    kept = enter(world.office).get(url("signature_file", world.agreement.pk, signed.pk))
    assert b"".join(kept.streaming_content) == A_PDF
    assert enter(world.office).get(url("signature_file", world.agreement.pk, row.pk)).status_code == 404
