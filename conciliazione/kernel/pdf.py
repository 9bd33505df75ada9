"""PDF documents: archival (PDF/A-3b), tagged, made from a template of the project and from nothing else.

The engine is loaded at the first document, not when the portal starts: it needs system libraries, and when one is
missing the portal works on and says which.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from .headings import anchor_headings

LANGUAGE = "it"
CONTENTS_OVER = 10  # pages from which a document has a cover and a table of contents
FULL_PAGE = 3400  # characters: hardly a page of ours holds more
IN_PIECES_OVER = 140_000  # characters, some sixty pages: beyond it memory would grow with the pages
DEBIAN_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core"


class PdfError(Exception):
    """The PDF could not be made. The text is for whoever runs the portal."""


class EngineMissing(PdfError):
    """A library that the engine stands on is not installed."""


class ForbiddenAddress(PdfError):
    """A template asked for something that is not a font or an image of the project."""


_TAG = re.compile(r"<[^>]+>")
_FRAME = {"imprint": None, "cover": False, "contents": []}


@dataclass(frozen=True)
class Attached:
    """A file to put inside the PDF: the data that it was made from, or one that goes with it (`Supplement`)."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Data"


@dataclass(frozen=True)
class Source:
    """All that the engine needs to write a PDF: equal sources give equal bytes."""

    html: str
    created: datetime
    images: Mapping[str, bytes] = field(default_factory=dict)
    attached: Attached | None = None


def _engine():
    try:
        from . import pdf_engine
    except (ImportError, OSError) as error:
        raise EngineMissing(
            f"The PDF engine does not start: {error}. On Debian: apt-get install {DEBIAN_PACKAGES}"
        ) from error
    return pdf_engine


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    created: datetime,
    author: str = "",
    short_title: str = "",
    images: Mapping[str, bytes] | None = None,
    attached: Attached | None = None,
    files: Sequence[Attached] = (),
    progress: Callable[[int], None] | None = None,
    clean: Callable[[str], str] | None = None,
) -> bytes:
    """Make a PDF from `template` (one that extends `documents/base.html`).

    `created` is the date inside the file: given, not taken from the clock, so that the same content gives the same
    bytes. `images` are pictures made on the fly, by name: `<img src="asset:made/<name>">`. `attached` is the data that
    the document was made from, `files` are what else goes inside it. `progress` is told a percentage as the work goes
    on. `clean` takes out of the text what must not be in it. Raises EngineMissing, ForbiddenAddress, or PdfError.
    """
    engine = _engine()
    tell = _only_forward(progress)
    values = {
        **_FRAME,
        "title": title,
        "short_title": short_title or title,
        "issuer": author,
        "created": created,
        **context,
    }
    images = images or {}
    html, contents = _html(template, values, clean)

    def lay_out(cover: bool):
        words = _html(template, {**values, "cover": True, "contents": contents}, clean)[0] if cover else html
        return engine.lay_out(Source(words, created, images, attached), tell)

    if contents and _letters(html) > IN_PIECES_OVER:
        del html
        words = _html(template, {**values, "cover": True, "contents": contents}, clean)[0]
        return engine.in_pieces(Source(words, created, images, attached), tell, files)

    # laying out is the work: what is surely long has its contents at once, and is looked at again if it was not
    layout = lay_out(True) if contents and _letters(html) > CONTENTS_OVER * FULL_PAGE else None
    if layout is None or engine.pages_from(layout, contents[0].anchor) <= CONTENTS_OVER:
        del layout  # a page laid out takes more than a megabyte: never two of each at once
        layout = lay_out(False)
        if engine.page_count(layout) > CONTENTS_OVER:
            del layout
            layout = lay_out(True)
    return engine.write(layout, attached, created, tell, files)


def text_of(template: str, context: Mapping[str, Any]) -> bytes:
    """The content of a document without its imprint: what its fingerprint is taken of when it carries no data."""
    html, _ = _html(template, {**_FRAME, "title": "", "short_title": "", "issuer": "", "created": None, **context})
    return html.encode()


def _only_forward(progress: Callable[[int], None] | None) -> Callable[[int], None]:
    """The pages may be laid out more than once: what is told never goes back."""
    furthest = 0

    def tell(percent: int) -> None:
        nonlocal furthest
        furthest = max(furthest, percent)
        if progress:
            progress(furthest)

    return tell


def _letters(html: str) -> int:
    """How many characters stand in the body, spaces between words counted once."""
    return len(" ".join(_TAG.sub(" ", html.partition("<body>")[2]).split()))


def _html(template: str, values: dict[str, Any], clean: Callable[[str], str] | None = None) -> tuple[str, list]:
    with translation.override(LANGUAGE), timezone.override(timezone.get_default_timezone()):
        text = render_to_string(template, values)
    return anchor_headings(clean(text) if clean else text)
