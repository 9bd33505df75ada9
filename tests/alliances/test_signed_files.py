"""The partnership agreement signed digitally: real documents of the portal, real signatures, and what is refused."""

import hashlib
from io import BytesIO

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader

from alliances.documents import signed_context
from alliances.enums import AllianceStatus, PartnershipStatus
from alliances.models import PartnershipSignature
from alliances.queries import is_constituted
from alliances.queries.signing import document_to_sign, issued_text
from alliances.services import partners, signed_files
from conciliazione.kernel import moves
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import DigitalSignature, StoredFile
from conciliazione.kernel.signatures.proof import SigningMethod
from conciliazione.kernel.signatures.verdict import Problem, SignatureRefused
from network.enums import Nature
from tests import signing
from tests.factories import make_member
from tests.signing import BIANCHI, ROSSI, VERDI, cades, in_base64, issue, kept_files, pades, person, upload

from .world import BRINGS, accept, at_signing, delegate, refresh

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """Where this module's documents are issued."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")) as settings:
        yield settings


@pytest.fixture(autouse=True)
def recognised(settings, tmp_path, media):
    signing.recognise(settings, tmp_path / "anchors")


MARIA, LAURA = person(), person("Laura Bianchi", f"TINIT-{BIANCHI}")
REPRESENTATIVES = (("Maria Rossi", ROSSI), ("Laura Bianchi", BIANCHI))


def represented(body, name, tax_code):
    body.legal_representative, body.legal_representative_tax_code = name, tax_code
    body.save()


@pytest.fixture(scope="module")
def ours(made):
    """Out to be signed; `due` holds the two signatures that are awaited."""
    found = at_signing()
    for body, who in zip((found.public, found.private), REPRESENTATIVES, strict=True):
        represented(body, *who)
    found.due = list(found.agreement.signatures.order_by("pk"))
    return made(found)


@pytest.fixture(scope="module")
def text(ours, media) -> bytes:
    return issue("partnership_agreement", ours.agreement, ours.public_person)


@pytest.mark.rule("R32")
def test_both_sign_digitally_and_the_alliance_is_constituted(ours, text):
    """One brings a signed PDF, the ASL the other's .p7m: certificate and outcome are kept, the text is as it was."""
    signed_files.sign_with_file(ours.due[0], upload=upload(pades(text, MARIA)), by=ours.public_person)
    refresh(ours)
    assert ours.alliance.status == AllianceStatus.SIGNING
    wrapped = upload(in_base64(cades(text, LAURA)), "accordo.pdf.p7m")
    signed_files.sign_with_file(ours.due[1], upload=wrapped, by=ours.world.office)
    refresh(ours)
    assert is_constituted(ours.alliance)
    rows = ours.agreement.signatures.order_by("pk").select_related("digital")
    assert [(r.method, r.signatory, r.digital.tax_code) for r in rows] == [
        (SigningMethod.DIGITAL, "Maria Rossi", ROSSI),
        (SigningMethod.DIGITAL, "Laura Bianchi", BIANCHI),
    ]
    assert [r.signed_by for r in rows] == [ours.public_person, ours.world.office]
    assert issue("partnership_agreement", ours.agreement, ours.public_person) == text
    edition = issue("partnership_agreement_signed", ours.agreement, ours.public_person)
    words = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(edition)).pages)
    for expected in ("Firma digitale", ROSSI, BIANCHI, "Prestatore di prova", "revoca non verificata"):
        assert expected in words
    assert issued_text(ours.agreement).code in words
    assert hashlib.sha256(text).hexdigest()[:16] in words.replace(" ", "")


@pytest.mark.rule("R32")
@pytest.mark.parametrize("sign", [pades, cades], ids=["PAdES", "CAdES"])
def test_one_file_signed_by_both_counts_for_both(sign, ours, text, settings):
    name = "accordo.pdf" if sign is pades else "accordo.p7m"
    signed_files.sign_with_file(ours.due[1], upload=upload(sign(text, MARIA, LAURA), name), by=ours.private_person)
    refresh(ours)
    assert is_constituted(ours.alliance)
    assert DigitalSignature.objects.values("file").distinct().count() == 1
    assert kept_files(settings) == 1


def test_one_signature_does_not_count_for_two_bodies(ours, text):
    """The same person represents both: one signature in the file is for the body whose page it was brought to."""
    represented(ours.private, "Maria Rossi", ROSSI)
    signed_files.sign_with_file(ours.due[0], upload=upload(pades(text, MARIA)), by=ours.public_person)
    assert ours.agreement.signatures.filter(signed_at=None).count() == 1
    assert not is_constituted(ours.alliance)


REFUSED = {
    Problem.OTHER_DOCUMENT: lambda text: pades(text.replace(b"%PDF-1.7", b"%PDF-1.6"), MARIA),
    Problem.WRONG_SIGNER: lambda text: pades(text, LAURA),
    Problem.EXPIRED: lambda text: pades(text, person(until=-1, since=-800)),
    Problem.UNKNOWN_ISSUER: lambda text: cades(text, person(by="Prestatore ignoto")),
    Problem.ALTERED: lambda text: signing.flip(pades(text, MARIA), len(text) // 2),
    Problem.NO_SIGNATURE: lambda text: text,
    Problem.NOT_SIGNED_FILE: lambda text: b"PK\x03\x04" + b"\0" * 400,
}


@pytest.mark.parametrize(("problem", "make"), REFUSED.items(), ids=REFUSED)
def test_a_refused_file_is_kept_nowhere_and_told_in_the_history(problem, make, ours, text, settings):
    with pytest.raises(SignatureRefused) as caught:
        signed_files.sign_with_file(ours.due[0], upload=upload(make(text)), by=ours.public_person)
    assert caught.value.problem == problem
    assert (StoredFile.objects.count(), DigitalSignature.objects.count(), kept_files(settings)) == (0, 0, 0)
    ours.due[0].refresh_from_db()
    assert ours.due[0].signed_at is None
    told = moves.timeline(ours.agreement).first()
    assert (told.name, told.by, told.reason) == ("file_refused", ours.public_person, caught.value.message)


def test_a_file_that_the_rules_stop_leaves_nothing(ours, text, settings):
    """The file is good, but the agreement is not at signing any more."""
    from alliances.services import agreements

    agreements.reopen(ours.alliance, by=ours.public_person, reason="Entra un altro comune")
    with pytest.raises(MoveRefused):
        signed_files.sign_with_file(ours.due[0], upload=upload(pades(text, MARIA)), by=ours.public_person)
    assert (StoredFile.objects.count(), kept_files(settings)) == (0, 0)


def test_the_document_must_have_been_issued():
    never = at_signing().agreement.signatures.first()
    with pytest.raises(Refused, match="Scarica prima"):
        signed_files.sign_with_file(never, upload=upload(b"x"), by=None)


@pytest.mark.rule("R34")
def test_who_accedes_later_signs_an_addendum(bound):
    opened = bound
    body = make_member(opened.world, nature=Nature.PRIVATE)
    represented(body, "Giuseppe Verdi", VERDI)
    acceding = delegate(body)
    partner = partners.add_partner(opened.alliance, organisation=body, by=opened.public_person, **BRINGS)
    signature = partner.signatures.get()
    act = issue("partnership_addendum", signature, acceding)
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(act)).pages)
    assert body.name in words
    assert "aderisce all'accordo" in words.replace("’", "'")
    text = issue("partnership_agreement", opened.agreement, acceding)
    giuseppe = person("Giuseppe Verdi", f"TINIT-{VERDI}")
    with pytest.raises(SignatureRefused) as caught:  # the agreement itself is not what this body signs
        signed_files.sign_with_file(signature, upload=upload(pades(text, giuseppe)), by=acceding)
    assert caught.value.problem == Problem.OTHER_DOCUMENT
    signed_files.sign_with_file(signature, upload=upload(pades(act, giuseppe)), by=acceding)
    signature.refresh_from_db()
    assert signature.digital.document == document_to_sign(signature)
    rows = signed_context(opened.agreement)["signatures"]
    assert (rows[-1]["role"], rows[-1]["body"]) == ("Adesione successiva", body.name)


# --- through the pages ------------------------------------------------------------------------------------------------
def url(name, *args):
    return reverse(f"alliances:{name}", args=args)


def test_from_the_document_to_the_certificate_on_the_page(client, ours, text):
    client.force_login(ours.public_person)
    place = url("sign_file", ours.alliance.pk)
    page = client.get(place).content.decode()
    assert document_to_sign(ours.due[0]).code in page
    wrong = client.post(place, {"file": upload(pades(text, LAURA))})
    assert wrong.status_code == 422
    assert "si aspetta la firma di Maria Rossi" in wrong.content.decode()
    assert client.post(place, {"file": upload(pades(text, MARIA))}).status_code == 302
    page = client.get(url("agreement", ours.alliance.pk)).content.decode()
    for words in ("Firma digitale", "revoca non verificata", "Prestatore di prova", "File firmato non accettato"):
        assert escape(words) in page
    got = client.get(url("signature_file", ours.alliance.pk, ours.due[0].pk))
    assert b"".join(got.streaming_content).startswith(text)
    assert client.get(place).status_code == 409


def test_200_megabytes_through_the_page_are_refused_by_size(client, ours, text, settings, monkeypatch):
    """The limit is lowered so that the test need not carry 200 MB: the file is refused unread, and nothing is kept."""
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    client.force_login(ours.public_person)
    answer = client.post(url("sign_file", ours.alliance.pk), {"file": upload(b"x" * (3 * 1024 * 1024))})
    assert answer.status_code == 422
    assert "pesa 3 MB e il limite è 1 MB" in answer.content.decode()
    assert kept_files(settings) == 0
    assert moves.timeline(ours.agreement).first().name == "file_refused"


def test_the_asl_brings_the_file_of_a_party(client, ours, text):
    client.force_login(ours.world.office)
    place = url("attest_file", ours.alliance.pk, ours.due[1].pk)
    assert client.get(place).status_code == 200
    assert client.post(place, {"file": upload(cades(text, LAURA), "a.p7m")}).status_code == 302
    row = PartnershipSignature.objects.get(pk=ours.due[1].pk)
    assert (row.method, row.signed_by) == (SigningMethod.DIGITAL, ours.world.office)
    accept(ours.due[0], by=ours.public_person)
    refresh(ours)
    assert ours.agreement.status == PartnershipStatus.IN_FORCE
