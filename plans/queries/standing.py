"""How far the whole committee has come on a call: what the rows of the board come to, without reading them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from django.db.models import Case, Count, F, FilteredRelation, IntegerField, Max, Q, Value, When

from network.models import CommitteeMember

from ..enums import EvaluationStatus
from ..models import Call, ConflictDeclaration
from ..rules import evaluation as rules
from ..rules.collegial import Lag
from .evaluation import CONFLICT, DELIVERED, EVALUATED, IN_HAND, NEXT, TO_DO, UNDECLARED, members_of

STATES = (UNDECLARED, CONFLICT, TO_DO, IN_HAND, DELIVERED)


@dataclass(frozen=True)
class Stand:
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
    """Three queries, whatever the size: the members, the proposals, what was declared and delivered."""
    members = list(members_of(call.network_id))
    places = [member.pk for member in members]
    declared = _declared(call, places)
    nothing = (None,) * len(places) + (0, 0)

    @cache
    def judged(opened: bool, codes: tuple) -> tuple[tuple[str, ...], bool]:
        """Of what stands alike for many proposals: the states, and the rule's word on it."""
        *mine, others, _ = codes
        states = tuple(STATES[code or 0] for code in mine)
        gone = [0] if others else []
        given = dict(zip(places, states, strict=True))
        disclosed = rules.is_disclosed(
            members=places,
            conflicts={pk: s == CONFLICT for pk, s in given.items() if s != UNDECLARED}
            | ({0: False} if others else {}),
            delivered=[pk for pk, state in given.items() if state == DELIVERED] + gone,
            opened=opened,
        )
        return states, disclosed

    rows = []
    proposals = call.proposals.filter(status__in=EVALUATED).order_by("registry_number", "pk")
    for pk, title, opening in proposals.values_list("pk", "title", "scores_opening"):
        codes = declared.get(pk, nothing)
        states, disclosed = judged(opening is not None, codes)
        rows.append(Stand(pk, title, states, disclosed, bool(codes[-1])))
    place = next((n for n, m in enumerate(members) if person.is_authenticated and m.person_id == person.pk), None)
    return Standing(members, rows, place)


def _declared(call: Call, places: Iterable[int]) -> dict[int, tuple]:
    """For each proposal on which somebody declared: (place in STATES of each of these members, or None; how many who
    sit no more had delivered; how many conflicts and denied links there are)."""
    delivered = Q(done__status=EvaluationStatus.DELIVERED)
    state = Case(
        When(has_conflict=True, then=Value(STATES.index(CONFLICT))),
        When(delivered, then=Value(STATES.index(DELIVERED))),
        When(done__pk__isnull=False, then=Value(STATES.index(IN_HAND))),
        default=Value(STATES.index(TO_DO)),
        output_field=IntegerField(),
    )
    theirs = Q(proposal__evaluations__member=F("member"))
    rows = (
        ConflictDeclaration.objects.filter(proposal__call=call, proposal__status__in=EVALUATED)
        .annotate(done=FilteredRelation("proposal__evaluations", condition=theirs))
        .order_by()
        .values("proposal")
        .annotate(
            **{f"member_{pk}": Max(state, filter=Q(member=pk)) for pk in places},
            others=Count("pk", filter=delivered & Q(has_conflict=False) & ~Q(member__in=places)),
            links=Count("pk", filter=Q(member__in=places) & (Q(has_conflict=True) | ~Q(known_link=""))),
        )
    )
    names = ("proposal", *(f"member_{pk}" for pk in places), "others", "links")
    return {row[0]: row[1:] for row in rows.values_list(*names)}
