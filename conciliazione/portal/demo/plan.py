"""The fifth stage: the territorial plan, from October 2014, and the projects that start in January 2015. Invented."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from conciliazione.kernel import clock
from network.enums import MeetingBody, MeetingPurpose
from network.models import District, Meeting
from network.services import meetings
from plans.enums import PaymentKind
from plans.models import Project, TerritorialPlan
from plans.services import payments, plan, projects

from .story import Story

DATA = Path(__file__).resolve().parent / "data" / "plan-2014.json"
WRITING_DAYS = (9, 10, 13, 14, 15, 16, 17, 20, 21)  # a section a day
TAX_CODE = "00000000000"  # plainly nobody's: the act says no tax code of these bodies


def tell(story: Story) -> None:
    """The plan is written, returned once with guidance, validated; the projects are granted, published, started."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    found = _write(story, told)
    found = _adopt_and_transmit(story, found, told)
    with story.on(2014, 12, 1, 10):
        projects.run(found, by=story.person("asl"))
    for number, one in enumerate(told["grants"]):
        _grant(story, one, number)


def _write(story: Story, told: dict) -> TerritorialPlan:
    with story.on(2014, 10, 8, 9, 30):
        asl = story.person("asl")
        found = plan.open_plan(story.network, by=asl, programme=story.programme, title=told["title"], is_example=True)
        plan.import_funded(found, by=asl)
    for number, (kind, text) in enumerate(told["sections"].items()):
        with story.on(2014, 10, WRITING_DAYS[number], 15):
            by = story.person("asl2" if number % 2 else "asl")
            plan.write_section(found, by=by, kind=kind, text=text)
    action = told["action"]
    with story.on(2014, 10, 28, 11):
        chair = story.person("comitato1")
        plan.add_action(
            found,
            by=chair,
            **action
            | {
                "district": District.objects.get(network=story.network, name=action["district"]),
                "starts_on": date.fromisoformat(action["starts_on"]),
                "ends_on": date.fromisoformat(action["ends_on"]),
                "amount": Decimal(action["amount"]),
            },
        )
    with story.on(2014, 10, 28, 12, 40):
        return plan.verify_coverage(found, by=chair, text=told["coverage"])


def _adopt_and_transmit(story: Story, found: TerritorialPlan, told: dict) -> TerritorialPlan:
    """Adopted, sent, returned by the Cabina with guidance, adopted again as version 2, sent again, validated."""
    meeting = _meet(story, told, convened=27, month=11, day=3)
    with story.on(2014, 11, 3, 16):
        found = plan.adopt(found, by=story.person("asl"), meeting=meeting, reason="Deliberazione n. 540 (esempio)")
    with story.on(2014, 11, 5, 10, 20):
        found = plan.transmit(found, by=story.person("asl"))
    with story.on(2014, 11, 14, 12):
        found = plan.give_back(found, by=story.person("cabina"), reason=told["guidance"])
    with story.on(2014, 11, 18, 17):
        plan.write_section(found, by=story.person("asl2"), kind="training", text=told["training_again"])
    meeting = _meet(story, told, convened=17, month=11, day=20)
    with story.on(2014, 11, 20, 11):
        found = plan.adopt(found, by=story.person("asl"), meeting=meeting, reason="Deliberazione n. 566 (esempio)")
    with story.on(2014, 11, 20, 11, 45):
        found = plan.transmit(found, by=story.person("asl"))
    with story.on(2014, 11, 28, 15, 30):
        return plan.validate(found, by=story.person("cabina"))


def _meet(story: Story, told: dict, *, convened: int, month: int, day: int) -> Meeting:
    """The committee examines the plan; the ASL adopts what it has approved."""
    with story.on(2014, month - (convened > day), convened, 9):
        meeting = meetings.convene(
            body=MeetingBody.COMMITTEE,
            purpose=MeetingPurpose.PERIODIC,
            network=story.network,
            starts_at=timezone.make_aware(datetime(2014, month, day, 9, 30)),
            place="Cremona, sede dell'ASL",
            agenda=f"Esame e adozione di «{told['title']}»",
            by=story.person("asl"),
        )
    with story.on(2014, month, day, 10, 45):
        members = story.network.committee.members.select_related("organisation", "person")
        present = [(member.organisation, str(member.person)) for member in members]
        minutes = "Il Comitato esamina sezioni, azioni e copertura, e adotta il piano. (esempio)"
        meeting = meetings.hold(meeting, attendances=present, minutes=minutes, by=story.person("comitato1"))
        return meetings.approve_minutes(meeting, by=story.person("comitato1"))


def _grant(story: Story, told: dict, number: int) -> None:
    """Act and CUP, publication, start, and the advance: ordered and paid."""
    with story.on(2014, 12, 10, 10, 15 * number):
        project = story.proposal(told["title"]).project
        project = projects.record_grant(
            project,
            by=story.person("asl"),
            grant_act=told["act"],
            granted_on=date(2014, 12, 9),
            cup=told["cup"],
            starts_on=project.starts_on,
            ends_on=project.ends_on,
        )
    with story.on(2014, 12, 16, 9, 15 * number):
        projects.publish_grant(
            project,
            by=story.person("asl"),
            legal_basis=f"D.G.R. 1081/2013; {told['act']}",
            office="Direzione Sociale",
            official="Chiara Bassi",
            selection="Avviso pubblico e graduatoria del Comitato di Valutazione",
            tax_code=TAX_CODE,
        )
    with clock.standing_at(
        timezone.make_aware(datetime.combine(project.starts_on, datetime.min.time())) + timedelta(hours=9)
    ):
        project = projects.start(project, by=story.person("asl"))
    if number == 1:
        _order_by_mistake(story, project)
    with story.on(2015, 1, 20, 11, 10 * number):
        payment = payments.order_payment(
            project, by=story.person("asl2"), kind=PaymentKind.ADVANCE, order_act=f"Decreto n. {24 + number} (esempio)"
        )
    with story.on(2015, 1, 23, 12, 10 * number):
        payments.record_paid(payment, by=story.person("asl2"), paid_on=date(2015, 1, 23))


def _order_by_mistake(story: Story, project: Project) -> None:
    """An order that is not carried out: it stays in the history with its reason, and the money is free again."""
    with story.on(2015, 1, 15, 10):
        wrong = payments.order_payment(
            project, by=story.person("asl2"), kind=PaymentKind.ADVANCE, order_act="Decreto n. 19 (esempio)"
        )
    with story.on(2015, 1, 16, 9, 30):
        reason = "L'atto riportava un conto di tesoreria non più attivo: si dispone di nuovo (esempio)"
        payments.cancel(wrong, by=story.person("asl2"), reason=reason)
