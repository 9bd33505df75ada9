"""What whoever runs the portal counts on: health, figures, logs without personal data, copies that can be restored."""

import json
import logging
import os
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory

from conciliazione.kernel import uploads
from conciliazione.kernel.operation import backup, health, litter, logs
from tests.factories import make_organisation, make_person


class TestHealth:
    def test_alive_asks_nothing(self, client):
        answer = client.get("/salute/")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    @pytest.mark.django_db
    def test_ready_says_what_was_looked_at(self, client, monkeypatch):
        monkeypatch.setitem(health.CHECKS, "migrations", lambda: "")  # these tables come from the models
        answer = client.get("/salute/pronto/")
        assert answer.status_code == 200
        assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "files": "ok"}

    @pytest.mark.django_db
    def test_not_ready_when_files_cannot_be_kept(self, client, settings, tmp_path):
        (tmp_path / "media").write_text("a file where the folder should be")
        settings.MEDIA_ROOT = tmp_path / "media"
        answer = client.get("/salute/pronto/")
        assert answer.status_code == 503
        assert answer.json()["checks"]["files"].startswith("failed: ")
        assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
class TestMetrics:
    def test_without_a_token_they_are_not_there(self, client):
        assert client.get("/metriche/").status_code == 404

    @pytest.mark.parametrize("sent", ["", "Bearer wrong", "Bearer ", "Bearer perché"])
    def test_a_wrong_token_opens_nothing(self, client, settings, sent):
        settings.METRICS_TOKEN = "right"
        assert client.get("/metriche/", headers={"Authorization": sent}).status_code == 404

    def test_the_figures(self, client, settings):
        settings.METRICS_TOKEN = "right"
        client.get("/salute/")
        answer = client.get("/metriche/", headers={"Authorization": "Bearer right"})
        assert answer.status_code == 200
        text = answer.content.decode()
        assert 'conciliazione_tasks{status="READY"}' in text
        assert "django_http_requests_latency_seconds_by_view_method" in text


class TestLogs:
    def test_an_address_keeps_no_token_and_no_query(self):
        request = RequestFactory().get("/invito/Mw:1tUzXy:abcdefghijklmnopqrstuvwxyz012345/", {"q": "Rossi"})
        assert logs.RequestLogMiddleware.format_request(request) == "GET /invito/[token]/"

    def test_a_line_holds_no_mail_address(self):
        event = {"event": "no mail for anna.rossi@comune.example.it", "user_agent": "Mozilla", "code": 200}
        assert logs.without_personal_data(None, "info", event) == {"event": "no mail for [mail]", "code": 200}

    @pytest.mark.django_db
    def test_a_request_has_an_id_in_answer_and_line(self, client, caplog):
        caplog.set_level(logging.INFO, logger="django_structlog")
        answer = client.get("/", {"q": "Rossi"})
        request_id = answer["X-Request-ID"]
        lines = [str(record.msg) for record in caplog.records if "request_finished" in str(record.msg)]
        assert len(lines) == 1
        assert request_id in lines[0]
        assert "Rossi" not in lines[0]
        assert "127.0.0.1" not in lines[0]

    @pytest.mark.django_db
    def test_an_error_gives_its_id_to_the_person(self, monkeypatch):
        def fall(request):
            raise RuntimeError("meant")

        monkeypatch.setattr(health, "findings", lambda: fall(None))
        answer = Client(raise_request_exception=False).get("/salute/pronto/")
        assert answer.status_code == 500
        assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.django_db
def test_a_file_that_no_row_names_goes_once_it_is_old(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    named = uploads.store(SimpleUploadedFile("atto.pdf", b"%PDF-1.7\n%%EOF\n"), by=make_person()).file.name
    left = default_storage.save("files/2014/01/rimasto.pdf", ContentFile(b"%PDF"))
    other = default_storage.save("altro/non-nostro.txt", ContentFile(b"."))
    assert litter.tidy() == []  # it may belong to something that is under way
    long_ago = (tmp_path / left).stat().st_mtime - timedelta(days=2).total_seconds()
    for name in (named, left, other):
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert litter.tidy() == [left]
    assert default_storage.exists(named)
    assert default_storage.exists(other)
    assert not default_storage.exists(left)


def rows_of(cursor, table):
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return sorted(map(repr, cursor.fetchall()))


@pytest.fixture
def empty(tmp_path):
    """The environment of an empty machine: a database without tables, a folder without files."""
    environment = {**os.environ, "DEPLOYMENT": "test", "MEDIA_ROOT": str(tmp_path / "media")}
    if connection.vendor == "sqlite":
        yield {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'restored.sqlite3'}"}
        return
    name = f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    place = connection.settings_dict
    yield {
        **environment,
        "DATABASE_URL": f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{name}",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
class TestBackup:
    def test_every_row_and_file_comes_back_onto_an_empty_machine(self, tmp_path, empty):
        make_person("anna@example.org")
        make_organisation("Città dell'Orto – «prova»")
        default_storage.save("atti/2014/accordo.pdf", ContentFile(b"%PDF-1.7 \x00\xff"))
        archive = backup.backup(tmp_path / "copies")
        assert archive.stat().st_mode & 0o077 == 0
        restored = manage(empty, "restore", archive, "--keys-to", tmp_path / "keys.json")
        assert restored.returncode == 0, restored.stderr
        keys = json.loads((tmp_path / "keys.json").read_text())
        assert keys == {name: getattr(settings, name) for name in ("SECRET_KEY", "SECRETS_KEYS", "TRAIL_KEY")}
        assert (tmp_path / "media/atti/2014/accordo.pdf").read_bytes() == b"%PDF-1.7 \x00\xff"
        self._compare(empty)
        again = manage(empty, "restore", archive)
        assert again.returncode
        assert "empty" in again.stderr

    def _compare(self, empty):
        from django.db.utils import ConnectionHandler
        from environ import Env

        other = ConnectionHandler({"default": {**connection.settings_dict, **Env.db_url_config(empty["DATABASE_URL"])}})
        try:
            with connection.cursor() as here, other["default"].cursor() as there:
                tables = connection.introspection.table_names(here)
                assert sorted(tables) == sorted(other["default"].introspection.table_names(there))
                assert len(tables) > 50
                for table in tables:
                    assert rows_of(here, table) == rows_of(there, table), table
        finally:
            other["default"].close()

    def test_an_archive_that_was_changed_is_refused_whole(self, tmp_path, empty):
        default_storage.save("atti/lettera.txt", ContentFile(b"come fu spedita"))
        archive = backup.backup(tmp_path)
        archive.write_bytes(archive.read_bytes().replace(b"come fu spedita", b"come FU spedita"))
        refused = manage(empty, "restore", archive)
        assert refused.returncode
        assert "atti/lettera.txt" in refused.stderr
        assert "SHA-256" in refused.stderr
        assert not (tmp_path / "media").exists()

    def test_the_keys_can_stay_elsewhere(self, tmp_path):
        call_command("backup", tmp_path, "--without-keys")
        with tarfile.open(next(tmp_path.glob("*.tar"))) as archive:
            assert backup.KEYS not in archive.getnames()

    def test_what_is_no_archive_is_said_to_be_none(self, tmp_path, empty):
        other = Path(tmp_path / "other.tar")
        with tarfile.open(other, "w") as archive:
            archive.add(__file__, "something.py")
        refused = manage(empty, "restore", other)
        assert refused.returncode
        assert "no manifest" in refused.stderr

    def test_nothing_is_restored_over_a_database_in_use(self, tmp_path):
        with pytest.raises(CommandError, match="empty"):
            call_command("restore", backup.backup(tmp_path))
