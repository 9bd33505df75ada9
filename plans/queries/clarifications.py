"""The ASL's check and the clarification requests: who sees which, both versions side by side, the term."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from alliances.models import Partner
from conciliazione.kernel import clock
from conciliazione.kernel.models import Move
from network.enums import Nature

from ..enums import CheckOutcome, ClarificationStatus
from ..models import ClarificationRequest, ProjectProposal
from ..rules import eligibility as rules
from ..rules.proposals import STEP
from . import proposals

LABELS = {
    "title": "Titolo",
    "summary": "Sintesi",
    "needs": "Contesto e bisogni",
    "objectives": "Obiettivi",
    "sustainability": "Sostenibilità",
}


def clarification_detail(person) -> QuerySet[ClarificationRequest]:
    """The requests on the proposals that the person may see."""
    seen = ProjectProposal.objects.visible_to(person)
    return ClarificationRequest.objects.filter(proposal__in=seen).select_related(
        "proposal__call__network__lead", "proposal__alliance"
    )


def state_of(request: ClarificationRequest) -> str:
    """Its state now: a term that is over counts as lapsed also before the daily round has written it."""
    if request.status == ClarificationStatus.OPEN and request.due_at <= clock.now():
        return ClarificationStatus.LAPSED
    return request.status


def shown_parts(proposal: ProjectProposal, steps) -> dict[str, list[list[str]]]:
    """Each part as (label, words) rows, to be read beside another version of it."""
    content = proposals.content_of(proposals.whole(ProjectProposal.objects).get(pk=proposal.pk))
    return {step: [list(row) for row in _rows(step, content)] for step in STEP if step in set(steps)}


def _rows(step: str, content: dict):
    if step == "actions":
        for one in content["actions"]:
            words = (
                f"{one['area_label']}; {one['district']}; {one['partner']}; dal {one['starts_on']} al "
                f"{one['ends_on']}; destinatari {one['expected_participants']}. {one['description']}"
            )
            yield one["title"], words
    elif step == "budget":
        for one in content["budget_lines"]:
            words = (
                f"{one['category_label']}; {one['partner']}; costo {one['cost']}, contributo {one['grant']}, "
                f"cofinanziamento {one['co_financing']}"
            )
            yield one["description"], words
    elif step == "indicators":
        for one in content["indicators"]:
            yield f"{one['code']} {one['name']}", f"base {one['baseline']}, obiettivo {one['target']} {one['unit']}"
    elif step == "attachments":
        for one in content["attachments"]:
            yield one["title"], f"{one['name']} (SHA-256 {one['sha256'][:16]})"
    else:
        for name in STEP[step].fields:
            yield LABELS[name], content[name]


@dataclass(frozen=True)
class Compared:
    """A part of the proposal, as it was handed in and as it became."""

    label: str
    step: str
    before: list
    after: list

    @property
    def changed(self) -> bool:
        return self.before != self.after


def compared(request: ClarificationRequest, *, live: bool) -> list[Compared]:
    """The reopened parts, original and answer side by side; `live` reads the answer that is being written."""
    before = request.before.get("shown", {})
    after = shown_parts(request.proposal, request.steps) if live else request.after
    return [
        Compared(STEP[step].label, step, before.get(step, []), after.get(step, []))
        for step in STEP
        if step in request.steps
    ]


# --- the ASL's list ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PointRow:
    """A point of the list: what the portal found by itself (None: it cannot tell), and what the ASL recorded."""

    point: rules.Point
    met: bool | None
    found: str
    outcome: str
    note: str


def points_of(proposal: ProjectProposal) -> list[PointRow]:
    """The list with what the portal knows of each point."""
    recorded = {item.key: item for item in proposal.eligibility_items.all()}
    found = _found(proposal)
    return [
        PointRow(
            point,
            *found[point.key],
            recorded[point.key].outcome if point.key in recorded else "",
            recorded[point.key].note if point.key in recorded else "",
        )
        for point in rules.POINTS
    ]


def _found(proposal: ProjectProposal) -> dict[str, tuple[bool | None, str]]:
    required = proposals.content_requirements(proposal)
    natures = set(
        Partner.objects.current().filter(alliance=proposal.alliance_id).values_list("organisation__nature", flat=True)
    )
    situation = proposals.situation_of(proposal)

    def unmet(*places) -> tuple[bool, str]:
        wrong = [r.label for r in required if not r.met and r.place in places]
        return not wrong, "; ".join(wrong) or "Nulla da segnalare"

    in_time = proposal.submitted_at is not None and proposal.submitted_at < proposal.call.closes_at
    both = Nature.PUBLIC in natures and len(natures) > 1
    agreed = situation.constituted or situation.has_agreement
    return {
        "in_time": (
            in_time,
            f"Presentata il {proposals.when(proposal.submitted_at)}" if proposal.submitted_at else "–",
        ),
        "lead": (bool(proposal.submitted_by_id), f"Presentata da {proposal.submitted_by or 'persona non più nota'}"),
        "partners": (both, "Soggetti pubblici e privati" if both else "Manca un soggetto pubblico o uno privato"),
        "agreement": (
            agreed,
            "Firmato da tutti" if situation.constituted else "In bozza" if agreed else "Nessun accordo",
        ),
        "scope": (
            None,
            f"{len(proposal.actions.all())} azioni, tutte in una delle cinque aree e in un ambito della Rete",
        ),
        "content": unmet("summary", "needs", "objectives", "actions", "indicators", "sustainability"),
        "budget": unmet("budget"),
        "documents": unmet("attachments"),
    }


def outcomes_of(proposal: ProjectProposal) -> dict[str, str]:
    """What the ASL recorded: point -> outcome."""
    return dict(proposal.eligibility_items.values_list("key", "outcome"))


def clock_of(proposal: ProjectProposal) -> rules.CheckClock | None:
    """The term of the check; None before the evaluation has started."""
    started = Move.objects.about(proposal.call).filter(name="start_evaluation").order_by("-at").first()
    if started is None:
        return None
    pauses = [
        rules.Pause(one.sent_at, one.ended_at or (one.due_at if state_of(one) == ClarificationStatus.LAPSED else None))
        for one in proposal.clarifications.all()
    ]
    return rules.check_clock(
        timezone.localdate(started.at), proposal.call.check_days, pauses, now=clock.now(), day_of=timezone.localdate
    )


def all_met(proposal: ProjectProposal) -> bool:
    outcomes = outcomes_of(proposal)
    return all(outcomes.get(point.key) == CheckOutcome.MET for point in rules.POINTS)
