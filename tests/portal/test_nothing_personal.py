"""What everybody can read of the portal names no person beyond those that the law wants named; nor do addresses,
names of files and logs. On the demonstration at its end, with every public page that the map has, and every list
that can be taken away."""

import logging
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import StoredFile
from conciliazione.kernel.pages import ListPage
from conciliazione.kernel.personal import check_public, identifiers_in
from network.models import LegalRepresentative, Person
from plans.models import Publication
from tests import factories
from tests.knocking import fresh, knock

from .walk import PAGES, named_views, opened, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("permissions")]
TAX_CODE, ACCOUNT = "RSSMRA70A41F205Z", "IT60 X054 2811 1010 0000 0123 456"


def public_texts():
    """(address, text) of each public page on its oldest and newest record, and of its lists as spreadsheets."""
    nobody, root = AnonymousUser(), fresh(factories.make_person(is_superuser=True))
    for name, entry in PAGES:
        for order in ("pk", "-pk"):
            for url, view in opened(name, entry, root, order):
                if view.permission != PUBLIC:
                    continue
                answer = knock(nobody, "GET", url)
                if answer.status_code == 200 and not answer.streaming:
                    yield url, answer.content.decode(errors="replace")
                if order == "pk" and isinstance(view, ListPage):
                    rows = knock(nobody, "GET", url, {"formato": "csv"})
                    yield f"{url}?formato=csv", b"".join(rows.streaming_content).decode()


def identifiers(person) -> set[str]:
    return {text.lower() for text in (person.email, person.tax_code) if text}


def test_public_pages_name_only_whom_the_law_wants_named(story):
    """E-mail and codice fiscale of nobody; the name of the official that art. 26 asks for, and no other."""
    people = list(Person.objects.all())
    officials = " ".join(Publication.objects.values_list("official", flat=True))
    seen, wrong = 0, []
    for url, text in public_texts():
        seen += 1
        lower = text.lower()
        for person in people:
            wrong += [(url, found) for found in identifiers(person) if found in lower]
            name = f"{person.first_name} {person.last_name}"
            if name in text and name not in officials:
                wrong.append((url, name))
        wrong += [(url, found) for found in identifiers_in(text)]
    assert not wrong
    assert seen > 20


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


@pytest.mark.parametrize("text", [f"Contributo a {TAX_CODE}", f"Si paga su {ACCOUNT}", f"({TAX_CODE.lower()})"])
def test_a_text_that_names_a_person_is_not_published(text):
    with pytest.raises(Refused, match=r"art\. 26, comma 4") as refused:
        check_public(legal_basis="Avviso 2014", selection=text)
    assert refused.value.field == "selection"


@pytest.mark.parametrize("text", ["Avviso 2014", "P.IVA 01533090197", "RSSMRA70A41F205X", "IT00X00000000000000", ""])
def test_what_names_nobody_may_be_published(text):
    check_public(selection=text)
