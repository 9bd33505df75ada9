"""The last hour of a call, played small: leads hand in while a web process is killed, and what they were told is there.

`make load KILL=1 ROUNDS=20` plays it in the production setting, with worker and database killed too.
"""

import http.client
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from conciliazione.kernel.models import RegistryEntry, RegistrySequence, StoredFile
from conciliazione.portal.load import check, lead, play, report, stage, world
from conciliazione.portal.load.browser import Answer, Browser, Place, Tried, form_with
from plans.enums import ProposalStatus
from plans.models import Attachment, BudgetLine, ProjectProposal
from tests.running import needs_nginx

from ..running import RunningPortal

LEADS = 2


@pytest.fixture(autouse=True)
def _notes_of_the_trail_of_its_own(settings, tmp_path):
    """What other tests of the worker noted of theirs is of databases that are gone."""
    settings.TRAIL_ANCHORS = tmp_path / "trail-anchors.txt"


@pytest.fixture
def portal():
    running = RunningPortal(workers=2, threads=2, preload=True)
    running.start()
    yield running
    running.kill()


@pytest.mark.django_db(transaction=True)
def test_what_leads_were_told_holds_although_the_portal_is_killed_meanwhile(portal):
    seats = world.make(LEADS)
    tried: list[Tried] = []
    browsers = {number: Browser(Place(portal.port), number, tried) for number in range(LEADS)}
    leads = play.play(seats, browsers, name="Prova", seconds=60, seed="1", pace=0.02)
    stop, chance = threading.Event(), random.Random("1")

    def kill():
        for due in range(10, 200, 25):  # in the midst of a request, after so many others
            while len(tried) < due and not stop.is_set():
                time.sleep(0.02)
            with suppress(ProcessLookupError):
                os.kill(chance.choice(portal.workers), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    for one in leads:
        one.join()
    stop.set()
    killer.join()
    ledgers = [one.ledger for one in leads]
    assert list(check.faults(ledgers)) == []
    assert all(ledger.receipt for ledger in ledgers)
    assert {one.outcome for one in tried} > {"200", "302"}  # some were cut off
    _spoil(ledgers)


def _spoil(ledgers):
    """Each thing that could be lost, doubled or left half written is noticed when it is done behind its back."""
    mine = ledgers[0]
    proposals = ProjectProposal.objects.filter(pk=mine.proposal)
    entry = RegistryEntry.objects.get(object_id=mine.proposal)

    def found() -> str:
        return "\n".join(check.faults(ledgers))

    kept = proposals.get()
    for change, sentence in (
        ({"needs": "altro"}, "needs: what was acknowledged is not there"),
        ({"registry_number": "2020/0000009"}, "the record says «2020/0000009»"),
        ({"content_sha256": "0" * 64}, "the fingerprints of register, record and content differ"),
        ({"status": ProposalStatus.DRAFT}, "half handed in"),
        ({"submitted_at": kept.call.closes_at}, "after the closing"),
    ):
        proposals.update(**change)
        assert sentence in found()
        proposals.update(**{name: getattr(kept, name) for name in change})
    RegistrySequence.objects.filter(pk=entry.sequence_id).update(last=99)
    assert "its numbers are not 1 to 99" in found()
    RegistrySequence.objects.filter(pk=entry.sequence_id).update(last=entry.sequence.last)
    line = BudgetLine.objects.filter(proposal=mine.proposal).get()
    BudgetLine.objects.filter(pk=line.pk).delete()
    assert "budget: acknowledged, and not there" in found()
    line.save()
    line.pk, line.description = None, "un'altra"
    line.save()
    assert "budget: 2 rows of one that was sent" in found()
    line.delete()
    mine.receipt, number = "", mine.receipt
    assert "nobody was told" in found()
    mine.receipt = number
    stored = StoredFile.objects.get(pk=Attachment.objects.get(proposal=mine.proposal).file_id)
    default_storage.delete(stored.file.name)
    assert f"file {stored.pk}: what is stored is not" in found()
    entry.delete()
    assert "the register has []" in found()


def test_a_form_is_read_as_a_browser_reads_it():
    page = """<form method="get"><input name="q"></form>
    <form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t&amp;1"><input name="title" value="A">
    <select name="district"><option value="">?</option><option value="3">x</option><option value="4" selected>y</option>
    </select><input type="radio" name="area" value="a"><input type="radio" name="area" value="b" checked>
    <input type="checkbox" name="declared"><textarea name="needs">
uno &lt; due</textarea><input type="file" name="file"><button type="submit" name="exit">x</button></form>"""
    form = form_with(page, "needs")
    assert form.values == {
        "csrfmiddlewaretoken": "t&1",
        "title": "A",
        "district": "4",
        "area": "b",
        "needs": "uno < due",
    }
    assert form.choices == {"district": ["3", "4"], "area": ["a", "b"]}
    assert form_with(page, "nothing") is None


def test_the_sentence_of_a_closed_call_is_told_from_others():
    page = Answer(422, "<main><p>Prima. I termini sono chiusi dal 3 maggio: duplica la bozza.</p></main>", b"", "")
    assert lead._told(page) == "I termini sono chiusi dal 3 maggio: duplica la bozza."
    assert isinstance(lead._ended("x", page), lead.Closed)
    other = Answer(422, '<main><p class="invalid-feedback">Scrivi il titolo.</p></main>', b"", "")
    assert not isinstance(lead._ended("x", other), lead.Closed)


def test_percentiles_are_those_of_the_answers():
    values = [float(number) for number in range(1, 101)]
    assert [report.percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert report.percentile([7.0], 0.95) == 7
    tried = [Tried("page", 0, 0.1, "200"), Tried("page", 0, 9, "502"), Tried("page", 0, 9, "ConnectionResetError")]
    row = report.as_data({}, tried, [], [], 2)["by_kind"][0]
    assert (row["p95"], row["not_ok"]) == (100, {"502": 1, "ConnectionResetError": 1})


def test_the_stage_starts_what_the_units_of_deploy_start():
    web = stage.command_of("conciliazione-web.service")
    assert web[1:4] == ["-m", "gunicorn", "conciliazione.wsgi:application"]
    assert "--workers" in web
    assert stage.command_of("conciliazione-worker@.service")[1:] == ["manage.py", "worker", "%i"]


@needs_nginx
def test_nginx_takes_the_site_of_deploy(tmp_path):
    setting = stage.Stage(tmp_path)
    setting._write_site(setting.place.port)
    command = ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


@needs_nginx
@pytest.mark.parametrize(
    ("length", "status", "words"), [(0, 502, "in questo momento non risponde"), (300 * 1024**2, 413, "fino a 20 MB")]
)
def test_nginx_says_in_italian_what_the_portal_does_not_come_to_say(tmp_path, length, status, words):
    setting = stage.Stage(tmp_path)
    setting._write_site(setting.place.port)
    trust = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    trust.check_hostname = False
    server = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    try:
        until = time.monotonic() + stage.WAIT
        way = http.client.HTTPSConnection("127.0.0.1", setting.place.port, context=trust, timeout=10)
        while way.sock is None and time.monotonic() < until:
            with suppress(ConnectionRefusedError):
                way.connect()
        way.putrequest("POST", "/")
        way.putheader("Content-Length", str(length))
        way.endheaders()
        answer = way.getresponse()
        assert (answer.status, words in answer.read().decode()) == (status, True)
    finally:
        server.terminate()
        server.wait()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_units_of_deploy(tmp_path):
    """With programs and people that are here: the others are of the server."""
    own = {"/srv/conciliazione/.venv/bin/": f"{Path(sys.executable).parent}/", "User=conciliazione": "User=daemon"}
    own["Group=conciliazione"] = "Group=daemon"
    units = []
    for unit in (settings.BASE_DIR / "deploy" / "systemd").iterdir():
        text = unit.read_text()
        for there, here in own.items():
            text = text.replace(there, here)
        units.append(tmp_path / unit.name)
        units[-1].write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(units))]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in tried.stderr.splitlines() if str(tmp_path) in line]
    assert (tried.returncode, said) == (0, [])


@pytest.mark.django_db
class TestRefusals:
    def test_only_postgresql_without_networks_and_within_bounds(self, settings):
        options = {"leads": 5, "seconds": 10}
        if connection.vendor == "sqlite":
            with pytest.raises(CommandError, match="PostgreSQL"):
                call_command("load", **options)
            return
        with pytest.raises(CommandError, match="At most"):
            call_command("load", leads=10**6, seconds=10)
        settings.IS_PRODUCTION = True
        with pytest.raises(CommandError, match="production"):
            call_command("load", **options)

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="a database with processes of its own")
    def test_only_a_database_to_be_thrown_away_is_killed(self, tmp_path, monkeypatch):
        monkeypatch.delenv("THROWAWAY_DATABASE", raising=False)
        with pytest.raises(stage.StageError, match=r"throwaway-database\.sh"):
            stage.Database(tmp_path)
