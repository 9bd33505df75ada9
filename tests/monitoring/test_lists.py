"""The lists of the monitoring: who opens them, how many queries they ask, exports, filters."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.models import FinancialReport, ProgressReport
from monitoring.rules.halves import half_of
from monitoring.services import finance, places, territorial
from network.enums import SeatKind
from tests import factories

from .conftest import financial, issue, item_of, make_territory, make_window, paper, validated
from .test_pages import get
from .test_practices import proposed as propose

pytestmark = pytest.mark.django_db

LISTS = (
    "reports",
    "expected",
    "indicators",
    "measurements",
    "actions",
    "financial_reports",
    "territorial_reports",
    "correctives",
    "practices",
    "windows",
)


@pytest.fixture(scope="module")
def full(made):
    """One row in every list."""
    territory = make_territory()
    territory.report = validated(territory)
    financial(territory)
    issue(territory)
    propose(territory)
    territorial.prepare_territorial_report(territory.plan, territory.window, by=territory.office)
    return made(territory)


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_to_sign_in(client, db, name):
    response = client.get(reverse(f"monitoring:{name}"))
    assert response.status_code == 302
    assert "/accesso/" in response.url


@pytest.mark.parametrize("role", ["lead", "partner", "office", "chair", "region", "steering"])
def test_each_role_opens_the_lists(client, full, role):
    for name in LISTS:
        assert get(client, getattr(full, role), name).status_code == 200, name


def test_an_adherent_that_is_in_no_alliance(client, full):
    """Reads the collection of the territory and its corrective actions, not the reports of others."""
    body = factories.make_member(full.world)
    person = factories.make_person(seat=SeatKind.DELEGATE, organisation=body)
    assert get(client, person, "report", full.report.pk).status_code == 404
    opened = {name for name in LISTS if get(client, person, name).status_code == 200}
    assert opened == {"reports", "territorial_reports", "correctives", "practices"}


def test_a_person_without_a_seat_opens_nothing(client, full):
    nobody = factories.make_person()
    for name in LISTS:
        assert get(client, nobody, name).status_code == 403


QUERIES = {
    "reports": 10,
    "expected": 10,
    "indicators": 12,
    "measurements": 11,
    "actions": 12,
    "financial_reports": 11,
    "territorial_reports": 9,
    "correctives": 8,
    "practices": 8,
    "windows": 7,
}


@pytest.mark.parametrize("role", ["lead", "office", "region"])
def test_the_number_of_values_is_that_of_their_list(client, full, role):
    """It is kept with the results and not counted, except for single alliances and windows."""
    (half,) = {half_of(full.window.period_to)}
    own = {"programma": full.programme.pk, "indicatore": full.expected.indicator_id, "rete": full.network.pk}
    found = []
    for query in (
        {},
        own,
        own | {"dal": half, "al": half},
        {"dal": half + 1},
        {"al": half - 1},
        {"voce": "sex:women"},
        {"voce": "age:under_30"},
        {"finestra": full.window.pk, "programma": full.programme.pk},
        {"alleanza": full.ally.alliance.pk, "rete": full.network.pk},
        {"ordina": "-value"},
        {"ordina": "window"},
    ):
        page = get(client, getattr(full, role), "measurements", **query)
        assert page.context["paginator"].count == len(page.context["page_obj"]), query
        found.append(page.context["paginator"].count)
    assert found == [1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1]


def test_values_stand_window_by_window(client, full):
    with transaction.atomic():
        window = make_window(full.programme, "Altra")
        validated(full, window)
        rows = get(client, full.office, "measurements").context["page_obj"]
        assert [row.report.window for row in rows] == [window, full.window]
        rows = get(client, full.office, "measurements", ordina="window").context["page_obj"]
        assert [row.report.window for row in rows] == [full.window, window]
        transaction.set_rollback(True)


def test_an_alliance_is_chosen_by_its_name_too(client, full):
    name, key = full.ally.alliance.name, full.ally.alliance.pk
    for role in ("region", "office"):
        for words in (key, name):
            page = get(client, getattr(full, role), "reports", alleanza=words)
            assert [row.pk for row in page.context["page_obj"]] == [full.report.pk]
            assert page.context["active_filters"][0]["value"] == name
    page = get(client, full.region, "reports", alleanza="nessuna così")
    assert "Nessuna Alleanza che puoi vedere si chiama «nessuna così»" in page.content.decode()
    assert get(client, full.region, "indicators", alleanza=name[1:6]).context["narrowed"]


def test_a_report_keeps_the_network_of_its_project(full):
    """Also one that an earlier release wrote while this one was put in place: the daily round fills it in."""
    for model in (ProgressReport, FinancialReport):
        rows = model.objects.all()
        assert rows
        assert all(row.network_id == row.project.network_id == full.network.pk for row in rows)
        rows.update(network=None)
    assert list(ProgressReport.objects.visible_to(full.office)) == []
    assert places.fill_networks() == ["Rete annotata su 2 relazioni"]
    assert list(ProgressReport.objects.visible_to(full.office)) == [full.report]
    assert places.fill_networks() == []


def two_more(territory):
    for number in (1, 2):
        window = make_window(territory.programme, f"Altra {number}")
        validated(territory, window)
        report = finance.open_financial_report(territory.project, window, by=territory.lead)
        finance.add_item(report, by=territory.lead, upload=paper(), proof=paper(), **item_of(territory))
        finance.submit_financial_report(report, by=territory.lead)
        issue(territory, subject=f"Altra {number}")
        propose(territory)
        territorial.prepare_territorial_report(territory.plan, window, by=territory.office)
        factories.make_project(territory.plan, factories.make_proposal(territory.call, territory.ally))


@pytest.fixture(scope="module")
def asked(full):
    """How many queries each list asks with one row and with three."""
    client, counts = Client(), []
    client.force_login(full.office)

    def count():
        for name in QUERIES:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"monitoring:{name}")).status_code == 200
            counts.append((name, len(queries)))

    for name in QUERIES:
        client.get(reverse(f"monitoring:{name}"))  # content types and the like are read once a process
    with transaction.atomic():
        count()
        two_more(full)
        count()
        transaction.set_rollback(True)
    return counts


@pytest.mark.parametrize("name", QUERIES)
def test_a_list_asks_as_much_for_three_rows_as_for_one(asked, name):
    assert [count for which, count in asked if which == name] == [QUERIES[name], QUERIES[name]]


@pytest.mark.parametrize("name", [n for n in LISTS if n != "indicators"])
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_lists_are_exported(client, full, name, fmt):
    response = get(client, full.office, name, formato=fmt)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)


@pytest.mark.parametrize("name", LISTS)
def test_hostile_filters_never_break_a_list(client, full, name):
    for value in ("'", "-1", "9" * 40, "\x00", "../..", "é"):
        query = dict.fromkeys(
            ("programma", "finestra", "rete", "alleanza", "stato", "ritardo", "indicatore", "ambito", "area"), value
        )
        assert get(client, full.office, name, **query, ordina=value, pagina=value).status_code == 200
