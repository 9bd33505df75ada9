"""What the monitoring does when something happens, inside the same transaction.

The kept figures follow the records themselves, whichever service writes them: a record that is saved or taken away
leaves a debt (`kernel.afterwards`) that the service settles before it ends.
"""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from conciliazione.kernel.afterwards import owe
from plans.enums import ProposalStatus
from plans.models import ExpectedIndicator, Payment, PlanAction, Project, TerritorialPlan
from plans.rules.plan import PUBLIC
from plans.signals import dossier_asked, project_started

from .enums import FinancialReportStatus, ReportStatus
from .models import (
    ActionProgress,
    ExpenditureItem,
    FinancialReport,
    Measurement,
    MeasurementPart,
    ProgressReport,
)
from .services import rollups
from .services.windows import prepare_for_project


@receiver(project_started, dispatch_uid="monitoring.prepare_reports")
def prepare_reports(sender, *, project, by, **kwargs) -> None:
    """A project that starts owes a report in every window its period touches."""
    prepare_for_project(project, by=by)


@receiver(dossier_asked, dispatch_uid="monitoring.reports_for_dossier")
def reports_for_dossier(sender, *, project, **kwargs) -> list[tuple]:
    """The reports of the project, as documents; who may open each is its kind's word."""
    found: list[tuple] = []
    for model, key in ((ProgressReport, "monitoring_report"), (FinancialReport, "expenditure_statement")):
        rows = model.objects.filter(project=project).order_by("window__due_on", "pk")
        found += [("5 Monitoraggio e rendicontazione", key, report) for report in rows]
    return found


def _money(project) -> None:
    owe(rollups.refresh_money, (project.network_id, project.programme_id, project.pk))


def _results(project) -> None:
    owe(rollups.refresh_results, (project.network_id, project.programme_id, project.pk))


def _place(record) -> tuple[int, int]:
    return record.network_id, record.programme_id


@receiver([post_save, post_delete], sender=Project, dispatch_uid="monitoring.figures_of_project")
def project_changed(instance, **kwargs) -> None:
    """A grant, its act, a revocation: everything of the project may count or not."""
    _money(instance)
    owe(rollups.refresh_coverage, _place(instance))
    owe(rollups.refresh_reports, _place(instance))
    _results(instance)


@receiver([post_save, post_delete], sender=TerritorialPlan, dispatch_uid="monitoring.figures_of_plan")
def plan_changed(instance, **kwargs) -> None:
    """Validated, its actions count from now on."""
    owe(rollups.refresh_all, _place(instance))


@receiver([post_save, post_delete], sender=PlanAction, dispatch_uid="monitoring.figures_of_action")
def action_changed(instance, **kwargs) -> None:
    plan = instance.plan
    if plan.status not in PUBLIC:
        return
    territory = (plan.network_id, plan.programme_id)
    # an action that gets its project leaves those without
    for project in {instance.project_id, None}:
        owe(rollups.refresh_money, (*territory, project))
    owe(rollups.refresh_coverage, territory)


@receiver([post_save, post_delete], sender=Payment, dispatch_uid="monitoring.figures_of_payment")
def payment_changed(instance, **kwargs) -> None:
    _money(instance.project)


@receiver([post_save, post_delete], sender=FinancialReport, dispatch_uid="monitoring.figures_of_financial_report")
def financial_report_changed(instance, **kwargs) -> None:
    _money(instance.project)


@receiver([post_save, post_delete], sender=ExpenditureItem, dispatch_uid="monitoring.figures_of_item")
def item_changed(instance, **kwargs) -> None:
    """Until the check is closed an item counts nowhere."""
    if instance.report.status == FinancialReportStatus.CHECKED:
        _money(instance.report.project)


@receiver([post_save, post_delete], sender=ProgressReport, dispatch_uid="monitoring.figures_of_report")
def report_changed(instance, **kwargs) -> None:
    owe(rollups.refresh_reports, _place(instance.project))
    owe(rollups.refresh_coverage, _place(instance.project))
    _results(instance.project)


@receiver([post_save, post_delete], sender=ActionProgress, dispatch_uid="monitoring.figures_of_progress")
def progress_changed(instance, **kwargs) -> None:
    if instance.report.status == ReportStatus.VALIDATED:
        owe(rollups.refresh_coverage, _place(instance.report.project))


@receiver([post_save, post_delete], sender=Measurement, dispatch_uid="monitoring.figures_of_measurement")
def measurement_changed(instance, **kwargs) -> None:
    if instance.report.status == ReportStatus.VALIDATED:
        _results(instance.report.project)


@receiver([post_save, post_delete], sender=MeasurementPart, dispatch_uid="monitoring.figures_of_part")
def part_changed(instance, **kwargs) -> None:
    measurement_changed(instance.measurement)


@receiver([post_save, post_delete], sender=ExpectedIndicator, dispatch_uid="monitoring.figures_of_target")
def target_changed(instance, **kwargs) -> None:
    """While the proposal is written it has no project, and no figure."""
    if instance.proposal.status == ProposalStatus.FUNDED:
        project = Project.objects.filter(proposal=instance.proposal_id).first()
        if project:
            _results(project)
