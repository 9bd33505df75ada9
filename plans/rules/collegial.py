"""What the committee does together: the chair opens the points, the meeting judges, who lags is reminded (art. 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from conciliazione.kernel.errors import Refused


@dataclass(frozen=True)
class Seat:
    """A member as a meeting sees them: their body, whether it was present, whether they are in conflict on the item.

    `conflict` is None while they have not declared.
    """

    name: str
    body: str
    present: bool
    conflict: bool | None
    is_chair: bool = False

    @property
    def votes(self) -> bool:
        return self.present and self.conflict is False

    @property
    def leaves(self) -> bool:
        return self.present and bool(self.conflict)


def check_presides(*, is_chair: bool, chair_there: bool) -> None:
    """The chair does it; where the committee has none, or the chair is in conflict on the item, any member may."""
    if not is_chair and chair_there:
        raise Refused("Può farlo solo chi presiede il Comitato di Valutazione.")


def check_can_open(*, disclosed: bool, delivered: int) -> None:
    """Points are opened while they are still hidden, and when there are some."""
    if disclosed:
        raise Refused("I punti di questa proposta sono già visibili a tutto il Comitato.")
    if not delivered:
        raise Refused("Nessun componente ha ancora consegnato: non ci sono punti da aprire.")


def check_not_opened(opened: bool) -> None:
    """After the chair opened the points nobody scores alone any more: they would know what the others gave."""
    if opened:
        raise Refused(
            "Chi presiede ha aperto i punti di questa proposta: le valutazioni individuali sono chiuse, si decide in "
            "seduta."
        )


def check_visible(disclosed: bool) -> None:
    """The committee judges together once it sees what each has given."""
    if not disclosed:
        raise Refused(
            "Il punteggio collegiale si dà quando tutti hanno consegnato, o chi presiede ha aperto i punti della "
            "proposta."
        )


def item_quorum(quorum: int | None, without_conflict: int) -> int:
    """How many must be present and without conflict when a proposal is judged.

    The committee's own quorum; but never more than those who may take part at all, or a conflict would leave the
    proposal without a judge. At least one.
    """
    return max(1, min(quorum or 1, without_conflict))


def check_item(seats: list[Seat], quorum: int | None) -> None:
    """The meeting is valid for this proposal: all declared, and enough present without conflict."""
    silent = [seat.name for seat in seats if seat.present and seat.conflict is None]
    if silent:
        raise Refused(
            "Prima che si parli della proposta ogni presente dichiara la propria posizione. Manca: "
            f"{', '.join(silent)}.",
            field="meeting",
        )
    needed = item_quorum(quorum, sum(1 for seat in seats if seat.conflict is not True))
    voting = sum(1 for seat in seats if seat.votes)
    if voting < needed:
        raise Refused(
            f"Su questa proposta la seduta non è valida: i presenti senza conflitto di interessi erano {voting} e ne "
            f"servono almeno {needed}. Scegli o convoca un'altra seduta.",
            field="meeting",
        )


def check_collegial_scores(criteria: Mapping[int, str], scored: Mapping[int, tuple]) -> None:
    """Points and reason for every criterion, each said beside its field."""
    for key, title in criteria.items():
        points, reason = scored.get(key, (None, ""))
        if points is None:
            raise Refused(f"Mancano i punti per «{title}».", field=f"points_{key}")
        if not reason.strip():
            raise Refused(f"Manca la motivazione per «{title}».", field=f"reason_{key}")


@dataclass(frozen=True)
class Lag:
    """What a member still owes on a call."""

    undeclared: int
    undelivered: int

    @property
    def words(self) -> str:
        parts = []
        if self.undeclared:
            parts.append(
                "una dichiarazione sul conflitto di interessi"
                if self.undeclared == 1
                else f"{self.undeclared} dichiarazioni sul conflitto di interessi"
            )
        if self.undelivered:
            parts.append("una valutazione" if self.undelivered == 1 else f"{self.undelivered} valutazioni")
        return " e ".join(parts)

    def __bool__(self):
        return bool(self.undeclared or self.undelivered)


DAYS_BETWEEN, LAST_DAYS = 7, 5


def term_after(began: date, days: int) -> date:
    """The last day of the evaluation: that many days after the one on which it began."""
    return began + timedelta(days=days)


def reminder_due(began: date, term: date, today: date) -> str:
    """The reminder that leaves today by itself, as its key; empty on a day without one.

    One each full week since the evaluation began, and one a day in the last days before the term, the term included.
    """
    left, passed = (term - today).days, (today - began).days
    if passed > 0 and 0 <= left <= LAST_DAYS:
        return f"valutazione-giorno-{today:%Y-%m-%d}"
    return f"valutazione-settimana-{passed // DAYS_BETWEEN}" if passed >= DAYS_BETWEEN else ""


def check_somebody_lags(lagging: int, reminded_today: bool) -> None:
    """A reminder goes to somebody, and at most once a day."""
    if not lagging:
        raise Refused("Tutti i componenti hanno consegnato: non c'è nessuno da sollecitare.")
    if reminded_today:
        raise Refused("Il sollecito di oggi è già partito: si può ripetere domani.")
