"""Tables that people bring as CSV or Excel, read as plain text cells. Nothing in them is ever computed.

A workbook is a ZIP: it is measured before it is opened, and a part that unfolds to more than a sheet of ours ever
could is refused. Formulas are told apart, since the value they show is not the value that is written.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook

from .errors import InvalidUpload
from .text import normalise

SHEETS = {
    ".csv": {"text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"},
    ".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}
MOST_COLUMNS = 50
MOST_UNFOLDED = 64 * 1024 * 1024  # bytes of all parts of a workbook together
MOST_PARTS = 300
MOST_CELL = 2000  # characters
_NEUTRALISED = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True)
class Line:
    """A row of the sheet with its number as the person sees it, and its cells by column header."""

    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()  # headers of the cells that hold a formula


@dataclass(frozen=True)
class Sheet:
    headers: list[str]
    lines: list[Line]


def read(content: bytes, suffix: str, *, most_rows: int) -> Sheet:
    """The first sheet as text: headers from its first row, and the rows that are not blank.

    Numbers that Excel keeps as numbers come without decimals that are not there; days as 2014-03-31. Raises
    InvalidUpload for a file that cannot be read, is too large once unfolded, or has more than `most_rows` rows.
    """
    rows = _csv_rows(content) if suffix == ".csv" else _xlsx_rows(content, most_rows)
    try:
        return _sheet(rows, most_rows)
    except (csv.Error, UnicodeError, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise InvalidUpload(
            "Il file non si riesce a leggere: salvalo di nuovo come Excel (.xlsx) o CSV e riprova.", field="file"
        ) from error


def _sheet(rows, most_rows: int) -> Sheet:
    headers: list[str] = []
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        cells, formulas = [], []
        for index, value in enumerate(row):
            text = _text(value)
            if index >= MOST_COLUMNS and text:
                raise InvalidUpload(f"Le colonne sono più di {MOST_COLUMNS}: usa il modello.", field="file")
            if len(text) > MOST_CELL:
                raise InvalidUpload(
                    f"Riga {number}, colonna {index + 1}: il testo supera {MOST_CELL} caratteri.", field="file"
                )
            if text.startswith("="):
                formulas.append(index)
            cells.append(text[1:] if text.startswith(_NEUTRALISED) else text)
        if not any(cells):
            continue
        if not headers:
            headers = _headers(cells)
            continue
        if len(lines) >= most_rows:
            raise InvalidUpload(f"Le righe sono più di {most_rows}: dividi il file.", field="file")
        if extra := [index for index, text in enumerate(cells) if text and index >= len(headers)]:
            raise InvalidUpload(
                f"Riga {number}: ci sono più celle che colonne (la {extra[0] + 1}ª non ha intestazione).", field="file"
            )
        padded = [*cells, *[""] * (len(headers) - len(cells))]
        named = {header: text for header, text in zip(headers, padded, strict=False) if header}
        lines.append(Line(number, named, tuple(headers[i] for i in formulas if i < len(headers))))
    if not headers:
        raise InvalidUpload("Il file è vuoto: la prima riga ha i nomi delle colonne.", field="file")
    return Sheet([header for header in headers if header], lines)


def _headers(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    for position, header in enumerate(cells):
        if not header:
            raise InvalidUpload(f"La {position + 1}ª colonna non ha intestazione nella prima riga.", field="file")
        if cells.index(header) != position:
            raise InvalidUpload(f"La colonna «{header}» c'è due volte.", field="file")
    return cells


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(normalise(str(value)).split())


def _csv_rows(content: bytes):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="strict") if b"\x81" not in content else content.decode("latin-1")
    if "\x00" in text:
        raise InvalidUpload("Il file non è un CSV: contiene dati che non sono testo.", field="file")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _xlsx_rows(content: bytes, most_rows: int):
    try:
        _measure(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except InvalidUpload:
        raise
    except Exception as error:
        raise InvalidUpload(
            "Il file Excel non si riesce a leggere: salvalo di nuovo come .xlsx e riprova.", field="file"
        ) from error
    sheet = book.worksheets[0]
    # what a sheet says of its own extent is not to be trusted: blank rows are counted too
    return sheet.iter_rows(max_row=most_rows * 2 + 100, max_col=MOST_COLUMNS + 1, values_only=True)


def _measure(content: bytes) -> None:
    """Refuse a ZIP that unfolds too far, or whose parts declare entities of their own."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        infos = parts.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNFOLDED:
            raise InvalidUpload("Il file, una volta aperto, è troppo grande: dividilo.", field="file")
        for info in infos:
            if not info.filename.endswith((".xml", ".rels")):
                continue
            with parts.open(info) as part:
                # never more than was declared, whatever the part really holds
                if b"<!DOCTYPE" in part.read(min(info.file_size, 4096)).upper():
                    raise InvalidUpload("Il file Excel contiene dichiarazioni che non sono ammesse.", field="file")
