"""The dashboards: every figure is the sum of the list that it opens, for each who may see it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from conciliazione.kernel.templatetags.portal import eur
from conciliazione.portal.dashboard.parts import ABREAST, Group, on_paper
from conciliazione.portal.dashboard.records import BY_SLUG
from conciliazione.portal.dashboard.tables import Table
from conciliazione.portal.dashboard.tilemap import territory_of, tile_map
from conciliazione.portal.generate.names import TERRITORIES
from monitoring.enums import ItemOutcome
from monitoring.services import finance
from network.enums import Aggregation, Area
from plans.enums import PaymentKind, PaymentStatus
from plans.models import Payment
from tests import factories
from tests.monitoring.conftest import financial, make_territory, make_window, validated

pytestmark = pytest.mark.django_db
WHERE = reverse("portal:dashboard")


def spend(territory, amount="1000"):
    """Spending checked by the ASL, of which half is approved, and an advance that was paid."""
    report = financial(territory, {"amount": Decimal(amount)})
    item = report.items.get()
    half = item.amount / 2
    finance.check_item(item, by=territory.office, outcome=ItemOutcome.PARTLY, approved_amount=half, reason="Metà")
    finance.finish_check(report, by=territory.office)
    Payment.objects.create(
        project=territory.project,
        kind=PaymentKind.ADVANCE,
        amount=Decimal(amount) * 2,
        status=PaymentStatus.PAID,
        order_act="Atto 1",
        ordered_on=territory.project.starts_on,
        paid_on=territory.project.starts_on,
    )


@pytest.fixture
def two():
    """Two territories of one programme, with spending and results."""
    one = make_territory()
    other = make_territory(programme=one.programme, window=one.window)
    for territory, amount in ((one, "1000"), (other, "500")):
        validated(territory)
        spend(territory, amount)
    return one, other


def board(client, person, **query):
    client.force_login(person)
    return client.get(WHERE, query)


def sums_of(page, client) -> dict:
    """Label -> (what the figure says, what its list adds up to)."""
    found = {}
    for figure in page.context["board"].figures:
        records = client.get(figure["url"])
        rows = [row.amount_here for row in records.context["page_obj"]]
        assert records.context["total"] == (sum(rows) if rows else None)
        found[figure["label"]] = (figure["value"], records.context["total"])
    return found


def test_every_figure_of_money_is_the_sum_of_its_list(two, client):
    narrowed = [{}, {"area": Area.SERVICES.value}, {"dal": 4031, "al": 4031}]
    for who, query in [("lead", {}), ("office", {}), *(("region", query) for query in narrowed)]:
        page = board(client, getattr(two[0], who), **query)
        assert page.status_code == 200
        for label, (shown, total) in sums_of(page, client).items():
            assert shown == ("Ancora nulla" if total is None else eur(total)), (who, query, label)


def test_each_sees_the_figures_of_what_they_see(two, client):
    def approved(person):
        figures = {f["label"]: f["value"] for f in board(client, person).context["board"].figures}
        return figures["Spesa ammessa"].replace("\xa0", " ")

    one, other = two
    assert approved(one.region) == approved(one.steering) == "750,00 €"
    assert approved(one.office) == approved(one.chair) == approved(one.lead) == "500,00 €"
    assert approved(other.office) == approved(other.partner) == "250,00 €"


def holds(answer, key, cell) -> bool:
    """Whether the list that a cell opens makes what the cell says."""
    rows = list(answer.context["page_obj"])
    if ("total" in answer.context and cell.unit in {"eur", "percent"}) or "destinatari" in cell.url:
        return answer.context["total"] == cell.value
    if "monitoraggio/obiettivi" in cell.url:
        return sum(row.target for row in rows) == cell.value
    if "monitoraggio/valori" in cell.url:
        said = sum(row.part if "voce=" in cell.url else row.value for row in rows)
        return bool(rows) if cell.unit == "percent" else said == cell.value
    if cell.unit == "text":  # «3 di 6»
        count = int(cell.value.split()[0])
        districts = {row.district_id for row in rows if hasattr(row, "district_id")}
        return count == (len(districts) if "voci" in cell.url else answer.context["paginator"].count)
    return answer.context["paginator"].count == cell.value


def test_the_links_of_tables_and_matrix_hold_what_they_say(two, client):
    page = board(client, two[0].region)
    found = page.context["board"]
    for table in found.tables().values():
        for row in table.rows:
            assert not row.url or client.get(row.url).status_code == 200
            for cell in row.cells:
                if cell.value in (None, 0) or (table.key, cell.unit) == ("indicatori", "text"):
                    continue  # nothing behind it; or the name of a unit
                assert cell.url, (table.key, row.label, cell)
                answer = client.get(cell.url)
                assert holds(answer, table.key, cell), (table.key, row.label, cell)
    for row in found.coverage["rows"]:
        for cell in row["cells"]:
            if cell["count"]:
                answer = client.get(cell["url"])
                assert (answer.context["paginator"].count, answer.context["total"]) == (cell["count"], cell["amount"])
    for figure in found.reports:
        assert client.get(figure["url"]).context["paginator"].count == figure["value"], figure["label"]


def test_a_dashboard_asks_the_same_however_much_there_is(two, client, django_assert_num_queries):
    """At most fifteen: one more than here where a report is late."""
    for more in (False, True):
        if more:
            third = make_territory(programme=two[0].programme, window=two[0].window)
            validated(third)
            spend(third)
        for who, queries in (("region", 13), ("office", 14), ("lead", 10)):
            client.force_login(getattr(two[0], who))
            client.get(WHERE)
            with django_assert_num_queries(queries):
                assert client.get(WHERE).status_code == 200


def test_every_table_can_be_taken_away(two, client):
    keys = board(client, two[0].region).context["board"].tables()
    assert set(keys) == {"territori", "tempo", "indicatori", "indicatore", "disaggregazioni", "aree", "relazioni"}
    for fmt in ("csv", "xlsx"):
        for key in keys:
            answer = client.get(WHERE, {"formato": fmt, "tabella": key})
            assert answer["Content-Disposition"].endswith(f'.{fmt}"')
            assert b"".join(answer.streaming_content)
        assert client.get(WHERE, {"formato": fmt, "tabella": "altro"}).status_code == 404


def test_a_network_that_one_does_not_see_is_not_a_choice(two, client):
    one, other = two
    page = board(client, one.office, rete=other.network.pk, programma="abc", dal="9", al="x", area="y")
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"rete", "programma", "dal", "al", "area"}
    assert other.network.name not in {row.label for row in page.context["board"].territories.rows}
    records = client.get(reverse("portal:records_ammesso"), {"rete": other.network.pk, "programma": "tutti"})
    assert {row.network_here for row in records.context["page_obj"]} == {one.network.name}


def test_a_period_that_ends_before_it_begins_is_said(two, client):
    page = board(client, two[0].region, dal=4031, al=4030)
    assert "finisce prima di cominciare" in page.content.decode()


def test_an_empty_portal_says_what_will_come(client):
    world = factories.make_network()
    page = board(client, world.region).content.decode()
    assert "Ancora nulla" in page
    assert "Nessun piano è ancora arrivato" in page


def test_a_list_of_records_asks_the_same_and_can_be_taken_away(two, client, django_assert_num_queries):
    client.force_login(two[0].region)
    for count in (2, 3):
        if count == 3:
            third = make_territory(programme=two[0].programme, window=two[0].window)
            validated(third)
            spend(third)
        for slug in BY_SLUG:
            where = reverse(f"portal:records_{slug}")
            with django_assert_num_queries(10):
                assert client.get(where).context["paginator"].count == count
            assert b"".join(client.get(where, {"formato": "csv"}).streaming_content).count(b"\n") == count + 1


def test_a_figure_that_is_not_there_is_not_found(two, client):
    client.force_login(two[0].region)
    assert client.get("/cruscotto/voci/altro/").status_code == 404
    where = reverse("portal:records_previsto")
    assert client.get(where, {"ambito": "9" * 40}).context["paginator"].count == 0
    assert client.get(where, {"ambito": two[0].action.district_id}).context["paginator"].count == 1


def test_every_territory_has_its_place_on_the_map():
    names = [f"Rete di {name}" for name, *_ in TERRITORIES]
    found = tile_map([(name, Decimal(10 * n), f"{n} %", "/") for n, name in enumerate([*names, "Rete di altrove"])])
    assert len({(tile.x, tile.y) for tile in found.tiles}) == len(TERRITORIES) + 1
    assert {territory_of(name) for name in names} == {name for name, *_ in TERRITORIES}
    assert found.tiles[0].fill == "#ffffff" != found.tiles[-1].fill
    assert found.tiles[-1].y == max(tile.y for tile in found.tiles)


def test_districts_stand_below_each_other_on_paper():
    """However many indicators are told by district: so many beside each other, and what is missing is a dash."""
    groups = []
    for number in range(ABREAST + 1):
        table = Table("parti", "", "", (("Realizzato", "number"), ("Quota", "percent"), ("Obiettivo", "target")))
        for name in ("Crema", "Cremona")[: 1 + number % 2]:
            table.row(name, [number, None, 7 if number == 1 else None])
        groups.append(Group(f"I{number}", f"Indicatore {number}", {"district": [(r.label, r) for r in table.rows]}))
    first, second = on_paper(groups)
    assert [head for head, _ in first["columns"]] == ["Ambito", *(f"I{number}" for number in range(ABREAST))]
    assert first["rows"] == [
        ["Crema", "0", "1, obiettivo 7", "2", "3", "4", "5"],
        ["Cremona", "–", "1, obiettivo 7", "–", "3", "–", "5"],
    ]
    assert second["rows"] == [["Crema", "6"], ["Cremona", "–"]]


def test_the_points_of_a_line_open_what_makes_them(two, client):
    one, _ = two
    window = make_window(one.programme, "Seconda", starts=date(2015, 7, 1), ends=date(2015, 12, 31))
    validated(one, window)
    page = board(client, one.region)
    points = page.context["board"].indicator_line
    assert len(points) == 2
    text = page.content.decode().replace("&amp;", "&")
    for point in points:
        assert f'<a href="{point["url"]}" aria-label="{point["label"]}: ' in text
        assert sum(row.value for row in client.get(point["url"]).context["page_obj"]) == point["value"]


def test_a_ratio_opens_the_values_of_the_two_from_which_it_is_reckoned(two, client):
    one, _ = two
    upper = one.expected.indicator
    lower = factories.make_indicator(one.programme, by_sex=False)
    ratio = factories.make_indicator(
        one.programme, by_sex=False, aggregation=Aggregation.RATIO, numerator=upper, denominator=lower
    )
    client.force_login(one.region)
    where = reverse("monitoring:measurements")
    values = client.get(where, {"programma": one.programme.pk, "indicatore": ratio.pk}).context
    assert values["paginator"].count == len(values["page_obj"]) == 2
