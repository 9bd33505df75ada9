"""The measures as a table to read, as JSON to compare, and as a picture."""

from dataclasses import dataclass
from html import escape

from django.core.management import CommandError

from .measure import Measured
from .routes import BOUNDS

GROWTH = 1.3  # the most that a page may cost more when the data grows


class BeyondBounds(CommandError):
    """Some pages are beyond their bounds."""


@dataclass(frozen=True)
class Line:
    """A page in the table: its measures, its multiple of the floor and what it breaks."""

    measured: Measured
    floors: float
    growth: float | None  # of the multiple, against an earlier run with less data

    @property
    def broken(self) -> list[str]:
        bound = BOUNDS[self.measured.route.kind]
        found = []
        if self.measured.queries > bound.queries:
            found.append(f"queries>{bound.queries}")
        if self.floors > bound.floors:
            found.append(f"floor>{bound.floors:g}")
        if self.growth is not None and self.growth > GROWTH:
            found.append(f"growth>{GROWTH}")
        return found


def lines(base: Measured, found: list[Measured], before: dict | None) -> list[Line]:
    """`before` is the JSON of an earlier run."""
    earlier = {row["page"]: row["floors"] for row in before["pages"]} if before else {}
    made = []
    for measured in found:
        floors = measured.total / base.total
        old = earlier.get(measured.route.key)
        made.append(Line(measured, floors, floors / old if old else None))
    return made


def as_data(scale: str, base: Measured, rows: list[Line], counts: dict[str, int]) -> dict:
    return {
        "scale": scale,
        "records": counts,
        "floor": _figures(base),
        "pages": [
            {
                "page": line.measured.route.key,
                "kind": line.measured.route.kind,
                "rows": line.measured.rows,
                "floors": round(line.floors, 2),
                "growth": None if line.growth is None else round(line.growth, 2),
                "broken": line.broken,
            }
            | _figures(line.measured)
            for line in rows
        ],
    }


def _figures(measured: Measured) -> dict:
    return {
        "queries": measured.queries,
        "python_ms": round(measured.python, 2),
        "database_ms": None if measured.database is None else round(measured.database, 2),
        "bytes": measured.size,
        "peak_mb": round(measured.memory / 2**20, 1),
    }


HEAD = ("page", "role", "rows", "queries", "python ms", "db ms", "x floor", "growth", "KB", "peak MB", "beyond")


def as_text(data: dict) -> str:
    """A table in plain text (it is valid Markdown too)."""
    floor = data["floor"]
    cells = [HEAD, tuple("-" * 3 for _ in HEAD), ("(floor)", "", "50", *_numbers(floor, 1.0, None), "")]
    for row in data["pages"]:
        name, _, role = row["page"].rpartition("@")
        numbers = _numbers(row, row["floors"], row["growth"])
        cells.append((name, role, str(row["rows"]), *numbers, " ".join(row["broken"])))
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEAD))]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join(drawn)


def _numbers(row: dict, floors: float, growth: float | None) -> tuple[str, ...]:
    database = "?" if row["database_ms"] is None else f"{row['database_ms']:.1f}"
    return (
        str(row["queries"]),
        f"{row['python_ms']:.1f}",
        database,
        f"{floors:.1f}",
        "" if growth is None else f"{growth:.2f}",
        f"{row['bytes'] / 1024:.0f}",
        f"{row['peak_mb']:.0f}",
    )


COLOURS = {"list": "#0066cc", "detail": "#5c6f82", "board": "#a66300", "search": "#008758", "form": "#7a4fbf"}


def as_picture(data: dict) -> str:
    """A bar for each page, as long as its multiple of the floor; the bound of its kind is a stroke."""
    rows = sorted(data["pages"], key=lambda row: -row["floors"])
    most = max([row["floors"] for row in rows] + [5])
    left, wide, step, top = 330, 520, 18, 46
    unit = wide / most
    height = top + step * len(rows) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + wide + 90} {height}" role="img" '
        f'font-family="sans-serif" font-size="12">',
        f"<title>Cost of each page as a multiple of the floor, scale {escape(str(data['scale']))}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="20" font-size="15">Multiples of the floor, scale {escape(str(data["scale"]))} '
        "(the stroke is the bound)</text>",
    ]
    for place, row in enumerate(rows):
        y = top + place * step
        bound = left + BOUNDS[row["kind"]].floors * unit
        parts += [
            f'<text x="{left - 8}" y="{y + 11}" text-anchor="end">{escape(row["page"])}</text>',
            f'<rect x="{left}" y="{y}" width="{row["floors"] * unit:.1f}" height="13" fill="{COLOURS[row["kind"]]}"/>',
            f'<path d="M{bound:.1f} {y - 2}v17" stroke="#c00" stroke-width="2"/>',
            f'<text x="{left + row["floors"] * unit + 6:.1f}" y="{y + 11}">{row["floors"]:.1f}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
