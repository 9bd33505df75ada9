from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from plans.enums import BudgetCategory

from ..enums import FinancialReportStatus, ItemOutcome


class FinancialReportQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Drafts: the alliance alone. Sent ones: its network too. Regione and Cabina: once checked (R31, R43)."""
        own = access.reach(person, "report.view_own", alliance="project__alliance")
        received = access.reach(person, "report.view", network="project__network")
        regional = access.reach(person, "report.view_validated", network="project__network")
        return self.filter(
            own | received & ~Q(status=FinancialReportStatus.DRAFT) | regional & Q(status=FinancialReportStatus.CHECKED)
        )


class FinancialReport(models.Model):
    """The rendicontazione of a project in a window (R30, art. 8). The ASL checks every item."""

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="financial_reports")
    window = models.ForeignKey("monitoring.ReportingWindow", models.PROTECT, related_name="financial_reports")
    status = models.CharField(
        "stato", max_length=10, choices=FinancialReportStatus, default=FinancialReportStatus.DRAFT
    )
    submitted_at = models.DateTimeField("inviata il", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField("controllata il", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late = models.BooleanField("in ritardo", default=False, editable=False)

    history = HistoricalRecords()
    objects = FinancialReportQuerySet.as_manager()

    class Meta:
        verbose_name = "rendicontazione"
        verbose_name_plural = "rendicontazioni"
        ordering = ["-window__period_from", "project__title"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "window"],
                name="financial_report_once",
                violation_error_message="La rendicontazione di questo progetto per questa finestra esiste già.",
            ),
            models.CheckConstraint(
                name="financial_report_not_self_checked",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("submitted_by")),
                violation_error_message="Chi ha inviato la rendicontazione non può controllarla.",
            ),
        ]

    def __str__(self):
        return f"Rendicontazione {self.project.title} – {self.window.name}"

    def get_absolute_url(self):
        return reverse("monitoring:financial_report", args=[self.pk])

    def scopes(self):
        return self.project.scopes()


class ExpenditureItem(models.Model):
    """A spesa with its giustificativo, and what the ASL found of it (EUR)."""

    report = models.ForeignKey(FinancialReport, models.CASCADE, related_name="items")
    partner = models.ForeignKey("alliances.Partner", models.PROTECT, related_name="+")
    category = models.CharField("voce di spesa", max_length=15, choices=BudgetCategory)
    supplier = models.CharField("fornitore", max_length=200)
    document_number = models.CharField("documento n.", max_length=60)
    document_on = models.DateField("data del documento")
    paid_on = models.DateField("pagato il")
    amount = models.DecimalField("importo", max_digits=12, decimal_places=2)
    supporting_document = models.ForeignKey(
        "kernel.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField("esito", max_length=10, choices=ItemOutcome, default=ItemOutcome.TO_CHECK)
    approved_amount = models.DecimalField("spesa ammessa", max_digits=12, decimal_places=2, default=0)
    reason = models.CharField("motivo", max_length=300, blank=True)
    # supplier, number and amount as they are compared across projects (`rules.spending.document_key`)
    document_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "spesa"
        verbose_name_plural = "spese"
        ordering = ["report", "document_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="expenditure_amounts_in_order",
                condition=Q(amount__gt=0) & Q(approved_amount__gte=0) & Q(approved_amount__lte=F("amount")),
                violation_error_message="La spesa ammessa sta tra zero e l'importo.",
            ),
            models.UniqueConstraint(
                fields=["report", "supplier", "document_number"],
                name="expenditure_document_once",
                violation_error_message="Questo documento è già nella rendicontazione.",
            ),
        ]

    def __str__(self):
        return f"{self.supplier} {self.document_number}"

    def scopes(self):
        return self.report.scopes()
