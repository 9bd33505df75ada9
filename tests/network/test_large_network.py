"""A network of 160 adherents (the real size of Val Padana) is listed, convened and signed; no page asks more than 15
queries, and no act asks a query for each adherent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.models import Move
from conciliazione.kernel.text import search_key
from conciliazione.kernel.trail.verify import faults
from network.enums import AgreementStatus, MembershipOrigin, MembershipStatus, OrganisationKind
from network.models import (
    AgreementSignature,
    Attendance,
    Meeting,
    Membership,
    NetworkAgreement,
    Organisation,
    Person,
    Seat,
)
from network.queries import missing_signatures
from tests.factories import LONG_AGO, make_network, make_programme

pytestmark = pytest.mark.django_db
MEMBERS = 160


@pytest.fixture(scope="module")
def large(made):
    """A network with 160 adherents of an earlier agreement beside its ASL, each with a delegate; nobody signed yet."""
    world = make_network("Rete grande")
    world.agreement.versions.create(number=1).articles.create(number=1, heading="Obiettivi", text="Uno")
    names = [f"Ente {number:03d}" for number in range(1, MEMBERS + 1)]
    bodies = Organisation.objects.bulk_create(
        Organisation(
            name=name,
            search_name=search_key(name),
            kind=OrganisationKind.MUNICIPALITY,
            nature="public",
            legal_representative=f"Persona di {name}",
            legal_representative_office="Sindaca",
        )
        for name in names
    )
    Membership.objects.bulk_create(
        Membership(
            network=world.network,
            organisation=body,
            status=MembershipStatus.MEMBER,
            origin=MembershipOrigin.FORMER_AGREEMENT,
            since=LONG_AGO,
        )
        for body in bodies
    )
    access.grant_all([body.group_name for body in bodies], access.Role.MEMBER, world.network)
    people = Person.objects.bulk_create(
        Person(email=f"delegato{body.pk}@example.org", first_name="Delegata", last_name=body.name) for body in bodies
    )
    Seat.objects.bulk_create(
        Seat(person=person, kind="delegate", organisation=body, starts_on=LONG_AGO)
        for person, body in zip(people, bodies, strict=True)
    )
    through = Person.groups.through
    groups = {group.name: group.pk for group in access.Group.objects.all()}
    through.objects.bulk_create(
        through(person_id=person.pk, group_id=groups[body.group_name])
        for person, body in zip(people, bodies, strict=True)
    )
    world.bodies = bodies
    return made(world)


def asked(client, url, data=None):
    """(answer, how many queries it asked)."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(url, data) if data is not None else client.get(url)
    return answer, len(queries)


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def test_the_grants_of_many_are_those_of_each(large):
    missing, surplus = access.drift()
    assert not missing
    assert not surplus


@pytest.mark.rule("R08", "R10", "R11")
def test_no_page_asks_more_than_fifteen_queries(large, enter):
    network = large.network.pk
    client = enter(large.office)
    signs = [
        AgreementSignature(
            agreement=large.agreement, organisation=body, name_on_paper=body.name, signatory="X", position=n
        )
        for n, body in enumerate(large.bodies)
    ]
    AgreementSignature.objects.bulk_create(signs)
    meeting = Meeting.objects.create(
        body="network", purpose="periodic", network=large.network, starts_at=clock.now(), place="Sala", agenda="Punti"
    )
    Attendance.objects.bulk_create(Attendance(meeting=meeting, organisation=body) for body in large.bodies[:100])
    pages = {
        "network": (url("network", network), 15),
        "aderenti": (url("memberships"), 8),
        "aderenti a una data": (url("members_on", network, clock.today()), 8),
        "impegni": (url("network_duties", network), 11),
        "accordo": (url("agreement", large.agreement.pk), 12),
        "convocazione": (url("convene_former", network), 11),
        "seduta": (url("meeting", meeting.pk), 12),
        "presenze": (url("meeting_hold", meeting.pk), 7),
        "protocollo": (url("registry", network), 8),
    }
    found = {}
    for name, (address, _) in pages.items():
        client.get(address)  # what is looked up once in the life of a process is known from here on
        answer, found[name] = asked(client, address)
        assert answer.status_code == 200, name
    assert found == {name: most for name, (_, most) in pages.items()}
    assert max(found.values()) <= 15


@pytest.mark.rule("R09", "R11")
def test_all_are_convened_in_one_act(large, enter, django_capture_on_commit_callbacks, mailoutbox):
    data = {
        "starts_at": (clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M"),
        "place": "Cremona",
        "agenda": "Il nuovo accordo",
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer, queries = asked(enter(large.office), url("convene_former", large.network.pk), data)
    assert answer.status_code == 302
    assert queries <= 90  # far fewer than adherents; every twentieth entry of the trail costs two
    assert list(faults()) == []  # each of the 320 moves is in the trail
    assert len(mailoutbox) >= MEMBERS
    assert Membership.objects.filter(convened_on=clock.today()).count() == MEMBERS
    assert Membership.history.filter(history_change_reason="Convocato (art. 5)").count() == MEMBERS
    assert Move.objects.filter(noun="membership", name="convene", by=large.office).count() == MEMBERS


@pytest.mark.rule("R08", "R10", "R41")
def test_the_next_agreement_is_prepared_and_signed(large, enter):
    client = enter(large.office)
    programme = make_programme()
    access.repair()
    answer, queries = asked(client, url("agreement_create", large.network.pk), {"programme": programme.pk})
    assert answer.status_code == 302
    assert queries <= 60
    agreement = NetworkAgreement.objects.get(programme=programme)
    assert agreement.signatures.count() == MEMBERS + 1
    today = clock.today().isoformat()
    assert client.post(url("agreement_approve", agreement.pk), {"number": "1", "on": today}).status_code == 302
    assert asked(client, url("agreement_subscribe", agreement.pk))[1] <= 15
    silent = large.bodies[-10:]
    there = [large.asl.pk, *(body.pk for body in large.bodies[:-10])]
    data = {"signed_on": today, "place": "Cremona", "organisations": there}
    answer, queries = asked(client, url("agreement_subscribe", agreement.pk), data)
    assert answer.status_code == 302
    assert queries <= 80
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.IN_FORCE
    assert agreement.signatures.exclude(signed_on=None).count() == MEMBERS - 9
    assert {membership.organisation for membership in missing_signatures(large.network)} == set(silent)
    assert Membership.objects.current().filter(network=large.network).count() == MEMBERS + 1
