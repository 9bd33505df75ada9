"""Whatever people do, in whatever order: never two leads, never a lead from outside, never an agreement in force with a
signature missing, never a constituted alliance without public and private signatories."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from alliances.enums import AllianceStatus, Opening, PartnershipStatus
from alliances.models import Alliance, Partner, PartnershipAgreement, PartnershipSignature
from alliances.services import agreements, alliances, partners
from conciliazione.kernel import access
from conciliazione.kernel.errors import Refused
from network.enums import Nature, OrganisationKind, Size
from tests.factories import make_member, make_network

from .world import TEXTS, accept, delegate, rules_of_2022

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R32", "R35", "R38", "R39", "R40")]
WHICH = st.integers(0, 11)


class AnyOrder(RuleBasedStateMachine):
    """People of six bodies and three alliances do what comes to their mind; a refusal is part of the game."""

    world = None
    bodies: tuple = ()
    people: dict = {}

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        assert access.drift() == (set(), set())  # permissions have followed the partners
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def try_to(self, act, *args, **kwargs):
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except Refused:
            return None

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def alliance(self, number):
        return self.pick(Alliance.objects.select_related("network__lead", "programme"), number)

    @property
    def by(self):
        return self.world.office

    @rule(number=WHICH)
    def found(self, number):
        if Alliance.objects.count() < 3:
            name = f"Alleanza {Alliance.objects.count()}"
            self.try_to(
                alliances.create_alliance,
                network=self.world.network,
                programme=self.world.programme,
                name=name,
                purpose="Finalità",
                promoter=self.bodies[number % len(self.bodies)],
                by=self.by,
            )

    @rule(which=WHICH, several=st.lists(WHICH, min_size=1, max_size=5))
    def add(self, which, several):
        alliance = self.alliance(which)
        for number in several if alliance else ():
            self.try_to(partners.add_partner, alliance, organisation=self.bodies[number % len(self.bodies)], by=self.by)

    @rule(which=WHICH, number=WHICH)
    def leave(self, which, number):
        partner = self.pick(Partner.objects.filter(alliance=self.alliance(which)), number)
        if partner:
            self.try_to(partners.remove_partner, partner, by=self.by, reason="Lascia")

    @rule(which=WHICH, number=WHICH)
    def lead(self, which, number):
        partner = self.pick(Partner.objects.filter(alliance=self.alliance(which)), number)
        if partner:
            self.try_to(partners.set_lead, partner, by=self.by, duties_accepted=True)

    @rule(which=WHICH, opening=st.sampled_from([Opening.OPEN, Opening.CLOSED]))
    def write_and_send(self, which, opening):
        alliance = self.alliance(which)
        if alliance:
            self.try_to(agreements.write_agreement, alliance, by=self.by, opening=opening, **TEXTS)
            self.try_to(agreements.send_to_sign, alliance, by=self.by)

    @rule(number=WHICH)
    def sign_one(self, number):
        signature = self.pick(PartnershipSignature.objects.all(), number)
        if signature:
            self.try_to(accept, signature, by=self.people[signature.partner.organisation_id])

    @rule(which=WHICH)
    def sign_all(self, which):
        alliance = self.alliance(which)
        for signature in PartnershipSignature.objects.awaited().filter(agreement__alliance=alliance):
            self.try_to(accept, signature, by=self.people[signature.partner.organisation_id])

    @rule(which=WHICH, act=st.sampled_from([agreements.reopen, agreements.new_version, alliances.dissolve]))
    def change_course(self, which, act):
        alliance = self.alliance(which)
        if alliance:
            self.try_to(act, alliance, by=self.by, reason="Si cambia")

    @rule(number=WHICH)
    def withdraw(self, number):
        agreement = self.pick(PartnershipAgreement.objects.all(), number)
        if agreement:
            self.try_to(agreements.withdraw_version, agreement, by=self.by, reason="Si rinuncia")

    @invariant()
    def one_lead_from_inside(self):
        leads = Partner.objects.filter(is_lead=True).select_related("organisation", "alliance")
        assert all(lead.left_on is None and lead.kind == "full" for lead in leads)
        assert all(number == 1 for number in Counter(lead.alliance_id for lead in leads).values())
        allowed = self.world.programme.rule_sets.get().lead_natures
        assert all(lead.organisation.nature in allowed for lead in leads)
        if self.world.programme.rule_sets.get().max_leads_per_body == 1:
            running = [lead for lead in leads if lead.alliance.status != AllianceStatus.DISSOLVED]
            assert all(number == 1 for number in Counter(lead.organisation_id for lead in running).values())

    @invariant()
    def in_force_is_signed_by_all(self):
        for agreement in PartnershipAgreement.objects.filter(status=PartnershipStatus.IN_FORCE):
            rows = agreement.signatures.filter(is_addendum=False)
            assert rows.count() == len(agreement.frozen_parties) >= 2
            assert not rows.filter(signed_at=None).exists()

    @invariant()
    def constituted_by_public_and_private(self):
        rules = self.world.programme.rule_sets.get()
        for alliance in Alliance.objects.filter(status=AllianceStatus.CONSTITUTED):
            agreement = alliance.agreements.get(status=PartnershipStatus.IN_FORCE)
            assert alliance.partners.filter(is_lead=True, left_on=None).count() == 1
            bound = agreement.signatures.filter(partner__left_on=None).exclude(signed_at=None)
            natures = [row.partner.organisation.nature for row in bound]
            assert len(natures) >= rules.min_members
            assert natures.count(Nature.PUBLIC) >= rules.min_public
            assert len(natures) - natures.count(Nature.PUBLIC) >= rules.min_private


@pytest.mark.parametrize("programme", [None, rules_of_2022], ids=["2014-15", "2022"])
def test_no_order_of_acts_breaks_the_rules(programme):
    world = make_network(programme=programme() if programme else None)
    bodies = [make_member(world) for _ in range(3)]
    bodies += [
        make_member(world, nature=Nature.PRIVATE, kind=OrganisationKind.ENTERPRISE, size=Size.MICRO) for _ in range(3)
    ]
    told = {"world": world, "bodies": tuple(bodies), "people": {body.pk: delegate(body) for body in bodies}}
    run_state_machine_as_test(
        type("Told", (AnyOrder,), told),
        settings=settings(
            max_examples=4,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
