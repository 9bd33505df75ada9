"""What awaits a person, what runs, which terms come: the same number of questions for one and for three."""

from datetime import timedelta

import pytest

from alliances.queries import deadlines_for, is_constituted, lead_of, running_for, tasks_for, verdicts
from alliances.services import agreements
from alliances.services.partners import add_partner
from conciliazione.kernel.clock import today
from network.enums import Nature
from tests.factories import make_alliance, make_member, make_network

from .world import afresh, delegate, found, rules_of_2022

pytestmark = pytest.mark.django_db


def test_a_partner_is_asked_to_sign(due, bound):
    task = next(t for t in tasks_for(due.private_person) if "Firma" in t.what)
    assert (task.url, task.label) == (due.agreement.get_absolute_url(), "Leggi e firma")
    assert due.private.name in task.why
    assert tasks_for(bound.private_person) == []


def test_the_lead_is_asked_to_complete(begun):
    assert [t.what for t in tasks_for(begun.public_person)] == [f"Completa {begun.alliance.name} e mandala alla firma"]
    assert tasks_for(begun.private_person) == []


def test_the_asl_is_asked_for_instructions_and_natures(begun):
    unknown = make_member(begun.world, nature=Nature.UNCONFIRMED)
    add_partner(begun.alliance, organisation=unknown, by=begun.public_person)
    whats = [t.what for t in tasks_for(begun.world.office)]
    assert whats == [
        f"Scrivi le indicazioni per gli accordi di partenariato, {begun.world.programme.name}",
        f"Conferma la natura di {unknown.name}",
    ]
    agreements.issue_instructions(
        network=begun.world.network, programme=begun.world.programme, text="Indicazioni", by=begun.world.office
    )
    assert len(tasks_for(begun.world.office)) == 1


def test_where_the_alliance_stands(unled, due, bound):
    assert [s for _, s in running_for(unled.public_person)[0].steps] == ["current", "todo", "todo", "todo"]
    sent = due
    assert [s for _, s in running_for(sent.private_person)[0].steps] == ["done", "done", "current", "todo"]
    assert running_for(bound.public_person) == []


def test_the_term_for_signing(begun):
    soon, far = today() + timedelta(days=10), today() + timedelta(days=100)
    agreements.send_to_sign(begun.alliance, sign_by=soon, by=begun.public_person)
    for person in (begun.public_person, begun.private_person, begun.world.office):
        assert [d.day for d in deadlines_for(afresh(person))] == [soon]
    other = found()
    agreements.send_to_sign(other.alliance, sign_by=far, by=other.public_person)
    assert deadlines_for(afresh(other.public_person)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_same_questions_for_any_number(number, django_assert_num_queries):
    world = make_network()
    for _ in range(number):
        found(world=world, lead=False)
    office = afresh(world.office)
    assert office.acting_group
    with django_assert_num_queries(7):
        tasks_for(office)


def test_lead_and_constitution_of_rows():
    world = make_network()
    ally = make_alliance(world)
    assert lead_of(ally.alliance) == ally.lead
    assert is_constituted(ally.alliance)
    make_alliance(world)
    assert not is_constituted(make_alliance(world, status="forming").alliance)


def test_verdicts_on_two_rule_sets(bound):
    bound.alliance.refresh_from_db()
    own = {f.rule for f in verdicts(bound.alliance) if not f.met}
    other = {f.rule for f in verdicts(bound.alliance, rules_of_2022().rule_sets.get()) if not f.met}
    assert own == {"R33", "R36"}
    assert other == {"R33", "R35", "R36"}
    assert delegate(bound.public).acting_seat
