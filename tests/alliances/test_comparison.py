"""One alliance against the rules of any programme, and what its constitution does to the rules of its own."""

from dataclasses import replace

import pytest
from django.urls import reverse

from alliances.enums import Verdict
from alliances.queries.comparison import outcomes, yardsticks_for
from alliances.queries.verdicts import rules_from
from alliances.rules import check
from alliances.rules.agreement import mandatory_contents
from alliances.rules.values import AllianceFacts, Contents
from alliances.services import agreements
from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused, RuleViolated
from network.enums import FIVE_CONTENTS, ProgrammeStatus, Size
from network.models import Programme
from network.rules.examples import EXAMPLES
from network.services import programmes
from tests.factories import make_programme

from .test_rules import COMUNE, COOP, FIRM, SOUND
from .world import constituted, found, rules_of_2022

CYCLES = {one.code: rules_from(one.values, one.name, one.source) for one in EXAMPLES}
SMALL = replace(FIRM, name="Bottega", size=Size.SMALL)


def url(made):
    return reverse("alliances:check", args=[made.alliance.pk])


def standing(facts, code):
    return {rule for rule in ("R35", "R37", "R38", "R39", "R40") if verdict(facts, code, rule) != Verdict.MET}


def verdict(facts, code, rule):
    return check.RULES_OF_ALLIANCES[rule](facts, CYCLES[code]).verdict


def led_by(*parties, lead):
    return replace(SOUND, parties=tuple(replace(party, is_lead=party.name == lead) for party in parties))


# --- the same alliance in four cycles ---------------------------------------------------------------------------------
@pytest.mark.rule("R35", "R38", "R39", "R40")
@pytest.mark.parametrize(
    ("facts", "unmet"),
    [
        (SOUND, {"2014-15": set(), "2019": set(), "2020-23": set(), "2022": {"R35"}}),
        (
            led_by(COMUNE, COOP, lead="Cooperativa"),
            {"2014-15": {"R39"}, "2019": {"R39"}, "2020-23": set(), "2022": {"R35"}},
        ),
        (
            led_by(COMUNE, COOP, FIRM, SMALL, lead="Impresa"),
            {"2014-15": {"R39"}, "2019": {"R39"}, "2020-23": {"R39"}, "2022": set()},
        ),
        (
            led_by(replace(COMUNE, leads_elsewhere=("Altra",)), COOP, FIRM, SMALL, lead="Comune"),
            {"2014-15": {"R40"}, "2019": {"R40"}, "2020-23": {"R40"}, "2022": set()},
        ),
        (
            led_by(COOP, FIRM, lead="Cooperativa"),
            {"2014-15": {"R35", "R39"}, "2019": {"R35", "R39"}, "2020-23": {"R35"}, "2022": {"R35"}},
        ),
        (
            led_by(COMUNE, COOP, lead="nessuno"),
            {
                "2014-15": {"R37", "R38", "R39", "R40"},
                "2019": {"R37", "R38", "R39", "R40"},
                "2020-23": {"R37", "R38", "R39", "R40"},
                "2022": {"R35", "R37", "R38", "R39"},
            },
        ),
    ],
    ids=["public lead", "non-profit lead", "enterprise leads", "leads two", "no public", "no lead"],
)
def test_the_same_alliance_in_each_cycle(facts, unmet):
    assert {code: standing(facts, code) for code in CYCLES} == unmet


@pytest.mark.rule("R36")
@pytest.mark.parametrize("code", CYCLES)
def test_competences_are_asked_in_every_cycle(code):
    assert verdict(SOUND, code, "R36") == Verdict.MET
    assert verdict(led_by(COMUNE, replace(COOP, resources=""), lead="Comune"), code, "R36") == Verdict.MISSING


@pytest.mark.rule("R35")
def test_each_number_has_its_own_line_when_programmes_are_compared():
    lines = [f for f in check.compare(SOUND, CYCLES["2022"]) if f.rule == "R35"]
    assert [(f.title, f.verdict) for f in lines] == [
        ("Partecipanti almeno 4", Verdict.MISSING),
        ("Soggetti pubblici almeno 1", Verdict.MET),
        ("Soggetti privati almeno 1", Verdict.MET),
        ("Micro o piccole imprese almeno 2", Verdict.MISSING),
    ]
    assert all(f.anchor == "" and "Regole del ciclo 2022" in f.source for f in lines)
    assert len(check.compare(SOUND, CYCLES["2014-15"])) == len(check.check(SOUND, CYCLES["2014-15"])) + 3


@pytest.mark.rule("R37")
def test_the_contents_are_those_of_the_rule_set():
    usual = CYCLES["2014-15"]
    assert [c.key for c in mandatory_contents(SOUND, usual)] == [c.value for c in FIVE_CONTENTS]
    other = replace(usual, mandatory_contents=("lead", "purpose", "districts", "contributions", "party_commitments"))
    lacking = check.RULES_OF_ALLIANCES["R37"](SOUND, other)
    assert lacking.verdict == Verdict.MISSING
    assert "finalità dell'alleanza" in lacking.words
    assert "capofila;" not in lacking.words
    assert usual.programme in lacking.source
    ready = replace(
        SOUND,
        purpose="Servizi",
        districts=("Cremona",),
        parties=tuple(replace(party, commitments="Fa") for party in SOUND.parties),
        contents=Contents(),
    )
    assert check.RULES_OF_ALLIANCES["R37"](ready, other).met
    assert [c.number for c in mandatory_contents(ready, other)] == [1, 2, 3, 4, 5]
    assert check.RULES_OF_ALLIANCES["R37"](ready, usual).verdict == Verdict.MISSING
    assert not any(c.done for c in mandatory_contents(AllianceFacts("A", "ASL"), other))


# --- the page ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_every_cycle_can_be_asked_and_a_draft_of_the_regione_stays_hidden(enter, bound):
    draft = make_programme(min_members=9)
    Programme.objects.filter(pk=draft.pk).update(status=ProgrammeStatus.DRAFT)
    client = enter(bound.public_person)
    keys = [one.key for one in yardsticks_for(bound.alliance, bound.public_person)]
    assert keys == [str(bound.alliance.programme_id), *(one.key for one in EXAMPLES)]
    for one in EXAMPLES:
        page = client.get(url(bound), {"programma": one.key})
        assert page.context["chosen"].yardstick.key == one.key
        assert one.source in page.content.decode()
        titles = [finding.title for finding in page.context["chosen"].findings]
        assert len(titles) >= 18
    hidden = client.get(url(bound), {"programma": draft.pk})
    assert hidden.context["chosen"].yardstick.own
    assert str(draft.pk) in [one.key for one in yardsticks_for(bound.alliance, bound.world.region)]


@pytest.mark.django_db
def test_the_rules_of_today_stand_beside_those_that_bind(bound):
    programmes.set_rules(
        bound.alliance.programme,
        valid_from=clock.today(),
        source="D.G.R. 2",
        min_members=5,
        by=bound.world.region,
    )
    bound.alliance.refresh_from_db()
    own, today = outcomes(bound.alliance, bound.public_person)[:2]
    assert (own.yardstick.own, own.yardstick.values.min_members) == (True, 2)
    assert (today.yardstick.key.endswith("-oggi"), today.yardstick.values.min_members) == (True, 5)
    assert today.missing == own.missing + 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_for_any_number_of_programmes(number, enter, django_assert_num_queries, bound):
    for _ in range(number):
        rules_of_2022()
    client = enter(bound.public_person)
    client.get(url(bound))
    with django_assert_num_queries(15):
        client.get(url(bound))


# --- rules freeze -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_first_constituted_alliance_fixes_the_rules():
    made = found(private=True)
    rule_set = made.alliance.programme.rule_sets.get()
    again = {"valid_from": rule_set.valid_from, "source": rule_set.source, "by": made.world.region}
    programmes.revise_rules(rule_set, reason="Refuso", min_members=2, **again)
    agreements.send_to_sign(made.alliance, by=made.public_person)
    with pytest.raises(Refused, match="è alla firma"):
        programmes.revise_rules(rule_set, reason="Sotto gli occhi di chi firma", min_members=3, **again)
    agreements.reopen(made.alliance, by=made.public_person, reason="Si riscrive")
    programmes.revise_rules(rule_set, reason="Ora si può", min_members=2, **again)
    other = constituted(world=made.world)
    rule_set.refresh_from_db()
    assert rule_set.frozen_at is not None
    with pytest.raises(Refused, match="è fissata"):
        programmes.revise_rules(rule_set, reason="Tardi", min_members=3, **again)
    other.alliance.refresh_from_db()
    assert other.alliance.rule_set == rule_set


@pytest.mark.rule("R37", "R35")
@pytest.mark.django_db
def test_an_agreement_goes_to_be_signed_with_the_contents_of_its_programme():
    plain, demanding = make_programme(), make_programme(mandatory_contents=["lead", "contributions", "districts"])
    first, second = found(programme=plain), found(programme=demanding)
    agreements.send_to_sign(first.alliance, by=first.public_person)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(second.alliance, by=second.public_person)
    assert refused.value.rule == "R37"
    assert "competenze e risorse" in refused.value.message
    for partner in second.alliance.partners.all():
        partner.competences, partner.resources = "Servizi", "Sedi"
        partner.save()
    agreements.send_to_sign(second.alliance, by=second.public_person)
