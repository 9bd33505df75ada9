"""What follows a validated report: corrections as new versions, and the documents that go with a report."""

from conciliazione.kernel import clock, uploads
from conciliazione.kernel.errors import Refused
from conciliazione.kernel.moves import atomic, begin, lock, note
from plans.enums import ProjectStatus

from ..enums import ReportStatus
from ..models import ActionProgress, Measurement, MeasurementPart, ProgressReport, ReportAttachment
from ..rules.lifecycles import PROGRESS_REPORT
from .progress import check_editable

MOST_ATTACHMENTS = 20
COPIED = ("narrative", "difficulties", "corrective_proposals", "people_reached", "enterprises_reached", "late")


def check_correct(report) -> None:
    """Whether a correction may be begun: of the version that counts, one at a time. Raises Refused."""
    if report.status != ReportStatus.VALIDATED:
        raise Refused(
            f"Si corregge una relazione validata: questa è «{report.get_status_display()}». Prima della validazione "
            "chiedi all'ASL di restituirla."
        )
    if report.project.status == ProjectStatus.REVOKED:
        raise Refused("Il progetto è stato revocato: le sue relazioni non si correggono più.")
    versions = ProgressReport.objects.filter(project=report.project_id, window=report.window_id)
    if versions.filter(version__gt=report.version).exists():
        raise Refused("Una correzione è già in corso: completa quella.")


@atomic
def correct_report(report, *, by, reason: str) -> ProgressReport:
    """Begin a correction: a new version that starts from what was validated, which counts until the new one is.

    Raises Refused beside the field.
    """
    report = lock(report)
    check_correct(report)
    if not reason.strip():
        raise Refused("Scrivi che cosa correggi e perché: l'ASL lo legge prima di validare.", field="reason")
    new = ProgressReport.objects.create(
        project=report.project,
        window=report.window,
        version=report.version + 1,
        why_corrected=reason.strip()[:300],
        **{name: getattr(report, name) for name in COPIED},
    )
    begin(new, PROGRESS_REPORT, by=by, label=f"Correzione aperta, versione {new.version}", reason=reason)
    for row in report.measurements.prefetch_related("parts"):
        copy = Measurement(report=new, expected_id=row.expected_id, value=row.value, weight=row.weight, note=row.note)
        copy._history_user, copy._history_date = by, clock.now()
        copy.save()
        MeasurementPart.objects.bulk_create(
            MeasurementPart(measurement=copy, dimension=part.dimension, category=part.category, value=part.value)
            for part in row.parts.all()
        )
    ActionProgress.objects.bulk_create(
        ActionProgress(report=new, plan_action_id=row.plan_action_id, percent=row.percent, note=row.note)
        for row in report.action_progress.all()
    )
    for attachment in report.attachments.all():
        ReportAttachment.objects.create(report=new, title=attachment.title, file_id=attachment.file_id)
    note(
        report, noun="progress_report", name="correct", label=f"Aperta la versione {new.version}", by=by, reason=reason
    )
    return new


@atomic
def add_attachment(report, *, by, title: str, upload) -> ReportAttachment:
    """Put a document beside the report. Raises Refused beside the field."""
    report = lock(report)
    check_editable(report)
    if report.attachments.count() >= MOST_ATTACHMENTS:
        raise Refused(f"Una relazione ha al più {MOST_ATTACHMENTS} allegati: togline uno, o uniscili in un file.")
    try:
        kept = uploads.store(upload, by=by)
    except Refused as refused:
        refused.field = "upload"
        raise
    attachment = ReportAttachment(report=report, title=title, file=kept)
    attachment._history_user, attachment._history_date = by, clock.now()
    attachment.save()
    return attachment


@atomic
def remove_attachment(attachment, *, by) -> ProgressReport:
    """Take a document away from a report that is still written. Raises Refused."""
    report = lock(attachment.report)
    check_editable(report)
    attachment._history_user, attachment._history_date = by, clock.now()
    attachment.delete()
    return report
