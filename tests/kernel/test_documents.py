"""Issuing documents: once per version, in the background when long, to whoever may, and recognised later."""

import threading
from collections import Counter
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from conciliazione.kernel import document_kinds, documents, jobs, verification
from conciliazione.kernel.document_kinds import DocumentKind
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import IssuedDocument, Notice
from network.models import Network

from ..factories import make_network, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_templates")]
State = IssuedDocument.State


class Story:
    """What the tests tell the kind to do, and how often it was asked."""

    def __init__(self):
        self.version = "1"
        self.text = "Il testo dell'atto"
        self.public = False
        self.long = False
        self.made = Counter()
        self.during = lambda: None

    def context(self, network):
        self.made[network.pk] += 1
        self.during()
        return {"text": self.text}


@pytest.fixture
def story(monkeypatch):
    told = Story()
    kind = DocumentKind(
        key="sample",
        label="Atto di prova",
        template="samples/short.html",
        model=Network,
        permission="network.view",
        context=told.context,
        title=lambda network: f"Atto di {network.name}",
        version=lambda network: told.version,
        filename=lambda network: f"Atto di prova: {network.slug}",
        public=lambda network: told.public,
        long=lambda network: told.long,
        data=lambda network: {"rete": network.name, "testo": told.text},
    )
    monkeypatch.setitem(document_kinds._kinds, "sample", kind)
    return told


@pytest.fixture
def world():
    return make_network("Rete di prova")


@pytest.fixture
def ask(world, story, django_capture_on_commit_callbacks):
    """Ask for the document, and let happen what happens after the commit."""

    def request(by=None):
        with django_capture_on_commit_callbacks(execute=True):
            document = documents.request_document("sample", world.network, by=by or world.office)
        document.refresh_from_db()
        return document

    return request


def content(document) -> bytes:
    return documents.content_of(document)


# --- once per version ------------------------------------------------------------------------------------------------
def test_a_short_document_is_made_at_once(ask, world):
    document = ask()
    assert (document.state, document.progress, document.by) == (State.READY, 100, world.office)
    assert document.title == "Atto di Rete di prova"
    assert document.filename == f"atto-di-prova-{world.network.slug}"
    assert document.size == len(content(document))
    text = PdfReader(BytesIO(content(document))).pages[0].extract_text()
    assert "Il testo dell'atto" in text
    assert document.code in text
    assert not Notice.objects.exists()


def test_the_printed_fingerprint_is_that_of_the_attached_data(ask):
    import hashlib

    document = ask()
    [attached] = PdfReader(BytesIO(content(document))).attachment_list
    assert hashlib.sha256(attached.content).hexdigest() == document.content_sha256
    text = PdfReader(BytesIO(content(document))).pages[0].extract_text()
    assert document.content_sha256[:4] + " " + document.content_sha256[4:8] in text


def test_the_same_version_is_served_as_it_was(ask, story, world):
    first = ask()
    story.text = "Un testo cambiato senza dirlo"
    again = ask(by=world.chair)
    assert again == first
    assert content(again) == content(first)
    assert story.made[world.network.pk] == 1


def test_a_new_version_is_a_new_document(ask, story):
    first = ask()
    story.version = "2"
    second = ask()
    assert second.code != first.code
    assert content(first)


def test_a_code_can_be_read_out(ask):
    code = documents.new_code()
    assert len(code) == 14
    assert documents.tidy_code(f" {code.lower().replace('-', ' ')} ") == code
    assert documents.tidy_code(code.replace("-", "")) == code


def test_two_kinds_cannot_share_a_key(story):
    with pytest.raises(ImproperlyConfigured, match="sample"):
        documents.register(document_kinds.kind_of("sample"))


def test_a_preview_keeps_nothing(world, story):
    made = documents.preview("sample", world.network)
    assert "Anteprima senza valore" in PdfReader(BytesIO(made)).pages[0].extract_text()
    assert not IssuedDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_time_get_the_same_document(story):
    world = make_network()
    people = [world.office, world.chair]
    meet, found, wrong = threading.Barrier(2), [], []

    def request(person):
        try:
            meet.wait(timeout=10)
            found.append(documents.request_document("sample", world.network, by=person))
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=request, args=[person]) for person in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []
    assert found[0] == found[1]
    assert story.made[world.network.pk] == 1
    assert IssuedDocument.objects.get().state == State.READY


# --- long ones, and what goes wrong ----------------------------------------------------------------------------------
def test_a_long_document_is_left_to_a_worker_and_its_requester_is_told(ask, story, world):
    seen = []
    story.long = True
    story.during = lambda: seen.append(IssuedDocument.objects.get().state)
    document = ask()
    assert seen == [State.RUNNING]
    assert document.state == State.READY
    notice = Notice.objects.get()
    assert (notice.to, notice.url) == (world.office, document.get_absolute_url())
    assert "è pronto" in notice.text


def test_a_long_document_waits_for_the_commit(story, world, django_capture_on_commit_callbacks):
    story.long = True
    with django_capture_on_commit_callbacks() as later:
        document = documents.request_document("sample", world.network, by=world.office)
    assert document.state == State.QUEUED
    assert len(later) == 1
    assert not story.made


def test_progress_is_written_and_is_the_sign_of_life(ask, monkeypatch):
    written = []
    monkeypatch.setattr(documents, "BEAT_SECONDS", 0)
    update = documents._Beat.__call__
    monkeypatch.setattr(documents._Beat, "__call__", lambda self, n, **kw: (written.append(n), update(self, n, **kw)))
    document = ask()
    assert written == sorted(written)
    assert len(set(written)) > 5
    assert document.beat_at > document.started_at


def test_a_failure_says_so_and_may_be_tried_again(ask, story, caplog, client, world):
    def break_down():
        raise ZeroDivisionError("segreto")

    story.during, story.long = break_down, True
    document = ask()
    assert document.state == State.FAILED
    assert document.code in document.error
    assert "segreto" not in document.error
    assert "segreto" in caplog.text
    assert "non è riuscito" in Notice.objects.get().text
    client.force_login(world.office)
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Riprova" in page

    story.during = lambda: None
    again = ask()
    assert (again, again.state, again.error) == (document, State.READY, "")


def test_a_refusal_while_it_is_made_is_the_reason(ask, story):
    def refuse():
        raise Refused("L'atto non è ancora completo.")

    story.during = refuse
    document = ask()
    assert (document.state, document.error) == (State.FAILED, "L'atto non è ancora completo.")


def test_content_that_changes_meanwhile_is_not_passed_off_as_the_old_version(ask, story):
    def change():
        story.version = "2"

    story.during = change
    document = ask()
    assert document.state == State.FAILED
    assert "è cambiato" in document.error


def test_a_missing_library_is_said_to_the_person(ask, monkeypatch):
    import sys

    from conciliazione import kernel

    monkeypatch.delitem(sys.modules, "conciliazione.kernel.pdf_engine", raising=False)
    monkeypatch.delattr(kernel, "pdf_engine", raising=False)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    document = ask()
    assert document.state == State.FAILED
    assert "manca un componente" in document.error
    assert not document.file


@pytest.mark.parametrize(
    ("state", "silent_for", "made_again"),
    [
        (State.RUNNING, timedelta(seconds=30), False),
        (State.RUNNING, documents.DEAD_AFTER + timedelta(seconds=1), True),
        (State.QUEUED, timedelta(seconds=30), False),
        (State.QUEUED, documents.FORGOTTEN_AFTER + timedelta(seconds=1), True),
    ],
)
def test_a_worker_that_was_killed_does_not_block_the_document(ask, story, state, silent_for, made_again):
    document = ask()
    story.long = True
    IssuedDocument.objects.update(state=state, beat_at=timezone.now() - silent_for)
    again = ask()
    assert again == document
    assert again.state == (State.READY if made_again else state)


def test_one_that_is_given_up_says_so_on_its_page_and_to_whoever_asked(ask, world):
    document = ask()
    IssuedDocument.objects.update(state=State.RUNNING)
    tell = jobs._tellers[documents.make_document.module_path]
    tell(document.pk)
    tell(document.pk)  # it is said once
    document.refresh_from_db()
    assert document.state == State.FAILED
    assert "interrotta più volte" in document.error
    assert [notice.url for notice in Notice.objects.filter(text__contains="non è riuscito")] == [
        document.get_absolute_url()
    ]


def test_who_was_given_up_cannot_finish_over_another(ask, story, settings):
    """The row was taken over while this one was at work: its file is thrown away."""
    story.during = lambda: IssuedDocument.objects.update(started_at=timezone.now() + timedelta(seconds=1))
    document = ask()
    assert (document.state, document.sha256, document.file.name) == (State.RUNNING, "", "")
    assert not list((settings.MEDIA_ROOT / "documents").rglob(f"{document.code}*"))


# --- pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def stranger():
    return make_network().office


def test_asking_from_a_page(client, world, story, django_capture_on_commit_callbacks):
    client.force_login(world.office)
    url = reverse("kernel:request_document", args=["sample", world.network.pk])
    assert client.get(url).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url)
    document = IssuedDocument.objects.get()
    assert response.url == document.get_absolute_url()
    page = client.get(response.url).content.decode()
    assert document.sha256 in page
    file = client.get(reverse("kernel:document_file", args=[document.code]))
    assert file["Content-Type"] == "application/pdf"
    assert f"{document.filename}.pdf" in file["Content-Disposition"]
    assert file.content == content(document)


def test_who_may_not_see_the_record_sees_no_document(client, ask, world, stranger):
    document = ask()
    pages = [document.get_absolute_url(), reverse("kernel:document_file", args=[document.code])]
    request = reverse("kernel:request_document", args=["sample", world.network.pk])
    retry = reverse("kernel:retry_document", args=[document.code])
    for url in pages:
        assert client.get(url).status_code == 302
    assert client.post(request).status_code == 302
    client.force_login(stranger)
    for url in pages:
        assert client.get(url).status_code == 404
    assert client.post(request).status_code == 404
    assert client.post(retry).status_code == 404
    client.force_login(make_person())
    assert client.get(pages[0]).status_code == 404


@pytest.mark.parametrize("path", ["inesistente/1", "sample/999999"])
def test_what_does_not_exist_is_not_found(client, world, story, path):
    client.force_login(world.office)
    assert client.post(f"/documenti/richiedi/{path}/").status_code == 404


def test_a_public_document_is_for_all(client, ask, story):
    story.public = True
    document = ask()
    assert client.get(document.get_absolute_url()).status_code == 200
    assert client.get(reverse("kernel:document_file", args=[document.code])).content == content(document)
    story.public = False
    assert client.get(document.get_absolute_url()).status_code == 302


def test_a_document_without_permission_is_only_for_the_public(story, world, monkeypatch):
    from dataclasses import replace

    kind = replace(document_kinds.kind_of("sample"), permission=None)
    assert not kind.may_open(world.office, world.network)
    story.public = True
    assert kind.may_open(AnonymousUser(), world.network)


def test_a_record_that_has_no_document_yet_says_why(client, world, story, monkeypatch):
    from dataclasses import replace

    def refuse(network):
        raise Refused("Il documento si può avere dopo la sottoscrizione.")

    monkeypatch.setitem(document_kinds._kinds, "sample", replace(document_kinds.kind_of("sample"), version=refuse))
    client.force_login(world.office)
    response = client.post(reverse("kernel:request_document", args=["sample", world.network.pk]))
    assert response.url == world.network.get_absolute_url()
    assert [str(m) for m in response.wsgi_request._messages] == ["Il documento si può avere dopo la sottoscrizione."]


def test_progress_is_shown_and_asked_for_again(client, ask, story, world):
    document = ask()
    IssuedDocument.objects.update(state=State.RUNNING, progress=42, beat_at=timezone.now())
    client.force_login(world.office)
    page = client.get(document.get_absolute_url()).content.decode()
    assert 'value="42"' in page
    assert 'http-equiv="refresh"' in page
    part = client.get(document.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    assert client.get(reverse("kernel:document_file", args=[document.code])).url == document.get_absolute_url()
    IssuedDocument.objects.update(state=State.READY)
    part = client.get(document.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part


def test_a_stuck_document_can_be_started_again(client, ask, world, django_capture_on_commit_callbacks):
    document = ask()
    IssuedDocument.objects.update(state=State.RUNNING, beat_at=timezone.now() - timedelta(hours=1))
    client.force_login(world.office)
    assert "si è interrotta" in client.get(document.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("kernel:retry_document", args=[document.code]))
    document.refresh_from_db()
    assert document.state == State.READY


def test_a_file_that_was_touched_is_not_handed_out(client, ask, world):
    document = ask()
    with open(document.file.path, "ab") as file:
        file.write(b"x")
    client.force_login(world.office)
    response = client.get(reverse("kernel:document_file", args=[document.code]), follow=True)
    assert "non viene consegnato" in response.content.decode()


def test_the_button_is_a_form(world, story, rf):
    html = render_to_string(
        "components/document_button.html",
        {"kind": "sample", "pk": 1234, "label": "Scarica l'atto"},
        request=rf.get("/"),
    )
    assert 'action="/documenti/richiedi/sample/1234/"' in html
    assert 'method="post"' in html
    assert "csrfmiddlewaretoken" in html


# --- verification ----------------------------------------------------------------------------------------------------
def upload(client, data: bytes, code="", name="atto.pdf"):
    url = reverse("kernel:verify_code", args=[code]) if code else reverse("kernel:verify")
    return client.post(url, {"file": SimpleUploadedFile(name, data)}).content.decode()


def test_the_code_tells_what_it_is_and_no_more(client, ask, world):
    document = ask()
    found = client.get(reverse("kernel:verify"), {"codice": document.code.lower().replace("-", " ")})
    assert found.url == reverse("kernel:verify_code", args=[document.code])
    page = client.get(found.url).content.decode()
    assert "Atto di prova" in page
    assert document.sha256 in page
    assert document.title not in page
    assert str(world.office) not in page


def test_the_title_of_a_public_document_is_told(client, ask, story):
    story.public = True
    document = ask()
    assert document.title in client.get(reverse("kernel:verify_code", args=[document.code])).content.decode()


def test_an_unknown_code_is_said_to_be_so(client):
    response = client.get(reverse("kernel:verify_code", args=["AAAA-BBBB-CCCC"]))
    assert response.status_code == 404
    assert "Nessun documento" in response.content.decode()
    assert client.get(reverse("kernel:verify"), {"codice": ""}).status_code == 422
    assert client.post(reverse("kernel:verify")).status_code == 422


def test_a_document_that_is_not_ready_is_not_verified(client, ask):
    document = ask()
    IssuedDocument.objects.update(state=State.FAILED)
    assert client.get(reverse("kernel:verify_code", args=[document.code])).status_code == 404


def test_the_file_itself_is_recognised(client, ask):
    document = ask()
    page = upload(client, content(document))
    assert "È il documento emesso dal portale" in page
    assert document.code in page
    assert "È il documento emesso dal portale" in upload(client, content(document), document.code)


def test_a_copy_with_something_added_still_holds_it(ask):
    """An incremental update, as a digital signature makes it, and an envelope as a .p7m has it."""
    document = ask()
    writer = PdfWriter(BytesIO(content(document)), incremental=True)
    writer.add_metadata({"/Custom": "firma"})
    signed = BytesIO()
    writer.write(signed)
    assert signed.getvalue().startswith(content(document))
    enveloped = b"0\x82\x10\x00 busta " + content(document) + b" certificati" * 500
    for data in (signed.getvalue(), enveloped):
        verdict = verification.examine(data)
        assert (verdict.outcome, verdict.document) == (verification.Outcome.EXTENDED, document)


def test_a_changed_copy_is_not_the_document(client, ask):
    document = ask()
    writer = PdfWriter(clone_from=BytesIO(content(document)))
    changed = BytesIO()
    writer.write(changed)
    page = upload(client, changed.getvalue())
    assert "Non è il documento emesso" in page
    assert document.code in page


@pytest.mark.parametrize(
    "data", [b"ciao", b"%PDF-1.7 niente %%EOF", b"\x00" * 100], ids=["text", "no PDF inside", "zeros"]
)
def test_a_file_of_elsewhere_is_not_recognised(client, data):
    assert "non riconosce questo file" in upload(client, data)


def test_a_file_too_large_is_refused(client, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    assert "supera il limite di 1 MB" in upload(client, b"x" * (1024 * 1024 + 1))


def test_a_document_that_its_worker_left_halfway_is_begun_anew_by_the_next(ask, story, monkeypatch):
    story.long = True
    with monkeypatch.context() as nobody:
        nobody.setattr(documents, "make", lambda *args, **kwargs: None)
        document = ask()
    cut_off = IssuedDocument.objects.filter(pk=document.pk)
    cut_off.update(state=State.RUNNING, started_at=timezone.now(), beat_at=timezone.now())
    documents.make_document.func(SimpleNamespace(attempt=1), document.pk)
    assert not story.made  # somebody is at it
    documents.make_document.func(SimpleNamespace(attempt=2), document.pk)
    assert cut_off.get().state == State.READY
