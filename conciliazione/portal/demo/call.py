"""The third stage: the call of June 2014, five proposals in July, the ASL's check. All of it is invented."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from conciliazione.kernel import clock
from network.models import District, Indicator
from network.services import indicators
from plans.enums import CheckOutcome
from plans.models import Call, ProjectProposal
from plans.services import attachments, call_papers, calls, clarifications, eligibility, proposals, submission, targets

from .papers import example_paper
from .story import Story

DATA = Path(__file__).resolve().parent / "data" / "call-2014.json"


def tell(story: Story) -> None:
    """From the deliberation of the ASL to the proposals that the committee will evaluate, June and July 2014."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    call = _publish(story, told["call"])
    _own_indicators(story, told["proposals"])
    drafts = [_draft(story, call, one) for one in told["proposals"]]
    _questions(story, call, told["call"])
    for proposal, one in sorted(zip(drafts, told["proposals"], strict=True), key=lambda pair: pair[1]["submitted"]):
        with story.on(*one["submitted"]):
            submission.submit(proposal, by=story.person(one["author"]))
    with story.on(2014, 7, 16, 9, 30):
        calls.start_evaluation(story.call, by=story.person("asl"))
    _clarify(story, drafts[1], told["call"]["clarification"])
    _check(story, drafts, told["proposals"])


def _own_indicators(story: Story, told: list[dict]) -> None:
    """Two alliances want to measure what the catalogue has not: the ASL agrees with one, the other still waits."""
    hours = {"name": "Ore scambiate nella banca del tempo", "kind": "output", "unit": "ore"}
    kits = {"name": "Famiglie che usano la lavanderia comune", "kind": "output", "unit": "famiglie"}
    first, second = (story.alliance(one["alliance"]) for one in told[:2])
    with story.on(2014, 6, 17, 11):
        indicator = targets.ask_indicator(first, by=story.lead_person(first), code="BT01", is_example=True, **hours)
    with story.on(2014, 6, 19, 9, 30):
        indicators.settle(indicator, by=story.person("asl"))
    with story.on(2014, 6, 20, 16):
        targets.ask_indicator(second, by=story.lead_person(second), code="LAV01", is_example=True, **kits)


def _at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def _publish(story: Story, told: dict) -> Call:
    with story.on(2014, 6, 5, 10):
        call = calls.create_call(
            story.network,
            by=story.person("asl"),
            template="total",
            is_example=True,
            programme=story.programme,
            title=told["title"],
            description=told["description"],
            act=told["act"],
            act_on=date(2014, 6, 4),
            opens_at=_at(2014, 6, 10),
            closes_at=_at(2014, 7, 11, 12),
            budget=Decimal("120000.00"),
            network_budget=Decimal("20000.00"),
            advance_share=Decimal("40.00"),
        )
    with story.on(2014, 6, 6, 9):
        for document in told["documents"]:
            call_papers.ask_for_document(call, by=story.person("asl"), **document)
    with story.on(2014, 6, 9, 8, 45):
        return calls.publish(call, by=story.person("asl"))


def _questions(story: Story, call: Call, told: dict) -> None:
    """Two questions with their answers, and the rectification that gives four days more."""
    for number, one in enumerate(told["questions"]):
        alliance = story.alliance(one["alliance"])
        with story.on(2014, 6, 18 + number, 15):
            question = call_papers.ask(call, by=story.lead_person(alliance), alliance=alliance, text=one["text"])
        with story.on(2014, 6, 23, 10, 10 * number):
            call_papers.answer(question, by=story.person("asl"), text=one["answer"])
    with story.on(2014, 7, 1, 9, 30):
        call_papers.rectify(
            call,
            by=story.person("asl"),
            act=told["rectification"]["act"],
            act_on=date(2014, 6, 30),
            text=told["rectification"]["text"],
            closes_at=_at(2014, 7, 15, 12),
        )


def _clarify(story: Story, proposal: ProjectProposal, told: dict) -> None:
    """The ASL asks for one part, the lead answers in time."""
    with story.on(2014, 7, 16, 11):
        request = clarifications.send(proposal, by=story.person("asl"), text=told["text"], steps=told["steps"], days=5)
    lead = story.lead_person(proposal.alliance)
    proposal.refresh_from_db()
    with story.on(2014, 7, 18, 16, 20):
        proposals.save_texts(proposal, by=lead, sustainability=f"{proposal.sustainability}\n\n{told['more']}")
        clarifications.answer(request, by=lead, text=told["answer"])


def _draft(story: Story, call: Call, told: dict) -> ProjectProposal:
    """A proposal written over some days: texts first, then actions, budget and indicators."""
    alliance = story.alliance(told["alliance"])
    partners = {p.organisation.name: p for p in alliance.partners.current().select_related("organisation")}
    districts = {d.name: d for d in District.objects.filter(network=story.network)}
    begun = _at(*told["drafted"])
    with clock.standing_at(begun):
        by = story.person(told["author"])
        proposal = proposals.create_proposal(
            call, by=by, alliance=alliance, title=told["title"], is_example=True, summary=told["summary"]
        )
    with clock.standing_at(begun + timedelta(days=1)):
        texts = {name: told[name] for name in ("needs", "objectives", "sustainability")}
        proposals.save_texts(proposal, by=by, **texts)
    with clock.standing_at(begun + timedelta(days=3)):
        for action in told["actions"]:
            values = {**action, "partner": partners[action["partner"]], "district": districts[action["district"]]}
            values |= {name: date.fromisoformat(action[name]) for name in ("starts_on", "ends_on")}
            proposals.add_action(proposal, by=by, **values)
    with clock.standing_at(begun + timedelta(days=6)):
        for line in told["lines"]:
            cost, grant = Decimal(line["cost"]), Decimal(line["grant"])
            amounts = {"cost": cost, "grant": grant, "co_financing": cost - grant}
            proposals.add_budget_line(proposal, by=by, **line | amounts | {"partner": partners[line["partner"]]})
        for expected in told["indicators"]:
            proposals.add_indicator(
                proposal,
                by=by,
                indicator=Indicator.objects.get(programme=story.programme, code=expected["code"]),
                target=Decimal(expected["target"]),
                baseline=Decimal(expected["baseline"]),
            )
        wanted = call.requested_documents.first()
        paper = example_paper("accordo-di-partenariato", f"Accordo di partenariato: {alliance.name}")
        attachments.attach(proposal, by=by, upload=paper, document=wanted)
    return proposal


def _check(story: Story, drafts: list[ProjectProposal], told: list[dict]) -> None:
    """The ASL admits four and excludes one, with the reason."""
    for number, (proposal, one) in enumerate(zip(drafts, told, strict=True)):
        with story.on(2014, 7, 21 + number % 3, 10, 10 * number):
            by = story.person("asl")
            if "excluded" in one:
                eligibility.record(proposal, by=by, points={"content": (CheckOutcome.BROKEN, "Punto 4 dell'avviso")})
                eligibility.exclude(proposal, by=by, reason=one["excluded"])
            else:
                eligibility.all_in_order(proposal, by=by)
                eligibility.admit(proposal, by=by)
