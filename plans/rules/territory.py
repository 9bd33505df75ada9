"""The map of a territory: outlines in degrees, or tiles where there is none, to shapes that a page can draw."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OUTLINES = Path(__file__).resolve().parent.parent / "data" / "outlines.json"
WIDTH = 640
COSINE = 0.705  # of the latitude of Lombardy: how much narrower a degree of longitude is
TILE, GAP = 150, 12


@dataclass(frozen=True)
class Shape:
    """A district on the map: its outline (SVG points), and where its name stands."""

    name: str
    points: str
    x: int
    y: int


@dataclass(frozen=True)
class Layout:
    """All shapes, in one drawing of `width` x `height`; `schematic` when no outline of the territory is known."""

    shapes: list[Shape]
    width: int
    height: int
    schematic: bool


@cache
def _known() -> dict[str, list[list[float]]]:
    return json.loads(OUTLINES.read_text(encoding="utf-8"))["outlines"]


def layout(districts: Sequence[str]) -> Layout:
    """The districts by their known outlines; as equal tiles when one of them has none."""
    known = _known()
    if districts and all(name in known for name in districts):
        return _outlines({name: known[name] for name in districts})
    return _tiles(districts)


def _outlines(outlines: dict[str, list[list[float]]]) -> Layout:
    points = [point for outline in outlines.values() for point in outline]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = (WIDTH - 20) / ((east - west) * COSINE)

    def place(point) -> tuple[int, int]:
        return round(10 + (point[0] - west) * COSINE * scale), round(10 + (north - point[1]) * scale)

    shapes = []
    for name, outline in outlines.items():
        drawn = [place(point) for point in outline]
        x, y = _middle(drawn)
        shapes.append(Shape(name, " ".join(f"{a},{b}" for a, b in drawn), x, y))
    return Layout(shapes, WIDTH, round(20 + (north - south) * scale), False)


def _middle(points: list[tuple[int, int]]) -> tuple[int, int]:
    """The centre of gravity of a polygon."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        part = x1 * y2 - x2 * y1
        area += part
        x += (x1 + x2) * part
        y += (y1 + y2) * part
    return (round(x / (3 * area)), round(y / (3 * area))) if area else points[0]


def _tiles(districts: Sequence[str]) -> Layout:
    """Equal squares in reading order, at most four a row."""
    columns = min(4, max(1, len(districts)))
    shapes = []
    for index, name in enumerate(districts):
        row, column = divmod(index, columns)
        x, y = GAP + column * (TILE + GAP), GAP + row * (TILE + GAP)
        corners = ((x, y), (x + TILE, y), (x + TILE, y + TILE), (x, y + TILE))
        shapes.append(Shape(name, " ".join(f"{a},{b}" for a, b in corners), x + TILE // 2, y + TILE // 2))
    rows = -(-len(districts) // columns)
    return Layout(shapes, GAP + columns * (TILE + GAP), GAP + max(1, rows) * (TILE + GAP), True)
