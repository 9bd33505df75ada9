"""The rules of the network, without a database."""

from datetime import date
from decimal import Decimal

import pytest

from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from network.enums import AgreementStatus, Area, IndicatorStatus, MeetingBody, MeetingStatus, MembershipStatus, Nature
from network.rules import (
    agreements,
    comparison,
    duties,
    governance,
    indicators,
    meetings,
    memberships,
    networks,
    programmes,
)
from network.rules.agreement_text import parse


def values(**changes):
    base = {
        "lead_natures": ("public",),
        "max_leads_per_body": 1,
        "min_members": 2,
        "min_public": 1,
        "min_private": 1,
        "min_micro_or_small": 0,
        "max_grant_share": None,
        "max_grant_amount": None,
        "min_co_financing_share": None,
        "max_duration_months": None,
        "short_initiative_months": 3,
    }
    return programmes.RuleValues(**base | changes)


def refused(rule, call, *args, **kwargs):
    with pytest.raises(RuleViolated) as caught:
        call(*args, **kwargs)
    assert caught.value.rule == rule
    assert "art." in caught.value.message
    return caught.value


@pytest.mark.rule("R01")
def test_five_areas_and_no_other():
    assert len(Area) == 5
    for area in ["", *Area.values]:
        programmes.check_area(area)
    refused("R01", programmes.check_area, "sport")


@pytest.mark.rule("R02")
def test_three_bodies():
    assert [body.key for body in networks.governance_bodies()] == ["steering", "lead", "committee"]


@pytest.mark.rule("R03")
def test_six_kinds_of_seat():
    for kind in governance.SteeringSeatKind.values:
        governance.check_steering_seat(kind)
    assert len(governance.SteeringSeatKind) == 6
    refused("R03", governance.check_steering_seat, "mayor")


@pytest.mark.rule("R04")
def test_only_the_family_directorate_chairs_and_convenes():
    governance.check_steering_chair("family_directorate", True)
    governance.check_steering_chair("anci", False)
    assert refused("R04", governance.check_steering_chair, "anci", True).field == "is_chair"
    governance.check_steering_convener(True)
    refused("R04", governance.check_steering_convener, False)


@pytest.mark.rule("R06")
def test_the_lead_is_the_health_authority_through_its_directorate():
    networks.check_lead("health_authority", "Direzione Sociale")
    assert refused("R06", networks.check_lead, "municipality", "Direzione Sociale").field == "lead"
    assert refused("R06", networks.check_lead, "health_authority", " ").field == "lead_department"
    refused("R06", memberships.check_not_the_lead, True)
    memberships.check_not_the_lead(False)


@pytest.mark.rule("R08")
def test_silence_is_not_renunciation():
    assert memberships.remains_member(renounced=False, declared_left=False)
    assert not memberships.remains_member(renounced=True, declared_left=False)
    assert refused("R08", memberships.check_renunciation, "  ").field == "reason"
    memberships.check_renunciation("Cessa l'attività")


@pytest.mark.rule("R13")
@pytest.mark.parametrize(
    ("sitting", "missing"), [([], ["ASL", "STER"]), ([1], ["STER"]), ([2, 9], ["ASL"]), ([1, 2], []), ([9, 2, 1], [])]
)
def test_a_committee_needs_health_authority_and_ster(sitting, missing):
    assert governance.missing_from_committee(sitting, health_authority=1, ster=2) == missing
    if missing:
        message = refused("R13", governance.check_committee, sitting, health_authority=1, ster=2).message
        assert all(name in message for name in missing)
    else:
        governance.check_committee(sitting, health_authority=1, ster=2)
    networks.check_ster("ster")
    refused("R13", networks.check_ster, "municipality")


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("signed", "months", "expires"),
    [
        (date(2014, 3, 31), 24, date(2016, 3, 31)),
        (date(2014, 2, 28), 24, date(2016, 2, 28)),
        (date(2016, 2, 29), 24, date(2018, 2, 28)),
        (date(2014, 12, 31), 2, date(2015, 2, 28)),
    ],
)
def test_two_years_from_the_signature(signed, months, expires):
    assert agreements.expiry(signed, months) == expires


@pytest.mark.rule("R41")
def test_the_signature_follows_the_deliberation():
    deliberated, today = date(2014, 3, 27), date(2014, 4, 1)
    agreements.check_signature_day(date(2014, 3, 27), deliberated_on=deliberated, today=today)
    refused("R41", agreements.check_signature_day, date(2014, 3, 26), deliberated_on=deliberated, today=today)
    with pytest.raises(Refused):
        agreements.check_signature_day(date(2014, 4, 2), deliberated_on=deliberated, today=today)


@pytest.mark.rule("R42")
def test_a_new_version_tells_why_and_how_it_was_agreed():
    agreements.check_new_version(AgreementStatus.DRAFT, reason="Correzione", form_agreed="")
    agreements.check_new_version(AgreementStatus.IN_FORCE, reason="Correzione", form_agreed="Assemblea")
    refused("R42", agreements.check_new_version, AgreementStatus.DRAFT, reason="", form_agreed="")
    refused("R42", agreements.check_new_version, AgreementStatus.IN_FORCE, reason="Correzione", form_agreed="")
    refused("R42", agreements.check_new_version, AgreementStatus.SUPERSEDED, reason="C", form_agreed="A")
    with pytest.raises(Refused, match="alla firma"):
        agreements.check_new_version(AgreementStatus.APPROVED, reason="Correzione", form_agreed="")


@pytest.mark.rule("R45")
def test_an_indicator_is_used_once_agreed():
    indicators.check_usable(IndicatorStatus.AGREED)
    for status in (IndicatorStatus.PROPOSED, IndicatorStatus.RETIRED):
        refused("R45", indicators.check_usable, status)


def test_a_rule_set_must_make_sense():
    programmes.check_values(values())
    for wrong in (
        values(lead_natures=()),
        values(lead_natures=("unconfirmed",)),
        values(min_members=2, min_public=2),
        values(max_grant_share=Decimal(80), min_co_financing_share=Decimal(30)),
    ):
        with pytest.raises(Refused):
            programmes.check_values(wrong)


def test_rules_in_words_and_what_changed():
    before = programmes.in_words(values())
    after = programmes.in_words(
        values(
            lead_natures=(Nature.PUBLIC, Nature.PRIVATE_NON_PROFIT, Nature.PRIVATE),
            max_leads_per_body=None,
            min_members=4,
            min_micro_or_small=2,
            max_grant_share=Decimal(70),
            max_grant_amount=Decimal(50000),
            min_co_financing_share=Decimal("12.5"),
            max_duration_months=12,
        )
    )
    said = dict(after)
    assert said["Chi può essere capofila di Alleanza"] == "Un soggetto pubblico, privato non profit o privato"
    assert said["Contributo"] == "Al più 70 % del costo e al più 50.000,00 €"
    assert said["Cofinanziamento dei partner"] == "Almeno 12,5 % del costo"
    assert "2 micro o piccole imprese" in said["Composizione dell'Alleanza"]
    changed = [what for what, _, _ in programmes.differences(before, after)]
    assert "Contributo" in changed
    assert "Iniziative brevi" not in changed


def test_the_purpose_fits_the_body():
    governance.check_purpose(MeetingBody.NETWORK, "training")
    with pytest.raises(Refused, match="Convocazione degli aderenti"):
        governance.check_purpose(MeetingBody.NETWORK, "steering")


def test_minutes_are_written_after_the_meeting_and_until_they_are_approved():
    meetings.check_can_minute(MeetingStatus.HELD)
    for status in (MeetingStatus.CONVENED, MeetingStatus.MINUTES_APPROVED, MeetingStatus.CANCELLED):
        with pytest.raises(Refused):
            meetings.check_can_minute(status)
    with pytest.raises(Refused):
        meetings.check_has_minutes(" \n")


@pytest.mark.parametrize("status", list(MembershipStatus))
def test_from_each_state_of_a_membership_only_its_moves(status):
    allowed = {MembershipStatus.MEMBER: {"renounce", "leave"}, MembershipStatus.REQUESTED: {"accept", "decline"}}
    lifecycle = memberships.MEMBERSHIP
    assert {t.name for t in lifecycle.open_from(status)} == allowed.get(status, set())
    for transition in lifecycle.transitions:
        if transition.name not in allowed.get(status, set()):
            with pytest.raises(MoveRefused):
                lifecycle.check(status, transition.name)


@pytest.mark.rule("R18", "R19", "R20", "R21", "R22", "R23", "R24")
def test_seven_duties_and_what_others_tell():
    assert [duty.rule for duty in duties.duties()] == ["R18", "R19", "R20", "R21", "R22", "R23", "R24"]

    def teller(network, bodies):
        return {pk: [duties.Evidence("Cofinanzia")] for pk in bodies}

    duties.contribute("R22", teller)
    try:
        assert duties.told_by_others("R22", 1, [7])[7][0].text == "Cofinanzia"
        assert not duties.told_by_others("R21", 1, [7])
    finally:
        duties._contributors["R22"].remove(teller)


def test_text_of_an_agreement_is_read_into_articles():
    text = parse(
        "# Premesse\n\nPREMESSO\n\n# Articolo 1 – Obiettivi\n\nReti d'impresе\n\n# Articolo 2 – Oggetto\n\nB\n"
    )
    assert text.preamble == "PREMESSO"
    assert [(a.number, a.heading) for a in text.articles] == [(1, "Obiettivi"), (2, "Oggetto")]
    assert text.articles[0].text == "Reti d'imprese"


@pytest.mark.rule("R42")
def test_two_versions_side_by_side():
    before = [(0, "", "Premesso"), (1, "Obiettivi", "Uno\nDue\nTre"), (2, "Oggetto", "Via")]
    after = [(0, "", "Premesso"), (1, "Obiettivi", "Uno\nDue bis\nTre\nQuattro"), (3, "Durata", "Due anni")]
    parts = comparison.compare(before, after)
    assert [(part.title, part.changed) for part in parts] == [
        ("Premesse", False),
        ("Articolo 1 – Obiettivi", True),
        ("Articolo 2 – Oggetto", True),
        ("Articolo 3 – Durata", True),
    ]
    assert [line.kind for line in parts[1].lines] == ["same", "changed", "same", "added"]
    assert [line.word for line in parts[2].lines] == ["Tolto"]
