"""The plan over time and over the territory: extension, new version after a scorrimento, comparison, map, annexes."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from plans.documents.plan import plan_context
from plans.queries.plan import coverage_of, end_of, map_of
from plans.queries.versions import compare
from plans.rules.plan import check_extension, scale_to
from plans.rules.territory import layout
from plans.services import draws, plan, projects
from tests.plans.evaluated import make_evaluated, make_ranked, make_validated_plan, make_written_plan

TODAY = date(2015, 3, 1)


# --- rules --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"status": "transmitted"}, None),
        ({"act": " "}, "act"),
        ({"act_on": date(2015, 3, 2)}, "act_on"),
        ({"act_on": date(2014, 1, 1)}, "act_on"),
        ({"ends_on": date(2015, 12, 31)}, "ends_on"),
    ],
)
def test_an_extension_has_its_act_and_a_later_end(facts, field):
    good = {
        "status": "running",
        "act": "D.G.R. n. 1",
        "act_on": TODAY,
        "ends_on": date(2016, 6, 30),
        "before": date(2015, 12, 31),
        "since": date(2014, 11, 20),
        "today": TODAY,
    }
    check_extension(**good)
    with pytest.raises(Refused) as refused:
        check_extension(**(good | facts))
    assert refused.value.field == field


def test_amounts_are_scaled_to_the_cent():
    from decimal import Decimal

    assert scale_to([Decimal(10), Decimal(10), Decimal(10)], Decimal("20.01")) == [Decimal("6.67")] * 3
    assert sum(scale_to([Decimal(1), Decimal(2)], Decimal("0.02"))) == Decimal("0.02")
    assert scale_to([Decimal(5)], None) == [Decimal(5)]
    assert scale_to([Decimal(0)], Decimal(9)) == [Decimal(0)]


def inside(shape, drawn):
    points = [tuple(map(int, pair.split(","))) for pair in shape.points.split()]
    return all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in [*points, (shape.x, shape.y)])


def test_the_territory_of_the_paper_is_drawn_by_its_outlines():
    drawn = layout(["Casalmaggiore", "Crema", "Cremona"])
    assert not drawn.schematic
    east, west, middle = drawn.shapes
    assert west.x < middle.x < east.x
    assert west.y < middle.y < east.y
    assert all(inside(shape, drawn) for shape in drawn.shapes)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_another_territory_is_drawn_by_tiles(count):
    names = [f"Ambito {number}" for number in range(count)]
    drawn = layout(names)
    assert drawn.schematic
    assert [shape.name for shape in drawn.shapes] == names
    assert len({shape.points for shape in drawn.shapes}) == count
    assert all(inside(shape, drawn) for shape in drawn.shapes)


# --- acts ---------------------------------------------------------------------------------------------------------
def extend(world, found, **fields):
    given = {"act": "D.G.R. n. 4221", "act_on": clock.today(), "ends_on": end_of(found) + timedelta(days=90)}
    return plan.extend(found, by=world.office, **(given | fields))


def ranked():
    world = make_evaluated(grants=("60000", "50000"), budget="100000")
    world.ranking = make_ranked(world)
    return world


@pytest.fixture(scope="module")
def written(made):
    world = ranked()
    world.plan = make_written_plan(world)
    return made(world)


@pytest.fixture(scope="module")
def validated(made):
    world = ranked()
    world.plan = make_validated_plan(world)
    return made(world)


@pytest.mark.django_db
def test_an_extension_is_the_next_version_and_tells_its_act(validated):
    ranked, found = validated, validated.plan
    end = end_of(found)
    found = extend(ranked, found)
    assert (found.version, end_of(found), found.status) == (2, end + timedelta(days=90), "validated")
    after, before = found.versions.all()
    assert after.act == "Proroga: D.G.R. n. 4221"
    rows = {row.title: row for row in compare(before, after).facts}
    assert rows["Fine del piano"].kind == "changed"
    assert rows["Costo"].kind == "same"
    with pytest.raises(Refused, match="sposta la fine in avanti"):
        extend(ranked, found, ends_on=end)


@pytest.mark.django_db
@pytest.mark.rule("R17")
def test_what_a_scorrimento_funds_comes_into_the_plan_as_a_new_version(validated):
    ranked, found = validated, validated.plan
    projects.run(found, by=ranked.office)
    first, second = ranked.proposals
    projects.renounce(first.project, by=ranked.allies[0].lead_person, reason="Non possiamo")
    draws.draw(ranked.ranking, by=ranked.office, act="Decreto n. 51", act_on=clock.today())
    found.refresh_from_db()
    assert found.version == 2
    assert found.actions.filter(proposal=second).exists()
    after, before = found.versions.all()
    assert after.act.startswith("Scorrimento n. 1")
    assert "added" in {row.kind for row in compare(before, after).actions}
    projects.start_projects(found, by=ranked.office)
    assert second.project.plan_actions.exists()


@pytest.mark.django_db
def test_the_pdf_has_its_annexes(validated):
    ranked = validated
    context = plan_context(ranked.plan)
    captions = [annex["caption"] for annex in context["annexes"]]
    assert captions == ["Le Alleanze e i loro partner", f"Graduatoria: {ranked.call.title}"]
    assert [row[5] for row in context["annexes"][1]["rows"]] == ["Ammessa e finanziata", "Ammessa e non finanziata"]


# --- pages --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_map_and_its_table_say_the_same(written, client):
    ranked, found = written, written.plan
    client.force_login(ranked.office)
    page = client.get(found.get_absolute_url()).content.decode()
    drawn = map_of(coverage_of(found, list(found.actions.all())), "Mappa")
    assert len(drawn["places"]) == 2
    assert {place["level"] for place in drawn["places"]} <= {"part", "none", "full"}
    svg = page[page.index("<svg viewBox=") : page.index("</svg>", page.index("<svg viewBox="))]
    for place in drawn["places"]:
        assert f"{place['shape'].name}: {place['words']}" in svg
        assert re.search(rf"<a [^>]*>{place['shape'].name}</a>", page)
    assert "style=" not in svg


@pytest.mark.django_db
def test_extending_and_comparing_by_the_pages(validated, client):
    ranked, found = validated, validated.plan
    client.force_login(ranked.office)
    url = reverse("plans:plan_extend", args=[found.pk])
    data = {"act": "D.G.R. n. 4221", "act_on": f"{clock.today()}", "ends_on": "2014-01-01", "reason": ""}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "D.G.R. n. 4221" in answer.content.decode()
    data["ends_on"] = f"{end_of(found) + timedelta(days=30)}"
    client.force_login(ranked.chair)
    assert client.post(url, data).status_code == 403
    client.force_login(ranked.office)
    assert client.post(url, data).status_code == 302
    client.logout()
    versions = reverse("plans:plan_versions", args=[found.pk])
    assert "Modificato" in client.get(versions).content.decode()
    assert "sono uguali" in client.get(versions, {"da": "1", "a": "1"}).content.decode()


@pytest.mark.django_db
def test_a_plan_in_writing_is_not_extended(written, client):
    ranked, found = written, written.plan
    client.force_login(ranked.office)
    assert client.get(reverse("plans:plan_extend", args=[found.pk])).status_code == 409
    assert "nulla da confrontare" in client.get(reverse("plans:plan_versions", args=[found.pk])).content.decode()
