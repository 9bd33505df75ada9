"""The register of a network: its page, a letter registered by hand, and the receipt."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.documents import kind_of, request_document
from conciliazione.kernel.errors import InvalidUpload, Refused
from conciliazione.kernel.models import Move, RegistryEntry, StoredFile
from conciliazione.kernel.registry import annul
from network.models import Correspondence
from network.services import registry
from network.services._trace import filed
from tests.factories import make_organisation, make_person

pytestmark = pytest.mark.django_db
A_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LETTER = {"direction": "in", "subject": "Domanda", "counterpart": "Comune di Crema", "means": "certified"}


def upload(name="domanda.pdf", content=A_PDF):
    return SimpleUploadedFile(name, content)


def test_a_letter_takes_the_next_number(world):
    filed(world.agreement, world.network, "Sottoscrizione", by=world.office)
    letter = registry.register_letter(world.network, by=world.office, upload=upload(), **LETTER)
    assert letter.entry.number == 2
    assert letter.entry.subject == "Domanda – Comune di Crema"
    assert letter.entry.sha256 == letter.file.sha256
    assert letter.entry.about == letter


def test_what_is_wrong_is_refused_and_takes_no_number(world):
    tomorrow = clock.today() + timedelta(days=1)
    for change, error in (
        ({"dated_on": tomorrow}, Refused),
        ({"subject": " "}, Refused),
        ({"counterpart": ""}, Refused),
        ({"upload": upload(content=b"MZ")}, InvalidUpload),
    ):
        with pytest.raises(error):
            registry.register_letter(world.network, by=world.office, **LETTER | change)
    assert not RegistryEntry.objects.exists()
    assert not Correspondence.objects.exists()
    assert not StoredFile.objects.exists()


def test_through_the_page(world, enter):
    client = enter(world.office)
    url = reverse("network:registry_letter", args=[world.network.pk])
    nobody = client.post(url, LETTER | {"counterpart": ""})
    assert nobody.status_code == 422
    assert "scegli l&#x27;ente" in nobody.content.decode()
    strange = client.post(url, LETTER | {"file": upload("domanda.exe", b"MZ")})
    assert strange.status_code == 422
    assert "Tipi ammessi" in strange.content.decode()
    body = make_organisation("Comune di Soresina")
    done = client.post(url, LETTER | {"counterpart": "", "organisation": body.pk, "file": upload()})
    letter = Correspondence.objects.get()
    assert done.url == letter.get_absolute_url()
    assert letter.counterpart == "Comune di Soresina"
    page = client.get(done.url).content.decode()
    assert str(letter.entry) in page
    assert "domanda.pdf" in page
    copy = client.get(reverse("network:registry_file", args=[letter.entry_id]))
    assert b"".join(copy.streaming_content) == A_PDF


def test_the_register_is_filtered_and_taken_away(world, elsewhere, enter):
    with clock.standing_at(clock.now() - timedelta(days=800)):
        registry.register_letter(world.network, by=world.office, **LETTER | {"subject": "Vecchia"})
    for subject in ("Prima", "Seconda"):
        registry.register_letter(world.network, by=world.office, **LETTER | {"subject": subject, "direction": "out"})
    registry.register_letter(elsewhere.network, by=elsewhere.office, **LETTER | {"subject": "Altrove"})
    client = enter(world.office)
    url = reverse("network:registry", args=[world.network.pk])

    def found(**query):
        return [row.subject.split(" – ")[0] for row in client.get(url, query).context["page_obj"]]

    assert found() == ["Seconda", "Prima", "Vecchia"]
    assert found(anno=str(clock.today().year)) == ["Seconda", "Prima"]
    assert found(verso="in") == ["Vecchia"]
    assert found(cerca="secon") == ["Seconda"]
    assert found(cerca=f"{clock.today().year}/0000002") == ["Seconda"]
    assert found(al=str(clock.today() - timedelta(days=700))) == ["Vecchia"]
    for hostile in ("9" * 40, "\x00", "'", "-1"):
        assert client.get(url, {"cerca": hostile, "anno": hostile, "dal": hostile}).status_code == 200
    sheet = b"".join(client.get(url, {"formato": "csv", "verso": "out"}).streaming_content).decode()
    assert "Seconda" in sheet
    assert "Vecchia" not in sheet


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_for_one_row_and_for_three(world, enter, rows, django_assert_num_queries):
    for _ in range(rows):
        registry.register_letter(world.network, by=world.office, **LETTER)
    client = enter(world.office)
    with django_assert_num_queries(9):
        page = client.get(reverse("network:registry", args=[world.network.pk]))
    assert page.context["paginator"].count == rows


def test_another_network_reads_nothing(world, elsewhere, enter):
    letter = registry.register_letter(elsewhere.network, by=elsewhere.office, upload=upload(), **LETTER)
    client = enter(world.office)
    for name in ("registry_entry", "registry_file"):
        assert client.get(reverse(f"network:{name}", args=[letter.entry_id])).status_code == 404
    assert client.get(reverse("network:registry", args=[elsewhere.network.pk])).status_code == 404


def test_the_receipt(world, elsewhere, django_capture_on_commit_callbacks):
    letter = registry.register_letter(
        world.network, by=world.office, upload=upload(), dated_on=date(2014, 4, 1), **LETTER
    )
    with django_capture_on_commit_callbacks(execute=True):
        document = request_document("registry_receipt", letter.entry, by=world.office)
    document.refresh_from_db()
    assert document.state == "ready", document.error
    facts = dict(kind_of("registry_receipt").context(letter.entry)["facts"])
    assert facts["Protocollo"] == str(letter.entry)
    assert facts["Mittente"] == "Comune di Crema"
    assert facts["Impronta SHA-256"] == letter.file.sha256
    may_open = kind_of("registry_receipt").may_open
    assert may_open(world.office, letter.entry)
    assert not may_open(elsewhere.office, letter.entry)
    asks = make_person()
    entry = filed(letter, world.network, "Richiesta", by=asks, incoming=True)
    assert may_open(asks, entry)


# --- annulment --------------------------------------------------------------------------------------------------------
def test_what_was_registered_by_mistake_is_annulled_and_stays(world, enter):
    letter = registry.register_letter(world.network, by=world.office, **LETTER)
    client = enter(world.office)
    place = reverse("network:registry_annul", args=[letter.entry_id])
    assert place in client.get(letter.get_absolute_url()).content.decode()
    assert client.post(place, {"reason": " "}).status_code == 422
    assert client.post(place, {"reason": "Registrata due volte"}).url == letter.get_absolute_url()
    entry = RegistryEntry.objects.get(pk=letter.entry_id)
    assert (entry.annulled_by, entry.annulled_reason, entry.number) == (world.office, "Registrata due volte", 1)
    page = client.get(letter.get_absolute_url()).content.decode()
    for words in ("Registrazione annullata", "Registrata due volte", str(world.office), "Comune di Crema"):
        assert words in page
    assert place not in page
    assert client.get(place).status_code == 409
    assert "Registrata due volte" in client.get(reverse("network:registry", args=[world.network.pk])).content.decode()
    assert registry.register_letter(world.network, by=world.office, **LETTER).entry.number == 2  # never given again
    facts = dict(kind_of("registry_receipt").context(entry)["facts"])
    assert facts["Annullata il"].endswith("Registrata due volte")
    assert Move.objects.about(entry).get().by == world.office


def test_an_annulment_has_its_reason_and_its_person(world, elsewhere, enter):
    letter = registry.register_letter(world.network, by=world.office, **LETTER)
    for wrong in ({"annulled_at": clock.now()}, {"annulled_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegistryEntry.objects.filter(pk=letter.entry_id).update(**wrong)
    with pytest.raises(Refused, match="Scrivi perché"):
        annul(letter.entry, reason=" ", by=world.office)
    place = reverse("network:registry_annul", args=[letter.entry_id])
    assert enter(elsewhere.office).get(place).status_code == 404
    assert enter(world.chair).get(place).status_code in {403, 404}
