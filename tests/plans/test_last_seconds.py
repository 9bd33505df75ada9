"""The last seconds of a call, against the running server: each submission has a receipt, or a refusal that says why.

On PostgreSQL 200 alliances hand in at once, as on the evening of a deadline; SQLite has one writer at a time and gets
a smaller crowd, so that the test stays short there too.
"""

import http.client
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from alliances.enums import AllianceStatus, Opening, PartnershipStatus
from alliances.models import Alliance, Partner, PartnershipAgreement
from conciliazione.kernel import access
from conciliazione.kernel.models import RegistryEntry
from network.enums import Area, Nature, OrganisationKind, SeatKind
from network.models import Organisation, Person, Seat
from plans.enums import BudgetCategory, ProposalStatus
from plans.models import BudgetLine, ExpectedIndicator, ProjectProposal, ProposalAction

from .. import factories
from ..running import RunningPortal

CROWD = 200 if connection.vendor == "postgresql" else 24
AT_ONCE = 40
SECONDS = 10  # before the closing
TOKEN = "c" * 32


def make_crowd(world, call) -> list[tuple[ProjectProposal, str]]:
    """As many alliances as CROWD, each with its lead and a complete draft: (draft, session of who may hand it in)."""
    many = range(CROWD)
    bodies = Organisation.objects.bulk_create(
        Organisation(
            name=f"Comune {n}", search_name=f"comune {n}", nature=Nature.PUBLIC, kind=OrganisationKind.MUNICIPALITY
        )
        for n in many
    )
    people = Person.objects.bulk_create(
        Person(email=f"capofila{n}@example.org", first_name="Capofila", last_name=str(n), password="!") for n in many
    )
    seats = Seat.objects.bulk_create(
        Seat(person=person, kind=SeatKind.DELEGATE, organisation=body, starts_on=factories.LONG_AGO)
        for person, body in zip(people, bodies, strict=True)
    )
    for seat in seats:
        access.seat_person(seat.person, seat.group_name)
    alliances = Alliance.objects.bulk_create(
        Alliance(
            network=world.network,
            programme=world.programme,
            name=f"Alleanza {n}",
            purpose="Servizi",
            status=AllianceStatus.CONSTITUTED,
            constituted_on=date(2014, 6, 1),
            rule_set=world.programme.rule_sets.first(),
        )
        for n in many
    )
    partners = Partner.objects.bulk_create(
        Partner(alliance=alliance, organisation=body, is_lead=True, exclusive_lead=True, joined_on=factories.LONG_AGO)
        for alliance, body in zip(alliances, bodies, strict=True)
    )
    PartnershipAgreement.objects.bulk_create(
        PartnershipAgreement(
            alliance=alliance,
            opening=Opening.OPEN,
            status=PartnershipStatus.IN_FORCE,
            in_force_on=date(2014, 6, 1),
        )
        for alliance in alliances
    )
    texts = dict.fromkeys(("summary", "needs", "objectives", "sustainability"), "Scritto")
    drafts = ProjectProposal.objects.bulk_create(
        ProjectProposal(call=call, alliance=alliance, title=f"Proposta {alliance.name}", **texts)
        for alliance in alliances
    )
    rows = list(zip(drafts, partners, strict=True))
    ProposalAction.objects.bulk_create(
        ProposalAction(
            proposal=draft,
            area=Area.SERVICES,
            district=world.districts[0],
            partner=partner,
            title="Doposcuola",
            description="Tre pomeriggi",
            starts_on=date(2014, 9, 1),
            ends_on=date(2015, 6, 30),
        )
        for draft, partner in rows
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            proposal=draft,
            category=BudgetCategory.STAFF,
            partner=partner,
            description="Educatori",
            cost=Decimal(50000),
            grant=Decimal(30000),
            co_financing=Decimal(20000),
        )
        for draft, partner in rows
    )
    indicator = factories.make_indicator(world.programme)
    ExpectedIndicator.objects.bulk_create(
        ExpectedIndicator(proposal=draft, indicator=indicator, target=Decimal(40)) for draft in drafts
    )
    access.repair()
    store, until = SessionStore(), timezone.now() + timedelta(hours=1)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    Session.objects.bulk_create(
        Session(
            session_key=f"sessione{n:024d}",
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for n, person in enumerate(people)
    )
    return [(draft, f"sessione{n:024d}") for n, draft in enumerate(drafts)]


@pytest.fixture
def server():
    """Gunicorn on the database of the test; gives its port."""
    portal = RunningPortal(workers=2, threads=8)
    portal.start()
    yield portal.port
    portal.kill()


def ask(port: int, method: str, path: str, session: str, body: str = "") -> tuple[int, str, str]:
    """(status, where it leads, text) of one request, on a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
    headers = {
        "Host": "localhost",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, answer.headers.get("Location", ""), text


@pytest.mark.django_db(transaction=True)
def test_everybody_who_hands_in_at_the_last_has_a_receipt_or_a_refusal(server):
    world = factories.make_network()
    call = factories.make_call(world, budget="100000000")
    crowd = make_crowd(world, call)
    body = urlencode({"declared": "on", "csrfmiddlewaretoken": TOKEN})

    def hand_in(one):
        draft, session = one
        return draft.pk, *ask(server, "POST", f"/proposte/{draft.pk}/presenta/", session, body)

    # the first does it before: what the server must load it has then loaded
    assert hand_in(crowd[0])[1] == 302
    call.closes_at = timezone.now() + timedelta(seconds=SECONDS)
    call.save()
    # every fourth presses the button twice
    presses = [one for n, one in enumerate(crowd[1:]) for _ in range(2 if n % 4 == 0 else 1)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(hand_in, presses))

    received = ProjectProposal.objects.filter(status=ProposalStatus.SUBMITTED)
    numbers = list(RegistryEntry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, received.count() + 1))  # none missing, none twice
    assert received.count() > CROWD // 10
    by_key = {proposal.pk: proposal for proposal in ProjectProposal.objects.all()}
    for key, status, where, text in answers:
        proposal = by_key[key]
        if status == 302:
            assert where.endswith(f"/proposte/{key}/ricevuta/")
            assert proposal.status == ProposalStatus.SUBMITTED
        else:
            assert status == 422, (status, text[:200])
            assert "I termini sono chiusi dal" in text
            assert proposal.status == ProposalStatus.DRAFT
            assert (proposal.registry_number, proposal.needs) == ("", "Scritto")
    told = {key for key, status, *_ in answers if status == 302} | {crowd[0][0].pk}
    assert told == set(received.values_list("pk", flat=True))  # nobody is in without a receipt
    assert len({proposal.registry_number for proposal in received}) == received.count()
    for proposal in received:
        assert proposal.submitted_at < call.closes_at
        assert len(proposal.content_sha256) == 64
