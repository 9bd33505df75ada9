"""Expenditure and its check (art. 8: the lead answers for the money and reports it; the ASL checks every item)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import ZERO, format_eur, round_eur
from conciliazione.kernel.rulebook import enforces, violated
from conciliazione.kernel.text import search_key

from ..enums import ItemOutcome


@dataclass(frozen=True)
class Spending:
    """An expenditure as it is judged: amounts in EUR."""

    document_on: date
    paid_on: date
    amount: Decimal
    vat: Decimal = ZERO
    own_funds: Decimal = ZERO


@dataclass(frozen=True)
class Finding:
    """What the ASL finds of an item: outcome, approved amount in EUR, reason."""

    outcome: str
    approved: Decimal
    reason: str = ""


def document_key(supplier: str, number: str, amount: Decimal) -> str:
    """The same paper has the same key, however it was typed: supplier, number and amount."""
    plain_number = "".join(c for c in search_key(number) if c.isalnum())
    return sha256(f"{search_key(supplier)}|{plain_number}|{amount:.2f}".encode()).hexdigest()


@enforces("R30")
def check_spending(item: Spending, *, starts_on: date, ends_on: date, today: date) -> None:
    """An expenditure belongs to the project in time, is positive and already paid. Raises Refused beside the field."""
    if item.amount <= 0:
        raise Refused("L'importo deve essere maggiore di zero.", field="amount")
    if item.vat < 0:
        raise Refused("L'IVA non può essere negativa: scrivi zero se la spesa non ne ha.", field="vat")
    if item.vat > item.amount:
        raise Refused(
            f"L'IVA ({format_eur(item.vat)}) è più alta dell'importo ({format_eur(item.amount)}): controlla i due "
            "numeri.",
            field="vat",
        )
    if item.own_funds < 0:
        raise Refused("Il cofinanziamento non può essere negativo.", field="own_funds")
    if item.own_funds > item.amount:
        raise Refused(
            f"La quota coperta dai partner ({format_eur(item.own_funds)}) è più alta dell'importo "
            f"({format_eur(item.amount)}).",
            field="own_funds",
        )
    if not starts_on <= item.document_on <= ends_on:
        raise violated(
            "R30",
            f"Il documento è del {item.document_on:%d/%m/%Y}, fuori dal periodo del progetto "
            f"(dal {starts_on:%d/%m/%Y} al {ends_on:%d/%m/%Y}): la spesa non si può rendicontare",
            field="document_on",
        )
    if item.paid_on < starts_on:
        raise violated(
            "R30",
            f"Il pagamento è del {item.paid_on:%d/%m/%Y}, prima dell'inizio del progetto ({starts_on:%d/%m/%Y}). "
            "Controlla la data",
            field="paid_on",
        )
    if item.paid_on > today:
        raise Refused("Si rendicontano solo spese già pagate: la data del pagamento è nel futuro.", field="paid_on")


@enforces("R30")
def check_items(*, count: int, without_paper: Iterable[str], without_proof: Iterable[str] = ()) -> None:
    """A report is sent with at least one expenditure, each with document and proof of payment. Raises RuleViolated."""
    if not count:
        raise violated("R30", "La rendicontazione non contiene spese. Aggiungi almeno una spesa prima di inviarla")
    without_paper = list(without_paper)
    if without_paper:
        raise violated(
            "R30", f"Manca il giustificativo di: {'; '.join(without_paper)}. Caricalo, poi invia la rendicontazione"
        )
    without_proof = list(without_proof)
    if without_proof:
        raise violated(
            "R30",
            f"Manca la prova del pagamento di: {'; '.join(without_proof)}. Caricala, poi invia la rendicontazione",
        )


@enforces("R30")
def check_finding(finding: Finding, *, amount: Decimal, approved_elsewhere: Decimal, budget: Decimal) -> None:
    """What is approved of an item fits its outcome and amount, and never takes the project beyond its budget.

    `approved_elsewhere` is what is approved of all other items of the project; amounts in EUR. Raises Refused beside
    the field.
    """
    if finding.outcome == ItemOutcome.TO_CHECK:
        raise Refused("Scegli l'esito del controllo.", field="outcome")
    if finding.approved < 0:
        raise Refused("La spesa ammessa non può essere negativa.", field="approved_amount")
    if finding.approved > amount:
        raise Refused(f"La spesa ammessa non può superare l'importo ({format_eur(amount)}).", field="approved_amount")
    if finding.outcome == ItemOutcome.APPROVED and finding.approved != amount:
        raise Refused(
            f"Una spesa ammessa lo è per intero ({format_eur(amount)}). Se l'importo è minore, scegli «Ammessa in "
            "parte».",
            field="approved_amount",
        )
    if finding.outcome == ItemOutcome.PARTLY and not ZERO < finding.approved < amount:
        raise Refused(
            f"Una spesa ammessa in parte sta tra zero e l'importo ({format_eur(amount)}), esclusi.",
            field="approved_amount",
        )
    if finding.outcome == ItemOutcome.DISALLOWED and finding.approved != 0:
        raise Refused("Di una spesa non ammessa l'importo ammesso è zero.", field="approved_amount")
    if finding.outcome == ItemOutcome.PARKED and finding.approved != 0:
        raise Refused("Di una spesa sospesa l'importo ammesso è zero finché non la sciogli.", field="approved_amount")
    if finding.outcome == ItemOutcome.PARKED and not finding.reason.strip():
        raise Refused("Scrivi che cosa manca: il capofila deve sapere che cosa portare.", field="reason")
    if finding.outcome in {ItemOutcome.PARTLY, ItemOutcome.DISALLOWED} and not finding.reason.strip():
        raise Refused(
            "Scrivi il motivo: il capofila deve sapere perché la spesa non è ammessa per intero.", field="reason"
        )
    if approved_elsewhere + finding.approved > budget:
        left = max(budget - approved_elsewhere, ZERO)
        raise violated(
            "R30",
            f"Con questa spesa il totale ammesso supererebbe il costo del progetto ({format_eur(budget)}): restano "
            f"{format_eur(left)}. Ammettila in parte o non ammetterla",
            field="approved_amount",
        )


@enforces("R30")
def check_duplicate(finding: Finding, *, found_in: Iterable[str]) -> None:
    """A paper that is also in another report is approved only with a reason. Raises RuleViolated."""
    found_in = list(found_in)
    if found_in and finding.approved > 0 and not finding.reason.strip():
        raise violated(
            "R30",
            f"Lo stesso documento compare anche in {', '.join(f'«{title}»' for title in found_in)}. Per ammetterlo "
            "scrivi "
            "perché non è pagato due volte",
            field="reason",
        )


@enforces("R30")
def allowed_of(budget: Decimal, shift_percent: int) -> Decimal:
    """What may be approved on a category (EUR): its budget and the allowed shift."""
    return round_eur(budget * (100 + shift_percent) / 100)


@enforces("R30")
def check_shift(
    finding: Finding, *, category: str, approved_elsewhere: Decimal, budget: Decimal, shift_percent: int
) -> None:
    """Beyond the budget of its category and the allowed shift an item is approved only with a reason.

    `approved_elsewhere` is what is approved on the other items of the category. Raises RuleViolated.
    """
    most = allowed_of(budget, shift_percent)
    if finding.approved > 0 and approved_elsewhere + finding.approved > most and not finding.reason.strip():
        raise violated(
            "R30",
            f"Con questa spesa la voce «{category}» arriverebbe a "
            f"{format_eur(approved_elsewhere + finding.approved)}: il previsto è {format_eur(budget)} e lo "
            f"spostamento ammesso del {shift_percent} % arriva a {format_eur(most)}. Scrivi perché lo ammetti, o "
            "ammettila in parte",
            field="reason",
        )


def grant_due(approved: Decimal, *, grant: Decimal, cost: Decimal) -> Decimal:
    """The part of the grant that follows from the approved spending, in EUR: in proportion, never over the grant."""
    if not cost:
        return ZERO
    return min(grant, round_eur(approved * grant / cost))


def co_financing_proved(items: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """EUR of the partners' own that approved spending proves; items are (amount, own funds, approved)."""
    return sum((round_eur(own * approved / amount) for amount, own, approved in items if amount), ZERO)


@enforces("R30")
def check_all_checked(*, count: int, left: int) -> None:
    """The check is closed when every item has an outcome: 100 %, not a sample. Raises RuleViolated."""
    if left:
        raise violated(
            "R30",
            f"Il controllo non è completo: spese controllate {count - left} su {count}. Dai un esito a tutte",
        )
