"""The PDF engine, with the real WeasyPrint and the real checker: no database."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pikepdf
import pikepdf.pdfa
import pytest
from django.conf import settings
from django.test import override_settings
from pypdf import PdfReader

from conciliazione import kernel
from conciliazione.kernel import pdf, pdf_engine
from conciliazione.kernel.headings import anchor_headings
from conciliazione.kernel.imprint import Imprint
from conciliazione.kernel.templatetags.documents import blocks, doc_table, long_day

from .conftest import with_samples

pytestmark = pytest.mark.usefixtures("sample_templates")

ISSUED = datetime(2014, 3, 31, 8, 30, tzinfo=UTC)
IMPRINT = Imprint("K7QF-2M9X-TB4H", "2", ISSUED, "3f9a11c07be204d8" * 4)
RECORD = {"titolo": "Accordo", "importo": "1200.50", "articoli": [1, 2]}
SIGNATURES = [{"body": f"Comune {i}", "name": "Maria Rossi", "status": "Firmato" if i % 2 else ""} for i in range(40)]
ACT = {
    "signed_on": date(2014, 3, 31),
    "premises": "La Regione promuove la conciliazione.\n\nConsiderato che:\n- il territorio <b>è</b> vasto;\n- serve.",
    "facts": [("Rete", "Cremona"), ("Sottoscrittori", 40), ("Durata", ["dal 31/03/2014", "al 30/03/2016"])],
    "articles": [{"number": n, "title": f"Titolo {n}", "text": "Testo dell'articolo."} for n in range(1, 4)],
    "table": {
        "caption": "Graduatoria",
        "columns": [("Pos.", "center", "12mm"), ("Proposta", "head"), ("Punti", "number"), ("Importo", "money")],
        "rows": [
            {"group": "Ambito di Crema"},
            [1, "Tempo per crescere", Decimal("87.50"), Decimal("45000")],
            {"line": "Fine delle risorse"},
            [2, "Nidi aperti", None, Decimal("1234.5")],
        ],
        "total": ["", "Totale", "", Decimal("46234.50")],
    },
    "signatures": SIGNATURES,
}


def make(template="samples/act.html", context=ACT, **options):
    return pdf.render(
        template,
        {"imprint": IMPRINT, **context},
        title="Accordo di Rete",
        author="ASL di Cremona",
        created=ISSUED,
        images={"qr.svg": IMPRINT.qr()},
        **options,
    )


@pytest.fixture(scope="module")
def act():
    with override_settings(TEMPLATES=with_samples(settings.TEMPLATES)):
        return make(attached=pdf.Attached("accordo.json", json.dumps(RECORD).encode(), "I dati"))


@pytest.fixture
def opened(act):
    with pikepdf.open(BytesIO(act)) as found:
        yield found


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def elements(opened, kind):
    """The structure elements of a kind, found by going down the tree as a screen reader does."""

    def walk(element):
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            return
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)

    return [e for e in walk(opened.Root.StructTreeRoot.K[0]) if pikepdf.Name("/" + kind) == e.S]


def test_it_is_archival(opened):
    report = pikepdf.pdfa.check(opened, "3b")
    assert report.verdict == "pass", report.findings


def test_it_says_what_it_is(opened):
    assert str(opened.Root.Lang) == "it"
    assert str(opened.docinfo["/Title"]) == "Accordo di Rete"
    assert str(opened.docinfo["/Author"]) == "ASL di Cremona"
    assert str(opened.docinfo["/Keywords"]) == IMPRINT.code
    assert opened.Root.MarkInfo.Marked
    assert opened.Root.ViewerPreferences.DisplayDocTitle


def test_the_engine_has_nothing_to_complain_about(caplog):
    """An unknown property, a picture without a text, a link to nowhere: each would be a line here."""
    make()
    assert [record.getMessage() for record in caplog.records if record.levelname != "INFO"] == []


def test_the_content_is_there(act):
    text = words(act)
    for words_expected in (
        "Sottoscritto a Cremona il 31 marzo 2014",
        "il territorio <b>è</b> vasto;",
        "Art. 2 – Titolo 2",
        "Sottoscrittori 40",
        "1 Tempo per crescere 87,50 45.000,00",
        "Fine delle risorse",
        "2 Nidi aperti – 1.234,50",
        "Totale 46.234,50",
        "Documento K7QF-2M9X-TB4H, emesso il 31/03/2014, 10:30",
        "Impronta del contenuto (SHA-256): 3f9a 11c0 7be2 04d8",
        "versione 2",
    ):
        assert words_expected in text


def test_every_page_is_numbered_and_repeats_the_header_of_the_table(act):
    pages = [page.extract_text() for page in PdfReader(BytesIO(act)).pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"pagina {number} di {len(pages)}" in " ".join(text.split())
    assert all("Nominativo per firma" in page for page in pages[-2:])


def test_headings_lists_and_tables_are_tagged(opened):
    assert len(elements(opened, "H1")) == 1
    assert len(elements(opened, "H2")) == 4
    assert len(elements(opened, "LI")) == 2
    assert len(elements(opened, "Table")) >= 3
    assert elements(opened, "THead")


def test_every_header_cell_says_what_it_heads(opened):
    cells = elements(opened, "TH")
    scopes = [str(cell.A.Scope) for cell in cells]
    assert len(scopes) > 40
    for cell, scope in zip(cells, scopes, strict=True):
        group = cell.P.P.S
        assert scope == ("/Column" if group == pikepdf.Name.THead else "/Row")


def test_page_headers_and_footers_are_not_read_aloud(opened):
    """What is outside the tree of tags is an artifact; what is inside is marked."""
    for page in opened.pages:
        loose, depth = [], []
        for operands, operator in pikepdf.parse_content_stream(page):
            if operator in (pikepdf.Operator("BDC"), pikepdf.Operator("BMC")):
                depth.append(str(operands[0]))
            elif operator == pikepdf.Operator("EMC"):
                depth.pop()
            elif operator in (pikepdf.Operator("Tj"), pikepdf.Operator("TJ")) and not depth:
                loose.append(operands)
        assert loose == []
        owners = opened.Root.StructTreeRoot.ParentTree.Nums[2 * page.StructParents + 1]
        assert any(owner is None for owner in owners)


def test_the_data_are_inside(act, opened):
    [attached] = PdfReader(BytesIO(act)).attachment_list
    assert attached.name == "accordo.json"
    assert json.loads(attached.content) == RECORD
    assert opened.Root.AF[0].AFRelationship == pikepdf.Name.Data


def test_only_the_fonts_of_the_project(act):
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[1]
        for page in PdfReader(BytesIO(act)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts <= {"Titillium-Web", "Titillium-Web-Semi-Bold", "Titillium-Web-Bold", "Roboto-Mono", "DejaVu-Sans"}
    assert "Titillium-Web" in fonts


IN_ANOTHER_PROCESS = """
import hashlib, sys
from datetime import datetime
from pathlib import Path
from django.conf import settings
settings.configure(BASE_DIR=Path.cwd())
from conciliazione.kernel import pdf, pdf_engine
created = datetime.fromisoformat(sys.argv[1])
layout = pdf_engine.lay_out(pdf.Source(sys.stdin.read(), created), print)
attached = pdf.Attached("dati.json", b"{}")
print(hashlib.sha256(pdf_engine.write(layout, attached, created, print)).hexdigest())
"""


def test_equal_content_gives_equal_bytes_also_in_another_process(settings):
    attached = pdf.Attached("dati.json", b"{}")
    context = {"imprint": None, "created": ISSUED, "text": "Uguale"}
    here, again = (make("samples/short.html", context, attached=attached) for _ in range(2))
    titles = {"title": "Accordo di Rete", "short_title": "Accordo di Rete", "issuer": "ASL di Cremona"}
    html = pdf.text_of("samples/short.html", {**context, **titles})
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, ISSUED.isoformat()]
    ran = subprocess.run(
        command, cwd=settings.BASE_DIR, input=html.decode(), capture_output=True, text=True, check=True
    )
    assert here == again
    assert hashlib.sha256(here).hexdigest() == ran.stdout.split()[-1]
    assert here != make("samples/short.html", {**context, "text": "Diverso"}, attached=attached)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/figura.png",
        "https://example.org/figura.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "asset:images/../../../etc/passwd",
        "asset:images/assente.png",
        "asset:made/altro.svg",
        "asset:fonts/../settings.py",
        "/etc/passwd",
        "figura.png",
    ],
)
def test_an_address_of_elsewhere_stops_the_document(address):
    with pytest.raises(pdf.ForbiddenAddress, match="only fonts and images of the project"):
        make("samples/fetch.html", {"address": address})


def test_pictures_of_the_project_are_allowed(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "static" / "documents").mkdir(parents=True)
    (tmp_path / "static" / "documents" / "stemma.svg").write_bytes(IMPRINT.qr())
    made = make("samples/fetch.html", {"address": "asset:images/stemma.svg"})
    with pikepdf.open(BytesIO(made)) as found:
        assert str(elements(found, "Figure")[0].Alt) == "Figura"


def test_over_ten_pages_come_cover_and_contents():
    titles = [f"Parte {n} & altro" for n in range(1, 13)]
    seen = []
    made = make("samples/pages.html", {"titles": titles}, progress=seen.append)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages]
    assert "Accordo di Rete" in pages[0]
    assert "emesso il 31 marzo 2014" in pages[0]
    assert "Indice" in pages[1]
    number = next(n for n, text in enumerate(pages, start=1) if n > 2 and "Parte 12" in text)
    contents = pages[1].replace(".", "").replace("  ", " ")
    assert f"Parte 12 & altro {number}" in " ".join(contents.split())
    assert seen == sorted(seen)
    assert seen[-1] >= 95


@pytest.fixture
def layouts(monkeypatch):
    """How often pages were laid out."""
    counted, lay_out = [], pdf_engine.lay_out

    def counting(*given):
        counted.append(1)
        return lay_out(*given)

    monkeypatch.setattr(pdf_engine, "lay_out", counting)
    return counted


def test_what_is_surely_long_is_laid_out_once(layouts, monkeypatch):
    titles = [f"Parte {n}" for n in range(1, 13)]
    twice = make("samples/pages.html", {"titles": titles})
    monkeypatch.setattr(pdf, "FULL_PAGE", 1)
    once = make("samples/pages.html", {"titles": titles})
    assert len(layouts) == 2 + 1
    assert once == twice


def test_what_only_seemed_long_has_no_cover(layouts, monkeypatch):
    short = make("samples/pages.html", {"titles": ["Una", "Due"]})
    monkeypatch.setattr(pdf, "FULL_PAGE", 1)
    assert make("samples/pages.html", {"titles": ["Una", "Due"]}) == short
    assert len(layouts) == 1 + 2


def test_a_short_document_has_no_cover():
    made = make("samples/pages.html", {"titles": ["Una", "Due"]})
    assert "Indice" not in words(made)


def test_without_imprint_it_is_a_preview():
    made = pdf.render("samples/short.html", {"text": "Bozza"}, title="Bozza", created=ISSUED)
    assert "pagina 1 di 1" in words(made)
    with pikepdf.open(BytesIO(made)) as found:
        assert pikepdf.pdfa.check(found, "3b").verdict == "pass"


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "conciliazione.kernel.pdf_engine", raising=False)
    monkeypatch.delattr(kernel, "pdf_engine", raising=False)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(pdf.EngineMissing, match="libpango"):
        make("samples/short.html", {"text": "Testo"})


# --- the parts, without a PDF -------------------------------------------------------------------------------------
def test_headings_get_an_anchor():
    html, found = anchor_headings('<h2>Uno &amp; <em>due</em></h2><h3 id="mio">Tre</h3><h2 class="no-toc">No</h2>')
    assert [(h.level, h.text, h.anchor) for h in found] == [(2, "Uno & due", "sezione-1"), (3, "Tre", "mio")]
    assert '<h2 id="sezione-1">' in html
    assert '<h2 class="no-toc">No</h2>' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Uno\ndue\n\nTre", "<p>Uno due</p>\n<p>Tre</p>"),
        ("Così:\n- a\n- b\n  e c", "<p>Così:</p><ul><li>a</li><li>b e c</li></ul>"),
        ("<script>", "<p>&lt;script&gt;</p>"),
        ("", ""),
    ],
)
def test_plain_text_becomes_paragraphs_and_lists(text, html):
    assert blocks(text) == html


def test_the_marks_of_a_list_are_kept():
    assert blocks("a) uno\nb) due").count('<span class="mark">') == 2


def test_long_day_is_written_as_in_an_act():
    assert long_day(date(2014, 3, 1)) == "1 marzo 2014"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"columns": ["A"], "rows": [["a", "b"]]}, "2 cells under 1 columns"),
        ({"columns": [("A", "euro")], "rows": []}, "kind 'euro'"),
        ({"columns": ["A"], "rows": [{"linea": "x"}]}, "a list, a group or a line"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(table, said):
    with pytest.raises(ValueError, match=said):
        doc_table(table)
