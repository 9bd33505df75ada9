"""The table of contents of a document, read from its headings. Plain Python."""

import re
from dataclasses import dataclass
from html import unescape

_HEADING = re.compile(r"<h(?P<level>[23])(?P<attributes>[^>]*)>(?P<inside>.*?)</h(?P=level)>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    anchor: str


def anchor_headings(html: str) -> tuple[str, list[Heading]]:
    """Give each h2 and h3 an id, and return the new HTML with the list of them.

    A heading of class `no-toc` is left out.
    """
    found: list[Heading] = []

    def mark(match: re.Match) -> str:
        attributes, inside = match["attributes"], match["inside"]
        if "no-toc" in attributes:
            return match[0]
        given = re.search(r'\bid="([^"]+)"', attributes)
        anchor = given[1] if given else f"sezione-{len(found) + 1}"
        text = " ".join(unescape(_TAG.sub(" ", inside)).split())
        found.append(Heading(int(match["level"]), text, anchor))
        identified = attributes if given else f'{attributes} id="{anchor}"'
        return f"<h{match['level']}{identified}>{inside}</h{match['level']}>"

    return _HEADING.sub(mark, html), found
