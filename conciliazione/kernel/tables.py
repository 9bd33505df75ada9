"""Columns of a list, and their cells written in Python: a template for each row costs a third of a millisecond, this a
tenth of that. Whatever is not safe already is escaped."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from . import icons
from .templatetags.portal import NOTHING, badge


@dataclass(frozen=True)
class Column:
    """A column of a list: header, the ordering it stands for, its plain value in an export, and its cell."""

    key: str
    label: str
    value: Callable[[Any], Any] | None = None
    sort: str = ""
    numeric: bool = False
    cell: Callable[[Any], Any] | None = None  # what a row shows; the plain value if nothing else is said
    apart: bool = False  # worked out for the rows shown alone, unless they are sorted by it (`ListPage.shown`)
    short: str = ""  # the header beside the cell on narrow screens, where it is not the label

    def plain(self, row) -> Any:
        return self.value(row) if self.value else getattr(row, self.key)


def written(columns: tuple[Column, ...], rows: Iterable, after: Callable[[Any], str] | None = None) -> SafeString:
    """The rows of a table: the first cell is the head of its row, the others name their column for narrow screens.
    `after` gives what follows a row, such as a line across the table."""
    frames = [(_opening(column), column.cell or column.plain, "</td>") for column in columns]
    frames[0] = ('<th scope="row">', frames[0][1], "</th>")
    parts = []
    for row in rows:
        parts.append("<tr>")
        for opening, cell, closing in frames:
            parts += opening, html(cell(row)), closing
        parts.append("</tr>\n")
        if after and (line := after(row)):
            parts.append(html(line))
    return SafeString("".join(parts))  # nosec B703 -- cells went through html()


SORTED = {"ascending": ("arrow-up", "(dal primo)"), "descending": ("arrow-down", "(dall'ultimo)")}


def head(headers: list[dict]) -> SafeString:
    """The head of a list (`ListPage.headers`): each column that sorts is a link, and says how it is sorted."""
    parts = []
    for header in headers:
        number = ' class="num"' if header["numeric"] else ""
        order = f' aria-sort="{header["aria_sort"]}"' if header["aria_sort"] else ""
        label = html(header["label"])
        if header["url"]:
            sign, _ = SORTED.get(header["aria_sort"], ("sort", ""))
            label = link(header["url"], SafeString(f"{label}{icons.svg(sign)}"))  # nosec B703 -- the label was escaped
        parts.append(f'<th scope="col"{number}{order}>{label}</th>')
    return SafeString(f"<thead><tr>{''.join(parts)}</tr></thead>")  # nosec B703 -- escaped: each part was


def orders(headers: list[dict]) -> SafeString:
    """The same orders as items of a menu, for narrow screens, where the table has become cards."""
    parts = []
    for header in headers:
        if header["url"]:
            current = ' aria-current="true"' if header["aria_sort"] else ""
            words = f" <span>{SORTED[header['aria_sort']][1]}</span>" if header["aria_sort"] else ""
            parts.append(f'<li><a href="{escape(header["url"])}"{current}>{html(header["label"])}{words}</a></li>')
    return SafeString("".join(parts))  # nosec B703 -- escaped: each part was


def _opening(column: Column) -> str:
    number = ' class="num"' if column.numeric else ""
    return f'<td data-label="{escape(column.short or column.label)}"{number}>'


# --- what stands in a cell ------------------------------------------------------------------------------------------
def html(value) -> str:
    """Escaped unless it is safe; a dash where there is nothing."""
    if isinstance(value, SafeString):
        return value
    return NOTHING if value is None or value == "" else escape(str(value))


def joined(*parts) -> SafeString:
    """One after the other; what is None or empty is left out."""
    return SafeString("".join(html(part) for part in parts if part not in (None, "")))  # nosec B703 -- each part goes through html()


def link(url: str, words) -> SafeString:
    return SafeString(f'<a href="{escape(url)}">{html(words)}</a>')  # nosec B703 -- escaped: both are


def span(css: str, words) -> SafeString:
    return SafeString(f'<span class="{css}">{html(words)}</span>')  # nosec B703 -- escaped: the words are; the class is ours


def note(words) -> SafeString:
    """A second line, smaller."""
    return span("row-note", words)


def strong(words) -> SafeString:
    return SafeString(f"<strong>{html(words)}</strong>")  # nosec B703 -- escaped: the words are


def opening(row, words, *notes) -> SafeString:
    """The first cell: the link to the record, and the notes that are not empty."""
    return joined(link(row.get_absolute_url(), words), *(note(each) for each in notes if each))


def words(record, field: str = "status") -> str:
    """As `get_FIELD_display`, with the words of the choices looked up once."""
    value = getattr(record, field)
    return str(_choices(type(record), field).get(value, value))


def state(record, field: str = "status") -> SafeString:
    """The state of a record as a badge."""
    return badge(words(record, field), getattr(record, field))


@cache
def _choices(model: type, field: str) -> dict:
    return dict(model._meta.get_field(field).flatchoices)
