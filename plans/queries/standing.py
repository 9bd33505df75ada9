"""How far the whole committee has come on a call: what the rows of the board come to, without reading them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import Case, Field, IntegerField, Sum, Value, When

from network.models import CommitteeMember

from ..enums import EvaluationStatus
from ..models import Call, ConflictDeclaration, Evaluation, ProjectProposal
from ..rules.collegial import Lag
from ..rules.evaluation import is_disclosed
from ..rules.ranking import TOLD
from .evaluation import CONFLICT, DELIVERED, EVALUATED, NEXT, OF_MEMBER, UNDECLARED, sits_today, state_of

FREE, IN_CONFLICT, LINK_DENIED = 1, 2, 3  # what a member declared; 0 for nothing
BEGUN, HANDED_IN = 1, 2  # how far their evaluation is
BASE = 4
SAID, DONE = "said", "done"
AS_READ = Field()  # whole numbers as every database gives them: thousands of rows are not converted one by one
TOGETHER = 15  # digits in one number: within 32 bits


class How(NamedTuple):
    """Where each member is with a proposal, in their order; whether its points are open to the committee."""

    states: tuple[str, ...]
    disclosed: bool
    linked: bool  # a member is in conflict, or denied a link that the portal knows


class Stand(NamedTuple):
    """One proposal and how it stands."""

    pk: int
    how: How

    @property
    def states(self) -> tuple[str, ...]:
        return self.how.states

    @property
    def disclosed(self) -> bool:
        return self.how.disclosed

    @property
    def linked(self) -> bool:
        return self.how.linked


@dataclass(frozen=True)
class Standing:
    """All proposals of a call, in the order of the board."""

    call: Call
    members: list[CommitteeMember]
    rows: list[Stand]
    place: int | None  # mine among the members

    def mine(self, row: Stand | How) -> str:
        return row.states[self.place]

    @cached_property
    def alike(self) -> list[tuple[How, int]]:
        """How the proposals stand, and how many of them: a few kinds, however long the call."""
        return list(Counter(row.how for row in self.rows).items())

    def _count(self, holds) -> int:
        return sum(number for how, number in self.alike if holds(how))

    @cached_property
    def expected(self) -> int:
        """How many evaluations I owe: all but those on which I am in conflict."""
        return 0 if self.place is None else self._count(lambda how: self.mine(how) != CONFLICT)

    @cached_property
    def delivered(self) -> int:
        return 0 if self.place is None else self._count(lambda how: self.mine(how) == DELIVERED)

    @cached_property
    def linked(self) -> int:
        return self._count(lambda how: how.linked)

    def first_waiting(self, shown: Iterable[ProjectProposal] = ()) -> list[str]:
        """The titles of the first proposals that somebody still has to score, as many as are ever told and one more.
        One query, unless they are among those `shown`."""
        keys = [row.pk for row in self.rows if not row.how.disclosed][: TOLD + 1]
        titles = {proposal.pk: proposal.title for proposal in shown}
        if not titles.keys() >= set(keys):
            titles = dict(self.call.proposals.filter(pk__in=keys).values_list("pk", "title"))
        return [titles[pk] for pk in keys]

    @property
    def complete(self) -> bool:
        return bool(self.rows) and all(how.disclosed for how, _ in self.alike)

    @cached_property
    def next_row(self) -> Stand | None:
        """What I go on with: what I began, then what I may score, then what I must declare on."""
        mine = [] if self.place is None else [how for how, _ in self.alike if self.mine(how) in NEXT]
        if not mine:
            return None
        first = min(NEXT[self.mine(how)] for how in mine)
        return next(row for row in self.rows if NEXT.get(self.mine(row.how)) == first)

    @cached_property
    def late(self) -> list[CommitteeMember]:
        """Who has not come to an end with all proposals."""
        done = {DELIVERED, CONFLICT}
        return [
            m for place, m in enumerate(self.members) if any(how.states[place] not in done for how, _ in self.alike)
        ]

    @cached_property
    def lags(self) -> list[tuple[CommitteeMember, Lag]]:
        """[(member, what they still owe)], in their order; nothing is owed where the chair opened the points."""
        found = []
        for place, member in enumerate(self.members):
            owed: Counter[str] = Counter()
            for how, number in self.alike:
                if not how.disclosed:
                    owed[how.states[place]] += number
            undelivered = owed.total() - owed[CONFLICT] - owed[DELIVERED]
            found.append((member, Lag(owed[UNDECLARED], undelivered)))
        return found


def standing_of(person, call: Call) -> Standing:
    """Three queries, whatever the size: who sits or sat there, the proposals, what was declared and delivered.

    What the members of a committee said of a proposal comes as one number, a digit for each, and how far they came as
    another: so a long call is two numbers for each proposal, and what stands alike for many is judged once.
    """
    everyone = list(CommitteeMember.objects.filter(committee__network=call.network_id).select_related(*OF_MEMBER))
    members = [member for member in everyone if sits_today(member)]

    @cache
    def judged(opened: bool, said: int, done: int) -> How:
        declared = dict(zip(everyone, _digits(said, len(everyone)), strict=True))
        handed = dict(zip(everyone, _digits(done, len(everyone)), strict=True))
        conflicts = {member.pk: code == IN_CONFLICT for member, code in declared.items() if code}
        disclosed = is_disclosed(
            members=[member.pk for member in members],
            conflicts=conflicts,
            delivered=[m.pk for m, code in handed.items() if code == HANDED_IN and conflicts.get(m.pk) is False],
            opened=opened,
        )
        states = tuple(state_of(conflicts.get(m.pk), PROGRESS[handed[m]]) for m in members)
        return How(states, disclosed, any(declared[m] in {IN_CONFLICT, LINK_DENIED} for m in members))

    said, done = _told(call, everyone)
    proposals = call.proposals.filter(status__in=EVALUATED).order_by("registry_number", "pk")
    openings = proposals.values_list("pk", "scores_opening")
    rows = [Stand(pk, judged(opening is not None, said.get(pk, 0), done.get(pk, 0))) for pk, opening in openings]
    place = next((n for n, m in enumerate(members) if person.is_authenticated and m.person_id == person.pk), None)
    return Standing(call, members, rows, place)


PROGRESS = {0: None, BEGUN: EvaluationStatus.DRAFT, HANDED_IN: EvaluationStatus.DELIVERED}


def _digits(number: int, length: int) -> list[int]:
    return [number // BASE**place % BASE for place in range(length)]


def _parts_of(everyone: list[CommitteeMember], path: str, code) -> dict[str, Sum]:
    """A code for each member, each at their own digit: as many numbers as keep every one within what a database
    counts with, since a network has ever more members who sat there once."""
    parts = {}
    for start in range(0, len(everyone), TOGETHER):
        some = everyone[start : start + TOGETHER]
        weights = [When(**{path: member.pk}, then=Value(BASE**place)) for place, member in enumerate(some)]
        digits = code * Case(*weights, default=Value(0), output_field=IntegerField())
        parts[f"part_{start}"] = Sum(digits, output_field=AS_READ)
    return parts


def _whole(parts) -> int:
    return sum(int(part or 0) * BASE ** (TOGETHER * number) for number, part in enumerate(parts))


def _in_numbers(rows, everyone: list[CommitteeMember], code, *, kind: str):
    """(proposal, kind, what its rows come to)."""
    parts = _parts_of(everyone, "member", code)
    rows = rows.order_by().annotate(kind=Value(kind)).values("proposal", "kind").annotate(**parts)
    return rows.values_list("proposal", "kind", *parts)


def _told(call: Call, everyone: list[CommitteeMember]) -> tuple[dict[int, int], dict[int, int]]:
    """(what was declared, how far the evaluations are), each by proposal. One statement over the rows of the call."""
    if not everyone:
        return {}, {}
    said = Case(
        When(has_conflict=True, then=Value(IN_CONFLICT)),
        When(known_link="", then=Value(FREE)),
        default=Value(LINK_DENIED),
        output_field=IntegerField(),
    )
    done = Case(
        When(status=EvaluationStatus.DELIVERED, then=Value(HANDED_IN)),
        default=Value(BEGUN),
        output_field=IntegerField(),
    )
    declared = _in_numbers(ConflictDeclaration.objects.filter(call=call), everyone, said, kind=SAID)
    evaluated = _in_numbers(Evaluation.objects.filter(call=call), everyone, done, kind=DONE)
    rows = declared.union(evaluated, all=True)
    found: dict[str, dict[int, int]] = {SAID: {}, DONE: {}}
    if len(everyone) <= TOGETHER:
        for proposal, kind, number in rows:
            found[kind][proposal] = number
    else:
        for proposal, kind, *parts in rows:
            found[kind][proposal] = _whole(parts)
    return found[SAID], found[DONE]
