"""A dashboard as a document: the filter in force, the same figures as the page, for the person who asked alone."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdf import PdfReader

from conciliazione.kernel import documents
from conciliazione.kernel.document_kinds import kind_of
from conciliazione.kernel.models import IssuedDocument
from conciliazione.portal.dashboard import copies
from conciliazione.portal.models import DashboardCopy
from monitoring.rules.halves import half_of
from network.enums import Area
from plans.enums import PaymentKind, PaymentStatus
from plans.models import Payment
from tests import factories
from tests.monitoring.conftest import make_territory, validated

from .test_dashboard import spend

pytestmark = pytest.mark.django_db
WHERE = reverse("portal:print_dashboard")


@pytest.fixture(scope="module")
def one(made):
    return made(make_territory())


@pytest.fixture(scope="module")
def other(made, one):
    return made(make_territory(programme=one.programme, window=one.window))


@pytest.fixture
def told(one, other):
    validated(one)
    spend(one, "1000")
    return one


def printed(person, **query) -> str:
    """The text of the document, with single spaces."""
    copy = copies.keep(person, query)
    pages = PdfReader(io.BytesIO(documents.preview("dashboard", copy))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\xa0", " ")


def test_the_document_says_what_the_page_says_with_its_filter(told, other):
    text = printed(told.region, rete=str(told.network.pk))
    for words in (
        told.programme.name,
        told.network.name,
        "Spesa ammessa",
        "500,00 €",
        "Indicatori e obiettivi",
        told.expected.indicator.name,
        "Copertura",
        "Relazioni di monitoraggio",
        told.plan.title,
    ):
        assert words in text, words
    assert other.network.name not in text


def test_every_table_of_the_page_is_in_the_copy(told, client):
    client.force_login(told.region)
    board = client.get(reverse("portal:dashboard")).context["board"]
    content = copies.keep(told.region, {}).content
    kept = {
        table["caption"]: table["rows"]
        for section in content["sections"]
        for table in section.get("tables", ())
        if table
    }
    for table in board.tables().values():
        if table.rows and table.key not in {"relazioni", "disaggregazioni"}:
            assert kept[table.caption] == [[row.label, *(cell.words for cell in row.cells)] for row in table.rows]
    by_sex = kept["Valori validati per sesso"]  # the parts, a small table for each dimension
    (group,) = board.part_groups
    assert by_sex == [
        [group.label, *(f"{row.cells[0].words} ({row.cells[1].words})" for _, row in group.sections["sex"])]
    ]
    figures = [figure for section in content["sections"] for figure in section.get("figures", ())]
    assert [figure[1] for figure in figures] == [str(f["value"]) for f in [*board.figures, *board.reports]]


def test_the_button_of_the_page_makes_it_and_keeps_it_for_that_person(told, client, django_capture_on_commit_callbacks):
    client.force_login(told.office)
    assert (
        f'action="{WHERE}?area=services"'
        in client.get(reverse("portal:dashboard"), {"area": "services"}).content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{WHERE}?area=services&dal=sbagliato")
    document = IssuedDocument.objects.get(kind="dashboard")
    assert (answer.status_code, answer.url, document.state) == (302, document.get_absolute_url(), "ready")
    assert client.get(answer.url).status_code == 200
    assert document.about.get_absolute_url() == f"{reverse('portal:dashboard')}?area=services"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{WHERE}?area=services")  # nothing has changed: the same document
    assert DashboardCopy.objects.count() == IssuedDocument.objects.filter(kind="dashboard").count() == 1
    client.force_login(told.region)
    assert client.get(answer.url).status_code == 404
    assert client.get(WHERE).status_code == 405


def test_a_territory_alone_and_a_period_without_grants_are_told_as_they_are(told):
    content = copies.keep(told.office, {}).content
    (alone,) = [section for section in content["sections"] if section["title"].startswith("Territorio: ")]
    assert ["Relazioni validate", "1 di 1", ""] in alone["figures"]
    half = half_of(told.project.starts_on)
    content = copies.keep(told.region, {"dal": str(half), "al": str(half), "area": Area.TRAINING.value}).content
    assert [section.get("empty") for section in content["sections"] if section["title"] == "Territori"] == [
        "Con questi filtri non c'è nulla da contare."
    ]


def test_a_figure_that_changes_makes_another_document_and_leaves_the_first(told):
    before = copies.keep(told.office, {})
    Payment.objects.create(
        project=told.project,
        kind=PaymentKind.INTERIM,
        amount=Decimal("321.00"),
        status=PaymentStatus.PAID,
        order_act="Atto 2",
        ordered_on=told.project.starts_on,
        paid_on=told.project.starts_on,
    )
    after = copies.keep(told.office, {})
    assert before.pk != after.pk
    kind = kind_of("dashboard")
    assert kind.version(before) != kind.version(after)
    before.refresh_from_db()
    assert "2.321,00" not in str(before.content)
    assert "2.321,00" in str(after.content)


def test_an_empty_dashboard_and_that_of_an_alliance_are_kept_too(told):
    world = factories.make_network()
    empty = copies.keep(world.region, {"programma": str(world.programme.pk)}).content
    assert {figure[1] for figure in empty["sections"][0]["figures"]} == {"Ancora nulla"}
    narrowed = copies.keep(told.region, {"area": Area.SERVICES.value, "dal": "4031", "al": "4031"}).content
    assert ["Area di intervento", Area.SERVICES.label] in narrowed["facts"]
    assert ["Periodo", "dal 2° semestre 2015 al 2° semestre 2015"] in narrowed["facts"]
    content = copies.keep(told.lead, {}).content
    assert ["Progetti", "quelli della tua Alleanza"] in content["facts"]
    assert [section["title"] for section in content["sections"]] == ["Risorse", "Indicatori e obiettivi"]
    assert "500,00" in str(content)
