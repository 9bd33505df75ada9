from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.keeping import Keeping, kept_key
from plans.enums import BudgetCategory

from ..enums import DeclarationOutcome, FinancialReportStatus, ItemOutcome


class FinancialReportQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Drafts: the alliance alone. Sent ones: its network too. Regione and Cabina: once checked (R31, R43)."""
        own = access.reach(person, "report.view_own", alliance="project__alliance")
        received = access.reach(person, "report.view", network="network")
        regional = access.reach(person, "report.view_validated", network="network")
        return self.filter(
            own | received & ~Q(status=FinancialReportStatus.DRAFT) | regional & Q(status=FinancialReportStatus.CHECKED)
        )


class FinancialReport(Keeping):
    """The rendicontazione of a project in a window (R30, art. 8). The ASL checks every item."""

    project = models.ForeignKey("plans.Project", models.PROTECT, related_name="financial_reports")
    window = models.ForeignKey("monitoring.ReportingWindow", models.PROTECT, related_name="financial_reports")
    network = kept_key("network.Network")
    kept, belongs_to = "network", "project"
    status = models.CharField(
        "stato", max_length=10, choices=FinancialReportStatus, default=FinancialReportStatus.DRAFT
    )
    submitted_at = models.DateTimeField("inviata il", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField("controllata il", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late = models.BooleanField("in ritardo", default=False, editable=False)
    claimed_amount = models.DecimalField(
        "contributo richiesto", max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )

    history = HistoricalRecords(excluded_fields=["network"])
    objects = FinancialReportQuerySet.as_manager()

    class Meta:
        verbose_name = "rendicontazione"
        verbose_name_plural = "rendicontazioni"
        ordering = ["-window__period_from", "project__title"]
        indexes = [
            # the lists, newest window first: of one network, of all
            models.Index(fields=["network", "window", "id", "status"], name="financial_report_of_network"),
            models.Index(fields=["window", "id", "network", "status"], name="financial_report_of_all"),
        ]
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
    vat = models.DecimalField("di cui IVA", max_digits=12, decimal_places=2, default=0)
    own_funds = models.DecimalField("di cui cofinanziamento", max_digits=12, decimal_places=2, default=0)
    # attested by a declaration in place of a document (d.P.R. 445/2000, art. 47); the ASL verifies a sample of these
    self_declared = models.BooleanField("dichiarazione sostitutiva", default=False)
    payment_reference = models.CharField("estremi del pagamento", max_length=100, blank=True)
    supporting_document = models.ForeignKey(
        "kernel.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    payment_proof = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
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
            models.CheckConstraint(
                name="expenditure_parts_within_amount",
                condition=Q(vat__gte=0, own_funds__gte=0) & Q(vat__lte=F("amount")) & Q(own_funds__lte=F("amount")),
                violation_error_message="IVA e cofinanziamento stanno tra zero e l'importo.",
            ),
            models.UniqueConstraint(
                fields=["report", "supplier", "document_number"],
                name="expenditure_document_once",
                violation_error_message="Questo documento è già nella rendicontazione.",
            ),
        ]

    def __str__(self):
        return f"{self.supplier} {self.document_number}"

    @property
    def net(self):
        """The amount without VAT, in EUR."""
        return self.amount - self.vat

    def scopes(self):
        return self.report.scopes()


class DeclarationSampleQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "finance.check", network="network"))


class DeclarationSample(models.Model):
    """A sample of the self-declarations of a network in a window: anyone draws the same again from seed and share."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="declaration_samples")
    window = models.ForeignKey("monitoring.ReportingWindow", models.PROTECT, related_name="declaration_samples")
    seed = models.CharField("seme", max_length=40)
    share = models.PositiveSmallIntegerField("quota in %")
    population = models.JSONField("dichiarazioni tra cui si è estratto", editable=False)  # their keys, in order
    drawn_at = models.DateTimeField("estratto il", default=clock.now)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()
    objects = DeclarationSampleQuerySet.as_manager()

    class Meta:
        verbose_name = "campione di dichiarazioni"
        verbose_name_plural = "campioni di dichiarazioni"
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "window"],
                name="declaration_sample_once",
                violation_error_message="Per questa finestra il campione è già stato estratto: un'altra estrazione "
                "non sarebbe più un campione casuale.",
            ),
            models.CheckConstraint(
                name="declaration_sample_share",
                condition=Q(share__gte=1, share__lte=100),
                violation_error_message="La quota del campione sta tra 1 e 100 %.",
            ),
        ]

    def __str__(self):
        return f"Campione di dichiarazioni – {self.window.name}"

    def get_absolute_url(self):
        return reverse("monitoring:sample", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}


class SampledDeclaration(models.Model):
    """A self-declaration that the sample drew, and what the ASL found of it."""

    sample = models.ForeignKey(DeclarationSample, models.CASCADE, related_name="drawn")
    item = models.OneToOneField(ExpenditureItem, models.PROTECT, related_name="sampled")
    position = models.PositiveIntegerField("ordine di estrazione")
    outcome = models.CharField("esito", max_length=15, choices=DeclarationOutcome, default=DeclarationOutcome.TO_VERIFY)
    finding = models.CharField("che cosa si è visto", max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "dichiarazione estratta"
        ordering = ["sample", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="sampled_declaration_position_once"),
        ]

    def __str__(self):
        return str(self.item)

    def scopes(self):
        return self.sample.scopes()
