"""Belonging to the network (art. 5): whoever adhered before stays, unless they expressly renounce."""

from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import MembershipStatus as State

MEMBERSHIP = register(
    Lifecycle(
        noun="membership",
        states=State,
        initial=State.REQUESTED,
        transitions=(
            Transition(
                "accept",
                (State.REQUESTED,),
                State.MEMBER,
                "Accogli la richiesta",
                "membership.manage",
                consequence="L'ente diventa aderente da oggi e i suoi delegati vedono la Rete. Resta da raccogliere "
                "la firma dell'adesione (art. 5).",
                primary=True,
            ),
            Transition(
                "decline",
                (State.REQUESTED,),
                State.DECLINED,
                "Non accogliere la richiesta",
                "membership.manage",
                consequence="L'ente riceve la motivazione e può presentare una nuova richiesta.",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "renounce",
                (State.MEMBER,),
                State.RENOUNCED,
                "Rinuncia all'adesione",
                "membership.renounce",
                consequence="Da oggi l'ente non è più parte della Rete e i suoi delegati non ne vedono più gli atti. "
                "La rinuncia è espressa e resta agli atti con la sua motivazione (art. 5).",
                needs_reason=True,
                dangerous=True,
            ),
            Transition(
                "leave",
                (State.MEMBER,),
                State.LEFT,
                "Registra l'uscita dalla Rete",
                "membership.manage",
                consequence="Serve quando l'ente cessa, si fonde o cambia territorio. Non è una rinuncia: quella la "
                "esprime l'ente.",
                needs_reason=True,
                dangerous=True,
            ),
        ),
    )
)


@enforces("R08")
def check_renunciation(reason: str) -> None:
    """A renunciation is express: silence is not one, so it carries its reason (R08, art. 5)."""
    if not reason.strip():
        raise violated(
            "R08",
            "La rinuncia è espressa: il silenzio non basta. Scrivi perché l'ente rinuncia.",
            field="reason",
        )


@enforces("R06")
def check_not_the_lead(is_lead: bool) -> None:
    """The ASL leads its network and cannot go out of it (R06, art. 5)."""
    if is_lead:
        raise violated("R06", "L'ASL è il capofila della Rete: la sua adesione non può finire.")


@enforces("R08")
def remains_member(*, renounced: bool, declared_left: bool) -> bool:
    """Whether an adherent of an earlier agreement is a member: always, unless one of these was put on record."""
    return not (renounced or declared_left)
