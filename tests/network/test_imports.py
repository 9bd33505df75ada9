"""Bodies from a file: read without trusting it, looked at row by row, imported all together or not at all."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from stdnum import luhn

from conciliazione.kernel import sheets
from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, MoveRefused, Refused
from conciliazione.kernel.models import Move, StoredFile
from network.enums import ImportOutcome, ImportStatus, Nature
from network.models import Organisation, RegisterImport
from network.rules import register_import as rules
from network.services import organisations, register_imports
from tests.factories import make_organisation

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


# --- the services -----------------------------------------------------------------------------------------------------
def upload(content, name="enti.csv"):
    return SimpleUploadedFile(name, content)


def thousand(wrong=None):
    """A thousand bodies; of one (by row number) the tax code is wrong."""
    rows = [[f"Ente numero {n}", "Terzo settore", code(n), "Privato non profit"] for n in range(2, 1002)]
    if wrong:
        rows[wrong - 2][2] = "12345678901"
    return as_csv(*rows)


@pytest.mark.django_db
def test_of_a_thousand_rows_one_wrong_keeps_all_out(world):
    before = Organisation.objects.count()
    record = register_imports.preview(upload(thousand(wrong=512)), by=world.office)
    assert (record.count(ImportOutcome.NEW), record.count(ImportOutcome.ERROR)) == (999, 1)
    with pytest.raises(Refused, match=r"Riga 512, colonna «Codice fiscale»"):
        register_imports.carry_out(record, by=world.office)
    assert Organisation.objects.count() == before
    record.refresh_from_db()
    assert record.status == ImportStatus.PREVIEWED


@pytest.mark.django_db
def test_a_thousand_rows_come_in_together_and_once(world):
    before = Organisation.objects.count()
    record = register_imports.preview(upload(thousand()), by=world.office)
    assert Organisation.objects.count() == before
    register_imports.carry_out(record, by=world.office)
    assert Organisation.objects.count() == before + 1000
    body = Organisation.objects.get(name="Ente numero 700")
    assert (body.nature, body.nature_confirmed_by, body.search_name) == (
        Nature.PRIVATE_NON_PROFIT,
        world.office,
        "ente numero 700",
    )
    assert body.history.get().history_user == world.office
    assert Move.objects.about(body).get().label == "Ente importato, riga 700"
    with pytest.raises(MoveRefused):
        register_imports.carry_out(record, by=world.office)
    again = register_imports.preview(upload(thousand()), by=world.office)
    assert again.count(ImportOutcome.SAME) == 1000
    with pytest.raises(Refused, match="non cambierebbe nulla"):
        register_imports.carry_out(again, by=world.office)


@pytest.mark.django_db
def test_what_changes_is_written_with_its_history(world):
    body = make_organisation("Bottega", nature=Nature.UNCONFIRMED, kind="enterprise")
    other = make_organisation("Comune di prova")
    headers = ["Denominazione", "Natura", "Dimensione", "Legale rappresentante", "Carica", "In carica dal"]
    content = as_xlsx(
        ["Bottega", "Privato", "Micro", "Ada Neri", "Titolare", date(2014, 3, 31)],
        ["Comune di prova", None, None, "Ugo Verdi", "Sindaco", None],
        headers=headers,
    )
    record = register_imports.preview(upload(content, "enti.xlsx"), by=world.office)
    register_imports.carry_out(record, by=world.office)
    body.refresh_from_db()
    assert (body.nature, body.size, body.size_confirmed_by) == ("private", "micro", world.office)
    assert (body.representatives.get().starts_on, body.legal_representative_office) == (date(2014, 3, 31), "Titolare")
    assert "Natura: da «Da confermare» a «Privato»" in Move.objects.about(body).latest("pk").reason
    assert other.representatives.get().name == "Ugo Verdi"


@pytest.mark.django_db
def test_the_register_may_change_meanwhile_where_it_does_not_matter(world):
    record = register_imports.preview(upload(as_csv(["Nuovo ente", "Comune", "", ""])), by=world.office)
    make_organisation("Tutt'altro")
    register_imports.carry_out(record, by=world.office)
    record = register_imports.preview(upload(as_csv(["Secondo ente", "Comune", "", ""])), by=world.office)
    organisations.create(name="Ente secondo", kind="other", by=world.region)
    with pytest.raises(ChangedMeanwhile):
        register_imports.carry_out(record, by=world.office)
    assert not Organisation.objects.filter(name="Secondo ente").exists()
    record = register_imports.look_again(record, by=world.office)
    assert record.first_error[:2] == (2, "Denominazione")


@pytest.mark.django_db
def test_the_file_that_is_imported_is_the_one_that_was_looked_at(world):
    record = register_imports.preview(upload(as_csv(["Nuovo ente", "Comune", "", ""])), by=world.office)
    with open(record.file.file.path, "wb") as stored:
        stored.write(as_csv(["Ente messo dopo", "Comune", "", ""]))
    with pytest.raises(Refused, match="non è più quello"):
        register_imports.carry_out(record, by=world.office)
    assert not Organisation.objects.filter(name__in=["Nuovo ente", "Ente messo dopo"]).exists()


# --- the pages --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_from_the_upload_to_the_register(world, enter):
    client = enter(world.office)
    page = client.post(url("import_new"), {"file": upload(as_csv(["Nuovo ente", "Comune", "", "Pubblico"]))})
    record = RegisterImport.objects.get()
    assert page.url == record.get_absolute_url()
    shown = client.get(page.url).content.decode()
    assert "Enti nuovi" in shown
    assert "Importa nel registro" in shown
    act = url("import_move", record.pk, "importa-nel-registro")
    assert client.get(act).status_code == 200
    assert client.post(act).status_code == 302
    assert client.post(act).status_code == 302  # the second click of two
    assert Organisation.objects.filter(name="Nuovo ente").count() == 1
    assert "Che cosa ha fatto ogni riga" in client.get(page.url).content.decode()
    assert enter(world.region).get(page.url).status_code == 404
    assert enter(world.chair).get(url("import_new")).status_code == 403
    assert enter(world.chair).get(page.url).status_code in {403, 404}


@pytest.mark.django_db
def test_a_wrong_file_comes_back_with_the_reason_and_is_kept_nowhere(world, enter):
    client = enter(world.office)
    for content, name in (
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "enti.csv"),
        (as_csv(["a", "b", "", ""]), "enti.xlsx"),
        (as_csv(["a", "b", "", ""]), "enti.exe"),
        (bomb(), "enti.xlsx"),
        (b"%PDF-1.4 " + b"x" * 100, "enti.csv"),
        (as_csv(headers=["Colore"]), "enti.csv"),
    ):
        page = client.post(url("import_new"), {"file": upload(content, name)})
        assert page.status_code == 422, name
    assert not StoredFile.objects.exists()
    assert client.post(url("import_new"), {}).status_code == 422


@pytest.mark.django_db
def test_errors_are_shown_by_row_and_the_register_can_change_between(world, enter):
    client = enter(world.office)
    client.post(
        url("import_new"), {"file": upload(as_csv(["A", "Comune", "9", ""], ["Secondo ente", "Comune", "", ""]))}
    )
    record = RegisterImport.objects.get()
    page = client.get(record.get_absolute_url(), {"esito": "error"}).content.decode()
    assert "codice fiscale non è valido" in page
    assert "Secondo ente" not in page
    act = url("import_move", record.pk, "importa-nel-registro")
    assert client.get(act).status_code == 409
    refused = client.post(act)
    assert refused.status_code == 422
    assert "Riga 2, colonna «Codice fiscale»" in refused.content.decode()
    client.post(url("import_new"), {"file": upload(as_csv(["Secondo ente", "Comune", "", ""]))})
    record = RegisterImport.objects.first()
    organisations.create(name="Ente secondo", kind="other", by=world.region)
    late = client.post(url("import_move", record.pk, "importa-nel-registro"))
    assert late.status_code == 422
    assert "il registro è cambiato" in late.content.decode()
    assert "Ente secondo" in client.get(record.get_absolute_url()).content.decode()
    assert client.post(url("import_move", record.pk, "scarta-il-file")).status_code == 302


@pytest.mark.django_db
def test_the_export_comes_back_and_holds_no_formula(world, enter):
    make_organisation("=cmd|' /C calc'!A0", tax_code=code(5), municipality="+39")
    client = enter(world.office)
    for fmt in ("csv", "xlsx"):
        answer = client.get(url("organisations"), {"formato": fmt})
        content = b"".join(answer.streaming_content)
        if fmt == "csv":
            assert b"'=cmd" in content
        record = register_imports.preview(upload(content, f"enti.{fmt}"), by=world.office)
        assert record.count(ImportOutcome.SAME) == Organisation.objects.count(), record.first_error
        model = b"".join(client.get(url("import_model"), {"formato": fmt}).streaming_content)
        with pytest.raises(InvalidUpload, match="nessuna riga"):
            register_imports.preview(upload(model, f"modello.{fmt}"), by=world.office)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_preview_asks_the_same_for_any_number_of_rows(number, world, enter, django_assert_num_queries):
    rows = [[f"Ente {n} nuovo", "Comune", "", ""] for n in range(number)]
    record = register_imports.preview(upload(as_csv(*rows)), by=world.office)
    client = enter(world.office)
    client.get(record.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(record.get_absolute_url())
