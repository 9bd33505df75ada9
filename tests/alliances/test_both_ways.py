"""Each hard rule of articles 8 to 10, by the service and through the page, in two cycles whose rules differ."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from alliances.enums import Addressee, Opening, PartnerKind, PartnershipStatus
from alliances.models import Partner
from alliances.queries import is_constituted, lead_of
from alliances.services import agreements, alliances, partners
from conciliazione.kernel import clock
from conciliazione.kernel.errors import RuleViolated
from conciliazione.kernel.models import Notice
from network.enums import OrganisationKind
from network.rules.agreements import add_months
from network.services import agreements as network_agreements
from tests.factories import make_member, make_network, make_programme

from ..rule_sets import NEW, OLD, PROGRAMMES
from ..signing import with_second_factor
from .world import BRINGS, TEXTS, accept, delegate, enterprises, found

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"alliances:{name}", args=args)


def cycle(code):
    """A network in a cycle: `ready` could be sent to be signed in either, `small` has two members and no lead yet,
    `closed` is constituted."""
    programme = make_programme(**PROGRAMMES[code])
    world = make_network(programme=programme)
    ready, small = found(programme=programme, world=world), found(programme=programme, world=world, lead=False)
    closed = found(programme=programme, world=world, opening=Opening.CLOSED)
    for made in (ready, closed):
        enterprises(made)
    version = agreements.send_to_sign(closed.alliance, by=closed.public_person)
    for signature in version.signatures.select_related("partner__organisation"):
        body = signature.partner.organisation
        accept(signature, by=body.seats.first().person if body.seats.exists() else delegate(body))
    return SimpleNamespace(world=world, programme=programme, ready=ready, small=small, closed=closed)


@pytest.fixture(scope="module")
def cycles(made):
    return made({code: cycle(code) for code in PROGRAMMES})


def lead(made, partner, *, duties=True):
    """(by the service, the address and the form of the page) of naming a lead."""
    return (
        lambda: partners.set_lead(partner, by=made.public_person, duties_accepted=duties),
        url("lead", made.alliance.pk),
        {"partner": partner.pk} | ({"duties_accepted": "on"} if duties else {}),
        made.public_person,
    )


def non_profit_leads(w):
    return lead(w.small, w.small.second)


def leads_two(w):
    row = partners.add_partner(w.small.alliance, organisation=w.ready.public, by=w.small.public_person, **BRINGS)
    return lead(w.small, row)


def associated_leads(w):
    fields = {"kind": PartnerKind.ASSOCIATED, "by": w.small.public_person, **BRINGS}
    return lead(w.small, partners.add_partner(w.small.alliance, organisation=make_member(w.world), **fields))


def without_its_duties(w):
    return lead(w.small, w.small.first, duties=False)


def zone_plan_body_leads(w):
    body = make_member(w.world, kind=OrganisationKind.ZONE_PLAN_BODY)
    return lead(w.small, partners.add_partner(w.small.alliance, organisation=body, by=w.small.public_person, **BRINGS))


def send(made):
    by = made.public_person
    return lambda: agreements.send_to_sign(made.alliance, by=by), url("send", made.alliance.pk), {}, by


def two_members_sign(w):
    partners.set_lead(w.small.first, by=w.small.public_person, duties_accepted=True)
    return send(w.small)


def without_governance(w):
    given = TEXTS | {"governance_text": ""}
    agreements.write_agreement(w.ready.alliance, by=w.ready.public_person, opening=Opening.OPEN, **given)
    return send(w.ready)


def without_a_lead(w):
    enterprises(w.small)
    return send(w.small)


def joins_a_closed_one(w):
    made, body = w.closed, make_member(w.world)
    return (
        lambda: partners.add_partner(made.alliance, organisation=body, by=made.public_person),
        url("add_partner", made.alliance.pk),
        {"organisation": body.pk, "kind": "full"},
        made.public_person,
    )


def one_more_alliance(w):
    by, body = w.ready.public_person, w.ready.public
    given = {"network": w.world.network, "programme": w.programme, "name": "Un'altra", "promoter": body, "by": by}
    data = {"programme": w.programme.pk, "name": "Un'altra"}
    return lambda: alliances.create_alliance(**given), url("create"), data, by


# rule: (what is tried, whether each cycle lets it happen)
CASES = {
    "R26": (one_more_alliance, {OLD: True, NEW: True}),
    "R27": (zone_plan_body_leads, {OLD: True, NEW: True}),
    "R30": (without_its_duties, {OLD: False, NEW: False}),
    "R34": (joins_a_closed_one, {OLD: False, NEW: False}),
    "R35": (two_members_sign, {OLD: True, NEW: False}),
    "R37": (without_governance, {OLD: False, NEW: True}),
    "R38": (associated_leads, {OLD: False, NEW: False}),
    "R38, sending": (without_a_lead, {OLD: False, NEW: False}),
    "R39": (non_profit_leads, {OLD: False, NEW: True}),
    "R40": (leads_two, {OLD: False, NEW: True}),
}


@pytest.mark.rule("R26", "R27", "R30", "R34", "R35", "R37", "R38", "R39", "R40")
@pytest.mark.parametrize("code", PROGRAMMES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", ["service", "page"])
def test_what_the_rule_says(way, case, code, cycles, client):
    tried, allowed = CASES[case]
    act, place, data, by = tried(cycles[code])
    if way == "service" and allowed[code]:
        assert act().pk
    elif way == "service":
        with pytest.raises(RuleViolated) as refused:
            act()
        assert refused.value.rule == case.split(",")[0]
    else:
        client.force_login(by)
        answer = client.post(place, data)
        assert answer.status_code == (302 if allowed[code] else 422)
        assert allowed[code] or "art. " in answer.content.decode()


@pytest.mark.rule("R32")
@pytest.mark.parametrize("code", PROGRAMMES)
def test_in_force_with_the_last_signature_and_not_before(code, cycles, client):
    made = cycles[code].ready
    version = agreements.send_to_sign(made.alliance, by=made.public_person)
    rows = list(version.signatures.select_related("partner__organisation").order_by("-pk"))
    for row in rows[:-1]:
        accept(row, by=row.partner.organisation.seats.first().person)
        assert not is_constituted(made.alliance)
    assert rows[-1].partner == made.first
    client = with_second_factor(client, made.public_person)
    assert client.post(url("sign", made.alliance.pk), {"read": "on"}).status_code == 302
    version.refresh_from_db()
    assert version.status == PartnershipStatus.IN_FORCE
    assert is_constituted(made.alliance)
    assert lead_of(made.alliance).organisation == made.public
    assert Partner.objects.filter(alliance=made.alliance, is_lead=True).count() == 1


@pytest.mark.rule("R25", "R31")
@pytest.mark.parametrize("code", PROGRAMMES)
def test_the_alliance_reaches_its_asl_and_nobody_above(code, cycles, client):
    w = cycles[code]
    made, by = w.ready, w.ready.public_person
    with pytest.raises(RuleViolated) as refused:
        alliances.write_to_network_lead(made.alliance, text="Ciao", addressee=Addressee.REGION, by=by)
    assert refused.value.rule == "R31"
    client.force_login(by)
    sent = client.post(url("message", made.alliance.pk), {"text": "Ci vediamo?", "addressee": Addressee.REGION})
    assert sent.status_code == 302
    assert Notice.objects.filter(to=w.world.office, text__contains="ha scritto").exists()
    assert not Notice.objects.filter(to__in=[w.world.region, w.world.steering]).exists()


@pytest.mark.rule("R41")
@pytest.mark.parametrize("months", [24, 12])
@pytest.mark.parametrize("way", ["service", "page"])
def test_the_term_of_the_network_agreement_is_that_of_its_programme(way, months, cycles, client):
    world = cycles[OLD].world
    programme = make_programme()
    programme.agreement_months = months
    programme.save()
    agreement = network_agreements.create(world.network, programme, by=world.office)
    today = clock.today()
    network_agreements.approve(agreement, number="1", on=today, by=world.office)
    if way == "service":
        given = {"signed_on": today, "place": "Qui", "organisations": [world.asl], "by": world.office}
        network_agreements.sign(agreement, **given)
    else:
        client.force_login(world.office)
        data = {"signed_on": today.isoformat(), "place": "Qui", "organisations": [world.asl.pk]}
        answer = client.post(reverse("network:agreement_subscribe", args=[agreement.pk]), data)
        assert answer.status_code == 302
    agreement.refresh_from_db()
    assert agreement.expires_on == add_months(today, months)
