"""An import of bodies through the service and its pages: all of it or nothing, what was looked at and no other."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, MoveRefused, Refused
from conciliazione.kernel.models import Move, StoredFile
from network.enums import ImportOutcome, ImportStatus, Nature
from network.models import Organisation, RegisterImport
from network.services import organisations, register_imports
from tests.factories import make_organisation

from .test_imports import as_csv, as_xlsx, bomb, code, url

pytestmark = pytest.mark.django_db


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
