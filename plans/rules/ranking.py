"""The graduatoria: from the points of the members to a total order and to where the money ends.

The order stands on the published figures, rounded half up to two decimals, so that whoever reads the ranking can do
the sums again. Money goes in the order of the ranking while it lasts. What the first request that does not fit gets is
said by the call: nothing, or what is left when that is enough of it; from there on all are eligible and not funded,
also those that would still have fitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.lifecycle import Lifecycle, Transition, register
from conciliazione.kernel.money import format_eur

from ..enums import MoneyRule, Outcome
from ..enums import RankingStatus as State

RANKING = register(
    Lifecycle(
        noun="ranking",
        states=State,
        initial=State.DRAFT,
        transitions=(
            Transition(
                "approve",
                (State.DRAFT,),
                State.APPROVED,
                "Approva la graduatoria",
                "ranking.approve",
                consequence="Le righe restano come sono e ogni proposta prende il suo esito: finanziata, ammessa e non "
                "finanziata, sotto soglia.",
                primary=True,
            ),
            Transition(
                "publish",
                (State.APPROVED,),
                State.PUBLISHED,
                "Pubblica la graduatoria",
                "ranking.publish",
                consequence="La graduatoria diventa pubblica, chi ha presentato una proposta riceve l'esito e l'avviso "
                "si conclude.",
                primary=True,
            ),
        ),
    )
)

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class CriterionRule:
    """A row of the grid. `tie_break`: 1 resolves ties first, 2 next; 0 never. A penalty has a weight below zero."""

    id: int
    title: str
    weight: Decimal = Decimal(1)
    threshold: Decimal = Decimal(0)
    tie_break: int = 0


@dataclass(frozen=True)
class GroupRule:
    """A criterion with sub-criteria: the threshold is on the sum of their points times weight, penalties left out."""

    title: str
    threshold: Decimal
    criteria: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """An eligible proposal: what it asks for, and the points of each member who delivered (criterion id -> points)."""

    id: int
    registry_number: str
    requested: Decimal
    ballots: tuple[Mapping[int, Decimal], ...]


@dataclass(frozen=True)
class Place:
    """A row of the ranking. `points`: criterion id -> mean of the members, two decimals."""

    id: int
    position: int
    total: Decimal | None
    points: Mapping[int, Decimal]
    outcome: str
    requested: Decimal
    granted: Decimal = Decimal(0)
    tie_note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Shut:
    """A proposal that was excluded before the evaluation."""

    id: int
    registry_number: str
    requested: Decimal
    reason: str


@dataclass(frozen=True)
class Cut:
    """Where the money ends: whether the last one may get a part of what it asks for, and at least how much (%)."""

    rule: str = MoneyRule.WHOLE
    least: Decimal = Decimal(0)

    def gives(self, left: Decimal, requested: Decimal) -> bool:
        return self.rule == MoneyRule.PARTIAL and left > 0 and left * 100 >= requested * self.least

    @property
    def least_words(self) -> str:
        if self.rule != MoneyRule.PARTIAL or not self.least:
            return ""
        return f", nemmeno per il minimo del {_percent(self.least)} che l'avviso chiede per un contributo parziale"

    @property
    def words(self) -> str:
        """The rule as the pages and the minutes say it."""
        if self.rule != MoneyRule.PARTIAL:
            return (
                "Le risorse vanno in ordine finché bastano al contributo intero: dalla prima proposta che non ci sta, "
                "tutte le seguenti restano ammesse e non finanziate."
            )
        least = f", se è almeno il {_percent(self.least)} di quanto chiede" if self.least else ""
        return (
            "Le risorse vanno in ordine finché bastano al contributo intero: la prima proposta che non ci sta riceve "
            f"ciò che resta{least}; tutte le seguenti restano ammesse e non finanziate."
        )


def half_up(value: Decimal) -> Decimal:
    """Two decimals, the half rounded up."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def mean(values: Sequence[Decimal]) -> Decimal:
    """The arithmetic mean, two decimals, half up."""
    return half_up(sum(values, Decimal(0)) / len(values))


def member_total(ballot: Mapping[int, Decimal], criteria: Iterable[CriterionRule]) -> Decimal:
    """A member's total: points times weight, summed over the criteria. Exact, not rounded."""
    return sum((ballot[c.id] * c.weight for c in criteria), Decimal(0))


def rank(
    candidates: Iterable[Candidate],
    criteria: Sequence[CriterionRule],
    *,
    total_threshold: Decimal,
    budget: Decimal,
    cut: Cut | None = None,
    shut: Iterable[Shut] = (),
    groups: Iterable[GroupRule] = (),
) -> list[Place]:
    """The whole ranking, in order: eligible ones, then below threshold, then excluded.

    The key: total descending; then the mean on each tie-break criterion, descending, in their order; then the
    registry number, ascending (who came first). Raises Refused when a candidate has no ballot.
    """
    criteria, groups = list(criteria), list(groups)
    breakers = sorted((c for c in criteria if c.tie_break), key=lambda c: (c.tie_break, c.id))
    judged = []
    for candidate in candidates:
        place = _judge(candidate, criteria, total_threshold, groups)
        key = (
            place.outcome == Outcome.BELOW_THRESHOLD,
            -place.total,
            *(-place.points[c.id] for c in breakers),
            candidate.registry_number,
            candidate.id,
        )
        judged.append((key, candidate.registry_number, place))
    judged.sort(key=lambda row: row[0])
    rows = [row[2] for row in judged]
    rows = [
        replace(place, tie_note=_tie_note(index, rows, [row[1] for row in judged], breakers))
        for index, place in enumerate(rows)
    ]
    rows = _fund(rows, budget, cut or Cut())
    rows += [
        Place(row.id, 0, None, {}, Outcome.EXCLUDED, row.requested, reason=row.reason)
        for row in sorted(shut, key=lambda row: (row.registry_number, row.id))
    ]
    return [replace(place, position=position) for position, place in enumerate(rows, start=1)]


def check_meeting(*, is_committee_of_network: bool, held: bool, present: int, quorum: int | None) -> None:
    """Approved in a meeting of this network's committee that took place, with its quorum if there is one."""
    if not is_committee_of_network:
        raise Refused("Scegli una seduta del Comitato di Valutazione di questa Rete.", field="meeting")
    if not held:
        raise Refused("La seduta non si è ancora svolta: registrala come svolta, con i presenti.", field="meeting")
    if quorum is not None and present < quorum:
        raise Refused(
            f"La seduta non è valida: erano presenti {present} componenti e ne servono almeno {quorum}. "
            "Convoca un'altra seduta del Comitato.",
            field="meeting",
        )


TOLD = 3  # titles of the proposals that wait


def check_all_scored(waiting: Sequence[str]) -> None:
    """The ranking is drawn up when no eligible proposal waits for points."""
    if waiting:
        some = ", ".join(f"«{title}»" for title in waiting[:TOLD]) + (" e altre" if len(waiting) > TOLD else "")
        raise Refused(
            f"La graduatoria si forma quando tutti i componenti senza conflitto hanno consegnato. Mancano valutazioni "
            f"per: {some}."
        )


def _judge(
    candidate: Candidate, criteria: list[CriterionRule], total_threshold: Decimal, groups: list[GroupRule]
) -> Place:
    if not candidate.ballots:
        raise Refused("Una proposta ammessa non ha nessuna valutazione: la graduatoria non si può formare.")
    points = {c.id: mean([ballot[c.id] for ballot in candidate.ballots]) for c in criteria}
    total = mean([member_total(ballot, criteria) for ballot in candidate.ballots])
    below = [
        f"{c.title}: {_plain(points[c.id])} punti, ne servono {_plain(c.threshold)}"
        for c in criteria
        if points[c.id] < c.threshold
    ]
    for group in groups:
        of_group = [c for c in criteria if c.id in group.criteria and c.weight > 0]
        reached = mean([member_total(ballot, of_group) for ballot in candidate.ballots])
        if reached < group.threshold:
            below.append(f"{group.title}: {_plain(reached)} punti, ne servono {_plain(group.threshold)}")
    if total < total_threshold:
        below.append(f"totale: {_plain(total)} punti, ne servono {_plain(total_threshold)}")
    return Place(
        id=candidate.id,
        position=0,
        total=total,
        points=points,
        outcome=Outcome.BELOW_THRESHOLD if below else Outcome.ELIGIBLE_NOT_FUNDED,
        requested=candidate.requested,
        reason=f"Sotto soglia. {'; '.join(below)}." if below else "",
    )


@dataclass(frozen=True)
class Share:
    """What a request gets (EUR), and why."""

    granted: Decimal
    reason: str
    funded: bool


def share_in_order(requests: Sequence[Decimal], money: Decimal, cut: Cut) -> list[Share]:
    """What each request gets, in their order (EUR): the money while it lasts, then the call's rule."""
    left, ended = money, False
    found = []
    for requested in requests:
        if not ended and requested <= left:
            left -= requested
            found.append(Share(requested, f"Contributo intero; dopo questa proposta restano {format_eur(left)}.", True))
            continue
        granted, reason = Decimal(0), "Le risorse sono finite con le proposte che precedono."
        if not ended and cut.gives(left, requested):
            granted = left
            reason = (
                f"Contributo parziale: le risorse rimaste, {format_eur(left)} su {format_eur(requested)} richiesti."
            )
        elif not ended:
            reason = (
                f"Le risorse rimaste ({format_eur(left)}) non bastano al contributo richiesto "
                f"({format_eur(requested)}){cut.least_words}."
            )
        ended = True
        found.append(Share(granted, reason, granted > 0))
    return found


def _fund(rows: list[Place], budget: Decimal, cut: Cut) -> list[Place]:
    """Give the money in order, to those that reached the thresholds."""
    able = [place for place in rows if place.outcome != Outcome.BELOW_THRESHOLD]
    shares = iter(share_in_order([place.requested for place in able], budget, cut))
    done = []
    for place in rows:
        if place.outcome == Outcome.BELOW_THRESHOLD:
            done.append(place)
            continue
        share = next(shares)
        outcome = Outcome.FUNDED if share.funded else Outcome.ELIGIBLE_NOT_FUNDED
        done.append(replace(place, outcome=outcome, granted=share.granted, reason=share.reason))
    return done


def _tie_note(index: int, rows: list[Place], numbers: list[str], breakers: list[CriterionRule]) -> str:
    """How an equal total with the row above was resolved; the row above says it from its own side."""
    place = rows[index]
    notes = []
    for other_index, word in ((index - 1, "segue"), (index + 1, "precede")):
        if not 0 <= other_index < len(rows):
            continue
        other = rows[other_index]
        same_side = (other.outcome == Outcome.BELOW_THRESHOLD) == (place.outcome == Outcome.BELOW_THRESHOLD)
        if other.total != place.total or not same_side:
            continue
        decisive = next((c for c in breakers if place.points[c.id] != other.points[c.id]), None)
        if decisive:
            figures = f"{_plain(place.points[decisive.id])} contro {_plain(other.points[decisive.id])}"
            how = f"per il criterio «{decisive.title}» ({figures})"
        else:
            how = f"per ordine di protocollo ({numbers[index]} e {numbers[other_index]})"
        notes.append(f"{word} {how}")
    return f"Parità a {_plain(place.total)}: {', e '.join(notes)}."[:300] if notes else ""


def _percent(share: Decimal) -> str:
    return f"{share.normalize():f}".replace(".", ",") + " %"


def _plain(number: Decimal) -> str:
    return f"{half_up(number):f}".replace(".", ",")
