"""What the heaviest pages cost, in queries and in multiples of the floor; and the bench that measures them all."""

import gzip
import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from conciliazione.portal.bench import measure, papers, report, routes

pytestmark = pytest.mark.django_db


def test_without_generated_data_the_bench_says_what_to_do():
    with pytest.raises(CommandError, match="generate"):
        call_command("bench")


@pytest.fixture(scope="module")
def generated(made):
    call_command("generate", scale=0.03, verbosity=0)


@pytest.fixture
def meter(generated, settings):
    settings.RATE_LIMITS = False
    return measure.Meter(routes.people())


def _route(key: str) -> routes.Route:
    return next(route for route in routes.routes() if route.key == key)


# the most floors is at least twice what was seen, so that a busy machine does not fail it
HEAVIEST = {
    "plans:proposals@office": 8,
    "plans:board@committee": 8,
    "plans:ranking@office": 7,
    "plans:plan@office": 8,
    "plans:proposal@office": 11,
    "monitoring:report@office": 16,
    "alliances:alliance@office": 14,
    "portal:dashboard@region": 30,
}


@pytest.mark.parametrize("key", HEAVIEST)
def test_a_heavy_page_keeps_its_bound_of_queries_and_a_wide_one_of_time(meter, key):
    route = _route(key)
    meter.once(route)
    found = meter.first(route)
    base = meter.first(measure.FLOOR)
    for _ in range(4):
        base, found = meter.again(base), meter.again(found)
    assert found.queries <= routes.BOUNDS[route.kind].queries
    assert found.python <= HEAVIEST[key] * base.python, f"{found.python:.1f} ms, floor {base.python:.1f} ms"


# what asks more than its bound, and how much: the office's home tells single tasks of every part of the portal
BEYOND = {"portal:home@office": 17}


def test_every_page_keeps_its_bound_of_queries_and_of_weight(meter):
    """At most 30 KB for a page once style, script and fonts are there, as nginx compresses it."""
    walked = {route.key: meter.queries(route) for route in routes.routes()}
    weights = {key: len(gzip.compress(response.content, 6)) for key, (_, response) in walked.items()}
    assert {key: weight for key, weight in weights.items() if weight > 30_000} == {}
    found = {key: len(queries) for key, (queries, _) in walked.items()}
    most = {route.key: BEYOND.get(route.key, routes.BOUNDS[route.kind].queries) for route in routes.routes()}
    assert len(found) > 90
    assert {key: queries for key, queries in found.items() if queries > most[key]} == {}


def test_the_bench_writes_table_measures_and_picture(generated, tmp_path, capsys):
    files = {"json": str(tmp_path / "a.json"), "svg": str(tmp_path / "a.svg")}
    options = {"only": "plans:proposals@committee", "rounds": 1, "scale": "0.03"}
    with suppress(report.BeyondBounds):  # that of time, on a busy machine
        call_command("bench", **options, **files)
    table = capsys.readouterr().out
    assert "(floor)" in table
    assert "plans:proposals" in table
    data = json.loads((tmp_path / "a.json").read_text())
    (page,) = data["pages"]
    assert (page["page"], page["kind"], page["queries"]) == ("plans:proposals@committee", "list", 11)
    assert page["python_ms"] > 0 < data["floor"]["python_ms"]
    assert page["floors"] > 1
    assert "plans:proposals@committee" in (tmp_path / "a.svg").read_text()


def test_the_slowest_query_comes_with_its_plan(generated, capsys):
    call_command("bench", explain="plans:proposals@office")
    told = capsys.readouterr().out
    assert "queries; the three slowest" in told
    statement, _, plan = told.partition("\n\n")  # which is the slowest is the machine's word; its plan follows it
    assert "SELECT " in statement
    assert "scan" in plan.lower() or "search" in plan.lower()


def test_a_page_beyond_its_bounds_is_named(generated):
    route = routes.Route("plans:proposals", "office", "list", "/proposte/")
    base = measure.Measured(measure.FLOOR, 10, 0, 4, 50, 9000, 0)
    slow = measure.Measured(route, 25, 20, 13, 50, 60000, 0)
    before = {"pages": [{"page": route.key, "floors": 2.0}]}
    (line,) = report.lines(base, [slow], before)
    assert line.floors == 4.5
    assert line.broken == ["queries>12", "floor>3", "growth>1.3"]
    (fine,) = report.lines(base, [measure.Measured(route, 20, 5, 12, 50, 60000, 0)], before)
    assert fine.broken == []


def test_documents_and_exports_are_measured(capsys):
    call_command("bench_papers", part=["export", "50"])
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 50
    assert told["memory"] > 20
    assert papers.plan(3)["pages"] >= 2
