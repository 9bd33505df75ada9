"""The seven duties of article 7: what the portal knows of each adherent, and what it still asks."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count

from conciliazione.kernel.rulebook import enforces

from ..enums import AgreementStatus, MeetingBody, MeetingPurpose, MeetingStatus
from ..models import AgreementSignature, Attendance, DutyContribution, Meeting, Membership, Network
from ..rules.duties import DutyState, Evidence, duties, told_by_others

HELD = (MeetingStatus.HELD, MeetingStatus.MINUTES_APPROVED)
MEETINGS_OF = {
    "R19": (MeetingPurpose.TRAINING,),
    "R20": (MeetingPurpose.PERIODIC, MeetingPurpose.CONVENING),
}
DECLARED = ("R21", "R22", "R23", "R24")


@enforces("R18", "R19", "R20", "R21", "R22", "R23", "R24")
def duties_table(network: Network, memberships: Iterable[Membership]) -> dict[int, list[DutyState]]:
    """Membership -> the state of its seven duties. The number of queries does not follow that of the members."""
    memberships = list(memberships)
    pks = [membership.organisation_id for membership in memberships]
    signed = dict(
        AgreementSignature.objects.filter(
            agreement__network=network,
            agreement__status__in=[AgreementStatus.IN_FORCE, AgreementStatus.EXPIRED],
            signed_on__isnull=False,
            organisation__in=pks,
        )
        .order_by("signed_on")
        .values_list("organisation", "signed_on")
    )
    held = _held(network)
    attended = _attended(network, pks)
    declared = _declared(memberships)
    told = {rule: told_by_others(rule, network.pk, pks) for rule in DECLARED}
    found = {}
    for membership in memberships:
        body = membership.organisation_id
        states = {duty.rule: DutyState(duty) for duty in duties()}
        if body in signed:
            states["R18"].evidence.append(Evidence(f"Ha firmato l'accordo il {signed[body]:%d/%m/%Y}."))
        for rule in MEETINGS_OF:
            there, all_held = attended[body, rule], held[rule]
            if there:
                states[rule].evidence.append(Evidence(f"Presente a {_meetings(there)} su {all_held}."))
            elif all_held:
                states[rule].wanting = f"Assente: {_meetings(all_held)} finora. {states[rule].duty.hint}"
        for rule in DECLARED:
            states[rule].evidence += told[rule].get(body, []) + declared[membership.pk, rule]
        for state in states.values():
            if not state.evidence and not state.wanting:
                state.wanting = state.duty.hint
        found[membership.pk] = list(states.values())
    return found


def duties_of(membership: Membership) -> list[DutyState]:
    """The seven duties of one adherent."""
    return duties_table(membership.network, [membership])[membership.pk]


def _meetings(count: int) -> str:
    return "1 incontro" if count == 1 else f"{count} incontri"


def _held(network: Network) -> dict[str, int]:
    """Rule -> how many meetings that serve it were held."""
    rows = Meeting.objects.filter(network=network, body=MeetingBody.NETWORK, status__in=HELD)
    by_purpose = dict(rows.order_by().values_list("purpose").annotate(n=Count("pk")))
    return {rule: sum(by_purpose.get(purpose, 0) for purpose in purposes) for rule, purposes in MEETINGS_OF.items()}


def _attended(network: Network, organisations: list[int]) -> dict[tuple[int, str], int]:
    """(body, rule) -> at how many of them the body was there."""
    rows = (
        Attendance.objects.filter(
            meeting__network=network,
            meeting__body=MeetingBody.NETWORK,
            meeting__status__in=HELD,
            organisation__in=organisations,
        )
        .values_list("organisation", "meeting__purpose")
        .annotate(n=Count("pk"))
    )
    found: dict[tuple[int, str], int] = defaultdict(int)
    for organisation, purpose, count in rows:
        for rule, purposes in MEETINGS_OF.items():
            if purpose in purposes:
                found[organisation, rule] += count
    return found


def _declared(memberships: list[Membership]) -> dict[tuple[int, str], list[Evidence]]:
    """(membership, rule) -> what the adherents told."""
    found: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
    for contribution in DutyContribution.objects.filter(membership__in=memberships):
        text = f"{contribution.day:%d/%m/%Y}: {contribution.text}"
        found[contribution.membership_id, contribution.duty].append(Evidence(text))
    return found
