"""Signed files, real ones: who signed, what, and every reason for which a file is refused."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from conciliazione.kernel.models import IssuedDocument, StoredFile
from conciliazione.kernel.signatures import acceptance, keeping, trust
from conciliazione.kernel.signatures.reading import read
from conciliazione.kernel.signatures.verdict import Expected, Form, Problem, SignatureRefused
from conciliazione.portal.demo.papers import example_paper
from tests import signing
from tests.factories import make_organisation
from tests.signing import BIANCHI, ROSSI, VERDI, cades, flip, in_base64, pades, person

PDF = example_paper("atto", "Accordo di partenariato").read()
MARIA = Expected("Comune di Crema", "Maria Rossi", ROSSI)


@pytest.fixture(autouse=True)
def recognised(settings, tmp_path):
    """The portal recognises one authority."""
    folder = tmp_path / "anchors"
    folder.mkdir()
    (folder / "prova.pem").write_bytes(signing.authority().pem)
    settings.SIGNATURE_TRUST_ANCHORS = folder
    return folder


@pytest.fixture
def document(db, settings, tmp_path):
    """The document as the portal issued it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    issued = IssuedDocument(
        kind="prova",
        title="Accordo",
        version="1",
        code="K7QF-2M9X-TB4H",
        state=IssuedDocument.State.READY,
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        **IssuedDocument.key(make_organisation()),
    )
    issued.file.save("atto.pdf", ContentFile(PDF), save=True)
    return issued


def problem_of(call, *args, **kwargs) -> Problem:
    with pytest.raises(SignatureRefused) as caught:
        call(*args, **kwargs)
    assert caught.value.message.endswith(".")
    assert "{" not in caught.value.message
    return caught.value.problem


WRAPPED = {
    "PAdES": lambda: pades(PDF, person()),
    "DER": lambda: cades(PDF, person()),
    "Base64": lambda: in_base64(cades(PDF, person())),
    "armoured": lambda: in_base64(cades(PDF, person()), armoured=True),
}


@pytest.mark.parametrize("make", WRAPPED.values(), ids=WRAPPED)
def test_a_signed_file_says_who_signed_it(make, document):
    signed = acceptance.examine(make(), document)
    signer = acceptance.require(signed, MARIA)
    assert (signer.name, signer.tax_code, signer.holds) == ("Maria Rossi", ROSSI, True)
    assert (signer.issuer, signer.anchor) == ("Prestatore di prova", "Prestatore di prova")
    assert "BEGIN CERTIFICATE" in signer.certificate
    assert len(signer.fingerprint) == 64
    assert abs(signer.claimed_at - timezone.now()) < timedelta(minutes=5)


def test_several_sign_one_pdf_after_the_other(document):
    signed = acceptance.examine(pades(PDF, person(), person("Laura Bianchi", f"TINIT-{BIANCHI}")), document)
    assert [signer.tax_code for signer in signed.signers] == [ROSSI, BIANCHI]
    assert acceptance.signature_of(signed, Expected("B", tax_code=BIANCHI)).name == "Laura Bianchi"
    assert acceptance.signature_of(signed, Expected("C", tax_code=VERDI)) is None


def test_several_sign_one_wrap_and_wraps_are_nested(document):
    laura = person("Laura Bianchi", f"IT:{BIANCHI}")  # as certificates wrote it before 2016
    side_by_side = cades(PDF, person(), laura)
    assert {s.tax_code for s in acceptance.examine(side_by_side, document).signers} == {ROSSI, BIANCHI}
    nested = in_base64(cades(in_base64(cades(PDF, person())), laura))
    assert [s.tax_code for s in acceptance.examine(nested, document).signers] == [ROSSI, BIANCHI]
    mixed = acceptance.examine(cades(pades(PDF, person()), laura), document)
    assert [(s.form, s.tax_code) for s in mixed.signers] == [(Form.PADES, ROSSI), (Form.CADES, BIANCHI)]


@pytest.mark.parametrize("make", WRAPPED.values(), ids=WRAPPED)
def test_one_byte_changed_is_noticed_wherever_it_is(make, document):
    """At a dozen places over the whole file: refused each time, whatever the byte was for."""
    content = make()
    where = range(7, len(content) - 7, max(1, len(content) // 12))
    bare = b"\r\n\0"  # a line end of Base64, and the room that a PDF keeps empty: looked at apart
    held = [place for place in where if content[place] not in bare and _holds(flip(content, place), document)]
    assert held == [], [content[place - 20 : place + 20] for place in held]


def _holds(content: bytes, document) -> bool:
    try:
        return bool(acceptance.examine(content, document).signers)
    except SignatureRefused:
        return False


def test_nothing_hides_in_the_room_for_the_signature(document):
    content = pades(PDF, person())
    room = content.index(b"0" * 64, content.index(b"/Contents <"))
    assert problem_of(acceptance.examine, flip(content, room + 40), document) == Problem.ALTERED


def test_a_byte_of_the_text_is_called_by_its_name(document):
    place = PDF.index(b"partenariato")
    assert problem_of(acceptance.examine, flip(pades(PDF, person()), place), document) == Problem.ALTERED
    wrapped = cades(PDF, person())
    changed = flip(wrapped, wrapped.index(b"partenariato"))
    assert problem_of(acceptance.examine, changed, document) == Problem.ALTERED


CERTIFICATES = {
    Problem.EXPIRED: {"until": -1, "since": -800},
    Problem.NOT_YET_VALID: {"since": 5},
    Problem.UNKNOWN_ISSUER: {"by": "Prestatore ignoto"},
    Problem.NOT_FOR_SIGNING: {"signs": False},
}


@pytest.mark.parametrize(("problem", "options"), CERTIFICATES.items(), ids=CERTIFICATES)
@pytest.mark.parametrize("sign", [pades, cades], ids=["PAdES", "CAdES"])
def test_a_certificate_that_does_not_hold(sign, problem, options, document):
    assert problem_of(acceptance.examine, sign(PDF, person(**options)), document) == problem


def test_an_expired_certificate_held_when_it_was_valid(document):
    content = pades(PDF, person(until=-1, since=-800))
    then = timezone.now() - timedelta(days=30)
    assert read(content, moment=then).first_problem is None


def test_one_bad_signature_spoils_the_file(document):
    content = pades(PDF, person(), person("Luca Neri", f"TINIT-{VERDI}", by="Prestatore ignoto"))
    assert problem_of(acceptance.examine, content, document) == Problem.UNKNOWN_ISSUER


def test_an_issuer_of_the_same_name_is_not_the_same(recognised, document):
    """Trust goes by key: a certificate that only copies the authority's name does not pass."""
    twin = signing.authority.__wrapped__()
    key = person().key
    forged = signing.Identity(
        signing._issue(
            person().certificate.subject,
            key,
            twin,
            since=person().certificate.not_valid_before_utc,
            until=person().certificate.not_valid_after_utc,
            is_authority=False,
        ),
        key,
        twin,
    )
    assert problem_of(acceptance.examine, pades(PDF, forged), document) == Problem.UNKNOWN_ISSUER


OTHER = example_paper("altro", "Un altro accordo").read()


@pytest.mark.parametrize("sign", [pades, cades], ids=["PAdES", "CAdES"])
def test_another_document_is_refused(sign, document):
    assert problem_of(acceptance.examine, sign(OTHER, person()), document) == Problem.OTHER_DOCUMENT


def overlaid(content: bytes) -> bytes:
    """Other words laid over the first page, by adding to the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf 60 700 Td (Altro) Tj ET"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("sign", [pades, cades], ids=["PAdES", "CAdES"])
def test_text_added_before_signing_is_refused(sign, document):
    """The issued bytes are all there, and the signature is good: but the page says something else."""
    changed = overlaid(PDF)
    assert changed.startswith(PDF)
    assert problem_of(acceptance.examine, sign(changed, person()), document) == Problem.ADDED


def test_text_added_after_signing_is_refused(document):
    assert problem_of(acceptance.examine, overlaid(pades(PDF, person())), document) == Problem.ALTERED


def test_the_wrong_person_is_named(document):
    signed = acceptance.examine(pades(PDF, person("Laura Bianchi", f"TINIT-{BIANCHI}")), document)
    with pytest.raises(SignatureRefused, match=f"Laura Bianchi .*{BIANCHI}.*Comune di Crema.*Maria Rossi") as caught:
        acceptance.require(signed, MARIA)
    assert caught.value.problem == Problem.WRONG_SIGNER


def test_a_certificate_without_codice_fiscale_signs_for_nobody(document):
    signed = acceptance.examine(pades(PDF, person("Ditta", "IT-00000000000")), document)
    assert problem_of(acceptance.require, signed, MARIA) == Problem.WRONG_SIGNER


def test_a_signatory_without_codice_fiscale_is_not_guessed(document):
    signed = acceptance.examine(pades(PDF, person("Ditta", "")), document)
    assert problem_of(acceptance.require, signed, Expected("Comune", "Maria Rossi")) == Problem.SIGNATORY_UNKNOWN


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("accordo.pdf", PDF)
    return out.getvalue()


NOT_SIGNED = {
    "zip": (zipped(), Problem.NOT_SIGNED_FILE),
    "text": (b"MICROSCOPIO", Problem.NOT_SIGNED_FILE),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, Problem.NOT_SIGNED_FILE),
    "half DER": (b"\x30\x82\x10\x00\x06\x09", Problem.NOT_SIGNED_FILE),
    "empty": (b"", Problem.EMPTY),
    "PDF": (PDF, Problem.NO_SIGNATURE),
    "broken PDF": (b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog" * 40, Problem.UNREADABLE),
    "broken xref": (PDF.replace(b"xref", b"xrfe"), Problem.UNREADABLE),
}


@pytest.mark.parametrize(("content", "problem"), NOT_SIGNED.values(), ids=NOT_SIGNED)
def test_what_is_no_signed_file_says_so(content, problem, document):
    assert problem_of(acceptance.examine, content, document) == problem


def test_a_detached_signature_and_too_many_wraps(document):
    assert problem_of(acceptance.examine, cades(PDF, person(), detached=True), document) == Problem.DETACHED
    content = PDF
    for _ in range(9):
        content = cades(content, person())
    assert len(content) < 20 * len(PDF)
    assert problem_of(acceptance.examine, content, document) == Problem.UNREADABLE


def test_200_megabytes_are_refused_unread(settings):
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("it was read")

    upload = Huge("accordo.p7m", b"")
    upload.size = 200 * 1024 * 1024
    with pytest.raises(SignatureRefused, match="pesa 200 MB e il limite è 20 MB") as caught:
        acceptance.content_of(upload)
    assert caught.value.problem == Problem.TOO_LARGE


def test_without_recognised_issuers_nothing_is_accepted(settings, tmp_path, document):
    settings.SIGNATURE_TRUST_ANCHORS = tmp_path / "nowhere"
    assert problem_of(acceptance.examine, pades(PDF, person()), document) == Problem.NO_ANCHORS


def test_the_folder_is_read_again_when_it_changes(recognised, caplog):
    assert len(trust.anchors()) == 1
    (recognised / "altra.der").write_bytes(signing.authority("Altra").der)
    (recognised / "due.pem").write_bytes(signing.authority("Uno").pem + signing.authority("Due").pem)
    (recognised / "leggimi.txt").write_text("non è un certificato")
    assert len(trust.anchors()) == 4
    (recognised / "rotto.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert len(trust.anchors()) == 4
    assert "rotto.pem" in caplog.text


# --- keeping, and the public page of verification ------------------------------------------------------------------
@pytest.mark.parametrize("make", WRAPPED.values(), ids=WRAPPED)
def test_what_was_accepted_is_kept_whole(make, document):
    content = make()
    suffix = "pdf" if content.startswith(b"%PDF") else "pdf.p7m"
    upload = SimpleUploadedFile(f"accordo-firmato.{suffix}", content)
    signed = acceptance.examine(acceptance.content_of(upload), document)
    file = keeping.keep_file(upload, by=None)
    assert file.file.open().read() == content
    kept = keeping.keep_signature(acceptance.require(signed, MARIA), signed, file=file, document=document)
    assert (kept.tax_code, kept.issuer, kept.others) == (ROSSI, "Prestatore di prova", [])
    assert kept.get_revocation_display() == "revoca non verificata"


def verify(client, content: bytes, code: str = "") -> str:
    url = reverse("kernel:verify_code", args=[code]) if code else reverse("kernel:verify")
    response = client.post(url, {"file": SimpleUploadedFile("file", content)})
    assert response.status_code == 200
    return response.content.decode()


def test_anyone_may_verify_the_signatures_of_a_file(client, document):
    before = StoredFile.objects.count()
    for content in (pades(PDF, person()), in_base64(cades(PDF, person()))):
        page = verify(client, content, document.code)
        assert "firmato digitalmente" in page
        assert "Maria Rossi" in page
        assert "Revoca del certificato non verificata" in page
        assert document.code in page
    assert StoredFile.objects.count() == before


def test_the_page_tells_what_is_wrong_with_a_signature(client, document):
    page = verify(client, pades(PDF, person(until=-1, since=-800)), document.code)
    assert "una firma non va bene" in page
    assert "è scaduto il" in page
    assert "Non è il documento emesso" in verify(client, pades(OTHER, person()), document.code)
    assert "riconosce questo file" in verify(client, pades(OTHER, person()))


def test_the_page_sees_what_was_added_before_signing(client, document):
    assert "e qualcosa in più" in verify(client, pades(overlaid(PDF), person()), document.code)
