"""The network agreement and the adhesions to it signed digitally: real documents of the portal, real signatures, and
what is refused."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader

from conciliazione.kernel import clock, moves
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import DigitalSignature, StoredFile
from conciliazione.kernel.signatures.proof import SigningMethod
from conciliazione.kernel.signatures.verdict import Problem, SignatureRefused
from network.enums import AgreementStatus
from network.models import Membership, Organisation
from network.queries import missing_signatures
from network.queries.signing import document_to_sign, issued_text
from network.services import agreements, signatures
from tests import signing
from tests.factories import make_member, make_person, make_programme
from tests.signing import BIANCHI, ROSSI, VERDI, cades, issue, kept_files, pades, person, upload

pytestmark = pytest.mark.django_db
MARIA, LAURA, GIUSEPPE = (
    person(),
    person("Laura Bianchi", f"TINIT-{BIANCHI}"),
    person("Giuseppe Verdi", f"TINIT-{VERDI}"),
)


def url(name, *args):
    return reverse(f"network:{name}", args=args)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")) as settings:
        yield settings


@pytest.fixture(autouse=True)
def recognised(settings, tmp_path, media):
    signing.recognise(settings, tmp_path / "anchors")


def represented(body, name, tax_code):
    body.legal_representative, body.legal_representative_tax_code = name, tax_code
    body.save()


@pytest.fixture(scope="module")
def town(world, made):
    body = make_member(world, "Comune di Prova")
    represented(body, "Laura Bianchi", BIANCHI)
    return made(body)


@pytest.fixture(scope="module")
def delegate(town, made):
    return made(make_person(seat="delegate", organisation=town))


@pytest.fixture(scope="module")
def asl(world, made):
    body = Organisation.objects.get(pk=world.asl.pk)
    represented(body, "Maria Rossi", ROSSI)
    return made(body)


@pytest.fixture(scope="module")
def deliberated(world, asl, town, made):
    """An agreement out to be signed by the ASL and a town."""
    agreement = agreements.create(world.network, make_programme(), by=world.office)
    for row in agreement.signatures.exclude(organisation__in=[asl, town]):
        agreements.remove_signatory(row, by=world.office)
    agreements.approve(agreement, number="180", on=clock.today() - timedelta(days=9), by=world.office)
    agreement.refresh_from_db()
    return made(agreement)


@pytest.fixture(scope="module")
def text(deliberated, world, media) -> bytes:
    return issue("network_agreement", deliberated, world.office)


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.rule("R10", "R41")
@pytest.mark.parametrize("sign", [pades, cades], ids=["PAdES", "CAdES"])
def test_one_file_of_both_counts_for_both_and_the_text_stays(sign, deliberated, world, asl, town, text):
    name = "accordo.pdf" if sign is pades else "accordo.pdf.p7m"
    signed = upload(sign(text, MARIA, LAURA), name)
    signatures.sign_with_file(deliberated, asl, upload=signed, by=world.office)
    rows = deliberated.signatures.select_related("digital").order_by("digital__tax_code")
    assert [(r.method, r.signatory, r.digital.tax_code) for r in rows] == [
        (SigningMethod.DIGITAL, "Laura Bianchi", BIANCHI),
        (SigningMethod.DIGITAL, "Maria Rossi", ROSSI),
    ]
    deliberated.refresh_from_db()
    assert (deliberated.status, deliberated.signed_on) == (AgreementStatus.IN_FORCE, clock.today())
    assert town.pk not in missing_signatures(world.network).values_list("organisation", flat=True)
    assert issue("network_agreement", deliberated, world.office) == text
    if sign is cades:
        return  # the edition with the signatures is read once
    edition = words_of(issue("network_agreement_signed", deliberated, world.office))
    for expected in ("Firma digitale", "Laura Bianchi", "Maria Rossi", "Prestatore di prova", "revoca non verificata"):
        assert expected in edition
    assert not {ROSSI, BIANCHI} & set(edition.split())  # an act that anybody may have tells nobody's tax code
    assert issued_text(deliberated).code in edition
    assert hashlib.sha256(text).hexdigest()[:16] in edition.replace(" ", "")


# what else is refused is the same for every agreement: tests/kernel/test_signatures.py, tests/alliances
REFUSED = {
    Problem.OTHER_DOCUMENT: lambda text: pades(text.replace(b"%PDF-1.7", b"%PDF-1.6"), MARIA),
    Problem.WRONG_SIGNER: lambda text: pades(text, LAURA),
    Problem.ALTERED: lambda text: signing.flip(pades(text, MARIA), len(text) // 2),
}


@pytest.mark.rule("R10")
@pytest.mark.parametrize(("problem", "make"), REFUSED.items(), ids=REFUSED)
def test_a_refused_file_is_kept_nowhere_and_told_in_the_history(problem, make, deliberated, world, asl, text, settings):
    with pytest.raises(SignatureRefused) as caught:
        signatures.sign_with_file(deliberated, asl, upload=upload(make(text)), by=world.office)
    assert caught.value.problem == problem
    assert (StoredFile.objects.count(), DigitalSignature.objects.count(), kept_files(settings)) == (0, 0, 0)
    assert not deliberated.signatures.exclude(signed_on=None).exists()
    told = moves.timeline(deliberated).first()
    assert (told.name, told.by, told.reason) == ("file_refused", world.office, caught.value.message)


@pytest.mark.rule("R10")
def test_who_adheres_to_the_agreement_in_force_signs_an_act_of_adhesion(world):
    world.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Uno")
    late = make_member(world, "Associazione Tarda")
    represented(late, "Giuseppe Verdi", VERDI)
    by = make_person(seat="delegate", organisation=late)
    with pytest.raises(Refused, match="Scarica prima l'atto di adesione"):
        signatures.sign_with_file(world.agreement, late, upload=upload(b"x"), by=by)
    act = issue("network_adhesion", Membership.objects.get(organisation=late), by)
    assert "Associazione Tarda aderisce all" in words_of(act)
    text = issue("network_agreement", world.agreement, by)
    with pytest.raises(SignatureRefused) as caught:  # the agreement itself is not what this body signs
        signatures.sign_with_file(world.agreement, late, upload=upload(pades(text, GIUSEPPE)), by=by)
    assert caught.value.problem == Problem.OTHER_DOCUMENT
    row = signatures.sign_with_file(world.agreement, late, upload=upload(pades(act, GIUSEPPE)), by=by)
    assert (row.is_adhesion, row.signatory) == (True, "Giuseppe Verdi")
    assert row.digital.document == document_to_sign(world.agreement, late)
    assert issue("network_agreement", world.agreement, by) == text  # the text does not name who came later


def test_through_the_pages(client, deliberated, world, asl, town, delegate, text):
    client.force_login(delegate)
    place = url("agreement_sign_own_file", deliberated.pk)
    assert issued_text(deliberated).code in client.get(place).content.decode()
    wrong = client.post(place, {"file": upload(pades(text, MARIA))})
    assert wrong.status_code == 422
    assert "si aspetta la firma di Laura Bianchi" in wrong.content.decode()
    assert client.post(place, {"file": upload(pades(text, LAURA))}).status_code == 302
    page = client.get(deliberated.get_absolute_url()).content.decode()
    for words in ("firma digitale", "revoca non verificata", "Prestatore di prova", "File firmato non accettato"):
        assert escape(words) in page
    row = deliberated.signatures.get(organisation=town)
    got = client.get(url("signature_file", deliberated.pk, row.pk))
    assert b"".join(got.streaming_content).startswith(text)
    assert client.get(place).status_code == 409
    theirs = url("signature_record_file", deliberated.pk, asl.pk)
    assert client.get(theirs).status_code == 403
    client.force_login(world.office)
    assert client.post(theirs, {"file": upload(cades(text, MARIA), "a.p7m")}).status_code == 302
    assert deliberated.signatures.get(organisation=asl).signed_by == world.office
