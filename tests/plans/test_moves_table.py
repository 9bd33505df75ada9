"""Call, proposal and clarification: every state x every move x every role, held against the tables.

Who may is the permission table's word, what may happen now is the lifecycle's: here both are asked through the pages.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from conciliazione.kernel import clock
from conciliazione.kernel.access import Role, policy
from plans.enums import CallStatus, ClarificationStatus, ProposalStatus, RankingStatus
from plans.models import Call, ClarificationRequest, ProjectProposal, Ranking, RankingRow
from plans.rules.calls import CALL
from plans.rules.eligibility import CLARIFICATION, POINTS
from plans.rules.proposals import PROPOSAL

from .. import factories
from ..knocking import fresh, knock, refuse

pytestmark = pytest.mark.django_db
# said here by hand, so that a change of the tables is noticed
CALL_MOVES = {
    "publish": ({"draft"}, "published"),
    "start_evaluation": ({"published"}, "evaluation"),
    "conclude": ({"evaluation"}, "concluded"),
    "close_early": ({"published"}, "concluded"),
}
PROPOSAL_MOVES = {
    "submit": ({"draft"}, "submitted", {Role.LEAD}),
    "discard": ({"draft"}, "withdrawn", {Role.LEAD}),
    "admit": ({"submitted"}, "eligible", {Role.OFFICE}),
    "exclude": ({"submitted"}, "excluded", {Role.OFFICE}),
    "withdraw": ({"submitted", "eligible"}, "withdrawn", {Role.LEAD}),
    "renounce": ({"funded"}, "renounced", {Role.LEAD}),
}
CLARIFICATION_MOVES = {
    "answer": ({"open"}, "answered", {Role.LEAD}),
    "recall": ({"open"}, "cancelled", {Role.OFFICE}),
}


@pytest.fixture(scope="module")
def world(made):
    world = factories.make_network()
    world.ally = factories.make_alliance(world)
    other = factories.make_network()
    world.people = {
        Role.OFFICE: world.office,
        Role.COMMITTEE: world.chair,
        Role.LEAD: world.ally.lead_person,
        Role.PARTNER: world.ally.partner_person,
        Role.REGION: world.region,
        Role.STEERING: world.steering,
        "other office": other.office,
        "other lead": factories.make_alliance(other).lead_person,
    }
    return made(world)


def address(record, lifecycle, name):
    if lifecycle is CALL:
        return reverse("plans:call_move", args=[record.pk, CALL[name].slug])
    if lifecycle is CLARIFICATION:
        if name == "answer":
            return reverse("plans:clarification_answer", args=[record.pk])
        return reverse("plans:clarification_move", args=[record.pk, CLARIFICATION[name].slug])
    if name == "submit":
        return reverse("plans:proposal_submit", args=[record.pk])
    if name in {"admit", "exclude"}:
        return reverse("plans:proposal_eligibility", args=[record.pk])
    return reverse("plans:proposal_move", args=[record.pk, PROPOSAL[name].slug])


def post(person, record, lifecycle, name, ask=knock):
    words = {"reason": "Una motivazione abbastanza lunga", "text": "Chiarito", "declared": "on", "decision": name}
    points = {f"point_{point.key}": "met" for point in POINTS}
    return ask(person, "POST", address(record, lifecycle, name), words | points)


def cross(world, make, lifecycle, states, moves):
    """Post every move from every state as every role; who may and when, alone, changes the state."""
    wrong = []
    untouched = {state: make(state) for state in states}  # whoever may not touches none, whatever its state
    people = {role: fresh(person) for role, person in world.people.items()}
    for name, (sources, target, roles) in moves.items():
        for role, person in people.items():
            for state in states:
                if role in roles:
                    record = make(state)
                    answer = post(fresh(person), record, lifecycle, name)
                else:
                    record = untouched[state]
                    answer = post(person, record, lifecycle, name, ask=refuse)
                record.refresh_from_db()
                may = role in roles and state in sources
                expected = target if may else state
                if record.status != expected or answer.status_code >= 500:
                    wrong.append((name, role, state, record.status, answer.status_code))
                led_on = (name, state) == ("submit", ProposalStatus.SUBMITTED)  # to the receipt that is there already
                if role not in roles and answer.status_code not in ({302, 403, 404} if led_on else {403, 404}):
                    wrong.append((name, role, state, "not refused", answer.status_code))
                if role in roles and not may and answer.status_code not in {302, 404, 409, 422}:
                    wrong.append((name, role, state, "no reason given", answer.status_code))
    assert not wrong


def test_the_tables_are_what_is_said_here():
    for lifecycle, moves in ((CALL, CALL_MOVES), (CLARIFICATION, CLARIFICATION_MOVES)):
        told = {t.name: (set(t.sources), t.target) for t in lifecycle.transitions if not t.automatic}
        assert told == {name: row[:2] for name, row in moves.items()}
    told = {t.name: (set(t.sources), t.target, policy()[t.action]) for t in PROPOSAL.transitions if not t.automatic}
    assert told == PROPOSAL_MOVES


def test_every_state_of_a_call_with_every_move_in_every_role(world):
    past = clock.now() - timedelta(days=1)

    def make(state):
        closing = {} if state == CallStatus.DRAFT else {"closes_at": past}
        call = factories.make_call(world, status=state, **closing)
        call.opens_at = past - timedelta(days=5)
        call.save()
        return call

    def make_received(state):
        call = make(state)
        status = {CallStatus.EVALUATION: ProposalStatus.EXCLUDED}.get(state, ProposalStatus.SUBMITTED)
        factories.make_proposal(call, world.ally, status=status)
        return call

    office = {Role.OFFICE}
    rows = {name: (*row, office) for name, row in CALL_MOVES.items()}
    received = {name: rows.pop(name) for name in ("start_evaluation", "conclude")}
    cross(world, make, CALL, list(CallStatus), rows)
    cross(world, make_received, CALL, list(CallStatus), received)
    assert Call.objects.filter(registry_number__gt="").count() == 1  # published once, by the office


def test_every_state_of_a_proposal_with_every_move_in_every_role(world):
    opened = factories.make_call(world)
    judged = factories.make_call(world, status=CallStatus.EVALUATION)

    def make(call):
        return lambda state: factories.make_proposal(call, world.ally, status=state)

    writing = {name: PROPOSAL_MOVES[name] for name in ("submit", "discard")}
    judging = {name: PROPOSAL_MOVES[name] for name in ("admit", "exclude", "withdraw")}
    cross(world, make(opened), PROPOSAL, list(ProposalStatus), writing)
    cross(world, make(judged), PROPOSAL, list(ProposalStatus), judging)
    decided = factories.make_call(world, status=CallStatus.CONCLUDED)
    ranking = Ranking.objects.create(call=decided, status=RankingStatus.PUBLISHED, published_at=clock.now())

    def make_ranked(state):
        proposal = factories.make_proposal(decided, world.ally, status=state)
        RankingRow.objects.create(
            ranking=ranking, proposal=proposal, position=proposal.pk, outcome="funded", requested=30000, granted=30000
        )
        return proposal

    cross(world, make_ranked, PROPOSAL, list(ProposalStatus), {"renounce": PROPOSAL_MOVES["renounce"]})
    assert ProjectProposal.objects.filter(status=ProposalStatus.ELIGIBLE).exists()


def test_every_state_of_a_clarification_with_every_move_in_every_role(world):
    call = factories.make_call(world, status=CallStatus.EVALUATION)

    def make(state):
        proposal = factories.make_proposal(call, world.ally)
        answered = state == ClarificationStatus.ANSWERED
        return ClarificationRequest.objects.create(
            proposal=proposal,
            text="Spiegate meglio i bisogni",
            steps=["needs"],
            status=state,
            sent_at=clock.now(),
            due_at=clock.now() + timedelta(days=5),
            registry_number="2014/0000001",
            before={"raw": {"needs": {"needs": "Bisogni"}}, "shown": {}},
            answered_at=clock.now() if answered else None,
            answer_number="2014/0000002" if answered else "",
            content_sha256="0" * 64 if answered else "",
        )

    cross(world, make, CLARIFICATION, list(ClarificationStatus), CLARIFICATION_MOVES)
