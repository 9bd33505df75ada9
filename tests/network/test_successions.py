"""A body that follows another: what moves, what stays as it was signed, and what is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alliances.documents import agreement_context
from alliances.models import Partner
from alliances.queries import lead_of
from alliances.services import partners
from conciliazione.kernel import access, clock
from conciliazione.kernel.errors import Refused, RuleViolated
from conciliazione.kernel.models import Move
from network.enums import AgreementStatus, MembershipStatus, Nature, OrganisationKind
from network.models import AgreementSignature, Membership, Network, NetworkAgreement, Seat, Succession
from network.queries import committee_missing, members_on, missing_signatures
from network.rules.successions import Heir, check_succession
from network.services import memberships, seats, successions
from tests.alliances.world import constituted, found
from tests.factories import make_alliance, make_member, make_network, make_organisation, make_person

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=1)


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def follow(former, successor, *, by, **changes):
    given = {"kind": "transformation", "on": clock.today(), "act": "L.R. 23/2015"} | changes
    return successions.succeed(former, successor, by=by, **given)


def ats(name="ATS della Val Padana"):
    return make_organisation(name, kind=OrganisationKind.HEALTH_AUTHORITY)


# --- the rules --------------------------------------------------------------------------------------------------------
ASL, ATS = Heir("ASL", "health_authority", network_led="Rete A"), Heir("ATS", "health_authority")


@pytest.mark.rule("R06", "R13")
@pytest.mark.parametrize(
    ("former", "successor", "changes", "rule"),
    [
        (ASL, ATS, {"same": True}, None),
        (Heir("ASL", "health_authority", ceased=True), ATS, {}, None),
        (ASL, Heir("ATS", "health_authority", ceased=True), {}, None),
        (ASL, ATS, {"act": " "}, None),
        (ASL, Heir("Comune", "municipality"), {}, "R06"),
        (ASL, Heir("ATS", "health_authority", network_led="Rete B"), {}, "R06"),
        (Heir("STER", "ster", ster_of="Rete A"), Heir("Provincia", "province"), {}, "R13"),
    ],
)
def test_what_no_succession_can_be(former, successor, changes, rule):
    today = clock.today()
    given = {"same": False, "on": today, "today": today, "act": "L.R. 23/2015"}
    check_succession(ASL, ATS, **given)
    with pytest.raises(Refused) as refused:
        check_succession(former, successor, **given | changes)
    assert getattr(refused.value, "rule", None) == rule
    with pytest.raises(Refused, match="futuro"):
        check_succession(ASL, ATS, **given | {"on": today + YESTERDAY})


# --- the ASL becomes an ATS -------------------------------------------------------------------------------------------
@pytest.mark.rule("R06", "R08", "R10", "R13")
def test_the_network_follows_its_asl(world):
    successor = ats()
    delegate = make_person(seat="delegate", organisation=world.asl)
    signed = AgreementSignature.objects.create(
        agreement=world.agreement,
        organisation=world.asl,
        name_on_paper="ASL di Cremona",
        signatory="Ugo Neri",
        signed_on=world.agreement.signed_on,
    )
    succession = follow(world.asl, successor, by=world.region)
    world.network.refresh_from_db()
    world.asl.refresh_from_db()
    assert (world.network.lead, world.asl.ceased_on) == (successor, clock.today())
    assert [row.lead for row in world.network.history.all()[:2]] == [successor, world.asl]
    before = [m.organisation for m in members_on(world.network, clock.today() - YESTERDAY)]
    after = [m.organisation for m in members_on(world.network, clock.today())]
    assert (before, after) == ([world.asl], [successor])
    old = Membership.objects.get(organisation=world.asl)
    assert (old.status, "L.R. 23/2015" in old.reason) == (MembershipStatus.LEFT, True)
    signed.refresh_from_db()
    assert (signed.organisation, signed.name_on_paper) == (world.asl, "ASL di Cremona")
    assert not missing_signatures(world.network).exists()
    assert committee_missing(world.committee) == []
    assert Seat.objects.active().filter(person=delegate).get().organisation == successor
    assert access.drift() == (set(), set())
    assert seats.drift() == (set(), set())
    assert Move.objects.about(world.network).get().label == f"Nuovo capofila di Rete: {successor.name}"
    assert succession.recorded_by == world.region
    with pytest.raises(Refused, match="già cessato"):
        follow(world.asl, ats("ATS Bis"), by=world.region)


def test_what_is_still_to_be_signed_passes_on_and_so_does_a_chain(world):
    former, middle, last = make_member(world, "Coop A"), make_organisation("Coop B"), make_organisation("Coop C")
    second = NetworkAgreement.objects.create(
        network=world.network, programme=make_network().programme, title="Nuovo", status=AgreementStatus.DRAFT
    )
    rows = [
        AgreementSignature.objects.create(agreement=agreement, organisation=former, name_on_paper="A", signatory="X")
        for agreement in (world.agreement, second)
    ]
    rows[0].signed_on = world.agreement.signed_on
    rows[0].save()
    follow(former, middle, by=world.office, kind="merger")
    follow(middle, last, by=world.office, kind="merger")
    for row in rows:
        row.refresh_from_db()
    assert [row.organisation for row in rows] == [former, last]
    assert last.pk not in missing_signatures(world.network).values_list("organisation", flat=True)
    assert [s.former for s in (last.successions.get(), middle.successions.get())] == [middle, former]


def test_a_request_goes_on_and_a_body_that_is_there_already_stays_once(world):
    asking, member, other = make_organisation("Chiede"), make_member(world, "Membro"), make_organisation("Nuovo")
    memberships.request(world.network, asking, by=world.office, reason="Vuole")
    follow(asking, other, by=world.office)
    assert Membership.objects.get(organisation=other).status == MembershipStatus.REQUESTED
    follow(member, other, by=world.office)
    assert Membership.objects.get(organisation=other).status == MembershipStatus.MEMBER
    third = make_member(world, "Terzo")
    follow(other, third, by=world.office)
    assert Membership.objects.filter(organisation=third).count() == 1
    assert access.drift() == (set(), set())


def test_who_has_ceased_takes_on_nothing(world):
    gone, there = make_member(world, "Andato"), make_organisation("Rimasto")
    ally = make_alliance(world)
    follow(gone, there, by=world.office)
    gone.refresh_from_db()
    for act in (
        lambda: memberships.join(world.network, gone, origin="request", by=world.office),
        lambda: seats.give_seat(person=world.office, kind="delegate", organisation=gone, by=world.region),
        lambda: partners.add_partner(ally.alliance, organisation=gone, by=world.office),
    ):
        with pytest.raises(Refused, match="è cessato"):
            act()


# --- alliances --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("R38", "R39")
def test_partnerships_follow_and_what_was_signed_keeps_its_names():
    made = constituted()
    agreement = made.agreement
    printed = agreement_context(agreement, signed=True)
    successor = make_organisation("Unione dei Comuni", nature=Nature.UNCONFIRMED)
    with pytest.raises(RuleViolated) as refused:
        follow(made.public, successor, by=made.world.office)
    assert refused.value.rule == "R39"
    assert not Succession.objects.exists()
    successor.nature = Nature.PUBLIC
    successor.save()
    follow(made.public, successor, by=made.world.office)
    lead = lead_of(made.alliance)
    assert (lead.pk, lead.organisation, lead.exclusive_lead) == (made.first.pk, successor, True)
    assert [row.organisation for row in lead.history.all()[:2]] == [successor, made.public]
    agreement.refresh_from_db()
    assert agreement_context(agreement, signed=True)["signatures"] == printed["signatures"]
    assert access.drift() == (set(), set())
    assert Move.objects.about(made.alliance).latest("pk").label == f"{successor} succede a {made.public}"
    person = Seat.objects.active().get(person=made.public_person)
    assert person.organisation == successor


@pytest.mark.rule("R38", "R40")
def test_a_merger_inside_an_alliance_and_of_two_leads():
    made = found()
    follow(made.private, made.public, by=made.world.office, kind="incorporation")
    assert [p.organisation for p in Partner.objects.current().filter(alliance=made.alliance)] == [made.public]
    other = found(world=made.world)
    with pytest.raises(RuleViolated) as refused:
        follow(other.public, made.public, by=made.world.office, kind="merger")
    assert refused.value.rule == "R40"
    assert lead_of(other.alliance).organisation == other.public
    inner = found(world=made.world)
    inner.private.nature = Nature.PUBLIC
    inner.private.save()
    follow(inner.public, inner.private, by=made.world.office, kind="merger")
    lead = lead_of(inner.alliance)
    assert (lead.organisation, lead.is_promoter) == (inner.private, True)
    assert Partner.objects.filter(alliance=inner.alliance, is_lead=True, left_on=None).count() == 1
    assert access.drift() == (set(), set())


# --- the pages --------------------------------------------------------------------------------------------------------
def test_a_person_sees_where_a_body_went(world, enter):
    client = enter(world.office)
    successor = ats()
    data = {"successor": successor.pk, "kind": "transformation", "on": f"{clock.today():%Y-%m-%d}", "act": ""}
    refused = client.post(url("organisation_succeed", world.asl.pk), data)
    assert refused.status_code == 422
    other = make_network()
    wrong = client.post(url("organisation_succeed", world.asl.pk), data | {"act": "L.R. 23", "successor": other.asl.pk})
    assert wrong.status_code == 422
    assert "guida una sola Rete" in wrong.content.decode()
    assert client.post(url("organisation_succeed", world.asl.pk), data | {"act": "L.R. 23"}).status_code == 302
    former = client.get(world.asl.get_absolute_url()).content.decode()
    assert "è confluito in" in former
    assert successor.get_absolute_url() in former
    assert "Registra chi gli succede" not in former
    now = client.get(successor.get_absolute_url()).content.decode()
    assert "Succede a" in now
    assert f"come {world.asl.name}" in now
    assert client.get(url("organisation_succeed", world.asl.pk)).status_code == 409
    listed = client.get(url("organisations"), {"stato": "cessati"}).content.decode()
    assert world.asl.name in listed
    assert successor.name not in listed
    assert enter(world.chair).get(url("organisation_succeed", successor.pk)).status_code == 403
    assert Network.objects.get(pk=world.network.pk).lead == successor
