"""What everybody can read of the portal names no person beyond those that the law wants named; nor do addresses,
names of files and logs. On the demonstration at its end, with every public page that the map has, and every list
that can be taken away."""

import logging
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import CharField, JSONField, TextField, Value
from django.db.models.functions import Concat, Left
from django.urls import reverse

from conciliazione.kernel import pdf
from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.documents import all_kinds, preview
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import StoredFile
from conciliazione.kernel.pages import ListPage
from conciliazione.kernel.personal import check_public, identifiers_in
from network.models import LegalRepresentative, Person
from plans.models import Publication
from tests import factories
from tests.knocking import fresh, knock

from .walk import PAGES, named_views, opened, person_of

pytestmark = pytest.mark.django_db
TAX_CODE, ACCOUNT = "RSSMRA70A41F205Z", "IT60 X054 2811 1010 0000 0123 456"


def spreadsheet(answer) -> str:
    """All the texts of an .xlsx."""
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def public_texts():
    """(address, text) of each public page on its oldest and newest record, and of its lists as spreadsheets."""
    nobody, root = AnonymousUser(), fresh(factories.make_person(is_superuser=True))
    for name, entry in PAGES:
        for order in ("pk", "-pk") if "pk" in entry.pattern.regex.groupindex else ("pk",):
            for url, view in opened(name, entry, root, order):
                if view.permission != PUBLIC:
                    continue
                answer = knock(nobody, "GET", url)
                if answer.status_code == 200 and not answer.streaming:
                    yield url, answer.content.decode(errors="replace")
                if isinstance(view, ListPage):
                    rows = knock(nobody, "GET", url, {"formato": "csv"})
                    if not rows.streaming:
                        continue  # a record whose rows are taken away from a list of their own
                    yield f"{url}?formato=csv", b"".join(rows.streaming_content).decode()
                    yield f"{url}?formato=xlsx", spreadsheet(knock(nobody, "GET", url, {"formato": "xlsx"}))
    searched = knock(nobody, "GET", reverse("portal:search"), {"q": "Cremona"})
    yield "what a search finds", searched.content.decode()


class Press:
    """The engine of the PDFs, which keeps what it is given instead of printing it."""

    def lay_out(self, source, tell):
        self.given = source

    def page_count(self, layout):
        return 1

    def write(self, *parts):
        return b""


def public_documents(monkeypatch):
    """(kind, text) of what everybody may have as a PDF, with the data inside it."""
    press = Press()
    monkeypatch.setattr(pdf, "_engine", lambda: press)
    for kind in all_kinds():
        record = next((row for row in kind.model._base_manager.all() if kind.public(row)), None)
        if record is not None:
            preview(kind.key, record)
            yield kind.key, press.given.html
            if press.given.attached:
                yield kind.key, press.given.attached.content.decode()


def identifiers(person) -> set[str]:
    return {text.lower() for text in (person.email, person.tax_code) if text}


def test_no_address_and_no_name_of_a_file_holds_a_person(story):
    people = list(Person.objects.all())
    parts = {part for _, entry in named_views() for part in entry.pattern.regex.groupindex}
    assert not parts & {"email", "tax_code", "name", "username", "person"}
    for stored in StoredFile.objects.all():
        assert re.fullmatch(r"(\w+/)*[0-9a-f-]{32,}(\.\w+)?", stored.file.name), stored.file.name
    told = [view_url for name, entry in PAGES for view_url, _ in opened(name, entry, fresh(person_of("asl")))]
    for url in told:
        assert not any(found in url.lower() for person in people for found in identifiers(person)), url


def test_logs_name_people_by_a_number_alone(story, client, caplog, capsys):
    person = person_of("asl")
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("account_login"), {"login": person.email, "password": "sbagliata"})
        client.force_login(person)
        client.get(reverse("portal:home"))
        client.get(reverse("portal:search"), {"q": person.last_name})
        client.post(reverse("network:seat_give"), {"email": "nuova.persona@example.org", "tax_code": TAX_CODE})
        client.get("/avvisi/999999999/")
    requests = [record for record in caplog.records if record.name.startswith(("django_structlog", "django.request"))]
    assert requests
    written = " ".join([*(record.getMessage() for record in requests), capsys.readouterr().err]).lower()
    for found in (person.email, person.first_name, "nuova.persona", TAX_CODE, "sbagliata"):
        assert found.lower() not in written, found


def test_grants_are_published_for_bodies_alone(story):
    """Art. 26 c. 4: who receives is always a body; the projects' people are counted and never named."""
    assert Publication.objects.exists()
    for publication in Publication.objects.select_related("project__alliance"):
        partners = publication.project.alliance.partners.select_related("organisation")
        assert publication.beneficiary in {partner.organisation.name for partner in partners}
    assert not LegalRepresentative.objects.filter(name__in=Publication.objects.values("beneficiary")).exists()


FORBIDDEN = f" {TAX_CODE} IT60X0542811101000000123456"
NO_TEXT = {"slug", "status", "kind", "email", "password", "file", "tax_code", "vat_number", "certified_email", "code"}
NO_TEXT |= {"username", "registry_number", "sha256", "content_sha256", "version", "filename", "cup", "about", "noun"}


def marked(value):
    """The texts inside kept data, each with what must not go out; dates, numbers and keys stay."""
    if isinstance(value, str):
        return f"{value}{FORBIDDEN}" if " " in value else value
    if isinstance(value, dict):
        return {key: marked(each) for key, each in value.items()}
    return [marked(each) for each in value] if isinstance(value, list) else value


def mark_everything() -> None:
    """What is forbidden, in every text of every record: put there past the services, as an import or a hand might."""
    for label in ("network", "alliances", "plans", "monitoring"):
        for model in apps.get_app_config(label).get_models():
            if model._meta.model_name.startswith("historical"):
                continue
            for field in model._meta.concrete_fields:
                plain = isinstance(field, CharField | TextField) and not field.choices and field.name not in NO_TEXT
                if plain and (not field.max_length or field.max_length >= 100):
                    text = Left(field.name, field.max_length - len(FORBIDDEN)) if field.max_length else field.name
                    rows = model._base_manager.exclude(**{field.name: ""})
                    rows.update(**{field.name: Concat(text, Value(FORBIDDEN))})
            kept = [field.name for field in model._meta.concrete_fields if isinstance(field, JSONField)]
            for row in model._base_manager.all() if kept else ():
                changed = {name: marked(getattr(row, name)) for name in kept}
                model._base_manager.filter(pk=row.pk).update(**changed)


def test_what_is_public_names_only_whom_the_law_wants_named_however_it_came_in(story, monkeypatch):
    """On every public page, list, search and document of the map: e-mail and codice fiscale of nobody, the name of the
    official that art. 26 asks for and no other; and where a text carries what its comma 4 forbids, it is left out."""
    people = list(Person.objects.all())
    told = {person: identifiers(person) for person in people}
    with transaction.atomic():
        mark_everything()
        officials = " ".join(Publication.objects.values_list("official", flat=True))
        pages, documents = list(public_texts()), list(public_documents(monkeypatch))
        transaction.set_rollback(True)
    wrong = []
    for url, text in [*pages, *documents]:
        wrong += [(url, found) for found in identifiers_in(text)]
    for url, text in pages:
        lower = text.lower()
        for person in people:
            wrong += [(url, found) for found in told[person] if found in lower]
            name = f"{person.first_name} {person.last_name}"
            if name in text and name not in officials:
                wrong.append((url, name))
    assert not wrong
    met = {url.split("?")[0] for url, text in pages if "[omissis]" in text}
    assert len(met) > 12, met  # it was there to be found
    assert {kind for kind, text in documents} == {kind for kind, text in documents if "[omissis]" in text}
    assert len({kind for kind, _ in documents}) >= 5


@pytest.mark.parametrize(
    "text", [f"Contributo a {TAX_CODE}", f"Si paga su {ACCOUNT}", f"({TAX_CODE.lower()})", "RSS MRA 70A41 F205Z"]
)
def test_a_text_that_names_a_person_is_not_published(text):
    with pytest.raises(Refused, match=r"art\. 26, comma 4") as refused:
        check_public(legal_basis="Avviso 2014", selection=text)
    assert refused.value.field == "selection"


@pytest.mark.parametrize("text", ["Avviso 2014", "P.IVA 01533090197", "RSSMRA70A41F205X", "IT00X00000000000000", ""])
def test_what_names_nobody_may_be_published(text):
    check_public(selection=text)
