"""What awaits a person in the monitoring, what runs, and which terms come."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from conciliazione.kernel import access, clock
from conciliazione.kernel.tasks import Awaited, Deadline, Running, Task, read_once
from plans.enums import PlanStatus
from plans.models import TerritorialPlan

from ..enums import (
    UNDER_WAY,
    CorrectiveStatus,
    FinancialReportStatus,
    ItemOutcome,
    ReportStatus,
    TerritorialReportStatus,
)
from ..models import CorrectiveAction, FinancialReport, ProgressReport, ReportingWindow, TerritorialReport
from ..rules.corrective import answering_bodies
from .corrections import outdated
from .corrective import answering_for, issuing_for
from .practices import practice_tasks, practices_awaited
from .reports import still_collecting

TO_WRITE = (ReportStatus.DRAFT, ReportStatus.RETURNED)


def tasks_for(person) -> list[Task]:
    """What the person must do, in the seat in which they act. A constant number of queries."""
    return [
        *_reports_to_write(person),
        *_reports_to_validate(person),
        *_finance_tasks(person),
        *_territorial_tasks(person),
        *_corrective_tasks(person),
        *practice_tasks(awaited_by(person)["practices"]),
    ]


def _mine(person, action: str):
    return access.reach(person, action, alliance="project__alliance", network="network")


@read_once
def awaited_by(person) -> Awaited:
    """The reports that may await this person, or whose way they follow."""
    rows = {}
    if access.can(person, "report.submit"):
        rows["to_write"] = (
            still_collecting(ProgressReport.objects.due().filter(_mine(person, "report.submit")))
            .filter(status__in=TO_WRITE, window__opens_on__lte=clock.today())
            .select_related("project", "window")
            .only("status", "project__title", "window__name", "window__due_on")
            .order_by("window__due_on", "pk")
        )
        rows["to_account"] = (
            FinancialReport.objects.filter(
                _mine(person, "report.submit"),
                status__in=[FinancialReportStatus.DRAFT, FinancialReportStatus.RETURNED],
            )
            .select_related("project", "window")
            .only("status", "project__title", "window__name", "window__due_on")
            .order_by("window__due_on", "pk")
        )
    if access.can(person, "report.validate"):
        rows["to_validate"] = (
            ProgressReport.objects.filter(_mine(person, "report.validate"), status=ReportStatus.SUBMITTED)
            .select_related("project__alliance", "window")
            .only("late", "project__title", "project__alliance__name", "window__name")
            .order_by("submitted_at", "pk")
        )
    if access.can(person, "finance.check"):
        rows["to_check"] = (
            FinancialReport.objects.filter(_mine(person, "finance.check"), status=FinancialReportStatus.SUBMITTED)
            .select_related("project", "window")
            .only("project__title", "window__name")
            .order_by("submitted_at", "pk")
        )
    if access.can(person, "territorial.transmit"):
        mine = access.reach(person, "territorial.transmit", network="plan__network")
        written = Q(status__in=[TerritorialReportStatus.DRAFT, TerritorialReportStatus.RETURNED])
        rows["to_transmit"] = (
            TerritorialReport.objects.filter(mine, written | Q(pk__in=outdated().values("pk")))
            .select_related("window", "plan__network")
            .order_by("window__due_on", "version")
        )
        rows["to_begin"] = _plans_to_report(person)
    if access.can(person, "territorial.accept"):
        rows["to_accept"] = (
            TerritorialReport.objects.filter(
                access.reach(person, "territorial.accept", network="plan__network"),
                status=TerritorialReportStatus.TRANSMITTED,
            )
            .select_related("window", "plan__network")
            .order_by("transmitted_at")
        )
    if access.can(person, "territorial.view") or access.can(person, "territorial.view_transmitted"):
        rows["on_their_way"] = (
            TerritorialReport.objects.visible_to(person)
            .exclude(status__in=[TerritorialReportStatus.ACCEPTED, TerritorialReportStatus.SUPERSEDED])
            .select_related("window", "plan__network")
        )
    rows["correctives"] = (
        CorrectiveAction.objects.visible_to(person)
        .exclude(status=CorrectiveStatus.CLOSED)
        .select_related("network", "project")
        .order_by("due_on", "pk")
    )
    rows["practices"] = practices_awaited(person)
    return Awaited(rows)


def _together(number: int, one_of_them: str, why: str, page: str, status: str) -> list[Task]:
    """Many tasks of a kind as one, which opens their list."""
    return [Task(f"{number} {one_of_them}", why, f"{reverse(page)}?stato={status}", "Apri l'elenco")]


def _reports_to_write(person) -> list[Task]:
    return [
        Task(
            what=f"Relazione di «{row.project.title}»: {row.window.name}",
            why="L'ASL l'ha restituita: leggi il motivo, correggi e invia di nuovo."
            if row.status == ReportStatus.RETURNED
            else "Il capofila descrive l'avanzamento in numeri e in parole (art. 11).",
            url=row.get_absolute_url(),
            label="Correggi la relazione" if row.status == ReportStatus.RETURNED else "Compila la relazione",
            due=row.window.due_on,
        )
        for row in awaited_by(person)["to_write"]
    ]


def _reports_to_validate(person) -> list[Task]:
    awaited = awaited_by(person)
    if awaited.are_many("to_validate"):
        why = "I capofila le hanno inviate: validale o restituiscile."
        number = awaited.number("to_validate")
        return _together(number, "relazioni da validare", why, "monitoring:reports", ReportStatus.SUBMITTED)
    return [
        Task(
            what=f"Relazione di «{row.project.title}»: {row.window.name}",
            why=f"{row.project.alliance.name} l'ha inviata{' in ritardo' if row.late else ''}: validala o "
            "restituiscila.",
            url=row.get_absolute_url(),
            label="Leggi e valida",
        )
        for row in awaited["to_validate"]
    ]


def _finance_tasks(person) -> list[Task]:
    awaited = awaited_by(person)
    found = [
        Task(
            what=f"Rendicontazione di «{row.project.title}»: {row.window.name}",
            why="L'ASL l'ha restituita: correggi le spese e inviala di nuovo."
            if row.status == FinancialReportStatus.RETURNED
            else "Il capofila rendiconta ogni spesa con il suo giustificativo (art. 8).",
            url=row.get_absolute_url(),
            label="Completa le spese",
            due=row.window.due_on,
        )
        for row in awaited["to_account"]
    ]
    if awaited.are_many("to_check"):
        why, number = "I capofila le hanno inviate: controlla ogni spesa (art. 8).", awaited.number("to_check")
        page, status = "monitoring:financial_reports", FinancialReportStatus.SUBMITTED
        return found + _together(number, "rendicontazioni da controllare", why, page, status)
    if awaited.number("to_check"):
        left = Count("items", filter=Q(items__outcome=ItemOutcome.TO_CHECK))
        found += [
            Task(
                what=f"Rendicontazione di «{row.project.title}»: {row.window.name}",
                why=f"Spese ancora da controllare: {row.left}." if row.left else "Tutte le spese hanno un esito.",
                url=row.get_absolute_url(),
                label="Controlla le spese" if row.left else "Chiudi il controllo",
            )
            for row in awaited["to_check"].annotate(left=left)
        ]
    return found


def _territorial_tasks(person) -> list[Task]:
    awaited = awaited_by(person)
    found = [_territorial_task(row) for row in awaited["to_transmit"]]
    found += _territorial_to_begin(awaited["to_begin"])
    return found + [
        Task(
            what=f"Relazione territoriale {row.plan.network.name}: {row.window.name}",
            why=f"Trasmessa con protocollo {row.registry_number}: acquisiscila o restituiscila all'ASL.",
            url=row.get_absolute_url(),
            label="Leggi e acquisisci",
        )
        for row in awaited["to_accept"]
    ]


def _territorial_task(row) -> Task:
    """What is written and not handed on, or was handed on and no longer says what was validated."""
    why, label = {
        TerritorialReportStatus.DRAFT: (
            "L'ASL raccoglie e cataloga le azioni del territorio per la Regione (art. 11).",
            "Completa e trasmetti",
        ),
        TerritorialReportStatus.RETURNED: (
            "La Regione l'ha restituita: leggi il motivo e trasmettila di nuovo.",
            "Completa e trasmetti",
        ),
    }.get(
        row.status,
        (
            "Dopo la trasmissione hai validato correzioni che la Regione non vede: mandane una nuova versione.",
            "Prepara la nuova versione",
        ),
    )
    return Task(what=f"Relazione territoriale: {row.window.name}", why=why, url=row.get_absolute_url(), label=label)


def _plans_to_report(person) -> QuerySet[TerritorialPlan]:
    """Those with windows whose term is over and that the ASL has not begun to collect."""
    plans = TerritorialPlan.objects.filter(
        access.reach(person, "territorial.edit", network="network"),
        status__in=[PlanStatus.RUNNING, PlanStatus.CONCLUDED],
    )
    windows = ReportingWindow.objects.filter(programme=OuterRef("programme"), due_on__lt=clock.today()).exclude(
        territorial_reports__plan=OuterRef("pk")
    )
    return plans.filter(Exists(windows)).select_related("network")


def _territorial_to_begin(plans: Iterable[TerritorialPlan]) -> list[Task]:
    return [
        Task(
            what=f"Relazione territoriale di «{plan.title}»",
            why="Una finestra di monitoraggio è chiusa: raccogli e cataloga le azioni per la Regione (art. 11).",
            url=reverse("monitoring:prepare_territorial_report"),
            label="Prepara la relazione",
        )
        for plan in plans
    ]


@read_once
def _correctives(person) -> list[CorrectiveAction]:
    """Those that are not closed, the first term first."""
    return list(awaited_by(person)["correctives"])


def _corrective_tasks(person) -> list[Task]:
    answers, closes = access.can(person, "corrective.answer"), access.can(person, "corrective.close")
    if not answers and not closes:
        return []
    found = []
    for row in _correctives(person):
        asked = answering_bodies(issuer=row.issuer, on_alliance=bool(row.bearer_id))
        if row.status == CorrectiveStatus.OPEN and row.due_on and answering_for(person, row) & set(asked):
            found.append(
                Task(
                    what=f"{row.get_kind_display()}: «{row.subject}»",
                    why=f"{row.get_issuer_display()} chiede una risposta.",
                    url=row.get_absolute_url(),
                    label="Rispondi",
                    due=row.due_on,
                )
            )
        elif row.status == CorrectiveStatus.ANSWERED and row.issuer in issuing_for(person, row):
            found.append(
                Task(
                    what=f"{row.get_kind_display()}: «{row.subject}»",
                    why="È arrivata la risposta: valutala e scrivi l'esito.",
                    url=row.get_absolute_url(),
                    label="Valuta la risposta",
                )
            )
    return found


def _concerns(person, action) -> bool:
    """The person answers it, or waits for the answer."""
    asked = answering_bodies(issuer=action.issuer, on_alliance=bool(action.bearer_id))
    return bool(answering_for(person, action) & set(asked)) or action.issuer in issuing_for(person, action)


def running_for(person) -> list[Running]:
    """Where each report of the person's stands: one process a project and window that is open or under way."""
    found = []
    today = clock.today()
    rows = (
        ProgressReport.objects.due()
        .tracked_by(person)
        .filter(status__in=UNDER_WAY, window__opens_on__lte=today)
        .select_related("project", "window")
        .only("status", "window", "project__title", "window__name")
        .order_by("window__due_on", "project__title", "pk")
    )
    if access.can(person, "report.view_own") or access.can(person, "report.validate"):
        found += [
            Running(
                title=f"{row.project.title}: {row.window.name}",
                url=row.get_absolute_url()
                if row.readable
                else f"{reverse('monitoring:expected')}?finestra={row.window_id}",
                steps=_report_steps(row.status),
            )
            for row in rows[:12]
        ]
    return found + [
        Running(title=str(row), url=row.get_absolute_url(), steps=_territorial_steps(row.status))
        for row in awaited_by(person)["on_their_way"][:12]
    ]


def _report_steps(status: str) -> list[tuple[str, str]]:
    at = {ReportStatus.DRAFT: 0, ReportStatus.RETURNED: 0, ReportStatus.SUBMITTED: 1, ReportStatus.VALIDATED: 2}[status]
    first = "Da correggere" if status == ReportStatus.RETURNED else "Compilazione"
    return _steps([first, "Esame dell'ASL", "Relazione territoriale"], at)


def _territorial_steps(status: str) -> list[tuple[str, str]]:
    order = TerritorialReportStatus
    at = {order.DRAFT: 1, order.RETURNED: 1, order.TRANSMITTED: 2, order.ACCEPTED: 3}[status]
    return _steps(["Relazioni dei capofila", "Relazione territoriale", "Raccolta della Regione"], at)


def _steps(labels: list[str], at: int) -> list[tuple[str, str]]:
    return [(label, "done" if i < at else "current" if i == at else "todo") for i, label in enumerate(labels)]


def deadlines_for(person) -> list[Deadline]:
    """The terms of windows on which the person's projects or networks report, and of corrective actions."""
    today = clock.today()
    found = []
    if access.can(person, "report.track"):
        reports = (
            ProgressReport.objects.due()
            .filter(
                access.reach(person, "report.track", network="project__network", alliance="project__alliance"),
                status__in=TO_WRITE,
                window__due_on__gte=today,
            )
            .order_by("window__due_on")
            .values_list("window__due_on", "window__name", "window")
            .annotate(count=Count("pk"))
        )
        for day, name, window, count in reports:
            what = f"Relazioni da inviare: {name}" + (f" ({count} progetti)" if count > 1 else "")
            found.append(Deadline(day, what, f"{reverse('monitoring:expected')}?finestra={window}"))
    found += [
        Deadline(row.due_on, f"Risposta a «{row.subject}»", row.get_absolute_url())
        for row in _correctives(person)
        if row.status == CorrectiveStatus.OPEN and row.due_on and row.due_on >= today and _concerns(person, row)
    ]
    return sorted(found, key=lambda deadline: deadline.day)
