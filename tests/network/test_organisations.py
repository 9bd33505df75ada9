"""The register of bodies: likely duplicates, who represents them over time, nature and size with who confirmed them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances.rules import check
from alliances.rules.values import AllianceFacts, Party, ProgrammeRules
from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.models import Move
from network.enums import Nature, OrganisationKind, Size
from network.models import LegalRepresentative, Organisation
from network.rules import organisations as rules
from network.services import organisations, representatives
from tests.factories import make_organisation

MAYOR, NEXT = "RSSMRA70A01D150H", "VRDLGU75B02D150M"


def url(name, *args):
    return reverse(f"network:{name}", args=args)


# --- the rules, without a database ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Comune di Crema", "CREMA, COMUNE DI"),
        ("Cooperativa sociale Il Filo", "Il Filo Soc. Coop. Soc. ONLUS"),
        ("Officine Bianchi S.r.l.", "Officine Bianchi srl"),
        ("Officine Bianchi S.R.L.", "Officine Bianchi s.p.a."),
        ("Società Agricola Città Bella", "Agricola Citta' Bella s.s."),
        ("Associazione Tempi Amici", "Associazione Tempi Amicci"),
        ("Botteghe", "Bottega e C. s.n.c.".replace(" e C.", "").replace("Bottega", "Boteghe")),
    ],
)
def test_names_of_likely_the_same_body(one, other):
    assert rules.alike(one, other)
    assert rules.Namesakes([(7, one), (9, "Provincia di Mantova")]).like(other) == [7]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Comune di Crema", "Comune di Cremona"),
        ("Comune di Crema", "Provincia di Crema"),
        ("Fondazione Nido Aperto", "Associazione Nido Aperto"),
        ("Istituto comprensivo Cremona 1", "Istituto comprensivo Cremona 2"),
        ("ASL di Cremona", "ASL di Mantova"),
    ],
)
def test_names_of_two_bodies(one, other):
    assert not rules.alike(one, other)
    assert rules.Namesakes([(7, one)]).like(other) == []


NAMES = st.lists(
    st.sampled_from(["Comune", "di", "Crema", "Cremona", "Filo", "Bianchi", "S.r.l.", "onlus", "Tempi", "Amici"]),
    min_size=1,
    max_size=5,
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(NAMES, max_size=12), asked=NAMES)
def test_the_index_finds_what_a_look_at_every_name_finds(names, asked):
    index = rules.Namesakes(enumerate(names))
    assert index.like(asked) == [key for key, name in enumerate(names) if rules.alike(asked, name)]
    assert rules.alike(asked, asked.upper())


@pytest.mark.parametrize(
    ("staff", "turnover", "size"),
    [
        (9, 2_000_000, Size.MICRO),
        (10, 2_000_000, Size.SMALL),
        (9, 2_000_001, Size.SMALL),
        (49, 10_000_000, Size.SMALL),
        (50, 10_000_000, Size.MEDIUM),
        (249, 50_000_000, Size.MEDIUM),
        (250, 1, Size.LARGE),
        (1, 50_000_001, Size.LARGE),
    ],
)
def test_the_size_follows_staff_and_turnover(staff, turnover, size):
    assert rules.size_of(staff, Decimal(turnover)) == size
    rules.check_size(size, staff, Decimal(turnover))
    rules.check_size(Size.MEDIUM, staff, None)
    with pytest.raises(Refused, match="l'impresa è"):
        rules.check_size(Size.LARGE if size != Size.LARGE else Size.MICRO, staff, Decimal(turnover))


@pytest.mark.parametrize("code", ["80003380195", MAYOR, ""])
def test_codes_that_hold(code):
    rules.check_codes(code, "")


@pytest.mark.parametrize(("code", "vat"), [("80003380196", ""), ("123", ""), ("", "01234567890"), ("", "IT")])
def test_codes_that_do_not(code, vat):
    with pytest.raises(Refused):
        rules.check_codes(code, vat)


# --- likely duplicates ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_new_body_like_another_needs_a_reason_that_stays(world):
    there = make_organisation("Cooperativa sociale Il Filo", vat_number="00743110157")
    for fields in ({"name": "Il Filo coop. soc. onlus"}, {"name": "Tutt'altro nome", "vat_number": "00743110157"}):
        with pytest.raises(organisations.LikelyDuplicate) as refused:
            organisations.create(kind="third_sector", by=world.office, **fields)
        assert refused.value.similar == [there]
        assert refused.value.field == "distinct_reason"
    made = organisations.create(
        name="Il Filo coop. soc. onlus", kind="third_sector", distinct_reason="È di Lodi", by=world.office
    )
    assert "È di Lodi" in Move.objects.about(made).get().reason
    with pytest.raises(organisations.AlreadyRegistered) as refused:
        organisations.create(name="COOPERATIVA SOCIALE  IL FILO", kind="third_sector", by=world.office)
    assert refused.value.similar == [there]


@pytest.mark.django_db
def test_a_body_is_renamed_like_another_only_with_a_reason(world, enter):
    make_organisation("Comune di Crema")
    body = make_organisation("Ente senza nome")
    client = enter(world.office)
    data = {"name": "Crema, Comune di", "kind": "municipality"}
    page = client.post(url("organisation_edit", body.pk), data)
    assert page.status_code == 422
    assert "Un ente come questo c" in page.content.decode()
    assert 'value="Crema, Comune di"' in page.content.decode()
    assert client.post(url("organisation_edit", body.pk), data | {"distinct_reason": "Frazione"}).status_code == 302
    assert client.post(url("organisation_edit", body.pk), data).status_code == 302  # the name is its own by now


# --- who represents it ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_representatives_follow_one_another_without_gaps_or_overlaps(world):
    body = organisations.create(
        name="Comune di prova", kind="municipality", legal_representative="Ugo Neri", by=world.office
    )
    first = body.representatives.get()
    assert (first.name, first.starts_on, first.recorded_by) == ("Ugo Neri", None, world.office)
    day = date(2014, 6, 1)
    second = representatives.appoint(
        body,
        name="Mario Rossi",
        office="Sindaco",
        tax_code=MAYOR.lower(),
        starts_on=day,
        act="Verbale",
        by=world.office,
    )
    body.refresh_from_db()
    first.refresh_from_db()
    assert (first.ends_on, second.starts_on, second.tax_code) == (day, day, MAYOR)
    assert (body.legal_representative, body.legal_representative_tax_code) == ("Mario Rossi", MAYOR)
    assert [r.name for r in body.representatives.on(day - timedelta(days=1))] == ["Ugo Neri"]
    assert [r.name for r in body.representatives.on(day)] == ["Mario Rossi"]
    for wrong, field in (
        ({"starts_on": day}, "starts_on"),
        ({"starts_on": clock.today() + timedelta(days=1)}, "starts_on"),
        ({"starts_on": clock.today(), "name": " "}, "name"),
        ({"starts_on": clock.today(), "tax_code": "80003380195"}, "tax_code"),
        ({"starts_on": clock.today(), "tax_code": MAYOR[:-1] + "A"}, "tax_code"),
    ):
        with pytest.raises(Refused) as refused:
            representatives.appoint(body, **{"name": "Altro"} | wrong, by=world.office)
        assert refused.value.field == field
    assert body.representatives.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalRepresentative.objects.create(organisation=body, name="Secondo in carica")


@pytest.mark.django_db
def test_a_slip_is_mended_and_an_office_can_be_empty(world):
    body = make_organisation("Comune di prova")
    for act in (representatives.correct, representatives.vacate):
        with pytest.raises(Refused, match="non ha un legale"):
            act(
                body, by=world.office, reason="x", **({"name": "A"} if act is representatives.correct else {"on": None})
            )
    representatives.appoint(body, name="Mario Rosi", starts_on=date(2014, 6, 1), by=world.office)
    with pytest.raises(Refused, match="che cosa si corregge"):
        representatives.correct(body, name="Mario Rossi", reason="", by=world.office)
    mended = representatives.correct(body, name="Mario Rossi", reason="Refuso", by=world.office)
    body.refresh_from_db()
    assert (body.legal_representative, body.representatives.count()) == ("Mario Rossi", 1)
    assert [row.name for row in mended.history.all()] == ["Mario Rossi", "Mario Rosi"]
    with pytest.raises(Refused, match="futuro"):
        representatives.vacate(body, on=clock.today() + timedelta(days=1), reason="x", by=world.office)
    representatives.vacate(body, on=clock.today(), reason="Dimissioni", by=world.office)
    body.refresh_from_db()
    assert body.legal_representative == ""
    assert not body.representatives.on(clock.today()).exists()


@pytest.mark.django_db
def test_the_pages_of_who_represents(world, enter):
    body = make_organisation("Comune di prova")
    client = enter(world.office)
    assert client.get(url("representative_correct", body.pk)).status_code == 409
    assert client.get(url("representative_vacate", body.pk)).status_code == 409
    data = {"name": "Mario Rossi", "office": "Sindaco", "starts_on": "2014-06-01", "tax_code": "RSSMRA"}
    page = client.post(url("representative_appoint", body.pk), data)
    assert page.status_code == 422
    assert 'value="Mario Rossi"' in page.content.decode()
    assert client.post(url("representative_appoint", body.pk), data | {"tax_code": MAYOR}).status_code == 302
    shown = client.get(body.get_absolute_url()).content.decode()
    assert "dal 01/06/2014" in shown
    assert f"da {world.office}" in shown
    mend = {"name": "Luigi Verdi", "tax_code": NEXT, "reason": "Era il vicario"}
    assert client.post(url("representative_correct", body.pk), mend).status_code == 302
    end = {"on": f"{clock.today():%Y-%m-%d}", "reason": "Dimissioni"}
    assert client.post(url("representative_vacate", body.pk), end).status_code == 302
    assert body.representatives.get().ends_on == clock.today()
    assert enter(world.chair).get(url("representative_appoint", body.pk)).status_code == 403
    assert MAYOR not in client.get(body.get_absolute_url()).content.decode()


# --- nature and size --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_nature_and_size_each_with_who_and_when(world, enter):
    body = make_organisation("Bottega", nature=Nature.UNCONFIRMED, kind=OrganisationKind.ENTERPRISE)
    with pytest.raises(Refused, match="Conferma prima la natura"):
        organisations.confirm_size(body, size="micro", by=world.office)
    assert enter(world.office).get(url("organisation_size", body.pk)).status_code == 409
    organisations.confirm_nature(body, nature="private", size="micro", by=world.region, reason="Visura")
    body.refresh_from_db()
    assert (body.nature_confirmed_by, body.size_confirmed_by) == (world.region, world.region)
    data = {"size": "micro", "staff": "12", "turnover": "1.500.000,00", "reason": "Bilancio 2013"}
    wrong = enter(world.office).post(url("organisation_size", body.pk), data)
    assert wrong.status_code == 422
    assert "Piccola" in wrong.content.decode()
    assert enter(world.office).post(url("organisation_size", body.pk), data | {"size": "small"}).status_code == 302
    body.refresh_from_db()
    assert (body.size, body.size_confirmed_by, body.nature_confirmed_by) == ("small", world.office, world.region)
    assert "12 addetti, fatturato di 1.500.000,00 €" in Move.objects.about(body).latest("pk").reason
    public = make_organisation("Comune di prova")
    with pytest.raises(Refused, match="ente pubblico"):
        organisations.confirm_size(public, size="micro", by=world.office)


RULE_SETS = {
    "2014-15": ProgrammeRules("2014-15", "Accordo, art. 9"),
    "2022": ProgrammeRules(
        "2022",
        "Ciclo 2022",
        lead_natures=tuple(Nature)[1:],
        max_leads_per_body=None,
        min_members=2,
        min_micro_or_small=1,
    ),
}


@pytest.mark.rule("R35", "R39")
@pytest.mark.django_db
@pytest.mark.parametrize("code", RULE_SETS)
def test_who_may_lead_and_the_numbers_wait_for_what_is_confirmed(code, world):
    lead = make_organisation("Ente capofila", nature=Nature.UNCONFIRMED, kind=OrganisationKind.OTHER)
    firm = make_organisation("Impresa", nature=Nature.UNCONFIRMED, kind=OrganisationKind.ENTERPRISE)

    def verdicts():
        bodies = Organisation.objects.filter(pk__in=[lead.pk, firm.pk]).order_by("pk")
        parties = tuple(Party(b.name, nature=b.nature, size=b.size, is_lead=b.pk == lead.pk) for b in bodies)
        found = {f.rule: f for f in check.check(AllianceFacts("A", "ASL", parties), RULE_SETS[code])}
        return found["R35"].met, found["R39"].met

    assert verdicts() == (False, False)
    organisations.confirm_nature(lead, nature="public", by=world.office)
    assert verdicts() == (False, True)
    organisations.confirm_nature(firm, nature="private", size="medium", by=world.office)
    assert verdicts() == (code == "2014-15", True)
    organisations.confirm_size(firm, size="small", by=world.office)
    assert verdicts() == (True, True)
