"""The arithmetic of the charts: values in, positions in percent out. The drawing is in `templates/components/`.

Positions are percentages of the width, so that a chart fits any screen without its words being scaled. They are
strings with a point: a number would be written with the Italian comma.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString

from .markup import linked

MISSING = "dato non ancora raccolto"


def get(row: Any, name: str, default=None) -> Any:
    """A field of a row, be it a dictionary or an object."""
    return row.get(name, default) if isinstance(row, dict) else getattr(row, name, default)


def place(part, whole) -> str:
    """`part` of `whole` as a percentage within 0 and 100."""
    if not whole or part is None:
        return "0%"
    return f"{min(max(Decimal(part) * 100 / Decimal(whole), Decimal(0)), Decimal(100)):.2f}%"


@dataclass(frozen=True)
class Bar:
    label: str
    url: str
    value: Any
    shown: str
    width: str
    target: Any
    target_shown: str
    target_at: str
    note: str

    @property
    def reached(self) -> bool:
        return self.target is not None and self.value is not None and self.value >= self.target


def bars(rows: Iterable, words: Callable[[Any], str]) -> list[Bar]:
    """Horizontal bars on one common scale, from zero. Each row: label, value, and if it has them target, url, note."""
    rows = list(rows)
    amounts = [x for row in rows for x in (get(row, "value"), get(row, "target")) if x is not None]
    top = max(amounts, default=0)
    found = []
    for row in rows:
        value, target = get(row, "value"), get(row, "target")
        found.append(
            Bar(
                label=get(row, "label"),
                url=get(row, "url") or "",
                value=value,
                shown=MISSING if value is None else words(value),
                width=place(value, top),
                target=target,
                target_shown="" if target is None else words(target),
                target_at=place(target, top),
                note=get(row, "note") or "",
            )
        )
    return found


@dataclass(frozen=True)
class Point:
    label: str
    url: str
    minor: bool  # its name is left out on narrow screens, where there are many
    value: Any
    shown: str
    x: str
    y: str
    target: Any
    target_shown: str
    target_y: str
    anchor: str = "middle"  # the words of the first begin at it and those of the last end, within a small screen


@dataclass(frozen=True)
class Line:
    x1: str
    y1: str
    x2: str
    y2: str


def points(rows: Iterable, words: Callable[[Any], str]) -> list[Point]:
    """A value over time, with its target where there is one. Each row: label, value, and if it has them target, url."""
    rows = list(rows)
    amounts = [x for row in rows for x in (get(row, "value"), get(row, "target")) if x is not None]
    top = max(amounts, default=0)
    step = Decimal(84) / max(len(rows) - 1, 1)

    def height(amount) -> str:
        return f"{86 - (Decimal(amount) * 68 / Decimal(top) if top else 0):.2f}%"

    found = []
    for index, row in enumerate(rows):
        value, target = get(row, "value"), get(row, "target")
        found.append(
            Point(
                label=get(row, "label"),
                url=get(row, "url") or "",
                minor=len(rows) > 6 and index % 2 == 1,
                value=value,
                shown="" if value is None else words(value),
                x=f"{8 + step * index:.2f}%",
                y="" if value is None else height(value),
                target=target,
                target_shown="" if target is None else words(target),
                target_y="" if target is None else height(target),
                anchor="start" if index == 0 else "end" if index == len(rows) - 1 else "middle",
            )
        )
    return found


def segments(found: list[Point], attribute: str) -> list[Line]:
    """The lines between the points that have a `y` (or a `target_y`); a gap in the data stays a gap."""
    return [
        Line(a.x, getattr(a, attribute), b.x, getattr(b, attribute))
        for a, b in pairwise(found)
        if getattr(a, attribute) and getattr(b, attribute)
    ]


@dataclass(frozen=True)
class Span:
    label: str
    url: str
    detail: str
    start: date
    end: date
    x: str
    width: str
    tone: str


@dataclass(frozen=True)
class Tick:
    label: str
    x: str
    year: bool
    anchor: str  # near the right edge a label ends at its tick, instead of starting there


def drawn_bars(found: Iterable[Bar], target_label: str) -> SafeString:
    """The bars with their words and numbers: a page compares dozens."""
    rows, target_word = [], escape(target_label.lower())
    for bar in found:
        note = f'<span class="bar-note">{escape(bar.note)}</span>' if bar.note else ""
        mark = against = ""
        if bar.target is not None:
            ends = f'<line x1="{bar.target_at}" x2="{bar.target_at}"'
            mark = (
                f'{ends} y1="-1" y2="25" stroke="#fff" stroke-width="8"/>'
                f'{ends} y1="0" y2="24" stroke="#1c2024" stroke-width="4"/>'
            )
        if bar.target_shown:
            against = f'<span class="bar-note">{target_word} {escape(bar.target_shown)}</span>'
        rows.append(
            f"<li>\n<p>{linked(bar.url, bar.label)}{note}</p>\n"
            '<svg width="100%" height="24" aria-hidden="true" focusable="false">'
            '<rect y="4" width="100%" height="16" fill="#e8edf3"/>'
            f'<rect y="4" width="{bar.width}" height="16" fill="#0b3d73"/>{mark}</svg>\n'
            f'<p class="bar-value-text">{escape(bar.shown)}{against}</p>\n</li>\n'
        )
    return SafeString("".join(rows))  # nosec B703 -- each word was escaped


def drawn_points(found: Iterable[Point]) -> SafeString:
    """The points of a line with their numbers, and what stands below each."""
    parts = []
    for point in found:
        if point.y:
            at = f'x="{point.x}" y="{point.y}"'
            centre = f'cx="{point.x}" cy="{point.y}"'
            drawn = (
                f'<circle class="point-room" {centre} r="22" fill="transparent"/>'
                f'<circle class="point" {centre} r="6" fill="#0b3d73"/>'
                f'<text class="chart-number" {at} dy="-14" text-anchor="{point.anchor}" stroke="#fff" '
                f'stroke-width="4" paint-order="stroke">{escape(point.shown)}</text>'
            )
            if point.url:
                label = escape(f"{point.label}: {point.shown}")
                drawn = f'<a href="{escape(point.url)}" aria-label="{label}">{drawn}</a>'
            parts.append(f"{drawn}\n")
        parts.append(
            f'<text class="{"point-minor" if point.minor else ""}" x="{point.x}" y="96%" '
            f'text-anchor="{point.anchor}">{escape(point.label)}</text>\n'
        )
    return SafeString("".join(parts))  # nosec B703 -- each word was escaped


def data_rows(found: Iterable[Bar | Point], has_target: bool) -> SafeString:
    """The same data as rows of a table."""
    rows = []
    for row in found:
        url = row.url if row.value is not None else ""
        target = f'<td class="num">{escape(row.target_shown) or "–"}</td>' if has_target else ""
        rows.append(
            f'<tr><th scope="row">{escape(row.label)}</th>'
            f'<td class="num">{linked(url, row.shown or MISSING)}</td>{target}</tr>'
        )
    return SafeString("".join(rows))  # nosec B703 -- each word was escaped


def matrix_rows(matrix: dict, counted: Callable[[int], str], amount: Callable[[Decimal], str]) -> SafeString:
    """The rows of components/matrix.html: a cell with nothing in it is a hole, said in words."""
    openings = [f'<td data-label="{escape(label)}"' for label in matrix["columns"]]
    parts = []
    for row in matrix["rows"]:
        parts.append(f'<tr>\n<th scope="row">{escape(row["label"])}</th>\n')
        for opening, cell in zip(openings, row["cells"], strict=True):
            if not cell["count"]:
                parts.append(f'{opening} class="hole"><span>Scoperto</span></td>\n')
                continue
            money = f" <span>{escape(amount(cell['amount']))}</span>" if cell["amount"] is not None else " "
            words = linked(cell["url"], counted(cell["count"]))
            parts.append(f"{opening}><strong>{words}</strong>{money}</td>\n")
        parts.append("</tr>\n")
    return SafeString("".join(parts))  # nosec B703 -- each word was escaped


_MONTHS = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]


@dataclass(frozen=True)
class Gantt:
    spans: list[Span]
    ticks: list[Tick]
    today: str


def gantt(rows: Iterable, today: date | None = None) -> Gantt:
    """Spans of time on a common axis of whole months. Each row: label, start, end, and if it has them url, detail,
    tone. At most seven ticks are written, up to seven years: with its year a month needs much room."""
    rows = [row for row in rows if get(row, "start") and get(row, "end")]
    if not rows:
        return Gantt([], [], "")
    first = min(get(row, "start") for row in rows).replace(day=1)
    last = _next_month(max(get(row, "end") for row in rows))
    whole = (last - first).days
    spans = [
        Span(
            label=get(row, "label"),
            url=get(row, "url") or "",
            detail=get(row, "detail") or "",
            start=get(row, "start"),
            end=get(row, "end"),
            x=place((get(row, "start") - first).days, whole),
            width=place((get(row, "end") - get(row, "start")).days + 1, whole),
            tone=get(row, "tone") or "progress",
        )
        for row in rows
    ]
    months = []
    month = first
    while month < last:
        months.append(month)
        month = _next_month(month)
    every = next((n for n in (1, 2, 3, 6, 12) if len(months) / n <= 7), 12)
    marked = [m for m in months if (m.month - 1) % every == 0] or months[:1]
    ticks = [
        Tick(
            label=f"{_MONTHS[m.month - 1]} {m.year}" if m.month == 1 or m == marked[0] else _MONTHS[m.month - 1],
            x=place((m - first).days, whole),
            year=m.month == 1 or m == marked[0],
            anchor="end" if (m - first).days > whole * 0.8 else "start",
        )
        for m in marked
    ]
    return Gantt(spans, ticks, place((today - first).days, whole) if today and first <= today < last else "")


def drawn_spans(chart: Gantt, period: Callable[[date, date], str]) -> SafeString:
    """The rows of the chart: a plan has hundreds, all on the same axis, which is therefore drawn once."""
    axis = "".join(
        f'<line x1="{tick.x}" x2="{tick.x}" y1="0" y2="48" stroke="{"#76879a" if tick.year else "#d3dae2"}"/>'
        for tick in chart.ticks
    )
    today = ""
    if chart.today:
        today = (
            f'<line x1="{chart.today}" x2="{chart.today}" y1="0" y2="48" stroke="#b3243c" stroke-width="2" '
            f'stroke-dasharray="4 3"/>'
        )
    rows = []
    for span in chart.spans:
        label = escape(span.label)
        if span.url:
            label = f'<a href="{escape(span.url)}">{label}</a>'
        detail = f" · {escape(span.detail)}" if span.detail else ""
        dates = f'<span class="gantt-dates">{period(span.start, span.end)}{detail}</span>'
        rows.append(
            f'<li class="gantt-row"><p>{label}{dates}</p>'
            f'<svg width="100%" height="48" aria-hidden="true" focusable="false">{axis}'
            f'<rect x="{span.x}" width="{span.width}" y="13" height="22" rx="3" fill="#0b3d73"/>{today}</svg></li>\n'
        )
    return SafeString("".join(rows))  # nosec B703 -- each word was escaped


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
