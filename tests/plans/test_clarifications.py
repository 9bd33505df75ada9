"""The ASL's check: clarification requests that reopen only what they name, run a term and lapse by themselves."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from conciliazione.kernel import clock
from conciliazione.kernel.errors import MoveRefused, Refused
from conciliazione.kernel.models import Notice, RegistryEntry
from plans.enums import CallStatus, ClarificationStatus, ProposalStatus
from plans.queries import clarifications as queries
from plans.queries import deadlines_for, tasks_for
from plans.rules import eligibility as rules
from plans.services import calls, clarifications, eligibility, submission
from plans.services import proposals as writing

from .. import factories

pytestmark = pytest.mark.django_db
TEXT = "Spiegate da quali dati nascono i bisogni, e chi paga le educatrici."


@pytest.fixture
def received(world, ally):
    """Handed in, and its call is in evaluation."""
    call = factories.make_call(world, check_days=30)
    draft = factories.make_proposal(call, ally, status=ProposalStatus.DRAFT)
    submission.submit(draft, by=ally.lead_person)
    with clock.standing_at(call.closes_at + timedelta(hours=1)):
        calls.start_evaluation(call, by=world.office)
        yield type(draft).objects.get(pk=draft.pk)


@pytest.fixture
def request_(received, world):
    return clarifications.send(received, by=world.office, text=TEXT, steps=["budget", "needs"], days=10)


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def test_a_request_reopens_only_what_it_names(received, request_, ally):
    assert request_.steps == ["needs", "budget"]
    assert request_.registry_number == str(RegistryEntry.objects.get(direction="out"))
    writing.save_texts(received, by=ally.partner_person, needs="Dai dati dell'anagrafe")
    line = received.budget_lines.get()
    writing.update_budget_line(line, by=ally.lead_person, description="Educatrici del Comune")
    for attempt in (
        lambda: writing.save_texts(received, by=ally.lead_person, objectives="Altri"),
        lambda: writing.save_texts(received, by=ally.lead_person, title="Altro titolo"),
        lambda: writing.remove_part(received.actions.get(), by=ally.lead_person),
        lambda: writing.add_indicator(received, by=ally.lead_person),
    ):
        with pytest.raises(MoveRefused, match="riapre solo «Bisogni», «Piano economico»"):
            attempt()
    assert Notice.objects.filter(to=ally.partner_person, text__contains="chiede chiarimenti").exists()


def test_the_answer_stands_beside_the_original_which_stays(received, request_, ally, world):
    original, mark = received.submitted_content, received.content_sha256
    writing.save_texts(received, by=ally.lead_person, needs="Dai dati dell'anagrafe")
    answered = clarifications.answer(request_, by=ally.lead_person, text="Aggiunti i dati.")
    assert clarifications.answer(request_, by=ally.lead_person, text="Di nuovo.").answer == "Aggiunti i dati."
    assert RegistryEntry.objects.filter(direction="in").count() == 2  # the proposal, and the answer once
    needs, money = queries.compared(answered, live=False)
    assert (needs.before, needs.after) == (
        [["Contesto e bisogni", "Bisogni"]],
        [["Contesto e bisogni", "Dai dati dell'anagrafe"]],
    )
    assert needs.changed
    assert not money.changed
    received.refresh_from_db()
    assert (received.submitted_content, received.content_sha256) == (original, mark)
    assert received.needs == "Dai dati dell'anagrafe"
    assert answered.content_sha256 != mark
    with pytest.raises(MoveRefused):
        writing.save_texts(received, by=ally.lead_person, needs="Ancora")
    assert Notice.objects.filter(to=world.office, text__contains="ha risposto").exists()


def test_out_of_term_nothing_counts_and_it_lapses_by_itself(received, request_, ally, world):
    before = list(received.budget_lines.values("description", "cost", "grant", "partner"))
    writing.save_texts(received, by=ally.lead_person, needs="A metà")
    writing.update_budget_line(received.budget_lines.get(), by=ally.lead_person, description="A metà")
    writing.add_budget_line(
        received,
        by=ally.lead_person,
        category="staff",
        partner=ally.lead,
        description="In più",
        cost=10,
        grant=5,
        co_financing=5,
    )
    assert timezone.localtime(request_.due_at).time().isoformat() == "23:59:59"
    with clock.standing_at(request_.due_at):
        assert queries.state_of(request_) == ClarificationStatus.LAPSED
        with pytest.raises(MoveRefused):
            writing.save_texts(received, by=ally.lead_person, needs="Tardi")
        with pytest.raises(Refused, match="è scaduto"):
            clarifications.answer(request_, by=ally.lead_person, text="Tardi")
        for _ in range(2):
            call_command("daily", verbosity=0)
    request_.refresh_from_db()
    received.refresh_from_db()
    assert (request_.status, request_.ended_at) == (ClarificationStatus.LAPSED, request_.due_at)
    assert received.needs == "Bisogni"
    assert list(received.budget_lines.values("description", "cost", "grant", "partner")) == before
    assert Notice.objects.filter(to=ally.lead_person, text__contains="È scaduto il termine").count() == 1


def test_the_asl_decides_after_the_answer_or_the_lapse(received, request_, ally, world):
    eligibility.all_in_order(received, by=world.office)
    for attempt in (eligibility.admit, eligibility.exclude):
        with pytest.raises(Refused, match="sta rispondendo"):
            attempt(received, by=world.office, reason="Una motivazione abbastanza lunga")
    with pytest.raises(Refused, match="già una richiesta"):
        clarifications.send(received, by=world.office, text=TEXT, steps=["needs"])
    with clock.standing_at(request_.due_at):  # without waiting for the daily round
        assert eligibility.admit(received, by=world.office).status == ProposalStatus.ELIGIBLE
    request_.refresh_from_db()
    assert request_.status == ClarificationStatus.LAPSED


def test_recalled_brings_back_what_was_handed_in(received, request_, ally, world):
    writing.save_texts(received, by=ally.lead_person, needs="A metà")
    with pytest.raises(Refused, match="motivazione"):
        clarifications.recall(request_, by=world.office, reason="")
    clarifications.recall(request_, by=world.office, reason="Non serve più")
    received.refresh_from_db()
    assert received.needs == "Bisogni"
    with pytest.raises(MoveRefused):
        clarifications.answer(request_, by=ally.lead_person, text="Ormai")


def test_an_answer_that_breaks_the_limits_is_refused_and_nothing_is_lost(received, request_, ally):
    line = received.budget_lines.get()
    writing.update_budget_line(line, by=ally.lead_person, cost=900_000, grant=800_000, co_financing=100_000)
    with pytest.raises(Refused, match="entro le risorse dell'avviso"):
        clarifications.answer(request_, by=ally.lead_person, text="Più soldi")
    request_.refresh_from_db()
    assert request_.status == ClarificationStatus.OPEN
    assert received.budget_lines.get().cost == 900_000


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"steps": []}, "steps"), ({"steps": ["tutto"]}, "steps"), ({"text": "?"}, "text"), ({"days": 91}, "days")],
)
def test_a_request_that_makes_no_sense_is_refused(received, world, wrong, field):
    with pytest.raises(Refused) as refused:
        clarifications.send(received, by=world.office, **{"text": TEXT, "steps": ["needs"], "days": 10, **wrong})
    assert refused.value.field == field
    assert not received.clarifications.exists()
    assert not RegistryEntry.objects.filter(direction="out").exists()


def test_the_clock_of_the_check_stands_still_meanwhile():
    def day_of(instant):
        return timezone.localdate(instant)

    begun, ended = factories.at(2014, 7, 20), factories.at(2014, 7, 27)
    start, now = date(2014, 7, 16), factories.at(2014, 8, 1)
    assert rules.check_clock(start, 30, [], now=now, day_of=day_of) == rules.CheckClock(date(2014, 8, 15), 0, None)
    one = rules.check_clock(start, 30, [rules.Pause(begun, ended)], now=now, day_of=day_of)
    assert one == rules.CheckClock(date(2014, 8, 22), 7, None)
    running = rules.check_clock(start, 30, [rules.Pause(begun, None)], now=now, day_of=day_of)
    assert running == rules.CheckClock(None, 12, date(2014, 7, 20))


def test_the_pages_of_a_request(received, world, ally, enter):
    office = enter(world.office)
    page = url("clarification_new", received.pk)
    assert office.get(page).status_code == 200
    assert office.post(page, {"text": TEXT, "days": "10"}).status_code == 422
    answer = office.post(page, {"text": TEXT, "steps": ["needs"], "days": "10"})
    request = received.clarifications.get()
    assert answer.url == request.get_absolute_url()
    assert office.get(page).status_code == 409
    assert "fermo dal" in office.get(url("proposal_eligibility", received.pk)).text
    lead = enter(ally.lead_person)
    assert "Rispondi ai chiarimenti" in " ".join(task.what for task in tasks_for(ally.lead_person))
    assert any("Chiarimenti su" in deadline.what for deadline in deadlines_for(ally.partner_person))
    text = lead.get(request.get_absolute_url()).text
    assert url("proposal_needs", received.pk) in text
    assert lead.get(url("proposal_objectives", received.pk)).status_code == 409
    assert lead.get(url("proposal_needs", received.pk)).status_code == 200
    answer = lead.post(url("proposal_needs", received.pk), {"needs": "Nuovi bisogni", "revision": received.revision})
    assert answer.url == request.get_absolute_url()
    office = enter(world.office)
    for secret in (request.get_absolute_url(), received.get_absolute_url()):
        assert "Nuovi bisogni" not in office.get(secret).text
    assert enter(ally.partner_person).get(url("clarification_answer", request.pk)).status_code == 403
    assert enter(world.chair).get(request.get_absolute_url()).status_code == 403
    assert enter(factories.make_network().office).get(request.get_absolute_url()).status_code == 404
    lead = enter(ally.lead_person)
    assert "Nuovi bisogni" in lead.get(url("clarification_answer", request.pk)).text
    assert lead.post(url("clarification_answer", request.pk), {"text": ""}).status_code == 422
    assert lead.post(url("clarification_answer", request.pk), {"text": "Fatto."}).status_code == 302
    assert lead.post(url("clarification_answer", request.pk), {"text": "Fatto."}).status_code == 302
    text = enter(world.office).get(request.get_absolute_url()).text
    assert "Nuovi bisogni" in text
    assert "Presentato" in text
    assert enter(world.office).get(url("clarification_move", request.pk, "ritira-la-richiesta")).status_code == 409


def test_not_while_the_call_is_open(world, ally):
    call = factories.make_call(world)
    proposal = factories.make_proposal(call, ally)
    with pytest.raises(Refused, match="quando l'avviso è in valutazione"):
        clarifications.send(proposal, by=world.office, text=TEXT, steps=["needs"])
    call.status = CallStatus.EVALUATION
    assert not proposal.clarifications.exists()
