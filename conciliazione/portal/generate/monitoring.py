"""What the projects tell: a report every two months with its values, and two rendicontazioni."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitoring.models import (
    ActionProgress,
    ExpenditureItem,
    FinancialReport,
    Measurement,
    MeasurementPart,
    ProgressReport,
    ReportingWindow,
)

from .bodies import Bodies
from .bulk import last_id, load
from .names import INDICATORS, PROGRAMMES
from .plans import EXPECTED, Made, Proposal

WINDOWS = 12
ITEMS = 4


@dataclass(frozen=True)
class Window:
    pk: int
    period_to: date


def make(bodies: Bodies, made: Made) -> None:
    windows = _windows(bodies)
    _reports(made, windows, bodies.networks)
    _spending(made, windows, bodies.networks)


def _windows(bodies: Bodies) -> list[list[Window]]:
    base = last_id(ReportingWindow)
    rows, found = [], []
    for programme, year in zip(bodies.programmes, PROGRAMMES, strict=True):
        keys = []
        for number in range(WINDOWS):
            base += 1
            starts = date(year + number // 6, number % 6 * 2 + 1, 1)
            following = date(year + (number + 1) // 6, (number + 1) % 6 * 2 + 1, 1)
            ends = following - timedelta(days=1)
            kind = "final" if number == WINDOWS - 1 else "intermediate"
            name = f"Bimestre {number % 6 + 1} del {year + number // 6}"
            due = ends + timedelta(days=30)
            rows.append((base, programme, kind, name, starts, ends, ends - timedelta(days=10), due))
            keys.append(Window(base, ends))
        found.append(keys)
    columns = ("id", "programme_id", "kind", "name", "period_from", "period_to", "opens_on", "due_on")
    load(ReportingWindow, columns, rows)
    return found


def _status(p: Proposal, turn: int) -> str:
    kind = (p.number + turn * 3) % 20
    return "draft" if kind == 7 else "submitted" if kind == 11 else "returned" if kind == 17 else "validated"


def _reports(made: Made, windows: list[list[Window]], networks: list[int]) -> None:
    first, before = last_id(ProgressReport) + 1, last_id(Measurement)
    sent = datetime(2013, 1, 1, 11, tzinfo=UTC)

    def reports() -> Iterator[tuple]:
        pk = first
        for project, p in made.projects:
            for turn, window in enumerate(windows[p.ally.cycle]):
                status = _status(p, turn)
                at = None if status == "draft" else sent
                validated = at if status == "validated" else None
                yield pk, project, window.pk, networks[p.ally.place], status, "Il progetto procede.", at, validated
                pk += 1

    def progress() -> Iterator[tuple]:
        pk = first
        for project, p in made.projects:
            for turn in range(WINDOWS):
                for action in made.actions[project]:
                    yield pk, action, min(100, (turn + 1) * 8 + p.number % 5)
                pk += 1

    def values() -> Iterator[tuple[int, int, int, int, int, bool]]:
        """(measurement, report, expected, women, men, whether it is split)."""
        measurement, pk, start = before, first, made.proposals[0].pk if made.proposals else 0
        for _, p in made.projects:
            expected = made.first_expected + (p.pk - start) * EXPECTED
            for turn in range(WINDOWS):
                for step in range(EXPECTED):
                    measurement += 1
                    women, men = (p.number * 3 + turn * 5 + step) % 37, (p.number + turn + step * 7) % 23
                    yield measurement, pk, expected + step, women, men, persons[(p.number % 15) + step]
                pk += 1

    def parts() -> Iterator[tuple]:
        for measurement, _, _, women, men, split in values():
            if split:
                yield measurement, "sex", "women", women
                yield measurement, "sex", "men", men

    persons = [unit == "persone" for _, unit, _ in INDICATORS]
    columns = ("id", "project_id", "window_id", "network_id", "status", "narrative", "submitted_at", "validated_at")
    load(ProgressReport, columns, reports())
    load(ActionProgress, ("report_id", "plan_action_id", "percent"), progress())
    columns = ("id", "report_id", "expected_id", "value")
    load(
        Measurement, columns, ((pk, report, expected, women + men) for pk, report, expected, women, men, _ in values())
    )
    load(MeasurementPart, ("measurement_id", "dimension", "category", "value"), parts())


def _spending(made: Made, windows: list[list[Window]], networks: list[int]) -> None:
    first = last_id(FinancialReport) + 1
    sent = datetime(2013, 1, 1, 11, tzinfo=UTC)
    turns = (5, WINDOWS - 1)

    def checked(p: Proposal, turn: int) -> bool:
        return (p.number + turn) % 10 != 3

    def reports() -> Iterator[tuple]:
        pk = first
        for project, p in made.projects:
            for turn in turns:
                done = checked(p, turn)
                window = windows[p.ally.cycle][turn].pk
                yield pk, project, window, networks[p.ally.place], "checked" if done else "submitted", sent
                pk += 1

    def items() -> Iterator[tuple]:
        pk = first
        for _, p in made.projects:
            for turn in turns:
                done = checked(p, turn)
                amount = (p.grant + p.own) * 9 / (10 * len(turns) * ITEMS)
                for step in range(ITEMS):
                    kind = (p.number + step) % 9
                    outcome = (
                        ("disallowed" if kind == 4 else "partly" if kind == 7 else "approved") if done else "to_check"
                    )
                    approved = {"approved": amount, "partly": amount / 2}.get(outcome, Decimal(0))
                    day = p.starts_on + timedelta(days=20 + turn * 10 + step)
                    yield (
                        pk,
                        p.ally.partners[step % len(p.ally.partners)],
                        ("staff", "external", "equipment", "communication")[step],
                        f"Fornitore {p.number % 500}",
                        f"{p.number}-{turn}-{step}",
                        day,
                        day + timedelta(days=15),
                        round(amount, 2),
                        outcome,
                        round(approved, 2),
                        "Motivo inventato" if outcome in {"partly", "disallowed"} else "",
                    )
                pk += 1

    load(FinancialReport, ("id", "project_id", "window_id", "network_id", "status", "submitted_at"), reports())
    columns = ("report_id", "partner_id", "category", "supplier", "document_number", "document_on", "paid_on")
    load(ExpenditureItem, (*columns, "amount", "outcome", "approved_amount", "reason"), items())
