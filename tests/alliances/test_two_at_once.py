"""Two people in the same second: of two alliances that name the same lead, one is told why not (R40); of the last two
signatures, neither is lost (R32)."""

import threading

import pytest
from django.db import connection

from alliances.models import Partner
from alliances.queries import is_constituted
from alliances.services import partners
from conciliazione.kernel.errors import RuleViolated
from conciliazione.kernel.models import Move

from .world import accept, at_signing, found


@pytest.mark.rule("R40")
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to see there")
def test_of_two_that_name_the_same_lead_one_is_refused():
    made = found(lead=False)
    other = found(world=made.world, lead=False)
    rival = partners.add_partner(other.alliance, organisation=made.public, by=other.public_person)
    start, heard = threading.Barrier(2), []

    def name_lead(partner, by):
        try:
            start.wait(timeout=10)
            partners.set_lead(partner, by=by, duties_accepted=True)
            heard.append("named")
        except RuleViolated as refused:
            heard.append(refused.rule)
        finally:
            connection.close()

    people = [(made.first, made.public_person), (rival, other.public_person)]
    threads = [threading.Thread(target=name_lead, args=pair) for pair in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(heard) == ["R40", "named"]
    assert Partner.objects.filter(organisation=made.public, is_lead=True).count() == 1


@pytest.mark.rule("R32")
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to see there")
def test_the_last_two_sign_in_the_same_second():
    """Neither misses the other: the agreement comes into force once, with both signatures in."""
    made = at_signing()
    start, heard = threading.Barrier(2), []

    def give(signature, by):
        try:
            start.wait(timeout=10)
            accept(signature, by=by)
            heard.append("signed")
        finally:
            connection.close()

    first, second = made.agreement.signatures.order_by("pk")
    threads = [
        threading.Thread(target=give, args=pair)
        for pair in ((first, made.public_person), (second, made.private_person))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert heard == ["signed", "signed"]
    assert is_constituted(made.alliance)
    assert Move.objects.about(made.agreement).filter(name="enter_force").count() == 1
