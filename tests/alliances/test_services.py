"""Every write of the alliances app: what it does, what it refuses, and that the grants follow."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from alliances.enums import Addressee, AllianceStatus, Opening, PartnerKind
from alliances.models import Alliance, Partner
from alliances.queries import lead_of
from alliances.services import agreements, alliances, partners
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice
from conciliazione.kernel.moves import timeline
from network.enums import MembershipStatus, Nature, OrganisationKind, ProgrammeStatus
from network.models import Membership
from tests.factories import make_member, make_network, make_organisation

from .world import (
    BRINGS,
    TEXTS,
    afresh,
    found,
    no_drift,
    refresh,
    rules_of_2022,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def scan(name="firma.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


# --- starting ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("R26")
def test_any_number_of_alliances_may_form():
    made = found(lead=False, private=False)
    for number in range(3):
        alliances.create_alliance(
            network=made.world.network,
            programme=made.world.programme,
            name=f"Altra {number}",
            promoter=made.public,
            by=made.public_person,
        )
    assert made.world.network.alliances.count() == 4
    assert no_drift()


def test_the_promoter_acts_for_the_alliance_until_a_lead_is_named(unled):
    assert access.roles_on(unled.public_person, unled.alliance) >= {Role.LEAD}
    assert access.roles_on(unled.private_person, unled.alliance) >= {Role.PARTNER}
    assert lead_of(unled.alliance) is None
    other = make_member(unled.world)
    partner = partners.add_partner(unled.alliance, organisation=other, by=unled.public_person)
    partners.set_lead(partner, by=unled.public_person, duties_accepted=True)
    refresh(unled)
    assert Role.LEAD not in access.roles_on(unled.public_person, unled.alliance)
    assert no_drift()


def test_creation_leaves_a_trace_and_tells_the_asl():
    made = found(lead=False, private=False, written=False)
    assert timeline(made.alliance).get().to_state == AllianceStatus.FORMING
    assert Notice.objects.get(to=made.world.office).url == made.alliance.get_absolute_url()
    assert set(made.alliance.districts.all()) == set(made.world.districts)


@pytest.mark.parametrize("why", ["promoter", "programme", "district", "name"])
def test_creation_refused_writes_nothing(why, begun):
    world = begun.world
    given = {
        "network": world.network,
        "programme": world.programme,
        "name": "Nuova",
        "promoter": begun.public,
        "by": begun.public_person,
    }
    if why == "promoter":
        given["promoter"] = make_organisation()
    elif why == "programme":
        world.programme.status = ProgrammeStatus.CLOSED
        world.programme.save()
    elif why == "district":
        given["districts"] = make_network().districts
    else:
        given["name"] = begun.alliance.name
    before = (Alliance.objects.count(), Partner.objects.count(), Move.objects.count())
    with pytest.raises(Refused):
        alliances.create_alliance(**given)
    assert (Alliance.objects.count(), Partner.objects.count(), Move.objects.count()) == before


def test_who_renounced_promotes_no_alliance(begun):
    Membership.objects.filter(organisation=begun.public).update(
        status=MembershipStatus.RENOUNCED, until=date(2014, 5, 1), reason="Rinuncia espressa"
    )
    with pytest.raises(Refused, match="non aderisce"):
        alliances.create_alliance(
            network=begun.world.network,
            programme=begun.world.programme,
            name="Nuova",
            promoter=begun.public,
            by=begun.public_person,
        )


def test_name_and_purpose_are_fixed_once_at_signing(begun):
    alliances.update_alliance(begun.alliance, name="Altro nome", purpose="Altro", districts=[], by=begun.public_person)
    refresh(begun)
    assert (begun.alliance.name, begun.alliance.districts.count()) == ("Altro nome", 0)
    agreements.send_to_sign(begun.alliance, by=begun.public_person)
    with pytest.raises(MoveRefused):
        alliances.update_alliance(begun.alliance, name="Terzo nome", by=begun.public_person)
    alliances.update_alliance(begun.alliance, districts=begun.world.districts[:1], by=begun.public_person)
    refresh(begun)
    assert (begun.alliance.name, begun.alliance.districts.count()) == ("Altro nome", 1)


@pytest.mark.rule("R25", "R31")
def test_an_alliance_writes_to_its_asl_alone(begun):
    alliances.write_to_network_lead(begun.alliance, text="Chiediamo un incontro", by=begun.public_person)
    assert Notice.objects.filter(to=begun.world.office, text__contains="ha scritto").exists()
    for addressee in (Addressee.REGION, Addressee.STEERING):
        with pytest.raises(RuleViolated) as refused:
            alliances.write_to_network_lead(begun.alliance, text="Ciao", addressee=addressee, by=begun.public_person)
        assert refused.value.rule == "R31"
    assert timeline(begun.alliance).filter(name="message").count() == 1
    assert not Notice.objects.filter(to__in=[begun.world.region, begun.world.steering]).exists()


# --- partners ---------------------------------------------------------------------------------------------------------
def test_a_body_takes_part_once(begun):
    with pytest.raises(Refused, match="partecipa già"):
        partners.add_partner(begun.alliance, organisation=begun.private, by=begun.public_person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(alliance=begun.alliance, organisation=begun.private, joined_on=clock.today())


def test_partners_come_and_go_while_forming(begun):
    partners.remove_partner(begun.second, by=begun.public_person)
    assert access.roles_on(afresh(begun.private_person), begun.alliance) == {Role.MEMBER}
    assert no_drift()
    again = partners.add_partner(begun.alliance, organisation=begun.private, by=begun.public_person)
    assert again.pk != begun.second.pk
    assert no_drift()


def test_partners_and_text_stay_as_they_are_while_at_signing(due):
    other = make_member(due.world)
    for refused in (
        lambda: partners.add_partner(due.alliance, organisation=other, by=due.public_person),
        lambda: partners.remove_partner(due.second, by=due.public_person),
        lambda: partners.update_partner(due.second, kind=PartnerKind.FULL, by=due.public_person, **BRINGS),
        lambda: partners.set_lead(due.second, by=due.public_person, duties_accepted=True),
        lambda: agreements.write_agreement(due.alliance, opening=Opening.OPEN, by=due.public_person, **TEXTS),
    ):
        with pytest.raises(MoveRefused, match="riapri"):
            refused()
    assert due.alliance.partners.current().count() == 2


@pytest.mark.rule("R38")
def test_the_lead_is_one_and_from_inside(begun):
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(begun.first, by=begun.public_person)
    assert refused.value.rule == "R38"
    with pytest.raises(RuleViolated):
        partners.update_partner(begun.first, kind=PartnerKind.ASSOCIATED, by=begun.public_person, **BRINGS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=begun.second.pk).update(is_lead=True)
    gone = partners.add_partner(begun.alliance, organisation=make_member(begun.world), by=begun.public_person)
    partners.remove_partner(gone, by=begun.public_person)
    with pytest.raises(RuleViolated, match="non partecipa più"):
        partners.set_lead(gone, by=begun.public_person, duties_accepted=True)


@pytest.mark.rule("R38")
def test_an_associated_partner_does_not_lead(unled):
    body = make_member(unled.world)
    partner = partners.add_partner(
        unled.alliance, organisation=body, kind=PartnerKind.ASSOCIATED, by=unled.public_person
    )
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=unled.public_person, duties_accepted=True)
    assert refused.value.rule == "R38"


@pytest.mark.rule("R39")
@pytest.mark.parametrize("nature", [Nature.PRIVATE, Nature.PRIVATE_NON_PROFIT, Nature.UNCONFIRMED])
def test_in_2014_only_a_public_body_leads(nature, unled):
    body = make_member(unled.world, nature=nature)
    partner = partners.add_partner(unled.alliance, organisation=body, by=unled.public_person)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=unled.public_person, duties_accepted=True)
    assert refused.value.rule == "R39"
    assert "art. 9" in refused.value.message
    assert lead_of(unled.alliance) is None


@pytest.mark.rule("R39", "R40")
def test_in_2022_an_enterprise_leads_and_leads_several():
    programme = rules_of_2022()
    made = found(programme=programme, lead=False)
    body = make_member(made.world, nature=Nature.PRIVATE, kind=OrganisationKind.ENTERPRISE)
    first = partners.add_partner(made.alliance, organisation=body, by=made.public_person)
    partners.set_lead(first, by=made.public_person, duties_accepted=True)
    other = found(programme=programme, world=made.world, lead=False)
    second = partners.add_partner(other.alliance, organisation=body, by=other.public_person)
    partners.set_lead(second, by=other.public_person, duties_accepted=True)
    assert [lead_of(a).organisation for a in (made.alliance, other.alliance)] == [body, body]
    assert not Partner.objects.filter(exclusive_lead=True, alliance__programme=programme).exists()
    assert no_drift()


@pytest.mark.rule("R27")
def test_a_zone_plan_body_leads(unled):
    body = make_member(unled.world, kind=OrganisationKind.ZONE_PLAN_BODY)
    partner = partners.add_partner(unled.alliance, organisation=body, by=unled.public_person)
    partners.set_lead(partner, by=unled.public_person, duties_accepted=True)
    assert lead_of(unled.alliance).organisation == body


@pytest.mark.rule("R30")
def test_the_lead_accepts_its_four_duties(unled):
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(unled.first, by=unled.public_person, duties_accepted=False)
    assert refused.value.rule == "R30"
    assert lead_of(unled.alliance) is None


@pytest.mark.rule("R40")
def test_a_body_leads_one_alliance_and_partners_in_many(begun):
    other = found(world=begun.world, lead=False)
    partner = partners.add_partner(other.alliance, organisation=begun.public, by=other.public_person)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=other.public_person, duties_accepted=True)
    assert refused.value.rule == "R40"
    assert begun.alliance.name in refused.value.message
    assert lead_of(other.alliance) is None
    alliances.dissolve(begun.alliance, by=begun.public_person, reason="Obiettivi raggiunti")
    partners.set_lead(partner, by=other.public_person, duties_accepted=True)
    assert lead_of(other.alliance).organisation == begun.public
    assert no_drift()


@pytest.mark.rule("R40")
def test_the_database_holds_one_lead_a_body(begun, unled):
    made, other = begun, unled
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(
            alliance=other.alliance,
            organisation=made.public,
            is_lead=True,
            exclusive_lead=True,
            joined_on=clock.today(),
        )


@pytest.mark.rule("R40")
def test_the_lead_of_a_programme_that_is_over_is_free(begun):
    begun.world.programme.status = ProgrammeStatus.CLOSED
    begun.world.programme.save()
    later = found(programme=make_network().programme, world=begun.world, lead=False)
    partner = partners.add_partner(later.alliance, organisation=begun.public, by=later.public_person)
    partners.set_lead(partner, by=later.public_person, duties_accepted=True)
    assert lead_of(later.alliance).organisation == begun.public
