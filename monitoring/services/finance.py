"""The financial report: the lead reports every expenditure, the ASL checks every one of them (art. 8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from alliances.models import Partner
from conciliazione.kernel import access, clock, uploads
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.money import ZERO, round_eur
from conciliazione.kernel.moves import atomic, begin, lock, move, note
from conciliazione.kernel.notices import notify
from plans.enums import ProjectStatus

from ..enums import FinancialReportStatus, ItemOutcome
from ..models import ExpenditureItem, FinancialReport
from ..queries.finance import approved_of_project, budget_of, same_paper
from ..queries.writers import writers_of_spending
from ..rules.levels import check_not_oneself
from ..rules.lifecycles import FINANCIAL_REPORT
from ..rules.reports import check_open, is_late
from ..rules.spending import (
    Finding,
    Spending,
    check_all_checked,
    check_duplicate,
    check_finding,
    check_items,
    check_shift,
    check_spending,
    document_key,
    grant_due,
)

EDITABLE = (FinancialReportStatus.DRAFT, FinancialReportStatus.RETURNED)


@atomic
def open_financial_report(project, window, *, by) -> FinancialReport:
    """The financial report of a project in a window, made as a draft if it is not there yet. Raises Refused."""
    if window.programme_id != project.programme_id:
        raise Refused("La finestra è di un altro programma: scegline una del programma del progetto.", field="window")
    if project.status in {ProjectStatus.AWARDED, ProjectStatus.REVOKED}:
        raise Refused("Si rendicontano i progetti avviati: questo non lo è.", field="project")
    check_open(window.opens_on, clock.today())
    report, created = FinancialReport.objects.get_or_create(project=project, window=window)
    if created:
        begin(report, FINANCIAL_REPORT, by=by, label="Rendicontazione aperta")
    return report


def check_editable(report) -> None:
    """Whether the lead may change the expenditures now. Raises Refused."""
    if report.status not in EDITABLE:
        raise Refused(
            f"La rendicontazione è nello stato «{report.get_status_display()}» e le spese non si modificano. "
            "Se c'è un errore, chiedi all'ASL di restituirla."
        )
    _check_project(report)


def _check_project(report) -> None:
    if report.project.status == ProjectStatus.REVOKED:
        raise Refused("Il progetto è stato revocato: non si rendicontano altre spese.")


@dataclass(frozen=True)
class ItemEntry:
    """An expenditure as it was typed; amounts in EUR. `upload` is the supporting document, `proof` that of payment."""

    partner: Partner
    category: str
    supplier: str
    document_number: str
    document_on: date
    paid_on: date
    amount: Decimal
    vat: Decimal | None = None
    own_funds: Decimal | None = None
    self_declared: bool = False
    payment_reference: str = ""
    upload: object = None
    proof: object = None


def _fill(item, entry: ItemEntry, *, by) -> None:
    report, project = item.report, item.report.project
    amount, vat, own = (round_eur(value or ZERO) for value in (entry.amount, entry.vat, entry.own_funds))
    check_spending(
        Spending(entry.document_on, entry.paid_on, amount, vat, own),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        today=clock.today(),
    )
    if entry.partner.alliance_id != project.alliance_id:
        raise Refused("La spesa è di un partner dell'Alleanza che realizza il progetto.", field="partner")
    twin = report.items.filter(supplier=entry.supplier, document_number=entry.document_number).exclude(pk=item.pk)
    if twin.exists():
        raise Refused(
            f"Il documento {entry.document_number} di {entry.supplier} è già in questa rendicontazione: modificalo, "
            "non ripeterlo.",
            field="document_number",
        )
    for name in ("partner", "category", "supplier", "document_number", "document_on", "paid_on", "self_declared"):
        setattr(item, name, getattr(entry, name))
    item.amount, item.vat, item.own_funds, item.payment_reference = amount, vat, own, entry.payment_reference
    item.document_key = document_key(entry.supplier, entry.document_number, amount)
    item.outcome, item.approved_amount, item.reason = ItemOutcome.TO_CHECK, ZERO, ""
    for name, field in (("supporting_document", "upload"), ("payment_proof", "proof")):
        if getattr(entry, field):
            setattr(item, name, _kept(getattr(entry, field), field, by=by))
    item._history_user, item._history_date = by, clock.now()
    item.save()


def _kept(upload, field: str, *, by):
    try:
        return uploads.store(upload, by=by)
    except Refused as refused:
        refused.field = field
        raise


@atomic
def add_item(report, *, by, **typed) -> ExpenditureItem:
    """Add an expenditure (`typed`: the fields of ItemEntry). Raises Refused beside the field."""
    report = lock(report)
    check_editable(report)
    item = ExpenditureItem(report=report)
    _fill(item, ItemEntry(**typed), by=by)
    return item


@atomic
def edit_item(item, *, by, **typed) -> ExpenditureItem:
    """Change an expenditure; what the ASL had found of it no longer holds. Raises Refused beside the field."""
    report = lock(item.report)
    check_editable(report)
    item = lock(item)
    item.report = report
    _fill(item, ItemEntry(**typed), by=by)
    return item


@atomic
def delete_item(item, *, by) -> FinancialReport:
    """Take an expenditure out of the report. Raises Refused once it is sent."""
    report = lock(item.report)
    check_editable(report)
    item = lock(item)
    item._history_user, item._history_date = by, clock.now()
    item.delete()
    return report


def check_submit(report) -> None:
    """Whether the report may be sent: open, with expenditures, each with its paper (R30). Raises Refused."""
    check_editable(report)
    items = list(report.items.values_list("supplier", "document_number", "supporting_document", "payment_proof"))
    check_items(
        count=len(items),
        without_paper=[f"{supplier} {number}" for supplier, number, paper, _ in items if not paper],
        without_proof=[f"{supplier} {number}" for supplier, number, _, proof in items if not proof],
    )


@atomic
def submit_financial_report(report, *, by, reason: str = "") -> FinancialReport:
    """Send the report to the ASL; after the term it is accepted and marked late. Raises Refused."""
    report = lock(report)
    FINANCIAL_REPORT.check(report.status, "submit")
    check_submit(report)
    if report.submitted_at is None:
        report.late = is_late(report.window.due_on, clock.today())
    report.submitted_at, report.submitted_by = clock.now(), by
    project = report.project
    reported = report.items.aggregate(total=Sum("amount"))["total"]
    report.claimed_amount = grant_due(reported, grant=project.grant, cost=project.cost)
    move(report, FINANCIAL_REPORT, "submit", by=by, reason=reason)
    notify(
        access.people_with(Role.OFFICE, report.project.network),
        f"Rendicontazione inviata: «{report.project.title}», {report.window.name}. Ogni spesa va controllata.",
        url=report.get_absolute_url(),
        by=by,
    )
    return report


@atomic
def return_financial_report(report, *, by, reason: str) -> FinancialReport:
    """Give the report back to the alliance's lead with the reason. Raises Refused."""
    report = lock(report)
    move(report, FINANCIAL_REPORT, "return", by=by, reason=reason)
    notify(
        access.people_with(Role.LEAD, report.project.alliance),
        f"L'ASL ha restituito la rendicontazione di «{report.project.title}», {report.window.name}: {reason}",
        url=report.get_absolute_url(),
        by=by,
    )
    return report


def check_checking(report, by, item=None) -> None:
    """Whether this person may check the report's expenditures now; what was parked also later. Raises Refused."""
    parked = item is not None and item.outcome == ItemOutcome.PARKED and report.status == FinancialReportStatus.CHECKED
    if report.status != FinancialReportStatus.SUBMITTED and not parked:
        raise Refused(
            f"Si controllano le spese di una rendicontazione inviata: questa è «{report.get_status_display()}»."
        )
    check_not_oneself(writers_of_spending(report), by.pk if by else None, what="la rendicontazione")


@atomic
def check_item(item, *, by, outcome: str, approved_amount=None, reason: str = "") -> ExpenditureItem:
    """Write down what the ASL found of an expenditure (EUR); without an amount, all or nothing as the outcome says.

    Raises Refused beside the field; RuleViolated beyond the project's budget (R30).
    """
    report = lock(item.report)
    item = lock(item)
    check_checking(report, by, item)
    if approved_amount is None:
        approved_amount = item.amount if outcome == ItemOutcome.APPROVED else ZERO
    finding = Finding(outcome, round_eur(approved_amount), reason)
    check_finding(
        finding,
        amount=item.amount,
        approved_elsewhere=approved_of_project(report.project_id, without=item.pk),
        budget=report.project.cost,
    )
    window = report.window
    check_shift(
        finding,
        category=item.get_category_display(),
        approved_elsewhere=approved_of_project(report.project_id, without=item.pk, category=item.category),
        budget=budget_of(report.project).get(item.category, ZERO),
        shift_percent=window.shift_percent,
    )
    check_duplicate(finding, found_in=[str(twin.report.project) for twin in same_paper([item])[item.pk]])
    item.outcome, item.approved_amount, item.reason = finding.outcome, finding.approved, finding.reason
    item._history_user, item._history_date, item._change_reason = by, clock.now(), item.get_outcome_display()
    item.save()
    note(
        report,
        noun="financial_report",
        name="check_item",
        label=f"Spesa controllata: {item} – {item.get_outcome_display().lower()}"[:200],
        by=by,
        reason=reason,
    )
    return item


def check_finish(report, by) -> None:
    """Whether the check may be closed: every expenditure has an outcome (100 %). Raises Refused."""
    check_checking(report, by)
    outcomes = list(report.items.values_list("outcome", flat=True))
    check_all_checked(count=len(outcomes), left=outcomes.count(ItemOutcome.TO_CHECK))


@atomic
def finish_check(report, *, by, reason: str = "") -> FinancialReport:
    """Close the check; the outcomes are final. Raises RuleViolated while an expenditure has none (R30)."""
    report = lock(report)
    FINANCIAL_REPORT.check(report.status, "finish")
    check_finish(report, by)
    report.checked_at, report.checked_by = clock.now(), by
    move(report, FINANCIAL_REPORT, "finish", by=by, reason=reason)
    notify(
        access.people_with(Role.LEAD, report.project.alliance),
        f"Controllo concluso sulla rendicontazione di «{report.project.title}», {report.window.name}: vedi gli esiti.",
        url=report.get_absolute_url(),
        by=by,
    )
    return report
