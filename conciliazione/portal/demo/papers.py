"""Supporting documents for the demonstration: one-page PDFs that say they are examples."""

from django.core.files.uploadedfile import SimpleUploadedFile


def example_paper(name: str, *lines: str) -> SimpleUploadedFile:
    """An upload named `name`.pdf with these lines on it, and «Documento di esempio» above them."""
    words = ["BT /F1 12 Tf 60 780 Td 18 TL"]
    for line in ("Documento di esempio, senza valore", "", *lines):
        plain = line.encode("latin-1", "replace").decode("latin-1")
        escaped = plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        words.append(f"({escaped}) '")
    stream = "\n".join([*words, "ET"]).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
    return SimpleUploadedFile(f"{name}.pdf", content, "application/pdf")
