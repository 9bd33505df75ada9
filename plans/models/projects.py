from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.money import format_eur

from ..enums import PaymentKind, PaymentStatus, ProjectStatus


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(access.reach(person, "project.view", network="network", alliance="alliance"))


class Project(models.Model):
    """A funded proposal: grant act, CUP, dates, money (EUR)."""

    proposal = models.OneToOneField("plans.ProjectProposal", models.PROTECT, related_name="project")
    network = models.ForeignKey("network.Network", models.PROTECT, related_name="projects")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="projects")
    alliance = models.ForeignKey("alliances.Alliance", models.PROTECT, related_name="projects")
    title = models.CharField("titolo", max_length=200)
    status = models.CharField("stato", max_length=10, choices=ProjectStatus, default=ProjectStatus.AWARDED)
    grant_act = models.CharField("atto di concessione", max_length=200, blank=True)
    granted_on = models.DateField("concesso il", null=True, blank=True)
    cup = models.CharField("CUP", max_length=15, blank=True)
    grant = models.DecimalField("contributo", max_digits=12, decimal_places=2)
    co_financing = models.DecimalField("cofinanziamento", max_digits=12, decimal_places=2)
    starts_on = models.DateField("dal")
    ends_on = models.DateField("al")
    is_example = models.BooleanField("esempio inventato", default=False)

    history = HistoricalRecords()
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "progetto finanziato"
        verbose_name_plural = "progetti finanziati"
        ordering = ["title"]
        indexes = [
            # the list by title: of one network, of all
            models.Index(fields=["network", "title", "id"], name="project_of_network_by_title"),
            models.Index(fields=["title", "id", "network"], name="project_by_title"),
            models.Index(fields=["id"], condition=Q(status=ProjectStatus.REVOKED), name="project_revoked"),
            # those on which an office may have something to do, oldest first
            models.Index(
                fields=["network", "granted_on", "id"],
                condition=Q(status__in=[ProjectStatus.AWARDED, ProjectStatus.RUNNING]),
                name="project_begun_by_grant",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="project_money_not_negative",
                condition=Q(grant__gte=0) & Q(co_financing__gte=0),
                violation_error_message="Gli importi non possono essere negativi.",
            ),
            models.CheckConstraint(
                name="project_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="Il progetto non può finire prima di cominciare.",
            ),
            models.UniqueConstraint(
                fields=["cup"],
                condition=~Q(cup=""),
                name="project_cup_once",
                violation_error_message="Questo CUP è già di un altro progetto.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plans:project", args=[self.pk])

    def scopes(self):
        return {"alliance": self.alliance_id, "network": self.network_id}

    @property
    def cost(self):
        return self.grant + self.co_financing


class Publication(models.Model):
    """The publication of a grant (d.lgs. 33/2013 art. 26-27): a grant over 1,000 EUR takes effect only with it."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="publication")
    beneficiary = models.CharField("beneficiario", max_length=200)
    tax_code = models.CharField("dati fiscali", max_length=16)
    amount = models.DecimalField("importo", max_digits=12, decimal_places=2)
    legal_basis = models.CharField("norma o titolo", max_length=300)
    office = models.CharField("ufficio", max_length=150)
    official = models.CharField("responsabile del procedimento", max_length=150)
    selection = models.CharField("modalità di individuazione", max_length=300)
    published_at = models.DateTimeField("pubblicato il")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "pubblicazione del contributo"
        ordering = ["-published_at"]

    def __str__(self):
        return f"{self.beneficiary}: {self.amount}"

    @property
    def stands(self):
        """The amount that the public reads today (EUR): that of the newest update, from the rows as loaded."""
        updates = list(self.updates.all())
        return updates[-1].amount if updates else self.amount

    @property
    def grounds(self) -> str:
        """The legal basis, and each act that changed the amount with what it was before."""
        acts = [f"{u.act} del {u.act_on:%d/%m/%Y} (prima {format_eur(u.before)})" for u in self.updates.all()]
        return "; ".join([self.legal_basis, *acts])


class Payment(models.Model):
    """A tranche of a grant, paid to the alliance's lead (EUR)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="payments")
    kind = models.CharField("tipo", max_length=10, choices=PaymentKind)
    amount = models.DecimalField("importo", max_digits=12, decimal_places=2)
    status = models.CharField("stato", max_length=10, choices=PaymentStatus, default=PaymentStatus.ORDERED)
    order_act = models.CharField("atto di liquidazione", max_length=200)
    ordered_on = models.DateField("disposto il")
    paid_on = models.DateField("pagato il", null=True, blank=True)
    cancel_reason = models.TextField("motivo dell'annullamento", blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "pagamento"
        verbose_name_plural = "pagamenti"
        ordering = ["project", "ordered_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="payment_positive",
                condition=Q(amount__gt=0),
                violation_error_message="L'importo del pagamento deve essere maggiore di zero.",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(kind__in=[PaymentKind.ADVANCE, PaymentKind.FINAL]) & ~Q(status=PaymentStatus.CANCELLED),
                name="payment_once_per_kind",
                violation_error_message="Questo pagamento è già stato disposto per il progetto.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.project}"

    def scopes(self):
        return self.project.scopes()
