from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.keeping import Keeping, kept_key
from network.enums import Dimension
from plans.enums import ProjectStatus
from plans.models import Project

from ..enums import UNDER_WAY, ReportStatus, WindowKind
from ..rules.changes import Change
from ..rules.levels import REPORT_READERS, Level


class ReportingWindow(models.Model):
    """A period of a programme on which everybody reports, with its term."""

    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="reporting_windows")
    kind = models.CharField("tipo", max_length=12, choices=WindowKind)
    name = models.CharField("nome", max_length=100)
    period_from = models.DateField("periodo dal")
    period_to = models.DateField("periodo al")
    opens_on = models.DateField("si compila dal")
    due_on = models.DateField("entro il")
    # a value further than this from the last period, or a total from its target, asks for a note; 0 asks for none
    territorial_due_on = models.DateField("relazione territoriale entro il", null=True, blank=True)
    # how far the spending on a category may pass its budget before the ASL must say why
    shift_percent = models.PositiveSmallIntegerField("spostamento ammesso tra voci di spesa, in %", default=20)
    deviation_percent = models.PositiveSmallIntegerField("scostamento che chiede una nota, in %", default=50)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "finestra di monitoraggio"
        ordering = ["programme", "period_from"]
        indexes = [models.Index(fields=["due_on", "opens_on", "id"], name="window_by_term")]
        constraints = [
            models.CheckConstraint(
                name="window_dates_in_order",
                condition=Q(period_to__gt=F("period_from")) & Q(due_on__gte=F("opens_on")),
                violation_error_message="Le date della finestra non sono in ordine.",
            ),
            models.CheckConstraint(
                name="window_territorial_term_last",
                condition=Q(territorial_due_on__isnull=True) | Q(territorial_due_on__gte=F("due_on")),
                violation_error_message="La relazione territoriale viene dopo quelle dei progetti.",
            ),
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="window_name_once",
                violation_error_message="Una finestra con questo nome esiste già nel programma.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("monitoring:windows")

    def scopes(self):
        return {"programme": self.programme_id}


def revoked_projects() -> models.QuerySet[Project]:
    return Project.objects.filter(status=ProjectStatus.REVOKED).order_by().values("pk")


class ProgressReportQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Drafts: the alliance alone. Sent ones: its network too. Regione and Cabina: once validated (R31, R43)."""
        return self.filter(self.readable_by(person))

    @staticmethod
    def readable_by(person) -> Q:
        """Which reports the person may open, as a condition."""
        return (
            access.reach(person, "report.view_own", alliance="project__alliance")
            & Q(status__in=REPORT_READERS[Level.ALLIANCE])
            | access.reach(person, "report.view", network="network") & Q(status__in=REPORT_READERS[Level.NETWORK])
            | access.reach(person, "report.view_validated", network="network")
            & Q(status__in=REPORT_READERS[Level.REGION])
        )

    def tracked_by(self, person):
        """The reports of which the person may know whether they have come, also where the content is not theirs yet.

        `readable` says of each whether it may be opened.
        """
        return self.filter(
            access.reach(person, "report.track", network="network", alliance="project__alliance")
        ).annotate(
            readable=Case(
                When(Q(pk__isnull=False) & self.readable_by(person), then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            )
        )

    def due(self):
        """The reports that are owed: a project that was revoked owes none."""
        # the few revoked ones are looked up once, not the state of the project of every report
        return self.exclude(project__in=revoked_projects())

    def standing(self):
        """One report a project and window: the version that counts, else the first; no correction under way."""
        return self.filter(Q(version=1) | Q(status=ReportStatus.VALIDATED)).exclude(status=ReportStatus.SUPERSEDED)


class ProgressReport(Keeping):
    """The alliance lead's word on a project in a window, in quantity and in quality (R44, art. 11.1)."""

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="progress_reports")
    window = models.ForeignKey(ReportingWindow, models.PROTECT, related_name="progress_reports")
    network = kept_key("network.Network")
    kept, belongs_to = "network", "project"
    version = models.PositiveSmallIntegerField("versione", default=1)
    why_corrected = models.CharField("motivo della correzione", max_length=300, blank=True)
    status = models.CharField("stato", max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    people_reached = models.PositiveIntegerField("persone raggiunte nel periodo", null=True, blank=True)
    enterprises_reached = models.PositiveIntegerField("imprese raggiunte nel periodo", null=True, blank=True)
    narrative = models.TextField("come procede il progetto", blank=True)
    difficulties = models.TextField("difficoltà incontrate", blank=True)
    corrective_proposals = models.TextField("azioni correttive proposte", blank=True)
    submitted_at = models.DateTimeField("inviato il", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    validated_at = models.DateTimeField("validato il", null=True, blank=True)
    validated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # of the first time it was sent: what came in time and was returned is not late
    late = models.BooleanField("in ritardo", default=False, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    # of a correction, what it changed of the version before it: frozen when it is validated
    changes = models.JSONField("che cosa cambia", null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["network"])
    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = "relazione di monitoraggio"
        verbose_name_plural = "relazioni di monitoraggio"
        ordering = ["-window__period_from", "project__title", "-version"]
        indexes = [
            # the values that count are read window by window; the late ones of a window among all of it
            models.Index(
                fields=["window", "id"], condition=Q(status=ReportStatus.VALIDATED), name="progress_report_counted"
            ),
            models.Index(fields=["window"], condition=Q(status=ReportStatus.DRAFT), name="progress_report_drafts"),
            # a home tells of the first few that are on their way, the window whose term comes first before the others
            models.Index(
                fields=["network", "window", "id", "project"],
                condition=Q(status__in=UNDER_WAY),
                name="progress_report_under_way",
            ),
            # the lists, newest window first: of one network, of all
            models.Index(
                fields=["network", "window", "id", "status", "version", "project"], name="progress_report_of_territory"
            ),
            models.Index(fields=["window", "id", "network", "status"], name="progress_report_of_all"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "window", "version"],
                name="progress_report_once",
                violation_error_message="La relazione di questo progetto per questa finestra esiste già.",
            ),
            models.UniqueConstraint(
                fields=["project", "window"],
                condition=Q(status=ReportStatus.VALIDATED),
                name="progress_report_counts_once",
                violation_error_message="Di una relazione conta una versione alla volta.",
            ),
            models.UniqueConstraint(
                fields=["project", "window"],
                condition=Q(status__in=UNDER_WAY),
                name="progress_report_written_once",
                violation_error_message="Di questa relazione c'è già una versione in corso: completa quella.",
            ),
            models.CheckConstraint(
                name="progress_report_not_self_validated",
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=F("submitted_by")),
                violation_error_message="Chi ha inviato la relazione non può validarla.",
            ),
        ]

    def __str__(self):
        corrected = f", versione {self.version}" if self.version > 1 else ""
        return f"Relazione {self.project.title} – {self.window.name}{corrected}"

    def get_absolute_url(self):
        return reverse("monitoring:report", args=[self.pk])

    @property
    def kept_changes(self) -> list[Change]:
        """What a validated correction changed, as it was kept then."""
        return [Change(**row) for row in self.changes or ()]

    def scopes(self):
        return self.project.scopes()


class ActionProgress(models.Model):
    """Where one action of the project stands: the qualitative half of the report."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="action_progress")
    plan_action = models.ForeignKey("plans.PlanAction", models.PROTECT, related_name="progress")
    percent = models.PositiveSmallIntegerField("avanzamento %", default=0)
    note = models.TextField("nota", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "plan_action"], name="action_progress_once"),
            models.CheckConstraint(
                name="action_progress_within_hundred",
                condition=Q(percent__lte=100),
                violation_error_message="L'avanzamento sta tra 0 e 100.",
            ),
        ]

    def __str__(self):
        return f"{self.plan_action}: {self.percent}%"


class Measurement(models.Model):
    """The value reached on an expected indicator in the period of a report, with its parts where it is broken down."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="measurements")
    expected = models.ForeignKey("plans.ExpectedIndicator", models.PROTECT, related_name="measurements")
    value = models.DecimalField("valore", max_digits=12, decimal_places=2)
    weight = models.DecimalField("peso della media", max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField("nota", max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "misura"
        verbose_name_plural = "misure"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "expected"],
                name="measurement_once",
                violation_error_message="Questo indicatore ha già un valore nella relazione.",
            ),
            models.CheckConstraint(
                name="measurement_not_negative",
                condition=Q(value__gte=0) & (Q(weight__isnull=True) | Q(weight__gt=0)),
                violation_error_message="I valori non possono essere negativi.",
            ),
        ]

    def __str__(self):
        return f"{self.expected.indicator}: {self.value}"


class MeasurementPart(models.Model):
    """A part of a value: the categories of each dimension add up to it (the service holds it, see `save_report`)."""

    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="parts")
    dimension = models.CharField("disaggregazione", max_length=10, choices=Dimension)
    category = models.CharField("voce", max_length=20)  # of a district, its primary key
    value = models.DecimalField("valore", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "parte di una misura"
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "dimension", "category"],
                name="measurement_part_once",
                violation_error_message="Questa voce ha già un valore.",
            ),
            models.CheckConstraint(
                name="measurement_part_not_negative",
                condition=Q(value__gte=0),
                violation_error_message="I valori non possono essere negativi.",
            ),
        ]

    def __str__(self):
        return f"{self.get_dimension_display()}, {self.category}: {self.value}"


class ReportAttachment(models.Model):
    """A document that goes with a progress report: a register, a leaflet, a photograph of an event."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="attachments")
    title = models.CharField("che cos'è", max_length=150)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "allegato"
        verbose_name_plural = "allegati"
        ordering = ["report", "pk"]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.report.scopes()
