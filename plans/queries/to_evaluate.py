"""The calls and proposals that a person's committee evaluates, and how far the person has come."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, Subquery

from conciliazione.kernel import access
from conciliazione.kernel.models import Move
from network.models import CommitteeMember

from ..enums import CallStatus, EvaluationStatus
from ..models import Call, ConflictDeclaration, Evaluation, ProjectProposal
from .evaluation import EVALUATED


@dataclass(frozen=True)
class CallProgress:
    """A call that is evaluated, with how far the person has come."""

    call: Call
    proposals: int
    undeclared: int
    expected: int
    delivered: int

    @property
    def left(self) -> int:
        return self.expected - self.delivered


def began():
    """For calls: the instant in which their evaluation began."""
    kind = ContentType.objects.get_for_model(Call)
    moves = Move.objects.filter(content_type=kind, object_id=OuterRef("pk"), to_state=CallStatus.EVALUATION)
    return Subquery(moves.order_by("-at").values("at")[:1])


def calls_to_evaluate(person):
    """Calls in evaluation or evaluated, of the networks in whose committee or office the person acts."""
    return (
        Call.objects.filter(access.reach(person, "evaluation.view", network="network"))
        .filter(status__in=[CallStatus.EVALUATION, CallStatus.CONCLUDED])
        .select_related("network", "programme", "ranking")
        .annotate(began_at=began())
    )


def with_counts(calls):
    """Each call with `evaluated`: how many of its proposals the committee evaluates."""
    return calls.annotate(evaluated=Count("proposals", filter=Q(proposals__status__in=EVALUATED)))


def progress_of(person, calls: Iterable[Call]) -> list[CallProgress]:
    """How far the person has come on each call; three queries for all of them."""
    calls = list(calls)
    proposals: dict[int, set[int]] = defaultdict(set)
    rows = ProjectProposal.objects.filter(call__in=calls, status__in=EVALUATED)
    for call_id, proposal_id in rows.values_list("call_id", "pk"):
        proposals[call_id].add(proposal_id)
    members = CommitteeMember.objects.filter(person=person).order_by().values("pk")
    declared = dict(
        ConflictDeclaration.objects.filter(member__in=members, call__in=calls).values_list(
            "proposal_id", "has_conflict"
        )
    )
    delivered = set(
        Evaluation.objects.filter(member__in=members, call__in=calls, status=EvaluationStatus.DELIVERED).values_list(
            "proposal_id", flat=True
        )
    )
    return [
        CallProgress(
            call,
            len(proposals[call.pk]),
            len(proposals[call.pk] - declared.keys()),
            sum(1 for pk in proposals[call.pk] if not declared.get(pk, False)),
            sum(1 for pk in proposals[call.pk] if pk in delivered and not declared.get(pk, False)),
        )
        for call in calls
    ]


def proposals_to_evaluate(person):
    """The proposals that a committee of the person's evaluates, with what their scoring page shows."""
    return (
        ProjectProposal.objects.filter(access.reach(person, "evaluation.view", network="call__network"))
        .filter(status__in=EVALUATED)
        .select_related("call__network", "call__programme", "alliance")
    )
