"""The rules on plain values: no database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.enums import Addressee, Opening, PartnerKind, Verdict
from alliances.rules import check
from alliances.rules.agreement import check_later_accession, five_contents
from alliances.rules.lifecycles import AGREEMENT, ALLIANCE
from alliances.rules.relations import LEAD_DUTIES, check_addressee, check_duties_accepted
from alliances.rules.values import AllianceFacts, Contents, Party, ProgrammeRules
from conciliazione.kernel.errors import RuleViolated
from conciliazione.kernel.lifecycle import LIFECYCLES
from network.enums import Nature, OrganisationKind, Size

OF_2014 = ProgrammeRules(programme="2014-15", source="Accordo 2014-15, art. 9")
OF_2022 = ProgrammeRules(
    programme="2022",
    source="D.G.R. 5969/2022",
    lead_natures=(Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE),
    max_leads_per_body=None,
    min_members=4,
    min_micro_or_small=2,
)
COMUNE = Party("Comune", nature=Nature.PUBLIC, is_lead=True, competences="Servizi", resources="Sedi")
COOP = Party("Cooperativa", nature=Nature.PRIVATE_NON_PROFIT, competences="Educatori", resources="Dieci soci")
FIRM = Party("Impresa", nature=Nature.PRIVATE, size=Size.MICRO, competences="Officina", resources="Turni")
FULL = Contents(
    opening=Opening.CLOSED,
    organisation="Gruppo di lavoro",
    governance="Cabina",
    commitments="Ciascuno la sua parte",
    sent_to_sign=True,
    in_force=True,
    signed=("Comune", "Cooperativa"),
)
SOUND = AllianceFacts(
    name="Alleanza",
    network_lead="ASL di Cremona",
    parties=(COMUNE, COOP),
    contents=FULL,
    instructions_issued_on=date(2014, 4, 15),
)


def verdict(rule_id, facts, rules=OF_2014):
    return check.RULES_OF_ALLIANCES[rule_id](facts, rules).verdict


def with_parties(*parties, facts=SOUND):
    return AllianceFacts(**{**vars(facts), "parties": parties})


def with_contents(**changes):
    return AllianceFacts(**{**vars(SOUND), "contents": Contents(**{**vars(FULL), **changes})})


@pytest.mark.rule("R25", "R26", "R27", "R30", "R31", "R32", "R33", "R34", "R35", "R36", "R37", "R38", "R39", "R40")
def test_a_sound_alliance_meets_every_rule():
    found = check.check(SOUND, OF_2014)
    assert [f.rule for f in found if not f.met] == []
    assert len(found) == 14
    assert all("art." in f.source for f in found)
    check.require(check.RULES_OF_ALLIANCES, SOUND, OF_2014)


def test_the_same_alliance_under_the_rules_of_2022():
    by_rule = {f.rule: f for f in check.check(SOUND, OF_2022)}
    assert by_rule["R35"].verdict == Verdict.MISSING
    assert "partecipanti: 2 su almeno 4" in by_rule["R35"].words
    assert "2022, regole versione 1" in by_rule["R35"].source
    assert by_rule["R39"].met


@pytest.mark.rule("R26")
def test_no_number_of_alliances_is_too_many():
    many = AllianceFacts(**{**vars(SOUND), "alliances_in_network": 500})
    assert verdict("R26", many) == Verdict.MET


@pytest.mark.rule("R27")
def test_a_zone_plan_body_may_lead():
    body = Party(
        "Azienda Sociale", nature=Nature.PUBLIC, organisation_kind=OrganisationKind.ZONE_PLAN_BODY, is_lead=True
    )
    facts = with_parties(body, COOP)
    assert verdict("R27", facts) == verdict("R39", facts) == Verdict.MET


@pytest.mark.rule("R30")
def test_the_lead_has_four_duties_and_accepts_them():
    assert len(LEAD_DUTIES) == 4
    check_duties_accepted(True, "Comune")
    with pytest.raises(RuleViolated, match="quattro compiti"):
        check_duties_accepted(False, "Comune")


@pytest.mark.rule("R31")
def test_an_alliance_addresses_the_asl_alone():
    check_addressee(Addressee.OFFICE)
    for addressee in (Addressee.REGION, Addressee.STEERING):
        with pytest.raises(RuleViolated, match=r"art\. 8"):
            check_addressee(addressee)


@pytest.mark.rule("R32")
def test_one_signature_that_is_missing_is_named():
    facts = with_contents(in_force=False, signed=("Comune",), awaited=("Cooperativa",))
    found = check.RULES_OF_ALLIANCES["R32"](facts, OF_2014)
    assert (found.verdict, "Cooperativa" in found.words) == (Verdict.MISSING, True)
    assert verdict("R32", with_contents(sent_to_sign=False)) == Verdict.MISSING


@pytest.mark.rule("R33")
def test_instructions_not_given_are_missing():
    facts = AllianceFacts(**{**vars(SOUND), "instructions_issued_on": None})
    assert verdict("R33", facts) == Verdict.MISSING


@pytest.mark.rule("R34")
def test_later_accession():
    assert verdict("R34", with_contents(opening=Opening.UNSTATED)) == Verdict.MISSING
    assert verdict("R34", with_contents(opening=Opening.OPEN)) == Verdict.MET
    check_later_accession(Opening.OPEN, "Alleanza")
    for opening in (Opening.CLOSED, Opening.UNSTATED):
        with pytest.raises(RuleViolated, match=r"art\. 9"):
            check_later_accession(opening, "Alleanza")


@pytest.mark.rule("R35")
def test_an_unconfirmed_nature_counts_for_neither_side():
    facts = with_parties(COMUNE, Party("Ignoto"))
    found = check.RULES_OF_ALLIANCES["R35"](facts, OF_2014)
    assert found.verdict == Verdict.MISSING
    assert "La natura di Ignoto è da confermare" in found.words


@pytest.mark.rule("R36")
def test_competences_and_resources_are_shown_as_missing():
    facts = with_parties(COMUNE, Party("Cooperativa", nature=Nature.PRIVATE_NON_PROFIT, competences="Educatori"))
    found = check.RULES_OF_ALLIANCES["R36"](facts, OF_2014)
    assert (found.verdict, "Cooperativa" in found.words) == (Verdict.MISSING, True)
    assert verdict("R36", with_parties()) == Verdict.MISSING


@pytest.mark.rule("R37")
@pytest.mark.parametrize("lacking", ["opening", "organisation", "governance", "commitments"])
def test_each_of_the_five_contents_is_asked(lacking):
    facts = with_contents(**{lacking: ""})
    assert [c.done for c in five_contents(facts)].count(False) == 1
    with pytest.raises(RuleViolated) as refused:
        check.require(["R37"], facts, OF_2014)
    assert refused.value.rule == "R37"


@pytest.mark.rule("R38")
def test_the_lead_is_one_full_partner():
    two = with_parties(COMUNE, Party("Provincia", nature=Nature.PUBLIC, is_lead=True), COOP)
    associated = with_parties(Party("Comune", nature=Nature.PUBLIC, kind=PartnerKind.ASSOCIATED, is_lead=True), COOP)
    assert verdict("R38", two) == verdict("R38", associated) == Verdict.BROKEN
    assert verdict("R38", with_parties(COOP)) == Verdict.MISSING


@pytest.mark.rule("R39")
@pytest.mark.parametrize(
    ("nature", "in_2014", "in_2022"),
    [
        (Nature.PUBLIC, Verdict.MET, Verdict.MET),
        (Nature.PRIVATE_NON_PROFIT, Verdict.BROKEN, Verdict.MET),
        (Nature.PRIVATE, Verdict.BROKEN, Verdict.MET),
        (Nature.UNCONFIRMED, Verdict.MISSING, Verdict.MISSING),
    ],
)
def test_who_may_lead_depends_on_the_programme(nature, in_2014, in_2022):
    facts = with_parties(Party("CresciAmo", nature=nature, is_lead=True), COOP)
    assert (verdict("R39", facts, OF_2014), verdict("R39", facts, OF_2022)) == (in_2014, in_2022)


@pytest.mark.rule("R39")
def test_the_refusal_names_programme_source_and_way_out():
    facts = with_parties(COMUNE, COOP).led_by("Cooperativa")
    with pytest.raises(RuleViolated) as refused:
        check.require(["R39"], facts, OF_2014)
    assert str(refused.value) == (
        "L'Alleanza non può indicare Cooperativa come capofila: nel programma 2014-15 il capofila è un ente pubblico "
        "(Accordo 2014-15, art. 9). Scegli un altro partner."
    )


@pytest.mark.rule("R40")
@pytest.mark.parametrize(
    ("most", "elsewhere", "expected"),
    [(1, 0, "met"), (1, 1, "broken"), (3, 2, "met"), (3, 3, "broken"), (None, 40, "met")],
)
def test_how_many_alliances_a_body_leads(most, elsewhere, expected):
    rules = ProgrammeRules(programme="P", source="S", max_leads_per_body=most)
    lead = Party("Comune", nature=Nature.PUBLIC, is_lead=True, leads_elsewhere=tuple(map(str, range(elsewhere))))
    assert verdict("R40", with_parties(lead, COOP), rules) == expected


def test_who_may_lead_in_words():
    assert OF_2014.leads_in_words == "un ente pubblico"
    assert OF_2022.leads_in_words == "un ente pubblico, un ente privato non profit o un'impresa"


PARTIES = st.lists(
    st.builds(
        Party,
        name=st.text(min_size=1, max_size=8),
        nature=st.sampled_from(Nature.values),
        size=st.sampled_from(Size.values),
        kind=st.sampled_from(PartnerKind.values),
        is_lead=st.booleans(),
        competences=st.sampled_from(["", " ", "Servizi"]),
        resources=st.sampled_from(["", "Sedi"]),
        leads_elsewhere=st.lists(st.just("Altra"), max_size=3).map(tuple),
    ),
    max_size=8,
).map(tuple)
RULE_SETS = st.builds(
    ProgrammeRules,
    programme=st.just("Prova"),
    source=st.just("art. 9"),
    lead_natures=st.sets(st.sampled_from(Nature.values[1:])).map(tuple),
    max_leads_per_body=st.none() | st.integers(0, 3),
    min_members=st.integers(0, 5),
    min_public=st.integers(0, 3),
    min_private=st.integers(0, 3),
    min_micro_or_small=st.integers(0, 3),
)


@pytest.mark.rule("R35", "R38", "R39", "R40")
@given(parties=PARTIES, rules=RULE_SETS)
def test_whatever_the_members_the_verdict_is_theirs(parties, rules):
    """Every rule answers; the gate opens exactly for those that meet the letter of the rules."""
    facts = with_parties(*parties)
    by_rule = {f.rule: f for f in check.check(facts, rules)}
    assert all(f.words and f.source and f.verdict in Verdict for f in by_rule.values())

    full = [p for p in parties if p.kind == PartnerKind.FULL]
    public = sum(p.nature == Nature.PUBLIC for p in full)
    private = sum(p.nature in (Nature.PRIVATE, Nature.PRIVATE_NON_PROFIT) for p in full)
    small = sum(p.size in (Size.MICRO, Size.SMALL) for p in full)
    assert by_rule["R35"].met == (
        len(full) >= rules.min_members
        and public >= rules.min_public
        and private >= rules.min_private
        and small >= rules.min_micro_or_small
    )
    leads = [p for p in parties if p.is_lead]
    assert by_rule["R38"].met == (len(leads) == 1 and leads[0] in full)
    if len(leads) == 1:
        most = rules.max_leads_per_body
        assert by_rule["R39"].met == (leads[0].nature in rules.lead_natures)
        assert by_rule["R40"].met == (most is None or len(leads[0].leads_elsewhere) < most)


@given(parties=PARTIES, rules=RULE_SETS, more=st.sampled_from([COMUNE, COOP, FIRM]))
def test_another_full_member_never_worsens_the_composition(parties, rules, more):
    before, after = with_parties(*parties), with_parties(*parties, more)
    assert verdict("R35", before, rules) != Verdict.MET or verdict("R35", after, rules) == Verdict.MET


def test_the_lifecycles_are_known():
    assert LIFECYCLES["alliance"] is ALLIANCE
    assert LIFECYCLES["partnership_agreement"] is AGREEMENT
    assert {t.slug for t in ALLIANCE.transitions if not t.automatic} == {
        "manda-l-accordo-alla-firma",
        "riapri-l-alleanza",
        "sciogli-l-alleanza",
    }
