"""Each hard rule of articles 4 to 6, by the service and through the page, in two cycles: they hold in both alike."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.errors import Refused, RuleViolated
from network.enums import MeetingBody, MembershipStatus, SteeringSeatKind
from network.models import EvaluationCommittee, Meeting, Membership, Network, SteeringCommittee, SteeringSeat
from network.services import committees, meetings, memberships, networks, steering
from tests.factories import make_member, make_network, make_organisation, make_person, make_programme
from tests.rule_sets import PROGRAMMES

pytestmark = pytest.mark.django_db
CHAIR = SteeringSeatKind.FAMILY_DIRECTORATE


def url(name, *args):
    return reverse(f"network:{name}", args=args)


@pytest.fixture(scope="module")
def cycles(made):
    """A network in each cycle, with an adherent and a delegate of it."""
    found = {}
    for code, rules in PROGRAMMES.items():
        world = make_network(programme=make_programme(**rules))
        world.body = make_member(world)
        world.delegate = make_person(seat="delegate", organisation=world.body)
        found[code] = world
    return made(found)


def seats(world, kind):
    holder = {"kind": str(kind), "holder": "A. Bo"}
    return partial(steering.name_seat, **holder, by=world.region), url("steering_seat_add"), holder, world.region


def chairs(world, kind):
    fields = {"kind": str(kind), "holder": "A. Bo"}
    act = partial(steering.name_seat, **fields, is_chair=True, by=world.region)
    return act, url("steering_seat_add"), fields | {"is_chair": "on"}, world.region


def convenes_the_cabina(world, *, chair):
    person = world.steering
    if chair:
        person = make_person()
        body = make_organisation("Direzione")
        steering.name_seat(kind=CHAIR, holder="D.", is_chair=True, person=person, organisation=body, by=world.region)
    starts = clock.now() + timedelta(days=3)
    said = {"purpose": "steering", "place": "Milano", "agenda": "Risultati"}
    act = partial(meetings.convene, body=MeetingBody.STEERING, starts_at=starts, by=person, **said)
    return act, url("meeting_convene_steering"), said | {"starts_at": starts.strftime("%Y-%m-%dT%H:%M")}, person


def creates(world, lead, ster):
    number = Network.objects.count()
    said = {"name": f"Rete nuova {number}", "slug": f"nuova-{number}", "lead_department": "Direzione Sociale"}
    act = partial(networks.create_network, **said, lead=lead, ster=ster, by=world.region)
    return act, url("network_create"), said | {"lead": lead.pk, "ster": ster.pk}, world.region


def body_of(kind):
    return make_organisation(kind=kind)


def renounces(world, reason):
    membership = Membership.objects.get(organisation=world.body)
    act = partial(memberships.renounce, membership, reason=reason, by=world.delegate)
    page = url("membership_move", membership.pk, "rinuncia-all-adesione")
    return act, page, {"reason": reason}, world.delegate


def the_asl_leaves(world):
    membership = Membership.objects.get(organisation=world.asl, network=world.network)
    act = partial(memberships.leave, membership, reason="Cambio", by=world.office)
    page = url("membership_move", membership.pk, "registra-l-uscita-dalla-rete")
    return act, page, {"reason": "Cambio"}, world.office


def constitutes(world, *, ster):
    committees.end_member(world.member_seat, reason="Trasferita", by=world.office)
    if ster:
        committees.name_member(world.committee, person=make_person(), organisation=world.ster, by=world.office)
    act = partial(committees.constitute, world.committee, act="Decreto 1", by=world.office)
    data = {"act": "Decreto 1", "on": clock.today().isoformat()}
    return act, url("committee_constitute", world.committee.pk), data, world.office


# (rule, what is tried, whether it happens)
CASES = {
    "R03: a seventh kind of seat": ("R03", lambda w: seats(w, "mayor"), False),
    "R03: one of the six": ("R03", lambda w: seats(w, SteeringSeatKind.ANCI), True),
    "R04: ANCI chairs": ("R04", lambda w: chairs(w, SteeringSeatKind.ANCI), False),
    "R04: the directorate chairs": ("R04", lambda w: chairs(w, CHAIR), True),
    "R04: another member convenes": ("R04", lambda w: convenes_the_cabina(w, chair=False), False),
    "R04: the chair convenes": ("R04", lambda w: convenes_the_cabina(w, chair=True), True),
    "R06: a municipality leads": ("R06", lambda w: creates(w, body_of("municipality"), body_of("ster")), False),
    "R06: an ASL leads": ("R06", lambda w: creates(w, body_of("health_authority"), body_of("ster")), True),
    "R06: the lead leaves": ("R06", the_asl_leaves, False),
    "R08: silence": ("R08", lambda w: renounces(w, ""), False),
    "R08: an express renunciation": ("R08", lambda w: renounces(w, "Cambiamo attività"), True),
    "R12: a second network, and committee, of the ASL": ("R12", lambda w: creates(w, w.asl, w.ster), False),
    "R13: without the STER": ("R13", lambda w: constitutes(w, ster=False), False),
    "R13: with ASL and STER": ("R13", lambda w: constitutes(w, ster=True), True),
}


@pytest.mark.rule("R03", "R04", "R06", "R08", "R12", "R13")
@pytest.mark.parametrize("code", PROGRAMMES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", ["service", "page"])
def test_what_the_rule_says(way, case, code, cycles, client):
    rule, tried, happens = CASES[case]
    world = cycles[code]
    act, place, data, by = tried(world)
    before = standing(world)
    if way == "page":
        client.force_login(by)
        assert client.post(place, data).status_code == (302 if happens else 422)
    elif happens:
        assert act().pk
    elif rule == "R12":
        with pytest.raises(Refused, match="guida già"):
            act()
    else:
        with pytest.raises(RuleViolated) as refused:
            act()
        assert refused.value.rule == rule
    assert (standing(world) != before) is happens


def standing(world):
    """What the acts above may change."""
    return (
        Network.objects.count(),
        EvaluationCommittee.objects.count(),
        SteeringSeat.objects.count(),
        EvaluationCommittee.objects.values_list("status", "act").get(pk=world.committee.pk),
        Membership.objects.filter(network=world.network, status=MembershipStatus.MEMBER).count(),
        Meeting.objects.count(),
    )


@pytest.mark.rule("R12")
@pytest.mark.parametrize("code", PROGRAMMES)
def test_the_database_too_holds_one_committee_a_network(code, cycles):
    assert SteeringCommittee.objects.count() <= 1
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationCommittee.objects.create(network=cycles[code].network)
