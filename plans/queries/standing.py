"""How far the whole committee has come on a call: what the rows of the board come to, without reading them."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import Case, IntegerField, Sum, Value, When

from network.models import CommitteeMember

from ..enums import EvaluationStatus
from ..models import Call, Evaluation
from ..rules.collegial import Lag
from ..rules.evaluation import is_disclosed
from .evaluation import CONFLICT, DELIVERED, EVALUATED, NEXT, OF_MEMBER, UNDECLARED, sits_today, state_of

FREE, IN_CONFLICT, LINK_DENIED = 1, 2, 3  # what a member declared; 0 for nothing
BEGUN, HANDED_IN = 1, 2  # how far their evaluation is
BASE = 4
TOGETHER = 15  # digits in one number: within 32 bits


class Stand(NamedTuple):
    """One proposal: where each member is with it, in their order; whether its points are open to the committee."""

    pk: int
    title: str
    states: tuple[str, ...]
    disclosed: bool
    linked: bool  # a member is in conflict, or denied a link that the portal knows


@dataclass(frozen=True)
class Standing:
    """All proposals of a call, in the order of the board."""

    members: list[CommitteeMember]
    rows: list[Stand]
    place: int | None  # mine among the members

    def mine(self, row: Stand) -> str:
        return row.states[self.place]

    @cached_property
    def expected(self) -> int:
        """How many evaluations I owe: all but those on which I am in conflict."""
        return 0 if self.place is None else sum(1 for row in self.rows if self.mine(row) != CONFLICT)

    @cached_property
    def delivered(self) -> int:
        return 0 if self.place is None else sum(1 for row in self.rows if self.mine(row) == DELIVERED)

    @cached_property
    def waiting(self) -> list[str]:
        """The titles of the proposals that somebody still has to score."""
        return [row.title for row in self.rows if not row.disclosed]

    @property
    def complete(self) -> bool:
        return bool(self.rows) and not self.waiting

    @cached_property
    def next_row(self) -> Stand | None:
        """What I go on with: what I began, then what I may score, then what I must declare on."""
        mine = [] if self.place is None else [row for row in self.rows if self.mine(row) in NEXT]
        return min(mine, key=lambda row: NEXT[self.mine(row)], default=None)

    @cached_property
    def late(self) -> list[CommitteeMember]:
        """Who has not come to an end with all proposals."""
        done = {DELIVERED, CONFLICT}
        return [m for place, m in enumerate(self.members) if any(row.states[place] not in done for row in self.rows)]

    @cached_property
    def lags(self) -> list[tuple[CommitteeMember, Lag]]:
        """[(member, what they still owe)], in their order; nothing is owed where the chair opened the points."""
        found = []
        for place, member in enumerate(self.members):
            states = [row.states[place] for row in self.rows if not row.disclosed]
            undelivered = sum(1 for state in states if state not in {CONFLICT, DELIVERED})
            found.append((member, Lag(states.count(UNDECLARED), undelivered)))
        return found


def standing_of(person, call: Call) -> Standing:
    """Three queries, whatever the size: who sits or sat there, what was declared, what was delivered.

    What the members of a committee said of a proposal comes as one number, a digit for each: so a long call is one
    short row for each proposal, and what stands alike for many is judged once.
    """
    everyone = list(CommitteeMember.objects.filter(committee__network=call.network_id).select_related(*OF_MEMBER))
    members = [member for member in everyone if sits_today(member)]
    progress = _progress(call, everyone)

    @cache
    def judged(opened: bool, said: int, done: int) -> tuple[tuple[str, ...], bool, bool]:
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
        return states, disclosed, any(declared[m] in {IN_CONFLICT, LINK_DENIED} for m in members)

    rows = [
        Stand(pk, title, *judged(opening is not None, _whole(said), progress.get(pk, 0)))
        for pk, title, opening, *said in _declared(call, everyone)
    ]
    place = next((n for n, m in enumerate(members) if person.is_authenticated and m.person_id == person.pk), None)
    return Standing(members, rows, place)


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
        parts[f"part_{start}"] = Sum(code * Case(*weights, default=Value(0), output_field=IntegerField()))
    return parts


def _whole(parts) -> int:
    return sum(int(part or 0) * BASE ** (TOGETHER * number) for number, part in enumerate(parts))


def _declared(call: Call, everyone: list[CommitteeMember]):
    """(key, title, opening of the points, what was declared) of each proposal, in the order of the board."""
    code = Case(
        When(conflict_declarations__has_conflict=True, then=Value(IN_CONFLICT)),
        When(conflict_declarations__known_link="", then=Value(FREE)),
        When(conflict_declarations__known_link__gt="", then=Value(LINK_DENIED)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = call.proposals.filter(status__in=EVALUATED).values("pk", "title", "scores_opening")
    said = _parts_of(everyone, "conflict_declarations__member", code)
    rows = rows.annotate(**said).order_by("registry_number", "pk")
    return rows.values_list("pk", "title", "scores_opening", *said)


def _progress(call: Call, everyone: list[CommitteeMember]) -> dict[int, int]:
    """How far the evaluations of each proposal are."""
    code = Case(
        When(status=EvaluationStatus.DELIVERED, then=Value(HANDED_IN)),
        default=Value(BEGUN),
        output_field=IntegerField(),
    )
    rows = Evaluation.objects.filter(proposal__call=call, proposal__status__in=EVALUATED).order_by().values("proposal")
    done = _parts_of(everyone, "member", code)
    return {proposal: _whole(found) for proposal, *found in rows.annotate(**done).values_list("proposal", *done)}
