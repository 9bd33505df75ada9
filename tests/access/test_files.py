"""Files: what hides inside them, the scan that fails closed, and the one door through which they leave."""

import ast
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from conciliazione.kernel import archives, files, uploads
from conciliazione.kernel.errors import InvalidUpload
from conciliazione.kernel.models import StoredFile, TrailEntry
from tests import factories

from .clamd_server import EICAR, clamd_at

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)


def docx(**more: bytes) -> bytes:
    """A small text document, with further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def store(name: str, content: bytes):
    return uploads.store(SimpleUploadedFile(name, content), by=None)


def test_a_plain_document_is_taken():
    assert store("lettera.docx", docx()).content_type.endswith("wordprocessingml.document")


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
HIDDEN = {
    "a bomb": ({"word/media/a.bin": b"0" * 40_000_000}, "troppo grande"),
    "outside entities": ({"word/custom.xml": ENTITIES}, "dichiarazione XML"),
    "a program": ({"word/vbaProject.bin": b"x"}, "programmi"),
    "a path upwards": ({"../../etc/cron.d/a": b"x"}, "percorsi"),
    "a path of another system": ({"..\\..\\a.txt": b"x"}, "percorsi"),
}


@pytest.mark.parametrize(("parts", "sentence"), HIDDEN.values(), ids=HIDDEN)
def test_what_hides_in_a_document_is_refused_and_nothing_is_kept(parts, sentence):
    with pytest.raises(InvalidUpload, match=sentence):
        store("lettera.docx", docx(**parts))
    assert not StoredFile.objects.exists()


def test_too_many_parts_and_a_broken_archive_are_refused():
    with pytest.raises(InvalidUpload, match="troppo grande"):
        archives.check_office(docx(**{f"p{n}": b"" for n in range(5001)}))
    with pytest.raises(InvalidUpload, match="danneggiato"):
        archives.check_office(docx()[:-30])


@pytest.mark.parametrize("name", ["foto.pdf", "foto.png"])
def test_two_files_under_one_name_are_refused(name):
    first = (
        PDF if name.endswith("pdf") else b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
    )
    with pytest.raises(InvalidUpload, match="ne nasconde un altro"):
        store(name, first + docx())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\eva\\fattura.pdf", "fattura.pdf"),
        ("fattura\u202efdp.exe.pdf", "fatturafdp.exe.pdf"),
        ('a"; filename="b.html.pdf', "a; filename=b.html.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a\n"),
    ],
)
def test_names_are_made_plain(given, kept):
    assert uploads.plain_name(given).startswith(kept)


# --- the scan -----------------------------------------------------------------------------------------------------
def test_without_a_daemon_configured_nothing_is_scanned(settings):
    settings.CLAMD_SOCKET = ""
    assert store("fattura.pdf", PDF + EICAR)


def test_the_daemon_sees_the_whole_file_and_its_verdict_counts(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd")
    with clamd_at(tmp_path / "clamd") as daemon:
        assert store("fattura.pdf", PDF)
        with pytest.raises(InvalidUpload, match="contenuto pericoloso"):
            store("fattura.pdf", PDF + EICAR)
    assert daemon.scanned == [PDF, PDF + EICAR]
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: Can't allocate memory ERROR", b"", b"gibberish"]
)
def test_no_clear_answer_keeps_no_file(answer, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd")
    with clamd_at(tmp_path / "clamd", answer), pytest.raises(InvalidUpload, match="riprova più tardi"):
        store("fattura.pdf", PDF)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("where", ["/nowhere/clamd", "127.0.0.1:9", "127.0.0.1:no"])
def test_a_daemon_that_is_not_there_keeps_no_file(where, settings):
    settings.CLAMD_SOCKET = where
    with pytest.raises(InvalidUpload, match="senza controllo non possiamo accettarne"):
        store("fattura.pdf", PDF)
    assert not StoredFile.objects.exists()


# --- the way out --------------------------------------------------------------------------------------------------
def test_a_file_leaves_as_a_download_with_a_trace():
    person = factories.make_person()
    request = RequestFactory().get("/")
    request.user = person
    stored = store("fattura.pdf", PDF)
    answer = files.serve(request, stored, about=person)
    assert answer["Content-Disposition"] == 'attachment; filename="fattura.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == PDF
    trace = TrailEntry.objects.get(kind="download")
    assert (trace.person, trace.about) == (person.pk, f"network.person:{person.pk}")


def test_files_lie_outside_what_the_server_hands_out(client):
    stored = store("fattura.pdf", PDF)
    for root in (project.STATIC_ROOT, *project.STATICFILES_DIRS):
        assert not Path(stored.file.path).is_relative_to(root)
    for url in (f"/{stored.file.name}", f"/media/{stored.file.name}", f"/static/../media/{stored.file.name}"):
        assert client.get(url).status_code == 404


def test_stored_files_leave_through_one_door():
    """Whatever hands out a file of people does it through kernel.files (and lists through kernel.exports)."""
    doors = {"files.py", "exports.py"}
    elsewhere = []
    for room in ("conciliazione", "network", "alliances", "plans", "monitoring"):
        for path in sorted((project.BASE_DIR / room).rglob("*.py")):
            text = path.read_text()
            if "FileResponse" not in text or path.name in doors:
                continue
            calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
            if any(isinstance(call, ast.Name) and call.id == "FileResponse" for call in calls):
                elsewhere.append(str(path))
    assert not elsewhere
