"""A long document made in pieces is the same to whoever reads it as one made whole."""

from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pikepdf.pdfa
import pytest
from pypdf import PdfReader

from conciliazione.kernel import pdf, pdf_pieces

from .test_pdf import elements, make

pytestmark = pytest.mark.usefixtures("sample_templates")
TITLES = [f"Parte {n} & <altro>" for n in range(1, 6)]


@pytest.fixture
def in_pieces(monkeypatch):
    monkeypatch.setattr(pdf, "IN_PIECES_OVER", 1)
    monkeypatch.setattr(pdf, "FULL_PAGE", 1)
    monkeypatch.setattr(pdf, "CONTENTS_OVER", 2)
    monkeypatch.setattr(pdf_pieces, "MOST_LETTERS", 60)


def texts(reader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def bookmarks(reader, entries=None, depth=0):
    for entry in reader.outline if entries is None else entries:
        if isinstance(entry, list):
            yield from bookmarks(reader, entry, depth + 1)
        else:
            place = entry.left, entry.top
            yield depth, entry.title, reader.get_destination_page_number(entry), *(round(float(one)) for one in place)


def places(reader):
    return {
        name: (reader.get_destination_page_number(place), round(float(place.top)))
        for name, place in reader.named_destinations.items()
    }


def links(reader):
    return [
        (number, str(link.get_object()["/Dest"]), [round(float(one)) for one in link.get_object()["/Rect"]])
        for number, page in enumerate(reader.pages)
        for link in page.get("/Annots", ())
    ]


def test_whoever_reads_it_sees_one_document(in_pieces, monkeypatch):
    """Each chapter of this one begins on a new page anyway: so nothing at all may differ."""
    cuts = []
    monkeypatch.setattr(
        pdf_pieces, "render", lambda cut, *rest, do=pdf_pieces.render: cuts.append(cut) or do(cut, *rest)
    )
    made = make("samples/pages.html", {"titles": TITLES})
    joined = PdfReader(BytesIO(made))
    assert len(cuts[0]) == 1 + 3
    assert make("samples/pages.html", {"titles": TITLES}) == made  # the same bytes
    monkeypatch.setattr(pdf, "IN_PIECES_OVER", 10**9)
    whole = PdfReader(BytesIO(make("samples/pages.html", {"titles": TITLES})))
    assert len(cuts) == 2
    assert texts(joined) == texts(whole)
    assert list(bookmarks(joined)) == list(bookmarks(whole))
    assert places(joined) == places(whole)
    assert links(joined) == links(whole)
    assert len(links(joined)) >= len(TITLES)
    assert joined.metadata == whole.metadata
    assert joined.xmp_metadata.dc_title == whole.xmp_metadata.dc_title


@pytest.fixture(scope="module")
def made_once():
    return {}


@pytest.fixture
def content(in_pieces, made_once):
    if not made_once:
        seen = []
        attached = pdf.Attached("accordo.json", b"{}", "I dati")
        made_once["act"] = make(attached=attached, files=[pdf.Attached("b.txt", b"b")], progress=seen.append)
        made_once["seen"] = seen
    return made_once["act"]


@pytest.fixture
def opened(content):
    with pikepdf.open(BytesIO(content)) as found:
        yield found


def test_it_is_archival_and_holds_its_files(content, opened):
    report = pikepdf.pdfa.check(opened, "3b")
    assert report.verdict == "pass", report.findings
    assert sorted(one.name for one in PdfReader(BytesIO(content)).attachment_list) == ["accordo.json", "b.txt"]
    assert opened.Root.MarkInfo.Marked


def test_its_pages_are_counted_through(content, made_once):
    pages = texts(PdfReader(BytesIO(content)))
    assert len(pages) > 5
    for number, text in enumerate(pages, start=1):
        assert f"pagina {number} di {len(pages)}" in text
    assert all("versione 2" in text for text in pages[1:])
    assert made_once["seen"] == sorted(made_once["seen"])


def test_its_tags_are_one_tree(opened):
    numbers = opened.Root.StructTreeRoot.ParentTree.Nums
    keys = [int(numbers[at]) for at in range(0, len(numbers), 2)]
    assert keys == sorted(set(keys))
    owners = dict(zip(keys, numbers[1::2], strict=True))
    document = opened.Root.StructTreeRoot.K[0]
    assert len(opened.Root.StructTreeRoot.K) == 1
    assert all(kid.P.objgen == document.objgen for kid in document.K)
    for page in opened.pages:
        held = [element for element in owners[int(page.StructParents)] if element is not None]
        assert held
        assert {element.Pg.objgen for element in held} == {page.obj.objgen}
    assert len(elements(opened, "H2")) == 5  # with that of the contents
    assert len(elements(opened, "TH")) > 40


def test_every_cell_finds_its_headers(opened):
    named = [str(cell.ID) for cell in elements(opened, "TH") if "/ID" in cell]
    assert len(named) == len(set(named)) > 40
    for cell in elements(opened, "TD"):
        assert {str(one) for one in cell.A.Headers} <= set(named)


# --- where it is cut, without a PDF -------------------------------------------------------------------------------
def groups_of(*blocks):
    main = ElementTree.fromstring(f"<main>{''.join(blocks)}</main>")  # noqa: S314 -- written here
    return [[one.tag for one in group] for group in pdf_pieces._groups(main)]


def block(tag, share=0.0):
    return f"<{tag}>{'a' * round(share * pdf_pieces.MOST_LETTERS)}</{tag}>"


def test_a_chapter_begins_a_piece_and_an_action_when_there_is_none():
    h2, h3, p = block("h2"), "<div><h3>Azione</h3></div>", block("p", 0.4)
    assert groups_of(h2, p, p, h2, p) == [["h2", "p", "p"], ["h2", "p"]]
    assert groups_of(h2, p, h2, p) == [["h2", "p", "h2", "p"]]
    assert groups_of(h2, p, p, h3, p, h3, p) == [["h2", "p", "p", "div", "p"], ["div", "p"]]


def test_without_headings_any_block_begins_one_and_none_follows_a_heading():
    assert groups_of(block("h2"), *[block("p", 0.5)] * 4) == [["h2", "p", "p", "p"], ["p"]]
    assert groups_of(block("p", 0.5), block("p", 0.5), block("p", 0.5), block("h3"), block("p")) == [
        ["p", "p", "p"],
        ["h3", "p"],
    ]
    assert groups_of(block("h3"), block("p", 2), block("h4"), block("p")) == [["h3", "p"], ["h4", "p"]]
