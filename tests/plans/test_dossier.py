"""The fascicolo of a project: what goes in for whom, made by the worker, taken away by who asked alone."""

import hashlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conciliazione.kernel import jobs, uploads
from conciliazione.kernel.models import Notice
from plans.models import Attachment, Dossier
from plans.queries.dossier import parts_of
from plans.services import dossier, evaluation
from tests.factories import make_alliance, make_network
from tests.plans.evaluated import make_evaluated, make_ranked, make_running

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7\nlettera\n%%EOF"


@pytest.fixture(scope="module")
def world(made):
    world = make_evaluated()
    make_ranked(world)
    world.project = make_running(world)
    return made(world)


@pytest.fixture
def attached(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("Lettera d'intenti.pdf", PAPER, content_type="application/pdf")
    stored = uploads.store(upload, by=world.allies[0].lead_person)
    return Attachment.objects.create(proposal=world.proposals[0], title="Lettera", file=stored)


def kinds_for(world, person):
    found, left = parts_of(world.project, person)
    return {part.get("kind") or ("stored" if "stored" in part else "text") for part in found}, left


def test_each_gets_what_their_role_opens(world, attached):
    whole = {"project_sheet", "proposal", "submission_receipt", "ranking", "evaluation_minutes", "stored", "text"}
    kinds, _ = kinds_for(world, world.office)
    assert kinds >= whole
    lead, left = kinds_for(world, world.allies[0].lead_person)
    assert "evaluation_minutes" not in lead
    assert lead >= whole - {"evaluation_minutes"}
    assert [one["why"] for one in left if "Verbale" in one["name"]] == ["il tuo ruolo non lo apre"]
    region, _ = kinds_for(world, world.region)
    assert region == {"project_sheet", "partnership_agreement_signed", "ranking", "text"}


def test_the_points_of_the_members_are_for_who_may_see_them(world, attached):
    def points(person):
        return next(part["text"] for part in parts_of(world.project, person)[0] if "text" in part)

    assert "Motivazione" in points(world.chair)
    assert str(world.member) in points(world.chair)
    for person in (world.allies[0].lead_person, world.region):
        assert "Qualità;40" in points(person)
        assert str(world.member) not in points(person)


def test_it_is_asked_for_made_and_taken_by_who_asked(world, attached, client, django_capture_on_commit_callbacks):
    lead = world.allies[0].lead_person
    client.force_login(lead)
    page = reverse("plans:dossier", args=[world.project.pk])
    assert page in client.get(world.project.get_absolute_url()).text
    assert "Prepara il fascicolo" in client.get(page).text
    assert client.get(reverse("plans:dossier_file", args=[world.project.pk])).url == page
    assert client.post(page).status_code == 302
    asked = Dossier.objects.get()
    assert "In coda" in client.get(page).text
    assert client.post(page).status_code == 302  # pressed twice, asked once
    assert Dossier.objects.count() == 1
    # one PDF is enough to see that they come in; the others are of the kinds' own tests
    asked.parts = [part for part in asked.parts if part.get("kind") in {None, "project_sheet"}]
    asked.save()
    dossier.make(asked.pk)
    assert Notice.objects.filter(to=lead, text__contains="è pronto").exists()
    assert "Scarica il fascicolo" in client.get(page).text
    answer = client.get(reverse("plans:dossier_file", args=[world.project.pk]))
    content = b"".join(answer.streaming_content)
    asked.refresh_from_db()
    assert asked.sha256 == hashlib.sha256(content).hexdigest()
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        assert "2-proposta/allegati/lettera-dintenti.pdf" in names
        assert archive.read("2-proposta/allegati/lettera-dintenti.pdf") == PAPER
        sheet = next(name for name in names if name.startswith("1-progetto/"))
        assert archive.read(sheet).startswith(b"%PDF")
        index = archive.read("INDICE.txt").decode()
        assert f"{hashlib.sha256(PAPER).hexdigest()}  2-proposta/allegati/lettera-dintenti.pdf" in index
        assert "Verbale del Comitato di Valutazione: il tuo ruolo non lo apre" in index
    client.force_login(world.office)  # another person finds no dossier of theirs
    assert client.get(reverse("plans:dossier_file", args=[world.project.pk])).url == page
    for stranger, code in ((make_network().office, 404), (make_alliance(world).lead_person, 404)):
        client.force_login(stranger)
        assert (client.get(page).status_code, client.post(page).status_code) == (code, code)


def test_a_file_that_is_gone_is_said_in_the_index_and_a_new_dossier_takes_the_place(world, attached):
    attached.file.file.delete(save=False)
    first = dossier.ask_for(world.project, by=world.office)
    for found in (first, None):
        found = found or dossier.ask_for(world.project, by=world.office)
        found.parts = [part for part in found.parts if "stored" in part]
        found.save()
        dossier.make(found.pk)
        found.refresh_from_db()
        assert found.state == Dossier.State.READY
    with found.file.open("rb") as stored, ZipFile(stored) as archive:
        assert archive.namelist() == ["INDICE.txt"]
        assert "non è più nell'archivio" in archive.read("INDICE.txt").decode()
    first.refresh_from_db()
    assert not first.file


def test_one_that_is_given_up_says_so_on_its_page_and_to_whoever_asked(world, attached, client):
    found = dossier.ask_for(world.project, by=world.office)
    Dossier.objects.update(state=Dossier.State.RUNNING)
    jobs._tellers[dossier.make_dossier.module_path](found.pk)
    notice = Notice.objects.get(to=world.office, text__contains="non è riuscito")
    client.force_login(world.office)
    assert "Non riuscito" in client.get(notice.url).content.decode()


def test_who_is_in_conflict_gets_neither_text_nor_points(world, attached):
    type(world.call).objects.filter(pk=world.call.pk).update(status="evaluation")
    world.call.ranking.__class__.objects.update(status="approved")
    evaluation.ConflictDeclaration.objects.filter(member=world.member_seat).update(has_conflict=True)
    kinds, _ = kinds_for(world, world.member)
    assert kinds == {"project_sheet", "partnership_agreement_signed", "text"}
    assert str(world.chair) not in parts_of(world.project, world.member)[0][-1]["text"]
