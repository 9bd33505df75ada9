"""The territories of Lombardy as a schematic map: one tile each, roughly where it lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

from conciliazione.kernel.text import search_key

COLUMNS, TILE_HEIGHT = 5, 92
# (row, column) of the territories of the fifteen ASL of 2014-16, north above
PLACES = {
    "Sondrio": (0, 3),
    "Valle Camonica-Sebino": (0, 4),
    "Varese": (1, 0),
    "Como": (1, 1),
    "Lecco": (1, 2),
    "Bergamo": (1, 3),
    "Brescia": (1, 4),
    "Milano 1": (2, 0),
    "Milano": (2, 1),
    "Monza e Brianza": (2, 2),
    "Pavia": (3, 0),
    "Milano 2": (3, 1),
    "Lodi": (3, 2),
    "Cremona": (3, 3),
    "Mantova": (3, 4),
}
# white to dark: the step says how much of the greatest value; above this step the words are white
STEPS = ("#ffffff", "#d5e3f2", "#9fc0e0", "#3f77b0", "#0b3d73")
DARK = 3


@dataclass(frozen=True)
class Tile:
    """Positions in percent of the width and in pixels of the height, as the other charts have them."""

    words: tuple[str, ...]  # the name, a line each
    shown: str
    label: str
    url: str
    x: str
    middle: str
    y: int
    fill: str
    ink: str

    @property
    def lines(self) -> list[tuple[int, str]]:
        first = self.y + (34 if len(self.words) == 1 else 26)
        return [(first + 17 * n, word) for n, word in enumerate(self.words)]

    @property
    def value_y(self) -> int:
        return self.y + 74


@dataclass(frozen=True)
class TileMap:
    tiles: list[Tile]
    height: int
    width: str = f"{100 / COLUMNS - 1:.2f}%"
    tile_height: int = TILE_HEIGHT - 8

    @property
    def drawn(self) -> SafeString:
        """The tiles, each a link."""
        parts = []
        for tile in self.tiles:
            centred = f'text-anchor="middle" fill="{tile.ink}"'
            words = "".join(
                f'<text x="{tile.middle}" y="{at}" {centred}>{escape(word)}</text>' for at, word in tile.lines
            )
            parts.append(
                f'<a href="{escape(tile.url)}" aria-label="{escape(tile.label)}">'
                f'<rect x="{tile.x}" y="{tile.y}" width="{self.width}" height="{self.tile_height}" fill="{tile.fill}" '
                f'stroke="#17324d" stroke-width="1.5"/>{words}'
                f'<text class="tile-value" x="{tile.middle}" y="{tile.value_y}" {centred}>{escape(tile.shown)}</text>'
                "</a>\n"
            )
        return SafeString("".join(parts))  # nosec B703 -- each word was escaped


_KEYS = {f" {search_key(place)} ": place for place in PLACES}


@lru_cache(maxsize=256)  # the names of the networks, which are few
def territory_of(name: str) -> str:
    """The territory that a network's name speaks of: the longest that it contains; "" for none."""
    key = f" {search_key(name)} "
    found = [place for words, place in _KEYS.items() if words in key]
    return max(found, key=len, default="")


def tile_map(rows: Iterable[tuple[str, Decimal | None, str, str]]) -> TileMap:
    """Each row: name of the network, value or None, the value in words, address. Unknown places follow below."""
    rows = list(rows)
    top = max((value for _, value, *_ in rows if value), default=None)
    free = max(row for row, _ in PLACES.values()) + 1
    taken: set[tuple[int, int]] = set()
    others = 0
    tiles = []
    for name, value, shown, url in rows:
        place = PLACES.get(territory_of(name))
        if place is None or place in taken:
            place, others = (free + others // COLUMNS, others % COLUMNS), others + 1
        taken.add(place)
        step = 0 if not value or not top else 1 + min(3, int(value * 4 / top)) if value < top else 4
        tiles.append(_tile(name, place, step, shown, url))
    used = max((row for row, _ in taken), default=0) + 1
    return TileMap(tiles, used * TILE_HEIGHT)


def _tile(name: str, place: tuple[int, int], step: int, shown: str, url: str) -> Tile:
    row, column = place
    short = territory_of(name) or name
    left = Decimal(100) / COLUMNS * column
    return Tile(
        words=_two_lines(short),
        shown=shown,
        label=f"{name}: {shown}",
        url=url,
        x=f"{left:.2f}%",
        middle=f"{left + Decimal(100) / COLUMNS / 2 - Decimal('0.5'):.2f}%",
        y=row * TILE_HEIGHT,
        fill=STEPS[step],
        ink="#ffffff" if step >= DARK else "#17324d",
    )


def _two_lines(name: str) -> tuple[str, ...]:
    """A long name on two lines, as even as its words allow; what is longer still is cut."""
    if len(name) <= 9:
        return (name,)
    words = name.replace("-", "- ").split()
    if len(words) == 1:
        return (name[:11],)
    cuts = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    first, second = min(cuts, key=lambda pair: max(map(len, pair)))
    return (first[:14], second[:14])
