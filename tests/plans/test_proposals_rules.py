"""Proposals without a database: money, periods, flags, and the complete list of what is missing."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from network.enums import Area, Nature
from network.rules.programmes import RuleValues
from plans.enums import BudgetCategory, CallStatus, ProposalStatus
from plans.rules import budget, proposals, submission
from plans.rules.budget import Line
from plans.rules.proposals import ActionRow
from plans.rules.submission import Draft, Situation

OPENS = datetime(2014, 6, 10, 7, 0, tzinfo=UTC)
CLOSES = datetime(2014, 7, 15, 10, 0, tzinfo=UTC)
RULES = RuleValues(
    lead_natures=(Nature.PUBLIC,),
    max_leads_per_body=1,
    min_members=2,
    min_public=1,
    min_private=1,
    min_micro_or_small=0,
    max_grant_share=Decimal(70),
    max_grant_amount=Decimal(50000),
    min_co_financing_share=Decimal(30),
    max_duration_months=12,
    short_initiative_months=3,
)
FREE = replace(
    RULES, max_grant_share=None, max_grant_amount=None, min_co_financing_share=None, max_duration_months=None
)


def line(cost=1000, grant=700, category=BudgetCategory.STAFF, partner="Comune"):
    return Line(category, partner, Decimal(cost), Decimal(grant), Decimal(cost) - Decimal(grant))


def action(title="Doposcuola", *, area=Area.SERVICES, district="Nord", partner="Comune", dates=None):
    starts_on, ends_on = dates or (date(2014, 9, 1), date(2015, 6, 30))
    return ActionRow(title, area, district, partner, starts_on, ends_on)


# --- money --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cost", "grant", "co_financing", "field"),
    [
        ("0", "0", "0", "cost"),
        ("100", "120", "-20", "grant"),
        ("100", "60", "30", "cost"),
        ("100", "-1", "101", "grant"),
    ],
)
def test_a_line_adds_up(cost, grant, co_financing, field):
    with pytest.raises(Refused) as refused:
        budget.check_line(Decimal(cost), Decimal(grant), Decimal(co_financing))
    assert refused.value.field == field
    budget.check_line(Decimal("100.10"), Decimal("60.05"), Decimal("40.05"))


def test_totals_by_category_and_partner():
    found = budget.totals(
        [line(), line(3000, 2100, BudgetCategory.COMMUNICATION, "Cooperativa"), line(2000, 1400, partner="Cooperativa")]
    )
    assert (found.cost, found.grant, found.co_financing) == (6000, 4200, 1800)
    assert [(s.label, s.cost, s.of_all) for s in found.by_category] == [
        ("Personale interno", 3000, Decimal("50.00")),
        ("Comunicazione", 3000, Decimal("50.00")),
    ]
    assert [(s.label, s.cost) for s in found.by_partner] == [("Comune", 1000), ("Cooperativa", 5000)]
    assert found.grant_share == Decimal("70.00")
    assert budget.totals([]).grant_share is None


def test_limits_of_the_programme_and_of_the_call():
    def unmet(lines, rules=RULES, available=100000):
        checks = budget.budget_checks(budget.totals(lines), rules, source="Regole", available=Decimal(available))
        return [check.key for check in checks if not check.met]

    assert unmet([line(1000, 700)]) == []
    assert unmet([line(1000, "700.10")]) == ["max_grant_share", "min_co_financing_share"]
    assert unmet([line(80000, 50001)]) == ["max_grant_amount"]
    assert unmet([line(1000, 700)], available=699) == ["available"]
    assert unmet([line(1000, 1000)], FREE) == []
    assert unmet([]) == []


# --- periods and flags --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2014, 9, 1), date(2014, 12, 31), 4),
        (date(2014, 9, 1), date(2014, 11, 29), 2),
        (date(2014, 9, 15), date(2014, 10, 14), 1),
        (date(2014, 9, 15), date(2014, 10, 13), 0),
        (date(2014, 9, 1), date(2014, 9, 1), 0),
    ],
)
def test_whole_months_of_a_period(start, end, months):
    assert proposals.months(start, end) == months


def test_duration_counts_months_begun():
    assert proposals.duration([]) == 0
    assert proposals.duration([action()]) == 10
    assert proposals.duration([action(dates=(date(2014, 9, 1), date(2015, 7, 1)))]) == 11


@pytest.mark.rule("R28")
def test_short_actions_are_flagged():
    short = action("Convegno", dates=(date(2014, 10, 1), date(2014, 10, 2)))
    [flag] = proposals.flags([short, action(partner="Cooperativa")], 3)
    assert flag.rule == "R28"
    assert "Convegno" in flag.words
    assert proposals.flags([short], 0) == []


@pytest.mark.rule("R28")
def test_actions_put_side_by_side_are_flagged():
    apart = action("B", partner="Cooperativa", district="Sud", area=Area.TRAINING)
    [flag] = proposals.flags([action("A"), apart], 3)
    assert "accostate" in flag.words
    assert proposals.flags([action("A"), replace(apart, district="Nord")], 3) == []
    later = replace(apart, district="Nord", starts_on=date(2016, 1, 1), ends_on=date(2016, 12, 31))
    assert "accostate" in proposals.flags([action("A"), later], 3)[0].words
    [flag] = proposals.flags([action("A"), action("B")], 3)
    assert "un solo partner" in flag.words


@pytest.mark.rule("R01")
@pytest.mark.parametrize("area", ["", "sport", "SERVICES"])
def test_an_area_is_one_of_the_five(area):
    with pytest.raises(RuleViolated) as refused:
        proposals.check_area(area)
    assert refused.value.rule == "R01"
    assert refused.value.field == "area"


@pytest.mark.rule("R01")
def test_all_five_areas_are_taken():
    for area in Area:
        proposals.check_area(area)
    assert len(Area) == 5


@pytest.mark.parametrize("status", [s for s in ProposalStatus if s != ProposalStatus.DRAFT])
def test_only_a_draft_is_written_to(status):
    with pytest.raises(MoveRefused):
        proposals.check_editable(status)


# --- who, to whom, when -------------------------------------------------------------------------------------------
SITUATION = Situation(
    call_status=CallStatus.PUBLISHED,
    opens_at=OPENS,
    closes_at=CLOSES,
    call_network=1,
    call_programme=1,
    alliance_network=1,
    alliance_programme=1,
    alliance_name="Alleanza",
    alliance_dissolved=False,
    constituted=True,
    has_agreement=True,
    lead_body=10,
    lead_name="Comune di Prova",
    network_agreement=(date(2014, 3, 31), date(2016, 3, 31)),
)


def refusal(*, bodies=(10,), now=OPENS, today=date(2014, 6, 10), **changes):
    situation = replace(SITUATION, **changes)
    facts = {"now": now, "today": today, "person_bodies": bodies, "when": lambda i: f"{i:%d/%m/%Y}"}
    listed = [r for r in submission.standing(situation, **facts) if not r.met]
    if not listed:
        submission.check_standing(situation, **facts)
        return None
    with pytest.raises(Refused) as caught:
        submission.check_standing(situation, **facts)
    assert caught.value.message in [r.why for r in listed]
    return caught.value


def test_the_lead_hands_in_to_its_own_territory_in_time():
    assert refusal() is None
    assert refusal(now=CLOSES - timedelta(seconds=1)) is None


@pytest.mark.rule("R29")
@pytest.mark.parametrize("changes", [{"bodies": (11,)}, {"bodies": ()}, {"lead_body": None}])
def test_nobody_but_the_present_lead(changes):
    refused = refusal(**changes)
    assert refused.rule == "R29"
    assert "(art. 8" in refused.message


@pytest.mark.rule("R14")
def test_not_to_another_territory():
    assert refusal(call_network=2).rule == "R14"
    assert "altro programma" in refusal(call_programme=2).message


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("today", "allowed"),
    [(date(2014, 3, 30), False), (date(2014, 3, 31), True), (date(2016, 3, 31), True), (date(2016, 4, 1), False)],
)
def test_the_network_agreement_counts_from_its_signature(today, allowed):
    refused = refusal(today=today)
    assert (refused is None) is allowed
    assert allowed or refused.rule == "R41"


@pytest.mark.rule("R41")
def test_without_a_network_agreement_nothing_is_handed_in():
    assert refusal(network_agreement=None).rule == "R41"


def test_the_alliance_has_at_least_a_draft_of_its_agreement():
    assert refusal(constituted=False) is None
    assert "almeno la bozza" in refusal(constituted=False, has_agreement=False).message
    assert "sciolta" in refusal(alliance_dissolved=True).message


@pytest.mark.parametrize(
    "changes", [{"now": CLOSES}, {"now": OPENS - timedelta(seconds=1)}, {"call_status": CallStatus.EVALUATION}]
)
def test_not_out_of_term(changes):
    assert refusal(**changes) is not None


# --- what is missing ----------------------------------------------------------------------------------------------
TEXTS = {"title": "T", "summary": "S", "needs": "N", "objectives": "O", "sustainability": "S"}
DRAFT = Draft(TEXTS, (action(),), (line(),), 1)


def missing(draft, rules=RULES):
    found = submission.content(draft, rules, source="Regole", available=Decimal(100000))
    return [r.key for r in found if not r.met], found


def test_a_complete_proposal_misses_nothing():
    keys, found = missing(DRAFT)
    assert keys == []
    submission.check_content(found)


def test_the_list_is_always_complete():
    empty = Draft({}, (), (), 0)
    keys, found = missing(empty)
    assert keys == ["title", "summary", "needs", "objectives", "actions", "lines", "indicators", "sustainability"]
    assert len(found) == len(missing(DRAFT)[1])
    with pytest.raises(Refused, match="Mancano ancora 8 cose"):
        submission.check_content(found)


def test_blanks_are_not_text_and_no_grant_is_no_request():
    assert missing(replace(DRAFT, texts={**TEXTS, "needs": " \n"}))[0] == ["needs"]
    assert "grant" in missing(replace(DRAFT, lines=(line(1000, 0),)))[0]
    assert missing(replace(DRAFT, actions=(action(dates=(date(2014, 9, 1), date(2015, 9, 1))),)))[0] == ["duration"]


def test_the_fingerprint_does_not_depend_on_the_order_of_keys():
    one, other = {"a": "è", "b": [1, 2]}, {"b": [1, 2], "a": "è"}
    assert submission.canonical(one) == b'{"a":"\xc3\xa8","b":[1,2]}'
    assert submission.fingerprint(one) == submission.fingerprint(other)
    assert submission.fingerprint(one) == hashlib.sha256(submission.canonical(one)).hexdigest()
    assert submission.fingerprint(one) != submission.fingerprint({"a": "e", "b": [1, 2]})
