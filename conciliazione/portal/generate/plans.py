"""Calls with their proposals, evaluations and rankings; the plans with the projects that were funded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from network.enums import Area
from plans.models import (
    BudgetLine,
    Call,
    ConflictDeclaration,
    Criterion,
    Evaluation,
    ExpectedIndicator,
    Payment,
    PlanAction,
    Project,
    ProjectProposal,
    ProposalAction,
    Ranking,
    RankingRow,
    Score,
    TerritorialPlan,
)
from plans.services.plan_sums import keep_all_sums

from .bodies import EVALUATORS, Ally, Bodies
from .bulk import last_id, load
from .names import CRITERIA, PROGRAMMES, TERRITORIES, TEXT, WORDS

AREAS = [area.value for area in Area]
EXPECTED = 10  # indicators of a project
CATEGORIES = ("staff", "external", "communication")


@dataclass(slots=True)
class Proposal:
    pk: int
    ally: Ally
    number: int
    outcome: str

    @property
    def grant(self) -> Decimal:
        return Decimal(12_000 + self.number * 37 % 28_000)

    @property
    def own(self) -> Decimal:
        return Decimal(6_000 + self.number * 53 % 9_000)

    @property
    def area(self) -> str:
        return AREAS[self.number % 5]

    @property
    def starts_on(self) -> date:
        return date(PROGRAMMES[self.ally.cycle], 3, 1) + timedelta(days=self.number % 60)

    @property
    def ends_on(self) -> date:
        return date(PROGRAMMES[self.ally.cycle] + 1, 12, 31)

    @property
    def title(self) -> str:
        return f"{WORDS[self.number % len(WORDS)]} {self.number}"


@dataclass
class Made:
    """Keys of what was made: per territory and programme, and the proposals in the order of their keys."""

    calls: dict[tuple[int, int], int] = field(default_factory=dict)
    plans: dict[tuple[int, int], int] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    first_expected: int = 0
    projects: list[tuple[int, Proposal]] = field(default_factory=list)
    actions: dict[int, tuple[int, int]] = field(default_factory=dict)  # project -> its actions of the plan


def make(bodies: Bodies) -> Made:
    made = Made()
    _calls(bodies, made)
    _proposals(bodies, made)
    _parts(bodies, made)
    _evaluations(bodies, made)
    _rankings(made)
    _plans(bodies, made)
    return made


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def _running(cycle: int) -> bool:
    """In the last programme the committees are still at work."""
    return cycle == len(PROGRAMMES) - 1


def _calls(bodies: Bodies, made: Made) -> None:
    call, criterion = last_id(Call), last_id(Criterion)
    calls, criteria = [], []
    for place, (name, *_) in enumerate(TERRITORIES):
        for cycle, year in enumerate(PROGRAMMES):
            call += 1
            made.calls[place, cycle] = call
            status = "evaluation" if _running(cycle) else "concluded"
            opens = _noon(date(year, 1, 10))
            calls.append(
                (
                    call,
                    bodies.networks[place],
                    bodies.programmes[cycle],
                    f"Avviso {year} della Rete di {name}",
                    TEXT,
                    f"Deliberazione n. {100 + place}",
                    date(year, 1, 8),
                    opens,
                    opens + timedelta(days=45),
                    Decimal(5_000_000),
                    Decimal(60),
                    Decimal(40),
                    status,
                    opens,
                )
            )
            for position, (title, points) in enumerate(CRITERIA, start=1):
                criterion += 1
                criteria.append((criterion, call, position, title, Decimal(points), position))
    columns = ("id", "network_id", "programme_id", "title", "description", "act", "act_on", "opens_at", "closes_at")
    load(Call, (*columns, "budget", "total_threshold", "advance_share", "status", "published_at"), calls)
    load(Criterion, ("id", "call_id", "position", "title", "max_points", "tie_break"), criteria)


def _outcome(ally: Ally, number: int) -> str:
    if _running(ally.cycle):
        return "eligible"
    turn = number * 7 % 20
    if turn < 10:
        return "funded"
    return "eligible_not_funded" if turn < 16 else "below_threshold" if turn < 19 else "excluded"


def _proposals(bodies: Bodies, made: Made) -> None:
    first, count = last_id(ProjectProposal) + 1, round(1000 * bodies.scale)
    allies = bodies.allies
    for number in range(count):
        ally = allies[number % len(allies)]
        made.proposals.append(Proposal(first + number, ally, number, _outcome(ally, number // len(allies) + number)))
    columns = ("id", "call_id", "network_id", "alliance_id", "title", "summary", "needs", "objectives")
    columns += ("sustainability", "status", "registry_number", "submitted_at", "content_sha256", "is_example")
    load(ProjectProposal, columns, _proposal_rows(bodies, made))


def _proposal_rows(bodies: Bodies, made: Made) -> Iterator[tuple]:
    for p in made.proposals:
        ally = p.ally
        year = PROGRAMMES[ally.cycle]
        yield (
            p.pk,
            made.calls[ally.place, ally.cycle],
            bodies.networks[ally.place],
            ally.pk,
            p.title,
            f"{p.title}: servizi per chi lavora e ha cura di figli o genitori, ambito {ally.district}.",
            TEXT * 2,
            TEXT,
            TEXT,
            p.outcome,
            f"{year}/{p.number:07d}",
            _noon(date(year, 2, 1) + timedelta(days=p.number % 20)),
            f"{p.number:064x}",
            True,
        )


def _parts(bodies: Bodies, made: Made) -> None:
    columns = ("proposal_id", "area", "district_id", "partner_id", "title", "description", "starts_on", "ends_on")
    load(ProposalAction, (*columns, "expected_participants"), _action_rows(made))
    columns = ("proposal_id", "category", "partner_id", "description", "cost", "grant", "co_financing")
    load(BudgetLine, columns, _budget_rows(made))
    made.first_expected = last_id(ExpectedIndicator) + 1
    columns = ("id", "proposal_id", "indicator_id", "baseline", "target")
    load(ExpectedIndicator, columns, _expected_rows(bodies, made))


def _action_rows(made: Made) -> Iterator[tuple]:
    for p in made.proposals:
        for step in range(2):
            area, partner = AREAS[(p.number + step) % 5], p.ally.partners[step]
            title = f"{p.title}: azione {step + 1}"
            yield p.pk, area, p.ally.district, partner, title, TEXT, p.starts_on, p.ends_on, 40 + p.number % 100


def _budget_rows(made: Made) -> Iterator[tuple]:
    for p in made.proposals:
        for step, category in enumerate(CATEGORIES):
            grant, own = _third(p.grant, step), _third(p.own, step)
            yield p.pk, category, p.ally.partners[step], "Voce inventata", grant + own, grant, own


def _third(amount: Decimal, step: int) -> Decimal:
    """One of three parts in euro that add up to the amount; the first takes what is left over."""
    part = amount // 3
    return amount - part * 2 if step == 0 else part


def expected_of(place: int) -> range:
    """Which indicators of the catalogue the proposal at this place expects."""
    return range(place % 15, place % 15 + EXPECTED)


def _expected_rows(bodies: Bodies, made: Made) -> Iterator[tuple]:
    pk = made.first_expected
    for p in made.proposals:
        keys = bodies.indicators[p.ally.cycle]
        for step in expected_of(p.number):
            yield pk, p.pk, keys[step], Decimal(0), Decimal(600 + p.number % 600)
            pk += 1


def _evaluations(bodies: Bodies, made: Made) -> None:
    first = last_id(Evaluation) + 1
    criteria: dict[int, list[tuple[int, int]]] = {}
    rows = Criterion.objects.filter(call__in=made.calls.values()).order_by("position")
    for pk, call, points in rows.values_list("pk", "call", "max_points"):
        criteria.setdefault(call, []).append((pk, int(points)))
    delivered = _noon(date(2013, 1, 1))

    def call_of(p: Proposal) -> int:
        return made.calls[p.ally.place, p.ally.cycle]

    def evaluations() -> Iterator[tuple]:
        pk = first
        for p in made.proposals:
            for step, member in enumerate(bodies.evaluators[p.ally.place]):
                draft = _running(p.ally.cycle) and (p.number + step) % 3 == 0
                yield pk, p.pk, call_of(p), member, "draft" if draft else "delivered", None if draft else delivered
                pk += 1

    def scores() -> Iterator[tuple]:
        pk = first
        for p in made.proposals:
            grid = criteria[call_of(p)]
            for step in range(EVALUATORS):
                for turn, (criterion, most) in enumerate(grid):
                    points = Decimal(most * (50 + (p.number * 13 + step * 7 + turn * 5) % 51)) / 100
                    yield pk, criterion, points, "Motivo inventato"
                pk += 1

    def conflicts() -> Iterator[tuple]:
        for p in made.proposals:
            for member in bodies.evaluators[p.ally.place]:
                yield p.pk, call_of(p), member, False, delivered

    load(ConflictDeclaration, ("proposal_id", "call_id", "member_id", "has_conflict", "declared_at"), conflicts())
    load(Evaluation, ("id", "proposal_id", "call_id", "member_id", "status", "delivered_at"), evaluations())
    load(Score, ("evaluation_id", "criterion_id", "points", "reason"), scores())


def _rankings(made: Made) -> None:
    base = last_id(Ranking)
    rankings = {}
    rows = []
    for (place, cycle), call in made.calls.items():
        if not _running(cycle):
            base += 1
            rankings[place, cycle] = base
            rows.append(
                (base, call, "published", date(PROGRAMMES[cycle], 2, 25), _noon(date(PROGRAMMES[cycle], 2, 26)))
            )
    load(Ranking, ("id", "call_id", "status", "approved_on", "published_at"), rows)
    order = ("funded", "eligible_not_funded", "below_threshold", "excluded")
    by_ranking: dict[int, list[Proposal]] = {}
    for p in made.proposals:
        if not _running(p.ally.cycle):
            by_ranking.setdefault(rankings[p.ally.place, p.ally.cycle], []).append(p)

    def ranked() -> Iterator[tuple]:
        for ranking, proposals in by_ranking.items():
            proposals.sort(key=lambda p: (order.index(p.outcome), p.pk))
            for position, p in enumerate(proposals, start=1):
                total = None if p.outcome == "excluded" else Decimal(100 - position * 90 // (len(proposals) + 1))
                granted = p.grant if p.outcome == "funded" else Decimal(0)
                yield ranking, p.pk, position, total, "[]", p.outcome, p.grant, granted

    columns = ("ranking_id", "proposal_id", "position", "total", "points", "outcome", "requested", "granted")
    load(RankingRow, columns, ranked())


def _plans(bodies: Bodies, made: Made) -> None:
    base = last_id(TerritorialPlan)
    plans = []
    for (place, cycle), _ in made.calls.items():
        base += 1
        made.plans[place, cycle] = base
        name, year = TERRITORIES[place][0], PROGRAMMES[cycle]
        status = "draft" if _running(cycle) else "running" if cycle == len(PROGRAMMES) - 2 else "concluded"
        title = f"Piano territoriale {year} della Rete di {name}"
        plans.append((base, bodies.networks[place], bodies.programmes[cycle], title, status, True))
    load(TerritorialPlan, ("id", "network_id", "programme_id", "title", "status", "is_example"), plans)
    pk, action = last_id(Project), last_id(PlanAction)
    for p in made.proposals:
        if p.outcome == "funded":
            pk, action = pk + 1, action + 2
            made.projects.append((pk, p))
            made.actions[pk] = (action - 1, action)
    columns = ("id", "proposal_id", "network_id", "programme_id", "alliance_id", "title", "status", "grant_act")
    columns += ("granted_on", "cup", "grant", "co_financing", "starts_on", "ends_on", "is_example")
    load(Project, columns, _project_rows(bodies, made))
    columns = ("id", "plan_id", "origin", "proposal_id", "project_id", "area", "district_id", "title", "starts_on")
    load(PlanAction, (*columns, "ends_on", "amount", "expected_participants"), _planned_rows(made))
    keep_all_sums()
    columns = ("project_id", "kind", "amount", "status", "order_act", "ordered_on", "paid_on")
    load(Payment, columns, _payment_rows(made))


def _project_rows(bodies: Bodies, made: Made) -> Iterator[tuple]:
    for pk, p in made.projects:
        year = PROGRAMMES[p.ally.cycle]
        status = "running" if p.ally.cycle == len(PROGRAMMES) - 2 else "closed"
        yield (
            pk,
            p.pk,
            bodies.networks[p.ally.place],
            bodies.programmes[p.ally.cycle],
            p.ally.pk,
            p.title,
            "revoked" if p.number % 97 == 0 else status,
            f"Decreto n. {p.number}",
            date(year, 2, 27),
            f"X{pk:014d}",
            p.grant,
            p.own,
            p.starts_on,
            p.ends_on,
            True,
        )


def _planned_rows(made: Made) -> Iterator[tuple]:
    for pk, p in made.projects:
        plan = made.plans[p.ally.place, p.ally.cycle]
        cost = p.grant + p.own
        for step, key in enumerate(made.actions[pk]):
            amount = cost - cost // 3 if step == 0 else cost // 3
            area, title = AREAS[(p.number + step) % 5], f"{p.title}: azione {step + 1}"
            yield (
                key,
                plan,
                "alliance",
                p.pk,
                pk,
                area,
                p.ally.district,
                title,
                p.starts_on,
                p.ends_on,
                amount,
                40 + p.number % 100,
            )


def _payment_rows(made: Made) -> Iterator[tuple]:
    for pk, p in made.projects:
        advance = p.grant * 40 / 100
        first, last = p.starts_on + timedelta(days=20), p.ends_on - timedelta(days=30)
        yield pk, "advance", advance, "paid", "Liquidazione n. 1", first, first + timedelta(days=9)
        if p.number % 4:
            yield pk, "interim", p.grant * 30 / 100, "paid", "Liquidazione n. 2", last, last + timedelta(days=9)
