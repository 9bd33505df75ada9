"""How a proposal is evaluated: conflicts of interest first, then each member's points, then all together (art. 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.rulebook import enforces, violated

from ..enums import EvaluationStatus as State

EVALUATION = register(
    Lifecycle(
        noun="evaluation",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "deliver",
                (State.DRAFT,),
                State.DELIVERED,
                "Consegna la valutazione",
                "evaluation.score",
                consequence="I tuoi punti restano come sono. Gli altri componenti li vedono quando tutti hanno "
                "consegnato.",
                primary=True,
            ),
            Transition(
                "reopen",
                (State.DELIVERED,),
                State.DRAFT,
                "Riapri la valutazione",
                "evaluation.score",
                consequence="Puoi correggere i tuoi punti, e poi li consegni di nuovo. Si può fare finché i punti "
                "degli altri componenti non sono visibili.",
                needs_reason=True,
            ),
        ),
    )
)


@dataclass(frozen=True)
class Body:
    """A body that a member speaks for."""

    id: int
    name: str


@dataclass(frozen=True)
class Side:
    """An alliance in the call: its name and the ids of its partners' bodies."""

    name: str
    bodies: frozenset[int]


def known_link(bodies: Iterable[Body], proposing: Side, competing: Iterable[Side]) -> str:
    """The link between a member and a proposal that the portal knows by itself, in words; empty if there is none.

    A member is linked when a body that they speak for is a partner in the alliance that proposes, or in another
    alliance that competes for the same money.
    """
    bodies = sorted(bodies, key=lambda body: (body.name, body.id))
    for body in bodies:
        if body.id in proposing.bodies:
            return f"{body.name} è partner di {proposing.name}, che presenta la proposta"[:300]
    for side in sorted(competing, key=lambda side: side.name):
        for body in bodies:
            if body.id in side.bodies:
                return f"{body.name} è partner di {side.name}, che concorre allo stesso avviso"[:300]
    return ""


def check_declaration(*, known: str, has_conflict: bool, note: str, before: bool | None, delivered: bool) -> None:
    """A known link is denied only with a note; who declared a conflict does not take it back.

    `before` is what the member declared earlier on this proposal, None if nothing.
    """
    if before is True:
        raise Refused("Hai già dichiarato il conflitto di interessi su questa proposta: la dichiarazione resta.")
    if before is False and not has_conflict:
        raise Refused("Hai già dichiarato di non essere in conflitto di interessi su questa proposta.")
    if known and not has_conflict and not note.strip():
        raise Refused(
            f"Il portale conosce un legame: {known}. Per dichiarare che non sei in conflitto spiega perché nella nota.",
            field="note",
        )
    if before is False and delivered and not note.strip():
        raise Refused(
            "Hai già consegnato la valutazione, che da ora non conta più: spiega nella nota che cosa è emerso.",
            field="note",
        )


def check_may_open(declared: bool | None) -> None:
    """No member opens a proposal before declaring, and who is in conflict never does. `declared`: has a conflict?"""
    if declared is None:
        raise Refused("Prima di aprire la proposta dichiara se sei in conflitto di interessi.")
    if declared:
        raise Refused(
            "Hai dichiarato un conflitto di interessi su questa proposta: testo e punteggi restano chiusi per te fino "
            "alla conclusione dell'avviso."
        )


def why_minutes_closed(*, evaluates: bool, must_declare: bool, declared: bool | None) -> str:
    """Why what the minutes say of a proposal is not for a person while it is evaluated, in words; "" when it is.

    `evaluates`: the person acts for the committee or the ASL; `must_declare`: for the committee alone.
    """
    if declared:
        return (
            "Hai dichiarato un conflitto di interessi su questa proposta: ciò che il verbale ne dice resta chiuso per "
            "te fino alla conclusione dell'avviso."
        )
    if not evaluates:
        return (
            "La valutazione è in corso: ciò che il verbale dice di una proposta si legge quando la graduatoria è "
            "pubblicata."
        )
    if must_declare and declared is None:
        return "Prima di leggere ciò che il verbale dice della proposta dichiara se sei in conflitto di interessi."
    return ""


@enforces("R13")
def check_committee(*, constituted: bool, has_asl: bool, has_ster: bool) -> None:
    """Only a validly constituted committee evaluates: with the ASL and the STER of the territory (art. 6)."""
    if constituted and has_asl and has_ster:
        return
    missing = [name for name, there in (("ASL", has_asl), ("STER", has_ster)) if not there]
    why = f"manca {' e '.join(missing)}" if missing else "non è ancora costituito"
    raise violated(
        "R13",
        f"Il Comitato di Valutazione non può valutare: {why}. L'ASL capofila di Rete ne completa la composizione.",
    )


@enforces("R14")
def check_territory(*, committee_network: int, call_network: int, alliance_network: int) -> None:
    """The committee evaluates the proposals of alliances of its own territory alone (art. 6)."""
    if not committee_network == call_network == alliance_network:
        raise violated(
            "R14",
            "Il Comitato valuta solo le proposte delle Alleanze del proprio territorio: questa proposta è di un'altra "
            "Rete.",
        )


def check_evaluable(*, call_in_evaluation: bool, eligible: bool) -> None:
    """Points go to eligible proposals of a call that is in evaluation, and to no other."""
    if not call_in_evaluation:
        raise Refused("L'avviso non è in valutazione: i punteggi si danno dalla chiusura alla graduatoria.")
    if not eligible:
        raise Refused(
            "La proposta non è ammessa alla valutazione: si valutano solo quelle che hanno superato la verifica."
        )


def check_points(points: Decimal | None, most: Decimal, *, field: str | None = None) -> None:
    """Points lie between zero and the criterion's maximum, with two decimals at most."""
    if points is None:
        return
    if not points.is_finite() or not Decimal(0) <= points <= most:
        raise Refused(f"I punti vanno da 0 a {_plain(most)}.", field=field)
    if points != points.quantize(Decimal("0.01")):
        raise Refused("I punti hanno al massimo due decimali.", field=field)


def missing_scores(criteria: Mapping[int, str], scored: Mapping[int, tuple[Decimal | None, str]]) -> list[str]:
    """What a member still has to write before delivering: points and reason for every criterion, in their order."""
    missing = []
    for key, title in criteria.items():
        points, reason = scored.get(key, (None, ""))
        wanting = [
            word for word, there in (("punti", points is not None), ("motivazione", bool(reason.strip()))) if not there
        ]
        if wanting:
            missing.append(f"{title}: {' e '.join(wanting)}")
    return missing


def check_complete(missing: list[str]) -> None:
    if missing:
        raise Refused(f"Per consegnare manca ancora: {'; '.join(missing)}.")


def is_disclosed(
    *, members: Iterable[int], conflicts: Mapping[int, bool], delivered: Iterable[int], opened: bool = False
) -> bool:
    """Whether the points of a proposal may be seen by the other members.

    So it is once every member has declared, and all those without a conflict (one at least) have delivered; or once
    the chair has opened them.
    """
    members, delivered = set(members), set(delivered)
    if opened:
        return True
    if not members <= conflicts.keys():
        return False
    voters = {member for member in members if not conflicts[member]}
    return voters <= delivered and any(not conflicts.get(member, True) for member in delivered)


def divergence(totals: Iterable[Decimal]) -> Decimal | None:
    """How far apart the members are: the highest total less the lowest; None with fewer than two."""
    totals = list(totals)
    return max(totals) - min(totals) if len(totals) > 1 else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
