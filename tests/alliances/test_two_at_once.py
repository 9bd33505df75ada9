"""People in the same second: of two alliances that name the same lead, one is told why not (R40), also when the lead
changes hands with the last signature; of the last two signatures, neither is lost (R32); who signs and who takes the
text back do not both get their way."""

from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alliances.enums import AllianceStatus, PartnershipStatus
from alliances.models import Partner
from alliances.queries import is_constituted, lead_of
from alliances.services import agreements, alliances, partners
from conciliazione.kernel.models import Move
from tests.at_once import together
from tests.factories import make_member, make_network

from .world import BRINGS, accept, at_signing, constituted, delegate, found

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to see"),
]


@pytest.mark.rule("R40")
def test_of_two_that_name_the_same_lead_one_is_refused():
    made = found(lead=False)
    other = found(world=made.world, lead=False)
    rival = partners.add_partner(other.alliance, organisation=made.public, by=other.public_person)
    heard = together(
        lambda: partners.set_lead(made.first, by=made.public_person, duties_accepted=True),
        lambda: partners.set_lead(rival, by=other.public_person, duties_accepted=True),
    )
    assert heard == ["R40", "done"]
    assert Partner.objects.filter(organisation=made.public, is_lead=True).count() == 1


@pytest.mark.rule("R32")
def test_the_last_two_sign_in_the_same_second():
    """Neither misses the other: the agreement comes into force once, with both signatures in."""
    made = at_signing()
    first, second = made.agreement.signatures.order_by("pk")
    heard = together(
        lambda: accept(first, by=made.public_person),
        lambda: accept(second, by=made.private_person),
    )
    assert heard == ["done", "done"]
    assert is_constituted(made.alliance)
    assert Move.objects.about(made.agreement).filter(name="enter_force").count() == 1


@pytest.mark.rule("R32")
def test_the_last_signature_and_the_reopening_do_not_both_happen():
    made = at_signing()
    first, last = made.agreement.signatures.order_by("pk")
    accept(first, by=made.public_person)
    heard = together(
        lambda: accept(last, by=made.private_person),
        lambda: agreements.reopen(made.alliance, by=made.public_person, reason="Entra un comune"),
    )
    assert heard == ["done", "refused"]
    made.alliance.refresh_from_db()
    made.agreement.refresh_from_db()
    signed = made.agreement.signatures.exclude(signed_at=None).count()
    assert (made.alliance.status, made.agreement.status, signed) in {
        (AllianceStatus.CONSTITUTED, PartnershipStatus.IN_FORCE, 2),
        (AllianceStatus.FORMING, PartnershipStatus.WITHDRAWN, 1),
    }


@pytest.mark.rule("R38", "R40")
def test_of_two_hand_overs_to_the_same_body_one_is_refused():
    """The last signature of each of two new versions would make the same body the lead of both."""
    one = constituted()
    other = constituted(world=one.world)
    body = make_member(one.world)
    people = [delegate(body), delegate(body)]
    last = []
    for made in (one, other):
        version = agreements.new_version(made.alliance, reason="Cambia il capofila", by=made.public_person)
        partner = partners.add_partner(made.alliance, organisation=body, by=made.public_person, **BRINGS)
        partners.set_lead(partner, by=made.public_person, duties_accepted=True)
        agreements.send_to_sign(made.alliance, by=made.public_person)
        for signature, by in (
            (version.signatures.get(partner=made.first), made.public_person),
            (version.signatures.get(partner=made.second), made.private_person),
        ):
            accept(signature, by=by)
        last.append(version.signatures.get(partner=partner))
    heard = together(lambda: accept(last[0], by=people[0]), lambda: accept(last[1], by=people[1]))
    assert heard == ["R40", "done"]
    leads = [lead_of(made.alliance).organisation for made in (one, other)]
    assert leads.count(body) == 1
    assert Partner.objects.filter(is_lead=True, left_on=None).count() == 2


# what people of two alliances may do in the same second: both want the same lead, one alliance is being signed
ACTS = {
    "the first names the body": lambda w: partners.set_lead(w.mine, by=w.one.public_person, duties_accepted=True),
    "the second names it too": lambda w: partners.set_lead(w.rival, by=w.two.public_person, duties_accepted=True),
    "the second names another": lambda w: partners.set_lead(w.two.first, by=w.two.public_person, duties_accepted=True),
    "the body leaves the second": lambda w: partners.remove_partner(w.rival, by=w.two.public_person, reason="Lascia"),
    "the lead signs": lambda w: accept(w.rows[0], by=w.signing.public_person),
    "the partner signs": lambda w: accept(w.rows[1], by=w.signing.private_person),
    "the text is taken back": lambda w: agreements.reopen(w.signing.alliance, by=w.signing.public_person, reason="Uno"),
    "the alliance is dissolved": lambda w: alliances.dissolve(w.signing.alliance, by=w.world.office, reason="Fine"),
}


@pytest.fixture
def world():
    """One for all examples: their alliances differ."""
    return make_network()


@pytest.mark.rule("R32", "R38", "R40")
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=4, unique=True))
@example(["the lead signs", "the partner signs", "the text is taken back", "the alliance is dissolved"])
@example(["the first names the body", "the second names it too", "the body leaves the second"])
def test_whatever_is_done_in_the_same_second_the_rules_hold_after_it(world, acts):
    signing = at_signing(world=world)
    one, two = found(world=world, lead=False), found(world=world, lead=False)
    rival = partners.add_partner(two.alliance, organisation=one.public, by=two.public_person, **BRINGS)
    rows = list(signing.agreement.signatures.order_by("pk"))
    w = SimpleNamespace(world=world, signing=signing, one=one, two=two, mine=one.first, rival=rival, rows=rows)
    heard = together(*(partial(ACTS[act], w) for act in acts))
    assert len(heard) == len(acts)  # each was done, or refused in words: nobody met an error
    led = list(Partner.objects.filter(is_lead=True).values_list("alliance", "organisation", "left_on", "kind"))
    assert len({alliance for alliance, *_ in led}) == len(led)
    assert all((left, kind) == (None, "full") for *_, left, kind in led)
    assert sum(organisation == one.public.pk for _, organisation, *_ in led) <= 1
    signing.agreement.refresh_from_db()
    unsigned = signing.agreement.signatures.filter(signed_at=None).exists()
    assert signing.agreement.status != PartnershipStatus.IN_FORCE or not unsigned
    assert not is_constituted(signing.alliance) or not unsigned
