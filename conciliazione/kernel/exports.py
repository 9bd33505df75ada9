"""Rows of a list as a spreadsheet: the same columns, filters and order as on the page."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from xlsxwriter import Workbook

FORMATS = ("csv", "xlsx")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """What is taken away: `columns` have `label` and `plain(row)`, `rows` an `iterator(chunk_size)`."""

    title: str
    columns: Sequence
    rows: Any

    @classmethod
    def of_plain_rows(cls, title: str, headers: list[str], rows) -> "Sheet":
        """For rows that are lists of values in the order of `headers`."""
        return cls(title, [_Place(header, index) for index, header in enumerate(headers)], _Rows(rows))

    def filename(self, fmt: str) -> str:
        return f"{slugify(self.title)[:100] or 'elenco'}-{timezone.localdate():%Y-%m-%d}.{fmt}"


def respond(fmt: str, sheet: Sheet):
    """The download response for `fmt`, one of FORMATS."""
    name = sheet.filename(fmt)
    if fmt == "csv":
        response = StreamingHttpResponse(_csv_lines(sheet), content_type=TYPES["csv"])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    # the response closes the file, which then disappears
    out = tempfile.TemporaryFile()  # noqa: SIM115
    write("xlsx", sheet, out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name)


def write(fmt: str, sheet: Sheet, out: BinaryIO) -> None:
    """Write the sheet into an open file, row by row: memory does not grow with the rows."""
    if fmt == "csv":
        for line in _csv_lines(sheet):
            out.write(line.encode())
    else:
        _write_xlsx(sheet, out)


class _Place:
    """A column of plain rows, by its place."""

    def __init__(self, label: str, index: int):
        self.label, self.index = label, index

    def plain(self, row):
        return row[self.index]


class _Rows:
    """Plain rows, asked for as those of a query."""

    def __init__(self, rows):
        self.rows = rows

    def iterator(self, chunk_size: int):
        return iter(self.rows)


def harmless(value):
    """Text that a spreadsheet would take for a formula is made plain text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def _plain(column, row):
    value = column.plain(row)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    return harmless(str(value))


class _Echo:
    def write(self, value):
        return value


def _csv_lines(sheet: Sheet) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow([c.label for c in sheet.columns])
    for row in sheet.rows.iterator(chunk_size=500):
        yield writer.writerow([_plain(c, row) for c in sheet.columns])


def _write_xlsx(sheet: Sheet, out: BinaryIO) -> None:
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Dati")
    bold = book.add_format({"bold": True})
    formats = {
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    book.set_properties({"title": sheet.title})
    for index, column in enumerate(sheet.columns):
        page.write(0, index, column.label, bold)
    for line, row in enumerate(sheet.rows.iterator(chunk_size=500), start=1):
        for index, column in enumerate(sheet.columns):
            value = _plain(column, row)
            page.write(line, index, value, formats.get(type(value)))
    book.close()
