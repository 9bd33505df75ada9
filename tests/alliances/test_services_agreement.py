"""The partnership agreement through its services: contents, signatures, later accession, versions."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliances.enums import AllianceStatus, Opening, PartnershipStatus
from alliances.models import PartnershipInstructions, PartnershipSignature
from alliances.queries import is_constituted, lead_of
from alliances.services import agreements, alliances, partners, signing
from alliances.signals import alliance_constituted, alliance_dissolved
from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import ChangedMeanwhile, InvalidUpload, MoveRefused, Refused, RuleViolated
from conciliazione.kernel.models import Notice
from conciliazione.kernel.moves import timeline
from network.enums import Nature
from tests.factories import at, make_member

from .world import (
    BRINGS,
    TEXTS,
    accept,
    afresh,
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


# --- the agreement ----------------------------------------------------------------------------------------------------
def test_nobody_overwrites_unseen(begun):
    draft = begun.alliance.agreements.get()
    seen = agreements.edition_of(draft)
    agreements.write_agreement(begun.alliance, opening=Opening.OPEN, by=begun.public_person, seen=seen, **TEXTS)
    with pytest.raises(ChangedMeanwhile):
        agreements.write_agreement(begun.alliance, opening=Opening.CLOSED, by=begun.world.office, seen=seen, **TEXTS)
    draft.refresh_from_db()
    assert draft.opening == Opening.OPEN


@pytest.mark.rule("R35")
def test_without_a_private_partner_nothing_is_signed():
    made = found(private=False)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(made.alliance, by=made.public_person)
    assert refused.value.rule == "R35"
    assert not PartnershipSignature.objects.filter(agreement__alliance=made.alliance).exists()
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
def test_the_five_contents_are_mandatory(lacking, begun):
    given = {"opening": Opening.CLOSED, **TEXTS, lacking: ""}
    agreements.write_agreement(begun.alliance, by=begun.public_person, **given)
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(begun.alliance, by=begun.public_person)
    assert refused.value.rule == "R37"


@pytest.mark.rule("R38")
def test_without_a_lead_nothing_is_signed(unled):
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(unled.alliance, by=unled.public_person)
    assert refused.value.rule == "R38"


@pytest.mark.rule("R39")
def test_a_nature_that_changed_is_seen_at_signing(begun):
    begun.public.nature = Nature.PRIVATE
    begun.public.save()
    with pytest.raises(RuleViolated) as refused:
        agreements.send_to_sign(begun.alliance, by=begun.public_person)
    assert refused.value.rule == "R39"


@pytest.mark.rule("R32")
def test_the_last_signature_constitutes_the_alliance(due):
    heard = []
    alliance_constituted.connect(lambda alliance, **_: heard.append(alliance.pk), weak=False, dispatch_uid="here")
    first, second = due.agreement.signatures.order_by("pk")
    with clock.standing_at(at(2026, 5, 10)):
        accept(first, by=due.public_person)
    refresh(due)
    assert due.alliance.status == AllianceStatus.SIGNING
    assert not is_constituted(due.alliance)
    accept(second, by=due.private_person)
    alliance_constituted.disconnect(dispatch_uid="here")
    refresh(due)
    assert is_constituted(due.alliance)
    assert due.alliance.rule_set == due.world.programme.rule_sets.get()
    assert due.agreement.in_force_on == due.alliance.constituted_on
    assert [party["name"] for party in due.agreement.frozen_parties] == [
        due.public.name,
        due.private.name,
    ]
    assert heard == [due.alliance.pk]
    assert no_drift()


@pytest.mark.rule("R32")
def test_one_signs_for_the_own_body_and_once(due):
    first, second = due.agreement.signatures.order_by("pk")
    with pytest.raises(Refused, match="per l'ente per cui agisci"):
        accept(second, by=due.public_person)
    with pytest.raises(Refused, match="letto"):
        accept(first, by=due.public_person, read=False)
    accept(first, by=due.public_person)
    with pytest.raises(MoveRefused, match="già firmato"):
        accept(first, by=due.public_person)
    with pytest.raises(Refused):
        accept(second, by=due.world.office)
    assert due.agreement.signatures.filter(signed_at=None).count() == 1


def test_a_paper_signature_needs_its_scan_and_a_possible_day(due):
    signature = due.agreement.signatures.last()
    given = {"signatory": "Anna Rossi", "signed_on": clock.today(), "upload": scan(), "by": due.world.office}
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


def test_reopening_withdraws_what_was_signed(due):
    accept(due.agreement.signatures.first(), by=due.public_person)
    with pytest.raises(Refused, match="motivazione"):
        agreements.reopen(due.alliance, by=due.public_person, reason=" ")
    agreements.reopen(due.alliance, by=due.public_person, reason="Entra un altro comune")
    refresh(due)
    assert (due.alliance.status, due.alliance.rule_set) == (AllianceStatus.FORMING, None)
    assert due.agreement.status == PartnershipStatus.WITHDRAWN
    draft = due.alliance.agreements.get(status=PartnershipStatus.DRAFT)
    assert (draft.version, draft.governance_text) == (2, TEXTS["governance_text"])
    assert due.agreement.signatures.exclude(signed_at=None).count() == 1
    with pytest.raises(MoveRefused):
        accept(due.agreement.signatures.last(), by=due.private_person)
    due.agreement = agreements.send_to_sign(due.alliance, by=due.public_person)
    sign_all(due)
    assert is_constituted(due.alliance)
    assert no_drift()


# --- after the constitution -------------------------------------------------------------------------------------------
@pytest.mark.rule("R34")
def test_later_accession_only_if_open(bound):
    closed, opened = constituted(opening=Opening.CLOSED), bound
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


def test_a_withdrawn_version_lets_out_who_came_with_it(bound):
    with pytest.raises(Refused):
        agreements.new_version(bound.alliance, reason="", by=bound.public_person)
    version = agreements.new_version(bound.alliance, reason="Prova", by=bound.public_person)
    with pytest.raises(MoveRefused, match="già in preparazione"):
        agreements.new_version(bound.alliance, reason="Ancora", by=bound.public_person)
    partners.add_partner(bound.alliance, organisation=make_member(bound.world), by=bound.public_person)
    agreements.withdraw_version(version, by=bound.public_person, reason="Non serve più")
    assert bound.alliance.partners.current().count() == 2
    assert is_constituted(bound.alliance)
    assert no_drift()


def test_the_first_agreement_is_not_withdrawn(due):
    with pytest.raises(MoveRefused, match="riapri"):
        agreements.withdraw_version(due.agreement, by=due.public_person, reason="Prova")


@pytest.mark.rule("R38", "R40")
def test_a_new_lead_takes_over_with_the_new_version(bound):
    with pytest.raises(MoveRefused, match="nuova versione"):
        partners.set_lead(bound.second, by=bound.public_person, duties_accepted=True)
    bound.agreement = agreements.new_version(bound.alliance, reason="Cambia il capofila", by=bound.public_person)
    body = make_member(bound.world)
    person = delegate(body)
    partner = partners.add_partner(bound.alliance, organisation=body, by=bound.public_person, **BRINGS)
    partners.set_lead(partner, by=bound.public_person, duties_accepted=True)
    assert lead_of(bound.alliance).organisation == bound.public
    with pytest.raises(RuleViolated):
        partners.remove_partner(partner, by=bound.public_person, reason="Prova")
    agreements.send_to_sign(bound.alliance, by=bound.public_person)
    sign_all(bound)
    assert lead_of(bound.alliance).organisation == body
    assert Role.LEAD in access.roles_on(afresh(person), bound.alliance)
    assert [party["name"] for party in bound.agreement.frozen_parties if party["is_lead"]] == [body.name]
    assert no_drift()


@pytest.mark.rule("R35")
def test_a_partner_recedes_if_what_stays_still_holds(bound):
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(bound.second, by=bound.public_person, reason="Chiude l'attività")
    assert refused.value.rule == "R35"
    bound.second.refresh_from_db()
    assert bound.second.left_on is None
    more = found(world=bound.world)
    enterprises(more, 1)
    more.agreement = agreements.send_to_sign(more.alliance, by=more.public_person)
    sign_all(more)
    with pytest.raises(Refused, match="motivazione"):
        partners.remove_partner(more.second, by=more.public_person)
    partners.remove_partner(more.second, by=more.public_person, reason="Chiude l'attività")
    assert more.alliance.partners.current().count() == 2
    assert no_drift()


@pytest.mark.parametrize("step", ["begun", "due", "bound"])
def test_dissolving_ends_the_agreement_and_frees_the_lead(step, begun, due, bound):
    made = {"begun": begun, "due": due, "bound": bound}[step]
    heard = []
    alliance_dissolved.connect(lambda reason, **_: heard.append(reason), weak=False, dispatch_uid="here")
    with pytest.raises(Refused, match="motivazione"):
        alliances.dissolve(made.alliance, by=made.public_person, reason="")
    alliances.dissolve(made.alliance, by=made.public_person, reason="Obiettivi raggiunti")
    alliance_dissolved.disconnect(dispatch_uid="here")
    refresh(made)
    assert made.alliance.status == AllianceStatus.DISSOLVED
    assert not made.alliance.agreements.exclude(status__in=["withdrawn", "ended"]).exists()
    assert not made.alliance.partners.filter(exclusive_lead=True).exists()
    assert heard == ["Obiettivi raggiunti"]
    with pytest.raises(MoveRefused, match="sciolta"):
        partners.add_partner(made.alliance, organisation=make_member(made.world), by=made.public_person)
    assert no_drift()


def test_another_room_may_keep_an_alliance_from_being_dissolved(bound):

    def refuse(**_):
        raise Refused("Ha un progetto in corso.")

    alliance_dissolved.connect(refuse, weak=False, dispatch_uid="here")
    try:
        with pytest.raises(Refused, match="in corso"):
            alliances.dissolve(bound.alliance, by=bound.public_person, reason="Prova")
    finally:
        alliance_dissolved.disconnect(dispatch_uid="here")
    refresh(bound)
    assert is_constituted(bound.alliance)


@pytest.mark.rule("R33")
def test_the_asl_gives_instructions_and_who_forms_is_told(begun):
    given = {"network": begun.world.network, "programme": begun.world.programme, "by": begun.world.office}
    with pytest.raises(Refused):
        agreements.issue_instructions(text=" ", **given)
    agreements.issue_instructions(text="Indicate un referente.", **given)
    row = agreements.issue_instructions(text="Indicate un referente e un sostituto.", **given)
    assert PartnershipInstructions.objects.get() == row
    assert row.history.count() == 2
    assert Notice.objects.filter(to=begun.public_person, text__contains="indicazioni").exists()


@pytest.mark.rule("R35")
def test_who_has_not_acceded_yet_does_not_take_the_place_of_who_leaves(bound):
    """A private body invited to accede signs nothing yet: without the other one, no private party would be bound."""
    late = make_member(bound.world, nature=Nature.PRIVATE)
    person = delegate(late)
    joined = partners.add_partner(bound.alliance, organisation=late, by=bound.public_person, **BRINGS)
    with pytest.raises(RuleViolated) as refused:
        partners.remove_partner(bound.second, by=bound.public_person, reason="Recesso")
    assert refused.value.rule == "R35"
    accept(joined.signatures.get(), by=person)
    partners.remove_partner(bound.second, by=bound.public_person, reason="Recesso")
    assert is_constituted(bound.alliance)
