"""Rows of a list as a spreadsheet: the same columns, filters and order as on the page."""

import csv
import tempfile
from datetime import date, datetime
from decimal import Decimal

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from xlsxwriter import Workbook

FORMATS = ("csv", "xlsx")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def respond(fmt: str, title: str, columns, rows):
    """The download response for `fmt`, one of FORMATS."""
    name = f"{slugify(title) or 'elenco'}-{timezone.localdate():%Y-%m-%d}.{fmt}"
    return _csv(name, columns, rows) if fmt == "csv" else _xlsx(name, title, columns, rows)


def respond_rows(fmt: str, title: str, headers: list[str], rows):
    """As `respond`, for rows that are plain lists of values in the order of `headers`."""
    columns = [_Place(header, index) for index, header in enumerate(headers)]
    return respond(fmt, title, columns, _Rows(rows))


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


def _csv(name, columns, rows):
    writer = csv.writer(_Echo(), delimiter=";")

    def lines():
        yield "\ufeff"
        yield writer.writerow([c.label for c in columns])
        for row in rows.iterator(chunk_size=500):
            yield writer.writerow([_plain(c, row) for c in columns])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _xlsx(name, title, columns, rows):
    # the response closes the file, which then disappears
    out = tempfile.TemporaryFile()  # noqa: SIM115
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Dati")
    bold = book.add_format({"bold": True})
    formats = {
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    book.set_properties({"title": title})
    for index, column in enumerate(columns):
        sheet.write(0, index, column.label, bold)
    for line, row in enumerate(rows.iterator(chunk_size=500), start=1):
        for index, column in enumerate(columns):
            value = _plain(column, row)
            sheet.write(line, index, value, formats.get(type(value)))
    book.close()
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name)
