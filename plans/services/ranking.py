"""The graduatoria is drawn up, approved in a meeting of the committee, and published by the ASL."""

from conciliazione.kernel import access, clock
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import ChangedMeanwhile, Refused
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from network.enums import MeetingBody, MeetingStatus

from ..enums import CallStatus, Outcome, RankingStatus
from ..models import Call, Ranking, RankingRow
from ..queries import evaluation
from ..queries import ranking as queries
from ..queries.standing import standing_of
from ..rules import ranking as rules
from ..rules.calls import CALL
from ..rules.evaluation import check_evaluable
from ..rules.proposals import PROPOSAL

OUTCOME_MOVES = {
    Outcome.FUNDED: "fund",
    Outcome.ELIGIBLE_NOT_FUNDED: "leave_unfunded",
    Outcome.BELOW_THRESHOLD: "fall_short",
}


@atomic
def draw_up(call: Call, *, by) -> Ranking:
    """Form the ranking from the delivered evaluations; again and again, until it is approved.

    Raises Refused while somebody still has to deliver, RuleViolated R13 without a constituted committee.
    """
    call = lock(call)
    check_evaluable(call_in_evaluation=call.status == CallStatus.EVALUATION, eligible=True)
    evaluation.check_committee(call.network)
    ranking = Ranking.objects.filter(call=call).first()
    if ranking is not None and ranking.status != RankingStatus.DRAFT:
        raise Refused("La graduatoria è già approvata e non si forma di nuovo.")
    standing = standing_of(by, call)
    if not standing.rows:
        raise Refused("Non ci sono proposte ammesse alla valutazione: non c'è graduatoria da formare.")
    rules.check_all_scored(standing.first_waiting())
    if ranking is None:
        ranking = Ranking.objects.create(call=call)
        begin(ranking, rules.RANKING, by=by, label="Forma la graduatoria")
    else:
        note(ranking, noun=rules.RANKING.noun, name="draw_up", label="Forma di nuovo la graduatoria", by=by)
    _write_rows(ranking, queries.places_of(call))
    return ranking


@atomic
def approve(ranking: Ranking, *, by, meeting, reason: str = "") -> Ranking:
    """The committee approves the ranking in a meeting: its rows are frozen and each proposal gets its outcome.

    Raises Refused (field `meeting`) for a meeting without quorum, ChangedMeanwhile when an evaluation, a withdrawal
    or an exclusion has changed the result since the ranking was drawn up.
    """
    ranking = lock(ranking)
    rules.RANKING.check(ranking.status, "approve")
    call = lock(ranking.call)
    committee_bodies = meeting.body == MeetingBody.COMMITTEE and meeting.network_id == call.network_id
    rules.check_meeting(
        is_committee_of_network=committee_bodies,
        held=meeting.status in {MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED},
        present=queries.present_at(meeting) if committee_bodies else 0,
        quorum=call.network.committee.quorum,
    )
    rows = list(ranking.rows.select_related("proposal").order_by("position"))
    if not queries.rows_match(rows, queries.places_of(call)):
        raise ChangedMeanwhile("Qualcosa è cambiato da quando la graduatoria è stata formata: formala di nuovo.")
    ranking.meeting = meeting
    ranking.approved_on = clock.today()
    move(ranking, rules.RANKING, "approve", by=by, reason=reason)
    for row in rows:
        if row.outcome in OUTCOME_MOVES:
            move(lock(row.proposal), PROPOSAL, OUTCOME_MOVES[row.outcome], by=by, reason=row.reason)
    text = f"Il Comitato ha approvato la graduatoria di «{call.title}»: ora va pubblicata."
    notify(access.people_with(Role.OFFICE, call.network), text, url=ranking.get_absolute_url(), by=by)
    return ranking


@atomic
def publish(ranking: Ranking, *, by, reason: str = "") -> Ranking:
    """The ASL publishes the ranking: everyone may read it, whoever proposed hears, and the call is concluded."""
    ranking = lock(ranking)
    ranking.published_at = clock.now()
    move(ranking, rules.RANKING, "publish", by=by, reason=reason)
    move(lock(ranking.call), CALL, "conclude", by=by)
    for row, people in queries.who_hears_outcome(ranking):
        text = f"Graduatoria di «{ranking.call.title}»: «{row.proposal.title}» è {row.get_outcome_display().lower()}."
        notify(people, text, url=ranking.get_absolute_url(), by=by)
    return ranking


def _write_rows(ranking: Ranking, places: list[rules.Place]) -> None:
    criteria = {c.pk: c for c in ranking.call.criteria.all()}
    ranking.rows.all().delete()
    RankingRow.objects.bulk_create(
        RankingRow(
            ranking=ranking,
            proposal_id=place.id,
            position=place.position,
            total=place.total,
            points=[
                {"criterion": pk, "title": criteria[pk].title, "points": str(points)}
                for pk, points in place.points.items()
            ],
            outcome=place.outcome,
            requested=place.requested,
            granted=place.granted,
            tie_note=place.tie_note,
            reason=place.reason,
        )
        for place in places
    )
