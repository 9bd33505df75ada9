"""The Cabina di Regia (art. 4) and the Comitato di Valutazione (art. 6)."""

from collections.abc import Iterable
from datetime import date

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import CommitteeStatus, MeetingBody, MeetingPurpose, SteeringSeatKind

COMMITTEE = register(
    Lifecycle(
        noun="evaluation_committee",
        states=CommitteeStatus,
        initial=CommitteeStatus.FORMING,
        transitions=(
            Transition(
                "constitute",
                (CommitteeStatus.FORMING,),
                CommitteeStatus.CONSTITUTED,
                "Costituisci il Comitato",
                "committee.manage",
                consequence="Il Comitato può valutare le proposte delle Alleanze del territorio (art. 6).",
                primary=True,
            ),
            Transition(
                "lapse",
                (CommitteeStatus.CONSTITUTED,),
                CommitteeStatus.FORMING,
                "Il Comitato non è più validamente costituito",
                "committee.manage",
                automatic=True,
            ),
        ),
    )
)


@enforces("R03")
def check_steering_seat(kind: str) -> None:
    """The Cabina has six kinds of seat and no other (R03, art. 4)."""
    if kind not in SteeringSeatKind.values:
        kinds = ", ".join(SteeringSeatKind.labels)
        raise violated("R03", f"«{kind}» non siede nella Cabina di Regia. I seggi sono: {kinds}.", field="kind")


@enforces("R04")
def check_steering_chair(kind: str, is_chair: bool) -> None:
    """Only the Direzione Famiglia chairs the Cabina (R04, art. 4)."""
    if is_chair and kind != SteeringSeatKind.FAMILY_DIRECTORATE:
        raise violated(
            "R04",
            "Presiede la Cabina solo la Direzione Famiglia: togli la presidenza a questo seggio, o scegli il seggio "
            "della Direzione Famiglia.",
            field="is_chair",
        )


def check_term(starts_on: date, term_ends_on: date | None, *, today: date) -> None:
    """A nomination's term, when it has one, ends on a day to come, after its beginning. Raises Refused."""
    if term_ends_on and term_ends_on <= max(starts_on, today):
        raise Refused("Il mandato finisce in un giorno che deve ancora venire, dopo l'inizio.", field="term_ends_on")


@enforces("R04")
def check_steering_convener(holds_chair: bool) -> None:
    """Only the Direzione Famiglia, which chairs, convenes the Cabina (R04, art. 4)."""
    if not holds_chair:
        raise violated(
            "R04",
            "La Cabina di Regia è convocata solo dalla Direzione Famiglia, che la presiede: chiedi la convocazione a "
            "chi ne occupa il seggio.",
        )


@enforces("R13")
def missing_from_committee(sitting: Iterable[int], *, health_authority: int, ster: int) -> list[str]:
    """Which of the two necessary bodies does not sit yet (R13, art. 6): «ASL», «STER», both or none.

    `sitting` are the identifiers of the bodies whose people sit in the committee today.
    """
    present = set(sitting)
    return [name for name, pk in (("ASL", health_authority), ("STER", ster)) if pk not in present]


@enforces("R13")
def check_committee(sitting: Iterable[int], *, health_authority: int, ster: int) -> None:
    """A committee is validly constituted only with the ASL and the STER of that territory. Raises RuleViolated."""
    missing = missing_from_committee(sitting, health_authority=health_authority, ster=ster)
    if missing:
        who = " e ".join({"ASL": "l'ASL", "STER": "la STER"}[name] for name in missing)
        verb = "siedono" if len(missing) > 1 else "siede"
        raise violated(
            "R13",
            f"Il Comitato è validamente costituito solo con ASL e STER del territorio: non {verb} ancora {who}. "
            "Nomina chi le rappresenta",
        )


PURPOSES_OF = {
    MeetingBody.STEERING: (MeetingPurpose.STEERING,),
    MeetingBody.COMMITTEE: (MeetingPurpose.EVALUATION, MeetingPurpose.PERIODIC, MeetingPurpose.STEERING),
    MeetingBody.NETWORK: (MeetingPurpose.CONVENING, MeetingPurpose.PERIODIC, MeetingPurpose.TRAINING),
    MeetingBody.ALLIANCE: (MeetingPurpose.PERIODIC, MeetingPurpose.TRAINING, MeetingPurpose.STEERING),
}


def check_purpose(body: str, purpose: str) -> None:
    """A meeting's purpose fits its body: the Cabina steers, the committee evaluates, the assembly meets and learns."""
    if purpose not in PURPOSES_OF[body]:
        fitting = ", ".join(p.label for p in PURPOSES_OF[body])
        raise Refused(
            f"«{MeetingPurpose(purpose).label}» non è lo scopo di una seduta di questo organo. Scegli tra: {fitting}.",
            field="purpose",
        )
