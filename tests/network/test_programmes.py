"""Programmes: the shipped examples, rule sets that freeze, versions side by side."""

from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Move
from network.enums import FIVE_CONTENTS, Area, Nature, PartnershipContent, ProgrammeStatus
from network.models import Programme
from network.queries import rule_set_for
from network.rules import programmes as rules
from network.rules.examples import AGREEMENT, EXAMPLES, example
from network.services import programmes
from tests.factories import make_programme

pytestmark = pytest.mark.django_db
BY_CODE = {one.code: one for one in EXAMPLES}
SUBSETS = [s for size in range(4) for s in combinations([*Area.values, "sport", "PLANNING"], size)] + [Area.values]
DESCRIBED = ("code", "name", "starts_on", "ends_on", "agreement_months", "areas")


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def start_from(code, *, by=None, **changes):
    one = BY_CODE[code]
    described = {name: getattr(one, name) for name in DESCRIBED}
    return programmes.create_from(one, by=by, **described | {"legal_basis": "D.G.R. di prova"} | changes)


# --- the rules, without a database ------------------------------------------------------------------------------------
def test_the_four_cycles_are_what_the_sources_say():
    values = {code: one.values for code, one in BY_CODE.items()}
    assert list(values) == ["2014-15", "2019", "2020-23", "2022"]
    assert values["2014-15"] == AGREEMENT
    assert (values["2014-15"].lead_natures, values["2014-15"].max_leads_per_body) == ((Nature.PUBLIC,), 1)
    assert values["2019"].lead_natures == (Nature.PUBLIC,)
    assert values["2019"].min_co_financing_share == 30
    assert values["2020-23"].lead_natures == (Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT)
    last = values["2022"]
    assert Nature.PRIVATE in last.lead_natures
    assert last.max_leads_per_body is None
    assert (last.min_members, last.min_public, last.min_micro_or_small) == (4, 1, 2)
    assert (last.max_grant_share, last.max_grant_amount, last.max_duration_months) == (70, 50000, 12)
    for one in EXAMPLES:
        rules.check_values(one.values)
        assert rules.check_programme_areas(one.areas) == list(Area.values)
        assert example(one.key) is one
    assert example("esempio-1900") is None


@pytest.mark.rule("R01")
@pytest.mark.parametrize("areas", SUBSETS, ids="-".join)
def test_areas_are_some_of_the_five_and_no_other(areas):
    areas = set(areas)
    if areas and areas <= set(Area.values):
        found = rules.check_programme_areas(areas)
        assert set(found) == areas
        assert found == [area for area in Area.values if area in areas]
        for area in Area.values:
            if area in areas:
                rules.check_area_of_programme(area, found, "2014-15")
            else:
                with pytest.raises(RuleViolated, match="non lavora"):
                    rules.check_area_of_programme(area, found, "2014-15")
    else:
        with pytest.raises(RuleViolated) as refused:
            rules.check_programme_areas(areas)
        assert refused.value.rule == "R01"
        assert refused.value.field == "areas"


@pytest.mark.rule("R38")
def test_the_contents_are_of_the_list_and_the_lead_is_always_among_them():
    def having(*contents):
        return rules.RuleValues(**vars(AGREEMENT) | {"mandatory_contents": contents})

    rules.check_values(having(PartnershipContent.LEAD, PartnershipContent.PURPOSE))
    with pytest.raises(RuleViolated, match="capofila"):
        rules.check_values(having(PartnershipContent.OPENING))
    with pytest.raises(Refused, match="elenco"):
        rules.check_values(having("lead", "colore"))


def test_side_by_side_tells_every_rule_and_which_changed():
    rows = rules.side_by_side(AGREEMENT, BY_CODE["2022"].values)
    assert len(rows) == len(rules.in_words(AGREEMENT))
    assert [row.what for row in rows if row.changed] == [
        "Chi può essere capofila di Alleanza",
        "Di quante Alleanze può essere capofila un soggetto",
        "Composizione dell'Alleanza",
        "Contributo",
        "Durata dei progetti",
    ]
    assert not any(row.changed for row in rules.side_by_side(AGREEMENT, AGREEMENT))


DAYS = st.dates(date(2014, 1, 1), date(2014, 12, 31))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(latest=DAYS, valid_from=DAYS, today=DAYS, frozen=st.booleans())
def test_no_version_reaches_back(latest, valid_from, today, frozen):
    allowed = valid_from >= latest and not (frozen and valid_from < today)
    with nullcontext() if allowed else pytest.raises(Refused, match="vale"):
        rules.check_valid_from(valid_from, latest=latest, version=1, frozen=frozen, today=today)


# --- the services -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", BY_CODE)
def test_a_programme_starts_from_each_example(code):
    programme = start_from(code)
    assert programme.status == ProgrammeStatus.DRAFT
    first = programme.rule_sets.get()
    assert rules.RuleValues.of(first) == BY_CODE[code].values
    assert (first.version, first.valid_from, first.frozen_at) == (1, programme.starts_on, None)
    assert first.mandatory_contents == [content.value for content in FIVE_CONTENTS]
    programmes.activate(programme, by=None)
    with pytest.raises(Refused, match="codice esiste già"):
        start_from(code)


def test_a_version_is_corrected_in_place_until_an_alliance_stands_on_it(world):
    programme = start_from("2014-15", by=world.region)
    first = programme.rule_sets.get()
    given_again = {"valid_from": first.valid_from, "source": first.source, "by": world.region}
    with pytest.raises(Refused, match="che cosa si corregge"):
        programmes.revise_rules(first, reason=" ", min_members=3, **given_again)
    corrected = programmes.revise_rules(first, reason="Refuso nell'atto", min_members=3, **given_again)
    assert (corrected.version, corrected.min_members, programme.rule_sets.count()) == (1, 3, 1)
    assert [row.min_members for row in corrected.history.all()] == [3, 2]
    assert Move.objects.about(programme).filter(name="revise_rules").get().reason == "Refuso nell'atto"
    with pytest.raises(Refused, match="insieme sono"):
        programmes.revise_rules(corrected, reason="x", min_public=5, **given_again)
    assert programmes.freeze_rules(programme) == 1
    assert programmes.freeze_rules(programme) == 0
    with pytest.raises(Refused, match="è fissata"):
        programmes.revise_rules(corrected, reason="Ancora", min_members=4, **given_again)
    assert rule_set_for(programme).min_members == 3


def test_once_frozen_a_change_is_a_new_version_from_a_day_that_is_not_past(world):
    programme = make_programme()
    programmes.freeze_rules(programme)
    yesterday, tomorrow = clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)
    with pytest.raises(Refused, match="da oggi"):
        programmes.set_rules(programme, valid_from=yesterday, source="D.G.R. 2", min_members=4, by=world.region)
    second = programmes.set_rules(programme, valid_from=tomorrow, source="D.G.R. 2", min_members=4, by=world.region)
    assert second.frozen_at is not None
    assert rule_set_for(programme).min_members == 2
    assert rule_set_for(programme, tomorrow).min_members == 4
    with pytest.raises(Refused, match="è fissata"):
        programmes.revise_rules(second, valid_from=tomorrow, source="X", reason="y", by=world.region)


def test_only_the_last_version_is_corrected_and_never_to_before_the_one_it_follows(world):
    programme = start_from("2014-15")
    first = programme.rule_sets.get()
    second = programmes.set_rules(programme, valid_from=date(2014, 6, 1), source="D.G.R. 2", by=world.region)
    with pytest.raises(Refused, match="è stata sostituita"):
        programmes.revise_rules(first, valid_from=first.valid_from, source="X", reason="y", by=world.region)
    with pytest.raises(Refused, match="non può valere prima"):
        programmes.revise_rules(second, valid_from=date(2013, 12, 31), source="X", reason="y", by=world.region)


@pytest.mark.rule("R01")
def test_an_active_programme_keeps_its_areas(world):
    programme = start_from("2014-15", by=world.region, areas=["services", "planning"])
    assert programme.areas == ["planning", "services"]
    same = ("name", "legal_basis", "starts_on", "ends_on", "agreement_months")
    described = {name: getattr(programme, name) for name in same} | {"by": world.region}
    programmes.update(programme, areas=["services"], **described)
    programmes.activate(programme, by=world.region)
    with pytest.raises(Refused, match="non si può togliere"):
        programmes.update(programme, areas=["planning"], **described)
    programmes.update(programme, areas=["services", "training"], **described)
    assert Programme.objects.get(pk=programme.pk).areas == ["training", "services"]


# --- the pages --------------------------------------------------------------------------------------------------------
def test_the_regione_starts_from_an_example(world, enter):
    client = enter(world.region)
    page = client.get(url("programme_examples"))
    assert all(one.name in page.content.decode() for one in EXAMPLES)
    form = client.get(f"{url('programme_create')}?esempio=2022")
    assert 'value="2022"' in form.content.decode()
    assert "Almeno 4 partecipanti" in form.content.decode()
    data = {"name": "Ciclo 2022", "code": "2022", "legal_basis": "", "agreement_months": "24"}
    data |= {"starts_on": "2022-01-01", "ends_on": "2022-12-31", "areas": list(Area.values)}
    refused = client.post(f"{url('programme_create')}?esempio=2022", data)
    assert refused.status_code == 422
    assert not Programme.objects.filter(code="2022").exists()
    client.post(f"{url('programme_create')}?esempio=2022", data | {"legal_basis": "D.G.R. 6979"})
    rule_set = Programme.objects.get(code="2022").rule_sets.get()
    assert (rule_set.min_micro_or_small, rule_set.max_grant_amount) == (2, Decimal(50000))
    assert enter(world.office).get(url("programme_examples")).status_code == 403


def test_rules_are_corrected_on_their_page_and_then_no_more(world, enter):
    client = enter(world.region)
    programme = start_from("2019", by=world.region)
    data = {"valid_from": "2019-01-01", "source": "D.G.R. 1", "lead_natures": ["public"], "min_members": "2"}
    data |= {"min_public": "1", "min_private": "1", "min_micro_or_small": "0", "short_initiative_months": "3"}
    data |= {"mandatory_contents": ["lead", "purpose"], "min_co_financing_share": "25"}
    page = client.post(url("programme_revise", programme.pk), data)
    assert page.status_code == 422
    assert 'value="25"' in page.content.decode()
    assert client.post(url("programme_revise", programme.pk), data | {"reason": "Refuso"}).status_code == 302
    rule_set = programme.rule_sets.get()
    assert (rule_set.min_co_financing_share, rule_set.mandatory_contents) == (25, ["lead", "purpose"])
    assert "Correggi le regole" in client.get(programme.get_absolute_url()).content.decode()
    programmes.freeze_rules(programme)
    assert "Correggi le regole" not in client.get(programme.get_absolute_url()).content.decode()
    assert client.get(url("programme_revise", programme.pk)).status_code == 409
    late = client.post(url("programme_revise", programme.pk), data | {"reason": "Ancora"})
    assert late.status_code == 422
    assert "è fissata" in late.content.decode()
    assert client.get(url("programme_revise", make_programme_without_rules().pk)).status_code == 409


def make_programme_without_rules():
    programme = make_programme()
    programme.rule_sets.all().delete()
    access.repair()
    return programme


def test_two_versions_side_by_side(world, enter):
    client = enter(world.office)
    programme = world.programme
    one = client.get(url("programme_compare", programme.pk))
    assert "Nessuna regola cambia" in one.content.decode()
    programmes.set_rules(programme, valid_from=clock.today(), source="D.G.R. 2", min_members=4, by=world.region)
    other = make_programme(min_micro_or_small=2)
    two = client.get(url("programme_compare", programme.pk))
    assert two.context["changed_count"] == 1
    asked = {"da": programme.rule_sets.last().pk, "a": other.rule_sets.get().pk}
    assert client.get(url("programme_compare", programme.pk), asked).context["after"] == other.rule_sets.get()
    assert client.get(url("programme_compare", programme.pk), {"da": "x", "a": "9" * 40}).status_code == 200
    hidden = start_from("2022")
    asked = client.get(url("programme_compare", programme.pk), {"a": hidden.rule_sets.get().pk})
    assert asked.context["after"].programme == programme
    assert client.get(url("programme_compare", hidden.pk)).status_code == 404
    empty = client.get(url("programme_compare", make_programme_without_rules().pk))
    assert "non sono ancora scritte" in empty.content.decode()
