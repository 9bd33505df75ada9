"""Documents asked for, questions and answers, rectifications, attachments: services and pages."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import InvalidUpload, MoveRefused, Refused
from conciliazione.kernel.models import Move, Notice, RegistryEntry, StoredFile
from plans.enums import CallStatus, ProposalStatus
from plans.models import ConflictDeclaration, Question
from plans.queries import tasks_for
from plans.services import attachments, call_papers, calls, submission

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def pdf(words=b"uno", name="documento.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + words + b"\n%%EOF", content_type="application/pdf")


# --- documents asked for, and attachments -------------------------------------------------------------------------
def test_documents_are_asked_for_until_the_publication(world, enter):
    call = factories.make_call(world, status=CallStatus.DRAFT)
    client = enter(world.office)
    asked = {"title": "Lettera di sostegno", "note": "Firmata", "is_required": "on"}
    assert client.post(url("requested_document_new", call.pk), asked).status_code == 302
    assert client.post(url("requested_document_new", call.pk), asked).status_code == 422
    document = call.requested_documents.get()
    assert "Lettera di sostegno" in client.get(call.get_absolute_url()).text
    assert client.get(url("requested_document_remove", document.pk)).status_code == 200
    calls.publish(call, by=world.office)
    assert client.get(url("requested_document_new", call.pk)).status_code == 409
    assert client.post(url("requested_document_remove", document.pk)).status_code == 422
    assert call.requested_documents.exists()
    assert "Obbligatorio" in client.get(call.get_absolute_url()).text


def test_what_the_call_asks_for_is_missing_until_it_is_there(world, ally, enter):
    call = factories.make_call(world, status=CallStatus.DRAFT)
    document = call_papers.ask_for_document(call, by=world.office, title="Accordo di partenariato")
    call_papers.ask_for_document(call, by=world.office, title="Foto", is_required=False)
    calls.publish(call, by=world.office)
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    with pytest.raises(Refused, match="L'allegato «Accordo di partenariato»"):
        submission.submit(draft, by=ally.lead_person)
    client = enter(ally.partner_person)
    page = url("attachment_new", draft.pk)
    assert client.get(page, {"documento": document.pk}).status_code == 200
    wrong = SimpleUploadedFile("finto.pdf", b"MZ niente", content_type="application/pdf")
    answer = client.post(page, {"document": document.pk, "title": "", "file": wrong})
    assert answer.status_code == 422
    assert "contenuto del file" in answer.text
    assert client.post(page, {"document": "", "title": "", "file": pdf()}).status_code == 422
    assert not StoredFile.objects.exists()
    for _ in range(2):  # pressed twice, attached once
        assert client.post(page, {"document": document.pk, "title": "", "file": pdf()}).status_code == 302
    attachment = draft.attachments.get()
    assert StoredFile.objects.count() == 1
    submission.submit(draft, by=ally.lead_person)
    draft.refresh_from_db()
    assert draft.submitted_content["attachments"][0]["sha256"] == attachment.file.sha256
    assert client.post(page, {"title": "Tardi", "file": pdf(b"due")}).status_code == 422
    assert client.post(url("attachment_remove", attachment.pk)).status_code == 422
    assert draft.attachments.count() == 1


def test_attachments_are_read_by_whoever_may_read_the_proposal(world, ally, call, enter):
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    attachment = attachments.attach(draft, by=ally.lead_person, upload=pdf(), title="Lettera")
    page = url("attachment_file", attachment.pk)
    assert b"".join(enter(ally.partner_person).get(page).streaming_content).startswith(b"%PDF")
    assert enter(world.office).get(page).status_code == 404
    submission.submit(draft, by=ally.lead_person)
    assert enter(world.office).get(page).status_code == 200
    assert enter(factories.make_network().office).get(page).status_code == 404
    assert enter(world.chair).get(page).url == draft.get_absolute_url()
    ConflictDeclaration.objects.create(
        proposal=draft, member=world.chair_seat, has_conflict=False, declared_at=clock.now()
    )
    assert enter(world.chair).get(page).status_code == 200
    with pytest.raises(MoveRefused):
        attachments.attach(draft, by=ally.lead_person, upload=pdf(b"due"), title="Altro")


def test_not_too_many_and_of_this_call(world, ally, call):
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    other = call_papers.ask_for_document(
        factories.make_call(world, status=CallStatus.DRAFT), by=world.office, title="Altro"
    )
    with pytest.raises(Refused) as refused:
        attachments.attach(draft, by=ally.lead_person, upload=pdf(), document=other)
    assert refused.value.field == "document"
    with pytest.raises(InvalidUpload):
        attachments.attach(draft, by=ally.lead_person, upload=pdf(name="programma.exe"), title="X")
    for number in range(attachments.MOST):
        attachments.attach(draft, by=ally.lead_person, upload=pdf(str(number).encode()), title=f"File {number}")
    with pytest.raises(Refused, match="già 20 allegati"):
        attachments.attach(draft, by=ally.lead_person, upload=pdf(b"uno di troppo"), title="Uno di troppo")


# --- questions and answers ----------------------------------------------------------------------------------------
def test_questions_are_asked_by_alliances_and_answered_to_all(world, ally, call, enter, client):
    other = factories.make_alliance(world)
    factories.make_proposal(call, other, status=ProposalStatus.DRAFT)
    page = url("question_new", call.pk)
    asking = enter(ally.partner_person)
    assert asking.get(page).status_code == 200
    for _ in range(2):  # pressed twice, asked once
        assert asking.post(page, {"text": "Si può chiedere l'IVA?"}).status_code == 302
    question = Question.objects.get()
    assert question.alliance == ally.alliance
    assert "In attesa di risposta" in asking.get(call.get_absolute_url()).text
    client.logout()
    assert "Si può chiedere" not in client.get(call.get_absolute_url()).text
    assert any("Rispondi a" in task.what for task in tasks_for(world.office))
    assert enter(ally.lead_person).get(url("question_answer", question.pk)).status_code == 403
    office = enter(world.office)
    assert ally.alliance.name in office.get(url("question_answer", question.pk)).text
    assert office.post(url("question_answer", question.pk), {"text": ""}).status_code == 422
    assert office.post(url("question_answer", question.pk), {"text": "Sì, se è un costo."}).status_code == 302
    assert office.post(url("question_answer", question.pk), {"text": "Anzi no."}).status_code == 422
    client.logout()
    public = client.get(call.get_absolute_url()).text
    assert "Sì, se è un costo." in public
    assert ally.alliance.name not in public
    for person in (ally.partner_person, other.lead_person):
        assert Notice.objects.filter(to=person, text__contains="Nuova risposta").exists()


def test_who_may_not_ask(world, ally, call, enter):
    page = url("question_new", call.pk)
    assert enter(world.office).get(page).status_code == 403
    outsider = factories.make_alliance(factories.make_network())
    assert enter(outsider.lead_person).get(page).status_code == 409
    assert enter(outsider.lead_person).post(page, {"text": "Si può?"}).status_code == 422
    with clock.standing_at(call.closes_at):
        answer = enter(ally.lead_person).post(page, {"text": "Si può?"})
        assert answer.status_code == 422
        assert "fino alla chiusura" in answer.text
    assert not Question.objects.exists()


# --- rectifications -----------------------------------------------------------------------------------------------
def rectification(**changes):
    return {"act": "Deliberazione n. 310", "act_on": "2014-06-20", "text": "Più tempo per tutti.", **changes}


def test_a_published_call_changes_by_rectification(world, ally, call, enter, client):
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    before = call.closes_at
    later = before + timedelta(days=7)
    page = url("rectification_new", call.pk)
    office = enter(world.office)
    assert office.get(page).status_code == 200
    words = f"{clock.timezone.localtime(later):%Y-%m-%dT%H:%M:%S}"
    assert office.post(page, rectification(closes_at=words)).status_code == 302
    call.refresh_from_db()
    assert abs(call.closes_at - later) < timedelta(seconds=1)
    done = call.rectifications.get()
    assert done.closes_before == before
    assert RegistryEntry.objects.get().direction == "out"
    assert done.registry_number == str(RegistryEntry.objects.get())
    assert Move.objects.about(call).get().label == "Rettifica pubblicata"
    assert Notice.objects.filter(to=ally.lead_person, text__contains="La chiusura passa al").exists()
    client.logout()
    assert "Più tempo per tutti." in client.get(call.get_absolute_url()).text
    with clock.standing_at(before + timedelta(days=1)):
        assert submission.submit(draft, by=ally.lead_person).status == ProposalStatus.SUBMITTED


def test_a_rectification_never_takes_time_away_and_comes_in_time(world, call, enter):
    page = url("rectification_new", call.pk)
    client = enter(world.office)
    sooner = f"{call.closes_at - timedelta(days=1):%Y-%m-%dT%H:%M}"
    answer = client.post(page, rectification(closes_at=sooner))
    assert answer.status_code == 422
    assert "solo in avanti" in answer.text
    assert "Deliberazione n. 310" in answer.text
    with clock.standing_at(call.closes_at):
        assert client.get(page).status_code == 409
        assert client.post(page, rectification()).status_code == 422
    draft = factories.make_call(world, status=CallStatus.DRAFT)
    with pytest.raises(MoveRefused, match="in preparazione"):
        call_papers.rectify(draft, by=world.office, act="A", act_on=date(2014, 6, 1), text="B")
    assert enter(world.chair).post(page, rectification()).status_code == 403
    assert not call.rectifications.exists()
    assert not RegistryEntry.objects.exists()
