"""A table of figures as the page shows it, as a spreadsheet holds it and as the printed copy repeats it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.safestring import SafeString

from conciliazione.kernel import exports, tables
from conciliazione.kernel.markup import linked
from conciliazione.kernel.pages import Column
from conciliazione.kernel.templatetags.portal import eur, number, percent

UNITS = {"eur": eur, "number": number, "target": number, "percent": percent, "text": str}
NOTHING_YET = "ancora nulla"
NOT_ASKED = "–"  # a target that nobody has set is not one that will come


@dataclass(frozen=True)
class Cell:
    """A value in the unit of its column; None says that nothing has come yet."""

    value: Any
    unit: str = "number"
    url: str = ""

    @property
    def words(self) -> str:
        if self.value is None:
            return NOT_ASKED if self.unit == "target" else NOTHING_YET
        return UNITS[self.unit](self.value)

    @property
    def html(self) -> SafeString:
        """Its words, as a link where something is behind them."""
        return linked(self.url if self.value is not None else "", self.words)


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """`columns`: (label, unit). The first column, `corner`, names the rows."""

    key: str
    caption: str
    corner: str
    columns: tuple[tuple[str, str], ...]
    rows: list[Row] = field(default_factory=list)
    empty: str = ""
    narrow: bool = False  # it fits a small screen as it is

    def row(self, label: str, values: Iterable, url: str = "", urls: Iterable[str] = ()) -> None:
        links = [*urls, *[""] * len(self.columns)]
        cells = tuple(
            Cell(value, unit, link) for value, (_, unit), link in zip(values, self.columns, links, strict=False)
        )
        self.rows.append(Row(label, cells, url))

    @property
    def heads(self) -> list[dict]:
        return [{"label": label, "numeric": unit != "text"} for label, unit in self.columns]

    @property
    def body(self) -> SafeString:
        """The rows as the page shows them."""
        return tables.written(self.sheet_columns(), self.rows)

    def sheet_columns(self) -> tuple[Column, ...]:
        """The columns as a list has them: the plain values, and what the page writes in a cell."""
        first = Column("label", self.corner, cell=lambda row: linked(row.url, row.label))
        return first, *(
            Column(str(place), label, partial(_value, place), numeric=unit != "text", cell=partial(_cell, place))
            for place, (label, unit) in enumerate(self.columns)
        )


def _value(place: int, row: Row) -> Any:
    return row.cells[place].value


def _cell(place: int, row: Row) -> SafeString:
    return row.cells[place].html


class _Rows(list):
    """Rows as an export reads them."""

    def iterator(self, chunk_size: int):
        return iter(self)


def download(table: Table, wanted: str):
    """The table as a file of one of `exports.FORMATS`."""
    return exports.respond(wanted, exports.Sheet(table.caption, table.sheet_columns(), _Rows(table.rows)))
