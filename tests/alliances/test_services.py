"""Every write of the alliances app: what it does, what it refuses, and that the grants follow."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from alliances.enums import Addressee, AllianceStatus, Opening, PartnerKind, PartnershipStatus
from alliances.models import Alliance, Partner, PartnershipInstructions, PartnershipSignature
from alliances.queries import is_constituted, lead_of
from alliances.services import agreements, alliances, partners, signing
from alliances.signals import alliance_constituted, alliance_dissolved
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Move, Notice
from conciliazione.kernel.moves import timeline
from network.enums import MembershipStatus, Nature, OrganisationKind, ProgrammeStatus
from network.models import Membership
from tests.factories import at, make_member, make_network, make_organisation

from .world import (
    BRINGS,
    TEXTS,
    accept,
    afresh,
    at_signing,
    constituted,
    delegate,
    enterprises,
    found,
    no_drift,
    refresh,
    rules_of_2022,
    sign_all,
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


def test_the_promoter_acts_for_the_alliance_until_a_lead_is_named():
    made = found(lead=False)
    assert access.roles_on(made.public_person, made.alliance) >= {Role.LEAD}
    assert access.roles_on(made.private_person, made.alliance) >= {Role.PARTNER}
    assert lead_of(made.alliance) is None
    other = make_member(made.world)
    partner = partners.add_partner(made.alliance, organisation=other, by=made.public_person)
    partners.set_lead(partner, by=made.public_person, duties_accepted=True)
    refresh(made)
    assert Role.LEAD not in access.roles_on(made.public_person, made.alliance)
    assert no_drift()


def test_creation_leaves_a_trace_and_tells_the_asl():
    made = found(lead=False, private=False, written=False)
    assert timeline(made.alliance).get().to_state == AllianceStatus.FORMING
    assert Notice.objects.get(to=made.world.office).url == made.alliance.get_absolute_url()
    assert set(made.alliance.districts.all()) == set(made.world.districts)


@pytest.mark.parametrize("why", ["promoter", "programme", "district", "name"])
def test_creation_refused_writes_nothing(why):
    made = found()
    world = made.world
    given = {
        "network": world.network,
        "programme": world.programme,
        "name": "Nuova",
        "promoter": made.public,
        "by": made.public_person,
    }
    if why == "promoter":
        given["promoter"] = make_organisation()
    elif why == "programme":
        world.programme.status = ProgrammeStatus.CLOSED
        world.programme.save()
    elif why == "district":
        given["districts"] = make_network().districts
    else:
        given["name"] = made.alliance.name
    before = (Alliance.objects.count(), Partner.objects.count(), Move.objects.count())
    with pytest.raises(Refused):
        alliances.create_alliance(**given)
    assert (Alliance.objects.count(), Partner.objects.count(), Move.objects.count()) == before


def test_who_renounced_promotes_no_alliance():
    made = found()
    Membership.objects.filter(organisation=made.public).update(
        status=MembershipStatus.RENOUNCED, until=date(2014, 5, 1), reason="Rinuncia espressa"
    )
    with pytest.raises(Refused, match="non aderisce"):
        alliances.create_alliance(
            network=made.world.network,
            programme=made.world.programme,
            name="Nuova",
            promoter=made.public,
            by=made.public_person,
        )


def test_name_and_purpose_are_fixed_once_at_signing():
    made = found()
    alliances.update_alliance(made.alliance, name="Altro nome", purpose="Altro", districts=[], by=made.public_person)
    refresh(made)
    assert (made.alliance.name, made.alliance.districts.count()) == ("Altro nome", 0)
    agreements.send_to_sign(made.alliance, by=made.public_person)
    with pytest.raises(MoveRefused):
        alliances.update_alliance(made.alliance, name="Terzo nome", by=made.public_person)
    alliances.update_alliance(made.alliance, districts=made.world.districts[:1], by=made.public_person)
    refresh(made)
    assert (made.alliance.name, made.alliance.districts.count()) == ("Altro nome", 1)


@pytest.mark.rule("R25", "R31")
def test_an_alliance_writes_to_its_asl_alone():
    made = found()
    alliances.write_to_network_lead(made.alliance, text="Chiediamo un incontro", by=made.public_person)
    assert Notice.objects.filter(to=made.world.office, text__contains="ha scritto").exists()
    for addressee in (Addressee.REGION, Addressee.STEERING):
        with pytest.raises(RuleViolated) as refused:
            alliances.write_to_network_lead(made.alliance, text="Ciao", addressee=addressee, by=made.public_person)
        assert refused.value.rule == "R31"
    assert timeline(made.alliance).filter(name="message").count() == 1
    assert not Notice.objects.filter(to__in=[made.world.region, made.world.steering]).exists()


# --- partners ---------------------------------------------------------------------------------------------------------
def test_a_body_takes_part_once():
    made = found()
    with pytest.raises(Refused, match="partecipa già"):
        partners.add_partner(made.alliance, organisation=made.private, by=made.public_person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(alliance=made.alliance, organisation=made.private, joined_on=clock.today())


def test_partners_come_and_go_while_forming():
    made = found()
    partners.remove_partner(made.second, by=made.public_person)
    assert access.roles_on(afresh(made.private_person), made.alliance) == {Role.MEMBER}
    assert no_drift()
    again = partners.add_partner(made.alliance, organisation=made.private, by=made.public_person)
    assert again.pk != made.second.pk
    assert no_drift()


def test_partners_and_text_stay_as_they_are_while_at_signing():
    made = at_signing()
    other = make_member(made.world)
    for refused in (
        lambda: partners.add_partner(made.alliance, organisation=other, by=made.public_person),
        lambda: partners.remove_partner(made.second, by=made.public_person),
        lambda: partners.update_partner(made.second, kind=PartnerKind.FULL, by=made.public_person, **BRINGS),
        lambda: partners.set_lead(made.second, by=made.public_person, duties_accepted=True),
        lambda: agreements.write_agreement(made.alliance, opening=Opening.OPEN, by=made.public_person, **TEXTS),
    ):
        with pytest.raises(MoveRefused, match="riapri"):
            refused()
    assert made.alliance.partners.current().count() == 2


@pytest.mark.rule("R38")
def test_the_lead_is_one_and_from_inside():
    made = found()
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(made.first, by=made.public_person)
    assert refused.value.rule == "R38"
    with pytest.raises(RuleViolated):
        partners.update_partner(made.first, kind=PartnerKind.ASSOCIATED, by=made.public_person, **BRINGS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=made.second.pk).update(is_lead=True)
    gone = partners.add_partner(made.alliance, organisation=make_member(made.world), by=made.public_person)
    partners.remove_partner(gone, by=made.public_person)
    with pytest.raises(RuleViolated, match="non partecipa più"):
        partners.set_lead(gone, by=made.public_person, duties_accepted=True)


@pytest.mark.rule("R38")
def test_an_associated_partner_does_not_lead():
    made = found(lead=False)
    body = make_member(made.world)
    partner = partners.add_partner(made.alliance, organisation=body, kind=PartnerKind.ASSOCIATED, by=made.public_person)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=made.public_person, duties_accepted=True)
    assert refused.value.rule == "R38"


@pytest.mark.rule("R39")
@pytest.mark.parametrize("nature", [Nature.PRIVATE, Nature.PRIVATE_NON_PROFIT, Nature.UNCONFIRMED])
def test_in_2014_only_a_public_body_leads(nature):
    made = found(lead=False)
    body = make_member(made.world, nature=nature)
    partner = partners.add_partner(made.alliance, organisation=body, by=made.public_person)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=made.public_person, duties_accepted=True)
    assert refused.value.rule == "R39"
    assert "art. 9" in refused.value.message
    assert lead_of(made.alliance) is None


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
    assert not Partner.objects.filter(exclusive_lead=True).exists()
    assert no_drift()


@pytest.mark.rule("R27")
def test_a_zone_plan_body_leads():
    made = found(lead=False)
    body = make_member(made.world, kind=OrganisationKind.ZONE_PLAN_BODY)
    partner = partners.add_partner(made.alliance, organisation=body, by=made.public_person)
    partners.set_lead(partner, by=made.public_person, duties_accepted=True)
    assert lead_of(made.alliance).organisation == body


@pytest.mark.rule("R30")
def test_the_lead_accepts_its_four_duties():
    made = found(lead=False)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(made.first, by=made.public_person, duties_accepted=False)
    assert refused.value.rule == "R30"
    assert lead_of(made.alliance) is None


@pytest.mark.rule("R40")
def test_a_body_leads_one_alliance_and_partners_in_many():
    made = found()
    other = found(world=made.world, lead=False)
    partner = partners.add_partner(other.alliance, organisation=made.public, by=other.public_person)
    with pytest.raises(RuleViolated) as refused:
        partners.set_lead(partner, by=other.public_person, duties_accepted=True)
    assert refused.value.rule == "R40"
    assert made.alliance.name in refused.value.message
    assert lead_of(other.alliance) is None
    alliances.dissolve(made.alliance, by=made.public_person, reason="Obiettivi raggiunti")
    partners.set_lead(partner, by=other.public_person, duties_accepted=True)
    assert lead_of(other.alliance).organisation == made.public
    assert no_drift()


@pytest.mark.rule("R40")
def test_the_database_holds_one_lead_a_body():
    made, other = found(), found(lead=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(
            alliance=other.alliance,
            organisation=made.public,
            is_lead=True,
            exclusive_lead=True,
            joined_on=clock.today(),
        )


@pytest.mark.rule("R40")
def test_the_lead_of_a_programme_that_is_over_is_free():
    made = found()
    made.world.programme.status = ProgrammeStatus.CLOSED
    made.world.programme.save()
    later = found(programme=make_network().programme, world=made.world, lead=False)
    partner = partners.add_partner(later.alliance, organisation=made.public, by=later.public_person)
    partners.set_lead(partner, by=later.public_person, duties_accepted=True)
    assert lead_of(later.alliance).organisation == made.public


# --- the agreement ----------------------------------------------------------------------------------------------------
def test_nobody_overwrites_unseen():
    made = found()
    draft = made.alliance.agreements.get()
    seen = agreements.edition_of(draft)
    agreements.write_agreement(made.alliance, opening=Opening.OPEN, by=made.public_person, seen=seen, **TEXTS)
    with pytest.raises(ChangedMeanwhile):
        agreements.write_agreement(made.alliance, opening=Opening.CLOSED, by=made.world.office, seen=seen, **TEXTS)
    draft.refresh_from_db()
    assert draft.opening == Opening.OPEN


@pytest.mark.rule("R35")
def test_without_a_private_partner_nothing_is_signed():
    made = found(private=False)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(made.alliance, by=made.public_person)
    assert refused.value.rule == "R35"
    assert not PartnershipSignature.objects.exists()
    made.alliance.refresh_from_db()
    assert made.alliance.status == AllianceStatus.FORMING


@pytest.mark.rule("R35")
def test_in_2022_four_members_two_of_them_small():
    made = found(programme=rules_of_2022())
    with pytest.raises(RuleViolated, match="micro o piccole imprese: 0 su almeno 2"):
        agreements.send_to_sign(made.alliance, by=made.public_person)
    enterprises(made)
    made.agreement = agreements.send_to_sign(made.alliance, by=made.public_person)
    sign_all(made)
    assert is_constituted(made.alliance)


@pytest.mark.rule("R37")
@pytest.mark.parametrize("lacking", ["opening", "organisation_text", "governance_text", "commitments_text"])
def test_the_five_contents_are_mandatory(lacking):
    made = found()
    given = {"opening": Opening.CLOSED, **TEXTS, lacking: ""}
    agreements.write_agreement(made.alliance, by=made.public_person, **given)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(made.alliance, by=made.public_person)
    assert refused.value.rule == "R37"


@pytest.mark.rule("R38")
def test_without_a_lead_nothing_is_signed():
    made = found(lead=False)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(made.alliance, by=made.public_person)
    assert refused.value.rule == "R38"


@pytest.mark.rule("R39")
def test_a_nature_that_changed_is_seen_at_signing():
    made = found()
    made.public.nature = Nature.PRIVATE
    made.public.save()
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(made.alliance, by=made.public_person)
    assert refused.value.rule == "R39"


@pytest.mark.rule("R32")
def test_the_last_signature_constitutes_the_alliance():
    made = at_signing()
    heard = []
    alliance_constituted.connect(lambda alliance, **_: heard.append(alliance.pk), weak=False, dispatch_uid="here")
    first, second = made.agreement.signatures.order_by("pk")
    with clock.standing_at(at(2026, 5, 10)):
        accept(first, by=made.public_person)
    refresh(made)
    assert made.alliance.status == AllianceStatus.SIGNING
    assert not is_constituted(made.alliance)
    accept(second, by=made.private_person)
    alliance_constituted.disconnect(dispatch_uid="here")
    refresh(made)
    assert is_constituted(made.alliance)
    assert made.alliance.rule_set == made.world.programme.rule_sets.get()
    assert made.agreement.in_force_on == made.alliance.constituted_on
    assert [party["name"] for party in made.agreement.frozen_parties] == [made.public.name, made.private.name]
    assert heard == [made.alliance.pk]
    assert no_drift()


@pytest.mark.rule("R32")
def test_one_signs_for_the_own_body_and_once():
    made = at_signing()
    first, second = made.agreement.signatures.order_by("pk")
    with pytest.raises(Refused, match="per l'ente per cui agisci"):
        accept(second, by=made.public_person)
    with pytest.raises(Refused, match="letto"):
        accept(first, by=made.public_person, read=False)
    accept(first, by=made.public_person)
    with pytest.raises(MoveRefused, match="già firmato"):
        accept(first, by=made.public_person)
    with pytest.raises(Refused):
        accept(second, by=made.world.office)
    assert PartnershipSignature.objects.filter(signed_at=None).count() == 1


def test_a_paper_signature_needs_its_scan_and_a_possible_day():
    made = at_signing()
    signature = made.agreement.signatures.last()
    given = {"signatory": "Anna Rossi", "signed_on": clock.today(), "upload": scan(), "by": made.world.office}
    with pytest.raises(InvalidUpload):
        signing.attest_paper(signature, **{**given, "upload": scan("firma.pdf", b"non un pdf")})
    with pytest.raises(Refused, match="futura"):
        signing.attest_paper(signature, **{**given, "signed_on": date(2099, 1, 1)})
    with pytest.raises(Refused, match="di prima"):
        signing.attest_paper(signature, **{**given, "signed_on": date(2014, 1, 1)})
    with pytest.raises(Refused, match="chi ha firmato"):
        signing.attest_paper(signature, **{**given, "signatory": " "})
    signature.refresh_from_db()
    assert signature.signed_at is None
    signing.attest_paper(signature, **given)
    signature.refresh_from_db()
    assert (signature.signatory, signature.scan.name) == ("Anna Rossi", "firma.pdf")


def test_reopening_withdraws_what_was_signed():
    made = at_signing()
    accept(made.agreement.signatures.first(), by=made.public_person)
    with pytest.raises(Refused, match="motivazione"):
        agreements.reopen(made.alliance, by=made.public_person, reason=" ")
    agreements.reopen(made.alliance, by=made.public_person, reason="Entra un altro comune")
    refresh(made)
    assert (made.alliance.status, made.alliance.rule_set) == (AllianceStatus.FORMING, None)
    assert made.agreement.status == PartnershipStatus.WITHDRAWN
    draft = made.alliance.agreements.get(status=PartnershipStatus.DRAFT)
    assert (draft.version, draft.governance_text) == (2, TEXTS["governance_text"])
    assert made.agreement.signatures.exclude(signed_at=None).count() == 1
    with pytest.raises(MoveRefused):
        accept(made.agreement.signatures.last(), by=made.private_person)
    made.agreement = agreements.send_to_sign(made.alliance, by=made.public_person)
    sign_all(made)
    assert is_constituted(made.alliance)
    assert no_drift()


# --- after the constitution -------------------------------------------------------------------------------------------
@pytest.mark.rule("R34")
def test_later_accession_only_if_open():
    closed, opened = constituted(opening=Opening.CLOSED), constituted(opening=Opening.OPEN)
    body = make_member(closed.world)
    with pytest.raises(RuleViolated) as refused:
        partners.add_partner(closed.alliance, organisation=body, by=closed.public_person)
    assert refused.value.rule == "R34"
    assert closed.alliance.partners.count() == 2
    person = delegate(body)
    partner = partners.add_partner(opened.alliance, organisation=body, by=opened.public_person, **BRINGS)
    signature = partner.signatures.get()
    assert (signature.is_addendum, signature.frozen_party["name"]) == (True, body.name)
    assert is_constituted(opened.alliance)
    accept(signature, by=person)
    opened.agreement.refresh_from_db()
    assert len(opened.agreement.frozen_parties) == 2
    assert timeline(opened.alliance).first().label.startswith("Adesione successiva firmata")
    assert no_drift()


@pytest.mark.rule("R34")
def test_a_closed_agreement_opens_by_a_new_version_that_all_sign():
    made = constituted(opening=Opening.CLOSED)
    former = made.agreement
    made.agreement = agreements.new_version(made.alliance, reason="Entra un'impresa", by=made.public_person)
    body = make_member(made.world, nature=Nature.PRIVATE)
    delegate(body)
    partners.add_partner(made.alliance, organisation=body, by=made.public_person, **BRINGS)
    agreements.send_to_sign(made.alliance, by=made.public_person)
    assert is_constituted(made.alliance)
    sign_all(made)
    former.refresh_from_db()
    assert (former.status, made.agreement.status) == (PartnershipStatus.SUPERSEDED, PartnershipStatus.IN_FORCE)
    assert len(made.agreement.frozen_parties) == 3


def test_a_withdrawn_version_lets_out_who_came_with_it():
    made = constituted()
    with pytest.raises(Refused):
        agreements.new_version(made.alliance, reason="", by=made.public_person)
    version = agreements.new_version(made.alliance, reason="Prova", by=made.public_person)
    with pytest.raises(MoveRefused, match="già in preparazione"):
        agreements.new_version(made.alliance, reason="Ancora", by=made.public_person)
    partners.add_partner(made.alliance, organisation=make_member(made.world), by=made.public_person)
    agreements.withdraw_version(version, by=made.public_person, reason="Non serve più")
    assert made.alliance.partners.current().count() == 2
    assert is_constituted(made.alliance)
    assert no_drift()


def test_the_first_agreement_is_not_withdrawn():
    made = at_signing()
    with pytest.raises(MoveRefused, match="riapri"):
        agreements.withdraw_version(made.agreement, by=made.public_person, reason="Prova")


@pytest.mark.rule("R38", "R40")
def test_a_new_lead_takes_over_with_the_new_version():
    made = constituted()
    with pytest.raises(MoveRefused, match="nuova versione"):
        partners.set_lead(made.second, by=made.public_person, duties_accepted=True)
    made.agreement = agreements.new_version(made.alliance, reason="Cambia il capofila", by=made.public_person)
    body = make_member(made.world)
    person = delegate(body)
    partner = partners.add_partner(made.alliance, organisation=body, by=made.public_person, **BRINGS)
    partners.set_lead(partner, by=made.public_person, duties_accepted=True)
    assert lead_of(made.alliance).organisation == made.public
    with pytest.raises(RuleViolated):
        partners.remove_partner(partner, by=made.public_person, reason="Prova")
    agreements.send_to_sign(made.alliance, by=made.public_person)
    sign_all(made)
    assert lead_of(made.alliance).organisation == body
    assert Role.LEAD in access.roles_on(afresh(person), made.alliance)
    assert made.agreement.frozen_parties[-1]["is_lead"]
    assert no_drift()


@pytest.mark.rule("R35")
def test_a_partner_recedes_if_what_stays_still_holds():
    made = constituted()
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(made.second, by=made.public_person, reason="Chiude l'attività")
    assert refused.value.rule == "R35"
    made.second.refresh_from_db()
    assert made.second.left_on is None
    more = found(world=made.world)
    enterprises(more, 1)
    more.agreement = agreements.send_to_sign(more.alliance, by=more.public_person)
    sign_all(more)
    with pytest.raises(Refused, match="motivazione"):
        partners.remove_partner(more.second, by=more.public_person)
    partners.remove_partner(more.second, by=more.public_person, reason="Chiude l'attività")
    assert more.alliance.partners.current().count() == 2
    assert no_drift()


@pytest.mark.parametrize("make", [found, at_signing, constituted])
def test_dissolving_ends_the_agreement_and_frees_the_lead(make):
    made = make()
    heard = []
    alliance_dissolved.connect(lambda reason, **_: heard.append(reason), weak=False, dispatch_uid="here")
    with pytest.raises(Refused, match="motivazione"):
        alliances.dissolve(made.alliance, by=made.public_person, reason="")
    alliances.dissolve(made.alliance, by=made.public_person, reason="Obiettivi raggiunti")
    alliance_dissolved.disconnect(dispatch_uid="here")
    refresh(made)
    assert made.alliance.status == AllianceStatus.DISSOLVED
    assert not made.alliance.agreements.exclude(status__in=["withdrawn", "ended"]).exists()
    assert not Partner.objects.filter(exclusive_lead=True).exists()
    assert heard == ["Obiettivi raggiunti"]
    with pytest.raises(MoveRefused, match="sciolta"):
        partners.add_partner(made.alliance, organisation=make_member(made.world), by=made.public_person)
    assert no_drift()


def test_another_room_may_keep_an_alliance_from_being_dissolved():
    made = constituted()

    def refuse(**_):
        raise Refused("Ha un progetto in corso.")

    alliance_dissolved.connect(refuse, weak=False, dispatch_uid="here")
    try:
        with pytest.raises(Refused, match="in corso"):
            alliances.dissolve(made.alliance, by=made.public_person, reason="Prova")
    finally:
        alliance_dissolved.disconnect(dispatch_uid="here")
    refresh(made)
    assert is_constituted(made.alliance)


@pytest.mark.rule("R33")
def test_the_asl_gives_instructions_and_who_forms_is_told():
    made = found()
    given = {"network": made.world.network, "programme": made.world.programme, "by": made.world.office}
    with pytest.raises(Refused):
        agreements.issue_instructions(text=" ", **given)
    agreements.issue_instructions(text="Indicate un referente.", **given)
    row = agreements.issue_instructions(text="Indicate un referente e un sostituto.", **given)
    assert PartnershipInstructions.objects.get() == row
    assert row.history.count() == 2
    assert Notice.objects.filter(to=made.public_person, text__contains="indicazioni").exists()


@pytest.mark.rule("R35")
def test_who_has_not_acceded_yet_does_not_take_the_place_of_who_leaves():
    """A private body invited to accede signs nothing yet: without the other one, no private party would be bound."""
    made = constituted(opening=Opening.OPEN)
    late = make_member(made.world, nature=Nature.PRIVATE)
    person = delegate(late)
    joined = partners.add_partner(made.alliance, organisation=late, by=made.public_person, **BRINGS)
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(made.second, by=made.public_person, reason="Recesso")
    assert refused.value.rule == "R35"
    accept(joined.signatures.get(), by=person)
    partners.remove_partner(made.second, by=made.public_person, reason="Recesso")
    assert is_constituted(made.alliance)
