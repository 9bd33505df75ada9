"""WeasyPrint and pikepdf, held to the project's own files. Imported by `kernel.pdf` alone, at the first document."""

import logging
import math
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path, PurePosixPath

import pikepdf
import weasyprint
from django.conf import settings
from pikepdf import Dictionary, Name, Operator
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from . import pdf_pieces
from .pdf import Attached, ForbiddenAddress, PdfError, Source
from .pdf_join import joined

VARIANT = "pdf/a-3b"
BEGIN_MARKED = Operator("BDC")
FONTS = {
    "titillium.ttf": "Titillium_Web/titillium-web-v10-latin-ext_latin-regular.ttf",
    "titillium-italic.ttf": "Titillium_Web/titillium-web-v10-latin-ext_latin-italic.ttf",
    "titillium-600.ttf": "Titillium_Web/titillium-web-v10-latin-ext_latin-600.ttf",
    "titillium-600-italic.ttf": "Titillium_Web/titillium-web-v10-latin-ext_latin-600italic.ttf",
    "titillium-700.ttf": "Titillium_Web/titillium-web-v10-latin-ext_latin-700.ttf",
    "roboto-mono.ttf": "Roboto_Mono/roboto-mono-v13-latin-ext_latin-regular.ttf",
}
STEPS = logging.getLogger("weasyprint.progress")
STEPS.setLevel(logging.INFO)
STEPS.propagate = False  # heard by us alone: no line in the log for each page
IMAGE_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@cache
def _font(name: str) -> bytes:
    return (files("bootstrap_italia_template") / "static" / "fonts" / FONTS[name]).read_bytes()


class Shelf(URLFetcher):
    """Serves `asset:fonts/…`, `asset:images/…` (files of `static/documents/`) and `asset:made/…`; refuses all else."""

    def __init__(self, made: dict[str, bytes]):
        super().__init__(allowed_protocols={"asset"}, allow_redirects=False, fail_on_errors=True)
        self.made = made

    def fetch(self, url, headers=None):
        scheme, _, path = url.partition(":")
        shelf, _, name = path.partition("/")
        if scheme == "asset" and shelf == "fonts" and name in FONTS:
            return URLFetcherResponse(url, _font(name), {"Content-Type": "font/ttf"})
        kind = IMAGE_TYPES.get(PurePosixPath(name).suffix)
        if scheme == "asset" and kind and name == PurePosixPath(name).name:
            if shelf == "made" and name in self.made:
                return URLFetcherResponse(url, self.made[name], {"Content-Type": kind})
            image = Path(settings.BASE_DIR) / "static" / "documents" / name
            if shelf == "images" and image.is_file():
                return URLFetcherResponse(url, image.read_bytes(), {"Content-Type": kind})
        raise ForbiddenAddress(f"A document may not use «{url[:200]}»: only fonts and images of the project.")


class _Listener(logging.Handler):
    """Turns the engine's own progress messages (of this thread) into a percentage."""

    PERCENT = {"Step 1": 5, "Step 2": 8, "Step 3": 10, "Step 4": 15, "Step 6": 80, "Step 7": 90}

    def __init__(self, tell: Callable[[int], None]):
        super().__init__(logging.INFO)
        self.tell = tell
        self.thread = threading.get_ident()

    def emit(self, record):
        if record.thread != self.thread:
            return
        if "Page %d" in str(record.msg) and record.args:
            # how many pages will come is not known: each brings the bar a little nearer to the end of this step
            self.tell(20 + round(55 * (1 - math.exp(-record.args[0] / 40))))
        elif percent := self.PERCENT.get(record.getMessage()[:6]):
            self.tell(percent)


@contextmanager
def _listening(tell):
    listener = _Listener(tell)
    STEPS.addHandler(listener)
    try:
        yield
    finally:
        STEPS.removeHandler(listener)


def lay_out(source: Source, tell) -> weasyprint.Document:
    """Lay the pages out. Raises ForbiddenAddress."""
    try:
        with _listening(tell):
            page = weasyprint.HTML(string=source.html, url_fetcher=Shelf(dict(source.images)), base_url="asset:/")
            return page.render(font_config=FontConfiguration(), pdf_variant=VARIANT)
    except FatalURLFetchingError as error:
        raise (error.__cause__ if isinstance(error.__cause__, PdfError) else PdfError(str(error))) from error


def bare(html: str) -> bytes:
    """The engine alone on the same HTML, with nothing that makes it archival: what the bench compares with."""
    return weasyprint.HTML(string=html, url_fetcher=Shelf({}), base_url="asset:/").write_pdf()


def page_count(layout: weasyprint.Document) -> int:
    return len(layout.pages)


def pages_from(layout: weasyprint.Document, anchor: str) -> int:
    """How many pages there are from the one where this anchor stands."""
    found = next((number for number, page in enumerate(layout.pages) if anchor in page.anchors), len(layout.pages))
    return len(layout.pages) - found


def in_pieces(source: Source, tell, files=()) -> bytes:
    """As `lay_out` and `write`, for a long document with cover and contents: see `kernel.pdf_pieces`."""

    def quiet(percent: int) -> None:
        """The pieces tell how far the whole is."""

    def laid_out(html: str) -> weasyprint.Document:
        return lay_out(replace(source, html=html), quiet)

    def written(layout: weasyprint.Document, number: int) -> bytes:
        first = number == 0
        return write(layout, source.attached if first else None, source.created, quiet, files if first else ())

    body = weasyprint.HTML(string=source.html, base_url="asset:/").etree_element.find("body")
    pieces, bookmarks = pdf_pieces.render(pdf_pieces.Cut(source.html, body), laid_out, _extent, written, tell)
    with joined(pieces, bookmarks) as whole:
        return _saved(whole)


def _extent(layout: weasyprint.Document) -> pdf_pieces.Extent:
    found = pdf_pieces.Extent(len(layout.pages))
    for number, page in enumerate(layout.pages):
        for name in page.anchors:
            found.anchors.setdefault(name, number)
        found.bookmarks += [pdf_pieces.Bookmark(level, label, number, at) for level, label, at, _ in page.bookmarks]
    return found


def write(layout: weasyprint.Document, attached: Attached | None, created: datetime, tell, files=()) -> bytes:
    """Write the pages as PDF/A-3b with tags, and finish what the engine leaves open."""
    attachments = [
        weasyprint.Attachment(
            string=one.content,
            name=one.name,
            description=one.description,
            relationship=one.relationship,
            created=created,
            modified=created,
        )
        for one in ([attached] if attached else []) + list(files)
    ]
    with _listening(tell):
        raw = layout.write_pdf(pdf_variant=VARIANT, pdf_tags=True, attachments=attachments)
    if not raw:
        raise PdfError("The engine wrote nothing.")
    tell(95)
    return finish(raw)


def finish(raw: bytes) -> bytes:
    """The pass over the file: what PDF/A forbids is taken out, what a screen reader needs is put in."""
    with pikepdf.open(BytesIO(raw)) as pdf:
        for item in pdf.objects:
            if isinstance(item, (Dictionary, pikepdf.Stream)):
                _drop_empty_resources(item)
                if item.get(Name.S) == Name.TH:
                    _add_scope(item)
        _mark_margins_as_artifacts(pdf)
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(
        out,
        preserve_pdfa=True,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _drop_empty_resources(item) -> None:
    for resources in (item, item.get(Name.Resources)):
        if isinstance(resources, Dictionary):
            for key in (Name.Pattern, Name.Shading):
                if isinstance(resources.get(key), Dictionary) and not len(resources[key]):
                    del resources[key]


def _add_scope(cell) -> None:
    row = cell.get(Name.P)
    group = row.get(Name.P) if row is not None else None
    scope = Name.Column if group is not None and group.get(Name.S) == Name.THead else Name.Row
    attributes = cell.get(Name.A)
    if isinstance(attributes, Dictionary) and attributes.get(Name.O) == Name.Table:
        attributes[Name.Scope] = scope
    else:
        cell[Name.A] = Dictionary(O=Name.Table, Scope=scope)


def _mark_margins_as_artifacts(pdf: pikepdf.Pdf) -> None:
    """Page headers and footers become artifacts: a screen reader does not read them again on each page.

    The engine tags them, with elements that hang from no place of the tree.
    """
    root = pdf.Root.StructTreeRoot
    document = root.K[0]
    in_tree = {kid.objgen for kid in document.K}
    numbers = root.ParentTree.Nums
    owners = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    verdicts: dict[tuple[int, int], bool] = {}

    def hangs_loose(element) -> bool:
        key = element.objgen
        if key not in verdicts:
            parent = element.P
            verdicts[key] = key not in in_tree if parent.objgen == document.objgen else hangs_loose(parent)
        return verdicts[key]

    for page in pdf.pages:
        elements = owners[int(page.StructParents)]
        loose = {mcid for mcid in range(len(elements)) if hangs_loose(elements[mcid])}
        if not loose:
            continue
        instructions = []
        for operands, operator in pikepdf.parse_content_stream(page):
            if operator == BEGIN_MARKED and isinstance(operands[1], Dictionary):
                mcid = operands[1].get(Name.MCID)
                if mcid is not None and int(mcid) in loose:
                    operands = [Name.Artifact, Dictionary(Type=Name.Pagination)]
            instructions.append((operands, operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
        for mcid in loose:
            elements[mcid] = None
