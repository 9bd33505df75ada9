"""Opening the windows on which a programme is reported (art. 11)."""

from django.db import transaction

from conciliazione.kernel import access
from conciliazione.kernel.access import Role
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, note
from conciliazione.kernel.notices import notify
from network.models import Network, Programme
from plans.enums import ProjectStatus
from plans.models import Project

from ..models import ProgressReport, ReportingWindow
from ..rules.windows import Period, check_window, is_expected
from .progress import open_report

REPORTING = (ProjectStatus.RUNNING, ProjectStatus.CLOSED)


@atomic
def create_window(
    programme,
    *,
    by,
    kind,
    name,
    period_from,
    period_to,
    opens_on,
    due_on,
    territorial_due_on=None,
    deviation_percent: int = 50,
    shift_percent: int = 20,
) -> ReportingWindow:
    """Open a window and prepare a report for every project that ran in its period; leads and offices are told.

    Raises Refused when the dates are not in order or outside the programme.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    check_window(
        period=Period(period_from, period_to),
        opens_on=opens_on,
        due_on=due_on,
        territorial_due_on=territorial_due_on,
        programme=Period(programme.starts_on, programme.ends_on),
    )
    if ReportingWindow.objects.filter(programme=programme, name__iexact=name).exists():
        raise Refused("Una finestra con questo nome esiste già nel programma: scegli un altro nome.", field="name")
    window = ReportingWindow.objects.create(
        programme=programme,
        kind=kind,
        name=name,
        period_from=period_from,
        period_to=period_to,
        opens_on=opens_on,
        due_on=due_on,
        territorial_due_on=territorial_due_on,
        deviation_percent=deviation_percent,
        shift_percent=shift_percent,
    )
    note(window, noun="reporting_window", name="create", label="Finestra stabilita", by=by)
    projects = Project.objects.filter(programme=programme, status__in=REPORTING).select_related("alliance", "network")
    for project in projects:
        if is_expected(Period(project.starts_on, project.ends_on), Period(period_from, period_to)):
            open_report(project, window, by=by, tell=True)
    networks = Network.objects.filter(plans__programme=programme).distinct()
    for network in networks:
        notify(
            access.people_with(Role.OFFICE, network),
            f"Nuova finestra di monitoraggio «{name}»: si compila dal {opens_on:%d/%m/%Y}, entro il {due_on:%d/%m/%Y}.",
            url=window.get_absolute_url(),
            by=by,
        )
    return window


def prepare_for_project(project, *, by) -> list[ProgressReport]:
    """The reports that a project which starts will owe, one for each window its period touches.

    Called inside the transaction of the start.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "Reports are prepared inside the transaction that starts the project."
        )
    windows = ReportingWindow.objects.filter(programme=project.programme_id)
    period = Period(project.starts_on, project.ends_on)
    reports = [
        open_report(project, window, by=by)
        for window in windows
        if is_expected(period, Period(window.period_from, window.period_to))
    ]
    if reports:
        first = min(reports, key=lambda report: report.window.due_on)
        notify(
            access.people_with(Role.LEAD, project.alliance),
            f"Il progetto «{project.title}» è avviato: la prima relazione di monitoraggio si compila dal "
            f"{first.window.opens_on:%d/%m/%Y}, entro il {first.window.due_on:%d/%m/%Y}.",
            url=first.get_absolute_url(),
            by=by,
        )
    return reports
