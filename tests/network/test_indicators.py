"""Indicators: versions, ways to add up, breakdowns, an alliance's own, the starting catalogue (R45)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conciliazione.kernel.errors import MoveRefused, Refused
from network.enums import Area, IndicatorStatus
from network.models import Indicator
from network.rules.breakdowns import check_dimensions, check_parts
from network.rules.indicators import check_ratio
from network.services import indicators
from tests.factories import make_indicator

pytestmark = pytest.mark.django_db
D = Decimal
DEFINITION = {"name": "Persone", "kind": "output", "unit": "persone"}


# --- rules --------------------------------------------------------------------------------------------------------
def test_only_what_adds_up_is_broken_down():
    assert check_dimensions(["age", "sex"], aggregation="sum") == ["sex", "age"]
    for wrong, aggregation in ((["sex"], "mean"), (["sex"], "ratio"), (["colour"], "sum")):
        with pytest.raises(Refused) as caught:
            check_dimensions(wrong, aggregation=aggregation)
        assert caught.value.field == "breakdowns"


@pytest.mark.rule("R44")
def test_parts_add_up_or_are_refused():
    allowed = {"sex": {"women": "Donne", "men": "Uomini"}, "district": {"7": "Cremona"}}
    check_parts("P", D(5), {("sex", "women"): D(3), ("sex", "men"): D(2), ("district", "7"): D(5)}, allowed)
    check_parts("P", D(5), {}, allowed)
    for parts, field in (
        ({("sex", "women"): D(3)}, "part_sex"),
        ({("sex", "women"): D(6), ("sex", "men"): D(-1)}, "part_sex"),
        ({("district", "8"): D(5)}, "part_district"),
        ({("age", "from_30"): D(5)}, "part_age"),
    ):
        with pytest.raises(Refused) as caught:
            check_parts("P", D(5), parts, allowed)
        assert caught.value.field == field


@pytest.mark.rule("R45")
def test_a_ratio_is_made_of_two_that_count():
    check_ratio(aggregation="ratio", numerator=(1, "sum", 9), denominator=(2, "last", 9))
    check_ratio(aggregation="sum", numerator=None, denominator=None)
    for wrong in (
        {"aggregation": "ratio", "numerator": None, "denominator": (2, "sum", 9)},
        {"aggregation": "ratio", "numerator": (2, "sum", 9), "denominator": (2, "sum", 9)},
        {"aggregation": "ratio", "numerator": (1, "mean", 9), "denominator": (2, "sum", 9)},
        {"aggregation": "ratio", "numerator": (1, "sum", 8), "denominator": (2, "sum", 9)},
        {"aggregation": "sum", "numerator": (1, "sum", 9), "denominator": None},
    ):
        with pytest.raises(Refused):
            check_ratio(**wrong)


# --- services -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("R45")
def test_a_new_version_takes_over_when_it_is_agreed(world):
    first = indicators.agree(
        indicators.propose(world.programme, code="q1", by=world.office, breakdowns=["sex"], **DEFINITION),
        by=world.region,
    )
    assert first.agreed_on is not None
    second = indicators.propose_version(first, by=world.office, breakdowns=["sex", "age"], **DEFINITION)
    assert (second.code, second.version, second.status) == ("Q1", 2, IndicatorStatus.PROPOSED)
    with pytest.raises(Refused, match="già stata proposta"):
        indicators.propose_version(first, by=world.office, **DEFINITION)
    first.refresh_from_db()
    assert first.status == IndicatorStatus.AGREED
    second = indicators.agree(second, by=world.region)
    first.refresh_from_db()
    assert (first.status, first.measured, second.status) == (IndicatorStatus.SUPERSEDED, True, IndicatorStatus.AGREED)
    # one that the Regione refuses gives its place to the next
    third = indicators.propose_version(second, by=world.office, **DEFINITION)
    indicators.retire(third, by=world.region, reason="Troppo oneroso")
    assert indicators.propose_version(second, by=world.office, **DEFINITION).version == 4


@pytest.mark.rule("R45")
def test_a_mean_names_its_weight_and_a_proposal_is_not_left_to_nobody(world):
    with pytest.raises(Refused) as caught:
        indicators.propose(world.programme, code="q2", by=world.office, aggregation="mean", **DEFINITION)
    assert caught.value.field == "weight_unit"
    proposed = indicators.propose(world.programme, code="q3", by=world.office, **DEFINITION)
    with pytest.raises(Refused, match="Non viene da un'Alleanza"):
        indicators.leave(proposed, by=world.region, reason="x")
    own = indicators.create_asked(world.programme, code="q4", by=world.office, **DEFINITION)
    assert (own.status, own.counted, own.measured) == (IndicatorStatus.ASKED, False, False)
    own = indicators.settle(own, by=world.office)
    assert (own.status, own.counted, own.measured) == (IndicatorStatus.OWN, False, True)
    assert indicators.offer(own, by=world.office).status == IndicatorStatus.PROPOSED
    with pytest.raises(MoveRefused):
        indicators.offer(own, by=world.office)


@pytest.mark.rule("R45")
def test_the_starting_catalogue_fits_the_five_areas(world):
    make_indicator(world.programme, "B01", by_sex=True)
    proposed = indicators.propose_catalogue(world.programme, by=world.region)
    assert len(proposed) == 24
    assert {row.area for row in proposed} == {"", *Area.values}
    assert {row.aggregation for row in proposed} == {"sum", "last", "mean", "ratio", "distinct"}
    assert all(row.is_example and row.status == IndicatorStatus.PROPOSED for row in proposed)
    with pytest.raises(Refused, match="già nel programma"):
        indicators.propose_catalogue(world.programme, by=world.region)


# --- pages --------------------------------------------------------------------------------------------------------
def test_versions_and_catalogue_through_the_pages(world):
    client = Client()
    client.force_login(world.region)
    page = reverse("network:indicator_catalogue")
    assert client.post(page, {"programme": ""}).status_code == 422
    assert client.post(page, {"programme": world.programme.pk}).status_code == 302
    again = client.post(page, {"programme": world.programme.pk})
    assert again.status_code == 422
    assert "già nel programma" in again.content.decode()
    ratio = Indicator.objects.get(code="D05")
    text = client.get(ratio.get_absolute_url()).content.decode()
    assert "D01 Imprese che adottano" in text
    version = reverse("network:indicator_version", args=[ratio.pk])
    assert client.get(version).status_code == 409  # not agreed yet
    indicators.agree(ratio, by=world.region)
    data = {"name": "Quota", "kind": "result", "unit": "%", "aggregation": "ratio", "direction": "up"}
    assert client.post(version, data).status_code == 422  # without its two parts
    client.force_login(world.office)
    own = client.post(version, data | {"aggregation": "sum", "breakdowns": ["sex", "age"]})
    assert own.status_code == 302
    assert Indicator.objects.get(code="D05", version=2).breakdowns == ["sex", "age"]
