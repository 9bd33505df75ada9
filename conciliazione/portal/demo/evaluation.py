"""The fourth stage: the committee declares, scores and approves the ranking, September 2014. All of it is invented."""

import json
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from django.utils import timezone

from network.enums import MeetingBody, MeetingPurpose
from network.services import meetings, minutes
from plans.models import ProjectProposal
from plans.services import collegial, evaluation, ranking

from .story import Story

DATA = Path(__file__).resolve().parent / "data" / "evaluation-2014.json"
MEMBERS = ("comitato1", "comitato2", "comitato3")


def tell(story: Story) -> None:
    """From the declarations to the published ranking, September and early October 2014."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    proposals = {title: story.proposal(title) for title in told["scores"]}
    _declare(story, proposals, told["conflict"])
    _score(story, proposals, told["scores"])
    _meet(story, told)
    with story.on(2014, 10, 1, 11):
        ranking.publish(story.call.ranking, by=story.person("asl"))


def _declare(story: Story, proposals: dict[str, ProjectProposal], conflict: dict[str, str]) -> None:
    for number, key in enumerate(MEMBERS):
        with story.on(2014, 9, 3 + number, 10, 15):
            member = story.person(key)
            for title, proposal in proposals.items():
                shut = (key, title) == (conflict["member"], conflict["proposal"])
                evaluation.declare(proposal, by=member, has_conflict=shut, note_text=conflict["reason"] if shut else "")


def _score(story: Story, proposals: dict[str, ProjectProposal], told: dict) -> None:
    criteria = list(story.call.criteria.order_by("position"))
    for number, key in enumerate(MEMBERS):
        for place, (title, ballots) in enumerate(told.items()):
            if key not in ballots:
                continue
            with story.on(2014, 9, 8 + 3 * number, 9 + 2 * place, 20):
                member = story.person(key)
                scores = {
                    criterion.pk: (Decimal(points), reason)
                    for criterion, (points, reason) in zip(criteria, ballots[key], strict=True)
                }
                evaluation.save_scores(proposals[title], by=member, scores=scores)
            with story.on(2014, 9, 16 + number, 9 + 2 * place, 5):
                evaluation.deliver(proposals[title], by=member)


def _judge_together(story: Story, told: dict, meeting) -> None:
    """The proposal on which a member is in conflict gets the committee's own points, without that member."""
    title = told["conflict"]["proposal"]
    given = list(told["scores"][title].values())
    scores = {}
    for place, criterion in enumerate(story.call.criteria.order_by("position")):
        points = [Decimal(ballot[place][0]) for ballot in given]
        middle = (sum(points) / len(points)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        scores[criterion.pk] = (middle, "Il Comitato ha riletto insieme i punteggi e li ha portati a un valore comune.")
    collegial.judge(
        story.proposal(title),
        by=story.person("comitato1"),
        meeting=meeting,
        scores=scores,
        note_text="Chi è in conflitto ha lasciato la sala prima della discussione (esempio)",
    )


def _meet(story: Story, told: dict) -> None:
    with story.on(2014, 9, 11, 9):
        meeting = meetings.convene(
            body=MeetingBody.COMMITTEE,
            purpose=MeetingPurpose.EVALUATION,
            network=story.network,
            starts_at=timezone.make_aware(datetime(2014, 9, 24, 9, 30)),
            place="Cremona, sede dell'ASL",
            agenda=told["agenda"],
            by=story.person("asl"),
        )
    with story.on(2014, 9, 24, 12, 30):
        chair = story.person("comitato1")
        members = story.network.committee.members.select_related("organisation", "person")
        present = [(member.organisation, str(member.person)) for member in members]
        meeting = meetings.hold(meeting, attendances=present, minutes=told["minutes"], by=chair)
        _judge_together(story, told, meeting)
        for title, text in told["parts"].items():
            minutes.write_part(meeting, matter=story.proposal(title).pk, text=text, by=chair)
        found = ranking.draw_up(story.call, by=chair)
        ranking.approve(found, by=chair, meeting=meeting)
    with story.on(2014, 9, 29, 16):
        meetings.approve_minutes(meeting, by=story.person("comitato1"))
