"""A long document in pieces that are laid out one after the other, so that its memory does not grow with its pages.

A page that is laid out holds more than a megabyte. Whoever reads the joined document sees one: pages are counted
through, contents and bookmarks lead everywhere, and the tags are one tree. Only a piece begins on a new page, with a
heading wherever there is one. Each piece is laid out twice: before all have been counted, no page can say of how many
it is one.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree  # nosec B405 -- writes what our own templates made; reads nothing

MOST_LETTERS = 60_000  # of a piece: some twenty-five pages
WORTH_COLLECTING = 10  # pages
ELSEWHERE = "altrove:"  # a link into another piece, until they are joined
_HEADINGS = {"h2", "h3"}


@dataclass(frozen=True)
class Bookmark:
    """A heading, where it stands: `page` counted from 0."""

    level: int
    label: str
    page: int
    at: tuple[float, float]


@dataclass
class Extent:
    """What is known of a piece once it is laid out, with pages counted from its own first."""

    pages: int
    anchors: dict[str, int] = field(default_factory=dict)
    bookmarks: list[Bookmark] = field(default_factory=list)


class Cut:
    """The HTML of a document with cover and contents, in pieces: first what stands before the text, then the text."""

    def __init__(self, html: str, body: ElementTree.Element):
        self.head = html.partition("</head>")[0]
        children = list(body)
        place = next(number for number, child in enumerate(children) if child.tag == "main")
        self.running = [child for child in children[:place] if "running-" in child.get("class", "")]
        self.front = [child for child in children[:place] if child not in self.running]
        self.pieces = list(_groups(children[place]))
        anchors = [{one.get("id") for top in group for one in top.iter() if one.get("id")} for group in self.pieces]
        for group, own in zip([self.front, *self.pieces], [set(), *anchors], strict=True):
            for link in (one for top in group for one in top.iter("a")):
                target = link.get("href", "")
                if target.startswith("#") and target[1:] not in own:
                    link.set("href", ELSEWHERE + target[1:])

    def __len__(self) -> int:
        return 1 + len(self.pieces)

    def number_contents(self, pages: dict[str, int]) -> None:
        """Write beside each entry of the contents the page of its heading, if it is known yet."""
        for link in (one for top in self.front for one in top.iter("a")):
            target = link.get("href", "").removeprefix(ELSEWHERE)
            link.set("data-page", str(pages.get(target, 100)))

    def html(self, number: int, *, before: int, total: int) -> str:
        """The HTML of a piece that so many pages come before, of so many in all."""
        rules = [f'.page-total::before {{ content: "{total}"; }}']
        if number:
            rules += [
                f"@page :first {{ margin-top: 30mm; counter-reset: page {before + 1};",
                "@top-center { content: element(head); } }",
            ]
        inside = _written(self.running)
        inside += f"<main>{_written(self.pieces[number - 1])}</main>" if number else _written(self.front)
        return f"{self.head}<style>{' '.join(rules)}</style></head><body>{inside}</body></html>"


def _written(elements) -> str:
    return "".join(ElementTree.tostring(one, encoding="unicode", method="html") for one in elements)


def _begins_with_heading(element) -> bool:
    first = element
    while first is not None:
        if first.tag in _HEADINGS:
            return True
        first = next(iter(first), None)
    return False


def _letters(element) -> int:
    return sum(len(" ".join(text.split())) for text in element.itertext())


def _groups(main):
    """The blocks of the text, a piece at a time: a chapter if one begins in time, else at the next heading, else at the
    next block; never between a heading and what follows it."""
    group, size, last = [], 0, None
    for block in main:
        heading = last is not None and last.tag in _HEADINGS | {"h4"}
        far = size / MOST_LETTERS
        if not heading and (
            (far >= 1 and _begins_with_heading(block)) or (far >= 0.7 and block.tag == "h2") or far >= 1.4
        ):
            yield group
            group, size = [], 0
        group.append(block)
        size += _letters(block)
        last = block
    if group:
        yield group


def _give_back(extent: Extent) -> None:
    """A layout that nobody holds is a heap of circles, which the collector may not meet before the next is there."""
    if extent.pages > WORTH_COLLECTING:
        gc.collect()


def render(
    cut: Cut,
    lay_out: Callable[[str], object],
    extent: Callable[[object], Extent],
    write: Callable[[object, int], bytes],
    tell: Callable[[int], None],
) -> tuple[list[bytes], list[Bookmark]]:
    """The pieces as PDF, and the bookmarks of the whole."""
    cut.number_contents({})
    extents: list[Extent] = []
    for number in range(len(cut)):
        extents.append(extent(lay_out(cut.html(number, before=0, total=100))))
        _give_back(extents[number])
        tell(round(45 * (number + 1) / len(cut)))
    starts = [sum(one.pages for one in extents[:number]) for number in range(len(cut))]
    total = sum(one.pages for one in extents)
    pages = {
        name: start + page + 1 for start, one in zip(starts, extents, strict=True) for name, page in one.anchors.items()
    }
    cut.number_contents(pages)
    written = []
    for number, start in enumerate(starts):
        layout = lay_out(cut.html(number, before=start, total=total))
        written.append(write(layout, number))
        del layout
        _give_back(extents[number])
        tell(45 + round(45 * (number + 1) / len(cut)))
    marks = [
        Bookmark(mark.level, mark.label, start + mark.page, mark.at)
        for start, one in zip(starts, extents, strict=True)
        for mark in one.bookmarks
    ]
    return written, marks
