from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.keeping import Keeping, kept_key
from network.enums import Area

from ..enums import BudgetCategory, ProposalStatus


class ProjectProposalQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Drafts: the alliance alone. Submitted: also the office and the committee of its own network (R14, R31)."""
        own = access.reach(person, "proposal.view_own", alliance="alliance")
        received = access.reach(person, "proposal.view", network="network")
        return self.filter(own | received & ~Q(status=ProposalStatus.DRAFT))


class ProjectProposal(Keeping):
    """What an alliance proposes to the committee of its territory (art. 8). Fixed once submitted."""

    call = models.ForeignKey("plans.Call", models.PROTECT, related_name="proposals")
    network = kept_key("network.Network")
    kept, belongs_to = "network", "call"
    alliance = models.ForeignKey("alliances.Alliance", models.PROTECT, related_name="proposals")
    title = models.CharField("titolo", max_length=200)
    summary = models.TextField("sintesi", blank=True)
    needs = models.TextField("contesto e bisogni", blank=True)
    objectives = models.TextField("obiettivi", blank=True)
    sustainability = models.TextField("sostenibilità", blank=True)
    status = models.CharField("stato", max_length=20, choices=ProposalStatus, default=ProposalStatus.DRAFT)
    revision = models.PositiveIntegerField(default=1, editable=False)
    # for each text, the revision in which it last changed
    text_revisions = models.JSONField(default=dict, editable=False)
    registry_number = models.CharField("protocollo", max_length=20, blank=True)
    submitted_at = models.DateTimeField("presentata il", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    content_sha256 = models.CharField(max_length=64, blank=True)
    submitted_content = models.JSONField(null=True, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="sostituisce"
    )
    exclusion_reason = models.TextField("motivo dell'esclusione", blank=True)
    is_example = models.BooleanField(default=False)

    history = HistoricalRecords(excluded_fields=["submitted_content", "network"])
    objects = ProjectProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposta progettuale"
        verbose_name_plural = "proposte progettuali"
        ordering = ["-pk"]
        # how many there are, and which: counted and summed over a network's calls without reading their texts
        indexes = [
            models.Index(fields=["call", "status", "id"], name="proposal_of_call_by_state"),
            # those of a call, newest first, and how many of them a network sees
            models.Index(fields=["call", "-submitted_at", "id", "status", "network"], name="proposal_of_call_newest"),
            # the same in the order of their numbers, as the board and the financial plan show them
            models.Index(fields=["call", "registry_number", "id", "status"], name="proposal_of_call_by_number"),
            # the list of a network, newest first: found and counted without reading a proposal
            models.Index(fields=["network", "submitted_at", "id", "status"], name="proposal_of_network_in_order"),
        ]
        constraints = [
            models.CheckConstraint(
                name="proposal_submitted_has_receipt",
                condition=Q(status=ProposalStatus.DRAFT)
                | Q(status=ProposalStatus.WITHDRAWN)
                | (Q(submitted_at__isnull=False) & ~Q(registry_number="") & ~Q(content_sha256="")),
                violation_error_message="Una proposta presentata ha sempre protocollo, istante e impronta.",
            ),
            models.UniqueConstraint(
                fields=["call", "alliance", "title"],
                condition=~Q(status=ProposalStatus.WITHDRAWN) & Q(replaces__isnull=True),
                name="proposal_title_once",
                violation_error_message="L'Alleanza ha già una proposta con questo titolo per questo avviso.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plans:proposal", args=[self.pk])

    def scopes(self):
        return {"alliance": self.alliance_id, "network": self.call.network_id}


class ProposalAction(models.Model):
    """An action of a proposal: one of the five areas, a district, a period, a partner in charge."""

    proposal = models.ForeignKey(ProjectProposal, models.CASCADE, related_name="actions")
    area = models.CharField("area di intervento", max_length=20, choices=Area)
    district = models.ForeignKey("network.District", models.PROTECT, related_name="+", verbose_name="ambito")
    partner = models.ForeignKey(
        "alliances.Partner", models.PROTECT, related_name="+", verbose_name="partner responsabile"
    )
    title = models.CharField("titolo", max_length=200)
    description = models.TextField("descrizione")
    starts_on = models.DateField("dal")
    ends_on = models.DateField("al")
    expected_participants = models.PositiveIntegerField("destinatari previsti", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "azione"
        verbose_name_plural = "azioni"
        ordering = ["proposal", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_action_area_is_one_of_five",
                condition=Q(area__in=Area.values),
                violation_error_message="L'area di intervento è una delle cinque dell'art. 2.",
            ),
            models.CheckConstraint(
                name="proposal_action_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="L'azione non può finire prima di cominciare.",
            ),
        ]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.proposal.scopes()


class BudgetLine(models.Model):
    """A voce di spesa: cost = grant + co-financing, by category and partner (EUR)."""

    proposal = models.ForeignKey(ProjectProposal, models.CASCADE, related_name="budget_lines")
    category = models.CharField("voce di spesa", max_length=15, choices=BudgetCategory)
    partner = models.ForeignKey("alliances.Partner", models.PROTECT, related_name="+", verbose_name="partner")
    description = models.CharField("descrizione", max_length=250)
    cost = models.DecimalField("costo", max_digits=12, decimal_places=2)
    grant = models.DecimalField("contributo", max_digits=12, decimal_places=2)
    co_financing = models.DecimalField("cofinanziamento", max_digits=12, decimal_places=2)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "voce di spesa"
        ordering = ["proposal", "pk"]
        # the money of many proposals, summed without reading their lines
        indexes = [models.Index(fields=["proposal", "co_financing", "grant", "cost"], name="money_of_proposal")]
        constraints = [
            models.CheckConstraint(
                name="budget_line_adds_up",
                condition=Q(cost=F("grant") + F("co_financing")),
                violation_error_message="Il costo è la somma di contributo e cofinanziamento.",
            ),
            models.CheckConstraint(
                name="budget_line_not_negative",
                condition=Q(cost__gt=0) & Q(grant__gte=0) & Q(co_financing__gte=0),
                violation_error_message="Gli importi non possono essere negativi.",
            ),
        ]

    def __str__(self):
        return self.description

    def scopes(self):
        return self.proposal.scopes()


class ExpectedIndicator(models.Model):
    """What a proposal commits to reach on an indicator of the programme."""

    proposal = models.ForeignKey(ProjectProposal, models.CASCADE, related_name="expected_indicators")
    indicator = models.ForeignKey("network.Indicator", models.PROTECT, related_name="expected")
    baseline = models.DecimalField("valore di base", max_digits=12, decimal_places=2, default=0)
    target = models.DecimalField("obiettivo", max_digits=12, decimal_places=2)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicatore atteso"
        ordering = ["proposal", "indicator__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "indicator"],
                name="expected_indicator_once",
                violation_error_message="Questo indicatore è già nella proposta.",
            ),
            models.CheckConstraint(
                name="expected_indicator_not_negative",
                condition=Q(target__gt=0) & Q(baseline__gte=0),
                violation_error_message="L'obiettivo deve essere maggiore di zero.",
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.target}"

    def scopes(self):
        return self.proposal.scopes()


class Attachment(models.Model):
    """A file that goes with a proposal: one of the documents that the call asks for, or another."""

    proposal = models.ForeignKey(ProjectProposal, models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        "plans.RequestedDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="documento chiesto",
    )
    title = models.CharField("titolo", max_length=150)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "allegato"
        verbose_name_plural = "allegati"
        ordering = ["proposal", "document", "pk"]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.proposal.scopes()


class UnsavedForm(models.Model):
    """What a person has typed in the form of a row and not yet saved, as it was typed."""

    proposal = models.ForeignKey(ProjectProposal, models.CASCADE, related_name="unsaved_forms")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=40)
    values = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person", "form"],
                name="unsaved_form_once",
                violation_error_message="Questo modulo è già in corso di compilazione.",
            )
        ]

    def __str__(self):
        return f"{self.form}: {self.proposal}"
