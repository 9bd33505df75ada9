"""Files: type by name and by content, size by limit; what is refused is not kept."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conciliazione.kernel import uploads
from conciliazione.kernel.errors import InvalidUpload
from conciliazione.kernel.models import StoredFile

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


def test_a_good_file_is_kept_under_a_name_of_ours():
    stored = uploads.store(SimpleUploadedFile("../../etc/Fattura 1.pdf", PDF), by=None)
    assert stored.name == "Fattura 1.pdf"
    assert "Fattura" not in stored.file.name
    assert stored.size == len(PDF)
    assert stored.file.read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("programma.exe", b"MZ", "non è accettato"),
        ("fattura.pdf", b"<html><script>alert(1)</script></html>", "non corrisponde"),
        ("foglio.xlsx", zipped(), "non corrisponde"),
        ("senza-tipo", PDF, "non è accettato"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_accepted(name, content, sentence):
    with pytest.raises(InvalidUpload, match=sentence) as refused:
        uploads.store(SimpleUploadedFile(name, content), by=None)
    assert "PDF" in refused.value.message
    assert not StoredFile.objects.exists()


def test_a_file_over_the_limit_is_refused_with_the_limit(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(InvalidUpload, match="1 MB"):
        uploads.store(SimpleUploadedFile("grande.pdf", PDF + b"0" * 1024 * 1024), by=None)
    assert not StoredFile.objects.exists()
