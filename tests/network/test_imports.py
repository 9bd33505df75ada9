"""Bodies from a file: read without trusting it, looked at row by row, imported all together or not at all."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from stdnum import luhn

from conciliazione.kernel import sheets
from conciliazione.kernel.errors import InvalidUpload
from network.enums import ImportOutcome
from network.models import Organisation
from network.rules import register_import as rules

TODAY = date(2014, 6, 1)
HEADERS = ["Denominazione", "Tipo", "Codice fiscale", "Natura"]


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def as_csv(*rows, headers=HEADERS, delimiter=";"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headers, *rows])
    return out.getvalue().encode()


def as_xlsx(*rows, headers=HEADERS):
    book, out = Workbook(), io.BytesIO()
    for row in (headers, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def read(content, suffix=".csv", most=100):
    return sheets.read(content, suffix, most_rows=most)


def planned(*rows, register=(), headers=HEADERS):
    return rules.plan(read(as_csv(*rows, headers=headers)), register, today=TODAY)


def known(key, name, **values):
    blank = dict.fromkeys(rules.REGISTERED, "")
    return rules.KnownBody(key, blank | {"name": name, "kind": "other", "nature": "unconfirmed"} | values)


def code(number):
    """A tax code of a body that agrees with its check digit."""
    digits = f"{number:07d}019"
    return digits + luhn.calc_check_digit(digits)


# --- reading ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_as_it_comes(delimiter, encoding):
    content = as_csv(["Città Bella", "", "", ""], delimiter=delimiter).decode().encode(encoding)
    sheet = read(content)
    assert sheet.headers == HEADERS
    assert [line.cells["Denominazione"] for line in sheet.lines] == ["Città Bella"]


def test_a_workbook_as_it_comes():
    content = as_xlsx(
        ["Comune", date(2014, 3, 31), 3380195, 12.0], [None, None, None, None], ["=1+1", True, 1.5, "'=2"]
    )
    first, second = read(content, ".xlsx").lines
    assert (first.number, list(first.cells.values())) == (2, ["Comune", "2014-03-31", "3380195", "12"])
    assert (second.number, list(second.cells.values())) == (4, ["=1+1", "sì", "1.5", "=2"])
    assert second.formulas == ("Denominazione",)


def bomb(part=b"0" * 1024, times=80 * 1024, name="xl/worksheets/sheet1.xml"):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(["A"]))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bad,
    ):
        for info in good.infolist():
            if info.filename != name:
                bad.writestr(info, good.read(info))
        with bad.open(name, "w") as sheet:
            for _ in range(times // 64):
                sheet.write(part * 64)
    return out.getvalue()


def with_entities():
    return bomb(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'.ljust(1024), 64)


@pytest.mark.parametrize(
    ("content", "suffix", "words"),
    [
        (b"", ".csv", "vuoto"),
        (b"\n\n", ".csv", "vuoto"),
        (b"PK\x03\x04\x00\x00", ".csv", "non sono testo"),
        (b"PK\x03\x04 not a zip", ".xlsx", "non si riesce a leggere"),
        (b"MZ\x90\x00", ".xlsx", "non si riesce a leggere"),
        (b'a;b\n"aperta;1\n', ".csv", "non si riesce a leggere"),
        (as_csv(["x"] * 5), ".csv", "più celle che colonne"),
        (as_csv(headers=["A", "A"]), ".csv", "due volte"),
        (as_csv(headers=["A", "", "B"]), ".csv", "non ha intestazione"),
        (as_csv(["x" * 2001, "", "", ""]), ".csv", "Riga 2, colonna 1"),
        (as_csv(*[["x", "", "", ""]] * 101), ".csv", "più di 100"),
        (as_csv(["x"] * 51, headers=[f"c{i}" for i in range(51)]), ".csv", "più di 50"),
    ],
    ids=[
        "empty",
        "blank",
        "zip as csv",
        "not a zip",
        "program",
        "quote",
        "cells",
        "twice",
        "gap",
        "cell",
        "rows",
        "cols",
    ],
)
def test_what_cannot_be_read_is_told(content, suffix, words):
    with pytest.raises(InvalidUpload, match=words) as refused:
        read(content, suffix)
    assert refused.value.field == "file"


def test_a_bomb_is_refused_before_it_unfolds():
    content = bomb()
    assert len(content) < 1024 * 1024
    with pytest.raises(InvalidUpload, match="troppo grande"):
        read(content, ".xlsx")
    with pytest.raises(InvalidUpload, match="dichiarazioni"):
        read(with_entities(), ".xlsx")


# --- what each row would do -------------------------------------------------------------------------------------------
def test_each_row_is_new_changed_the_same_or_wrong():
    register = [known(7, "Comune di Crema", kind="municipality"), known(8, "Il Filo", tax_code=code(8))]
    new, changed, same, wrong = planned(
        ["Comune di Lodi", "Comune", code(1), "Pubblico"],
        ["COMUNE DI CREMA", "comune", code(2), ""],
        ["Il Filo", "", code(8), ""],
        ["", "Comune", "", ""],
        register=register,
    )
    assert (new.outcome, new.body, new.values["nature"]) == (ImportOutcome.NEW, None, "public")
    assert (changed.outcome, changed.body) == (ImportOutcome.CHANGED, 7)
    assert [(c.header, c.before, c.after) for c in changed.changes] == [
        ("Denominazione", "Comune di Crema", "COMUNE DI CREMA"),
        ("Codice fiscale", "", code(2)),
    ]
    assert (same.outcome, same.changes, same.values) == (ImportOutcome.SAME, [], {})
    assert (wrong.outcome, wrong.errors[0][0], wrong.number) == (ImportOutcome.ERROR, "Denominazione", 5)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["Nuovo", "", "", ""], "Tipo", "serve il tipo"),
        (["Nuovo", "Castello", "", ""], "Tipo", "non è tra le scelte"),
        (["Nuovo", "Comune", "123", ""], "Codice fiscale", "non è valido"),
        (["Nuovo", "Comune", "", "Pubblica"], "Natura", "non è tra le scelte"),
        (["Nuovo", "Impresa", "", "Privato"], "Dimensione", "indica anche la dimensione"),
        (["Crema, comune di", "Comune", "", ""], "Denominazione", "C'è già «Comune di Crema»"),
        (["Comune di Crema", "", code(8), ""], "Codice fiscale", "È di «Il Filo»"),
        (["Il Filo", "", code(9), ""], "Codice fiscale", "Nel registro"),
        (["=A1", "Comune", "", ""], "Denominazione", "formula"),
        (["x" * 201, "Comune", "", ""], "Denominazione", "supera 200"),
    ],
)
def test_what_is_wrong_names_its_column(row, column, words):
    register = [known(7, "Comune di Crema"), known(8, "Il Filo", tax_code=code(8))]
    errors = planned(row, register=register)[0].errors
    assert any(found == column and words in sentence for found, sentence in errors), errors


def test_the_file_is_held_against_itself_too():
    first, second, third, fourth = planned(
        ["Il Filo", "Comune", code(1), ""],
        ["Altro", "Comune", code(1), ""],
        ["IL FILO", "Comune", "", ""],
        ["Filo (il)", "Comune", "", ""],
    )
    assert first.outcome == ImportOutcome.NEW
    assert second.errors == [("Codice fiscale", "L'ente è già nella riga 2 del file.")]
    assert third.errors[0] == ("Denominazione", "L'ente è già nella riga 2 del file.")
    assert "riga 2" in fourth.errors[0][1]


def test_the_other_columns():
    headers = ["Denominazione", "Tipo", "PEC", "Legale rappresentante", "In carica dal", "Natura", "Dimensione"]
    rows = planned(
        ["A", "Impresa", "non-posta", "", "", "", ""],
        ["B", "Impresa", "", "", "31/03/2014", "", ""],
        ["C", "Impresa", "", "Ugo", "31/02/2014", "", ""],
        ["D", "Impresa", "", "Ugo", "02/06/2014", "", ""],
        ["E", "Impresa", "a@b.it", "Ugo", "31/03/2014", "Privato", "Micro"],
        ["F", "Comune", "", "", "", "Pubblico", "Micro"],
        ["G", "Impresa", "", "", "", "", "Micro"],
        headers=headers,
    )
    assert [row.errors[0][0] if row.errors else "" for row in rows] == [
        *("PEC", "In carica dal", "In carica dal", "In carica dal", "", "Dimensione", "Dimensione")
    ]
    assert rows[4].values["size"] == "micro"
    assert rows[4].values["representative_since"] == "2014-03-31"


def test_the_sheet_itself_may_be_wrong():
    for headers, words in (
        (["Denominazione", "Colore"], "«Colore» non è del modello"),
        (["Tipo"], "Manca la colonna"),
        (["Denominazione", "denominazione "], "due volte"),
    ):
        with pytest.raises(InvalidUpload, match=words):
            planned(["a", "b"][: len(headers)], headers=headers)
    with pytest.raises(InvalidUpload, match="nessuna riga"):
        planned()


TEXT = st.text(alphabet="abcàÈ '=+-@;,\"&", min_size=1, max_size=12).map(str.strip).filter(lambda t: t.strip("'\" "))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(TEXT, min_size=1, max_size=5), municipality=TEXT, suffix=st.sampled_from([".csv", ".xlsx"]))
def test_what_is_exported_comes_back_the_same(names, municipality, suffix):
    from conciliazione.kernel.exports import harmless
    from conciliazione.kernel.text import search_key

    bodies, seen = [], set()
    for name in names:
        name = " ".join(sheets.normalise(name).split())
        if name and search_key(name) not in seen and not name.startswith("'"):
            seen.add(search_key(name))
            bodies.append(
                Organisation(pk=len(bodies) + 1, name=name, kind="other", municipality=municipality.strip("' "))
            )
    rows = [[harmless(value) for value in rules.exported(body)] for body in bodies]
    if not rows:
        return
    content = (as_csv if suffix == ".csv" else as_xlsx)(*rows, headers=rules.EXPORTED)
    register = [rules.KnownBody(body.pk, {name: getattr(body, name) for name in rules.REGISTERED}) for body in bodies]
    found = rules.plan(read(content, suffix), register, today=TODAY)
    assert {row.outcome for row in found} == {ImportOutcome.SAME}, [row.errors or row.changes for row in found]
