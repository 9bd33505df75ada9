"""Who wrote a record, whoever sent it then: the portal's history knows it."""

from conciliazione.kernel.moves import timeline

from ..enums import ItemOutcome
from ..models import ExpenditureItem, FinancialReport, GoodPractice, Measurement, ProgressReport, TerritorialReport

SAVED = "Bozza salvata"  # how the history names a draft that was saved
PROPOSED, REWRITTEN = "Buona prassi proposta", "Testo corretto"


def writers_of(report: ProgressReport) -> set[int]:
    """Who wrote its words or its values, and who sent it. One query."""
    words = report.history.filter(history_change_reason=SAVED).order_by()
    values = Measurement.history.filter(report=report.pk).order_by()
    found = words.values_list("history_user").union(values.values_list("history_user"))
    return _people(found, report.submitted_by_id)


def writers_of_spending(report: FinancialReport) -> set[int]:
    """Who wrote one of its expenditures, and who sent it; what the ASL found of them is no writing. One query."""
    written = ExpenditureItem.history.filter(report=report.pk, outcome=ItemOutcome.TO_CHECK).order_by()
    return _people(written.values_list("history_user").distinct(), report.submitted_by_id)


def writers_of_practice(practice: GoodPractice) -> set[int]:
    """Who proposed it or changed its words. One query."""
    written = practice.history.filter(history_change_reason__in=[PROPOSED, REWRITTEN]).order_by()
    return _people(written.values_list("history_user").distinct(), practice.proposed_by_id)


def senders_of(report: TerritorialReport) -> set[int]:
    """Who handed it to the Regione, each time. One query."""
    return _people(timeline(report).filter(name="transmit").values_list("by"))


def _people(rows, *more: int | None) -> set[int]:
    return {pk for pk in [*(pk for (pk,) in rows), *more] if pk is not None}
