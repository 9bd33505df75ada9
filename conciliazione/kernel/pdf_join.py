"""Pieces of a document, each a whole PDF/A with tags, joined into one. Imported by `kernel.pdf_engine` alone."""

from contextlib import contextmanager
from io import BytesIO
from itertools import islice

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from .pdf_pieces import ELSEWHERE, Bookmark

TO_POINTS = 0.75  # of a CSS pixel


@contextmanager
def joined(pieces: list[bytes], bookmarks: list[Bookmark]):
    """The first piece with the pages and tags of the others, and with destinations and bookmarks all through.

    What the first says of itself (title, dates, files inside, colours) holds for the whole.
    """
    with pikepdf.open(BytesIO(pieces[0])) as whole:
        places = dict(_places(whole))
        following = _next_key(whole)
        for number, piece in enumerate(pieces[1:], start=1):
            with pikepdf.open(BytesIO(piece)) as other:
                first, known = len(whole.pages), len(whole.objects)
                places |= {name: (first + page, *at) for name, (page, *at) in _places(other)}
                following = _set_apart(other, number, following)
                for page in other.pages:
                    whole.pages.append(page)
                _join_tags(whole, other)
                _take_streams(whole, known)
        _write_places(whole, places)
        _lead_elsewhere(whole, places)
        _write_bookmarks(whole, bookmarks)
        yield whole


def _places(pdf: pikepdf.Pdf):
    """(name, (page, x, y)) of what can be led to, pages counted from 0."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    found = pdf.Root.get(Name.Names, Dictionary()).get(Name.Dests, Dictionary()).get(Name.Names, Array())
    for at in range(0, len(found), 2):
        page, _, x, y, _ = found[at + 1]
        yield str(found[at]), (pages[page.objgen], float(x), float(y))


def _next_key(pdf: pikepdf.Pdf) -> int:
    """The first number that the tree of tags does not use yet for a page or a link."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    return 1 + max(int(numbers[at]) for at in range(0, len(numbers), 2))


def _set_apart(pdf: pikepdf.Pdf, number: int, following: int) -> int:
    """Give pages, links and header cells of a piece numbers and names that no piece before it has; returns the next."""
    after = following + _next_key(pdf)
    for page in pdf.pages:
        page.obj[Name.StructParents] = int(page.StructParents) + following
        for annotation in page.obj.get(Name.Annots, ()):
            if Name.StructParent in annotation:
                annotation[Name.StructParent] = int(annotation.StructParent) + following
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for at in range(0, len(numbers), 2):
        numbers[at] = int(numbers[at]) + following
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get(Name.Type) == Name.StructElem:
            if Name.ID in item:
                item[Name.ID] = String(f"{number}-{item[Name.ID]}")
            attributes = item.get(Name.A)
            if isinstance(attributes, Dictionary) and Name.Headers in attributes:
                attributes[Name.Headers] = Array([String(f"{number}-{one}") for one in attributes.Headers])
    return after


def _join_tags(whole: pikepdf.Pdf, other: pikepdf.Pdf) -> None:
    """Hang what is under the document of another tree under that of ours. Its pages are here already."""
    tree = whole.copy_foreign(other.Root.StructTreeRoot)
    document = whole.Root.StructTreeRoot.K[0]
    for element in tree.K[0].K:
        element[Name.P] = document
        document.K.append(element)
    whole.Root.StructTreeRoot.ParentTree.Nums.extend(tree.ParentTree.Nums)


def _take_streams(whole: pikepdf.Pdf, known: int) -> None:
    """Hold what came with a piece ourselves, so that the piece can go: its tags take more memory than its pages."""
    for stream in islice(whole.objects, known, None):
        if isinstance(stream, pikepdf.Stream):
            raw = stream.read_raw_bytes()
            stream.write(raw, filter=stream.get(Name.Filter), decode_parms=stream.get(Name.DecodeParms))


def _write_places(pdf: pikepdf.Pdf, places: dict) -> None:
    tree = Array()
    for name in sorted(places, key=lambda name: bytes(String(name))):
        page, x, y = places[name]
        tree.extend([String(name), Array([pdf.pages[page].obj, Name.XYZ, x, y, 0])])
    if Name.Names not in pdf.Root:
        pdf.Root[Name.Names] = Dictionary()
    pdf.Root.Names[Name.Dests] = Dictionary(Names=tree)


def _lead_elsewhere(pdf: pikepdf.Pdf, places: dict) -> None:
    """Links that led into another piece lead there now."""
    for page in pdf.pages:
        for annotation in page.obj.get(Name.Annots, ()):
            address = str(annotation.get(Name.A, Dictionary()).get(Name.URI, ""))
            if address.startswith(ELSEWHERE) and (name := address.removeprefix(ELSEWHERE)) in places:
                del annotation[Name.A]
                annotation[Name.Dest] = annotation[Name.Contents] = String(name)


def _write_bookmarks(pdf: pikepdf.Pdf, bookmarks: list[Bookmark]) -> None:
    """Every heading under the nearest one before it of a higher rank."""
    heights = [float(page.mediabox[3]) for page in pdf.pages]
    with pdf.open_outline() as outline:
        outline.root.clear()
        above: list[tuple[int, OutlineItem]] = []
        for mark in bookmarks:
            x, y = (TO_POINTS * one for one in mark.at)
            place = {"left": x, "top": heights[mark.page] - y, "zoom": 0}
            item = OutlineItem(mark.label, mark.page, "XYZ", **place)
            while above and above[-1][0] >= mark.level:
                above.pop()
            (above[-1][1].children if above else outline.root).append(item)
            above.append((mark.level, item))
