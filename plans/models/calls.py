from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access, clock
from conciliazione.kernel.addresses import reverse

from ..enums import Aim, CallStatus, MoneyRule


class CallQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(status=CallStatus.DRAFT)

    def visible_to(self, person):
        """Published calls are for everyone; drafts for the office that prepares them."""
        return self.filter(~Q(status=CallStatus.DRAFT) | access.reach(person, "call.edit", network="network"))


class Call(models.Model):
    """An avviso of the network: act, opening and closing instant, money, grid of criteria. Frozen once published."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="calls")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="calls")
    title = models.CharField("titolo", max_length=250)
    description = models.TextField("oggetto e destinatari", blank=True)
    act = models.CharField("atto", max_length=200)
    act_on = models.DateField("data dell'atto")
    opens_at = models.DateTimeField("apertura")
    closes_at = models.DateTimeField("chiusura")
    budget = models.DecimalField("risorse per le Alleanze (EUR)", max_digits=12, decimal_places=2)
    network_budget = models.DecimalField("risorse per azioni di rete (EUR)", max_digits=12, decimal_places=2, default=0)
    total_threshold = models.DecimalField("soglia totale", max_digits=6, decimal_places=2, default=0)
    advance_share = models.DecimalField("anticipo %", max_digits=5, decimal_places=2, default=0)
    interim_share = models.DecimalField("acconto %", max_digits=5, decimal_places=2, default=0)
    money_rule = models.CharField("fine delle risorse", max_length=10, choices=MoneyRule, default=MoneyRule.WHOLE)
    partial_minimum = models.DecimalField("contributo parziale minimo %", max_digits=5, decimal_places=2, default=0)
    check_days = models.PositiveSmallIntegerField("giorni per la verifica", default=30)
    clarification_days = models.PositiveSmallIntegerField("giorni per i chiarimenti", default=10)
    evaluation_days = models.PositiveSmallIntegerField("giorni per la valutazione", default=60)
    status = models.CharField("stato", max_length=12, choices=CallStatus, default=CallStatus.DRAFT)
    published_at = models.DateTimeField("pubblicato il", null=True, blank=True)
    registry_number = models.CharField("protocollo", max_length=20, blank=True)
    is_example = models.BooleanField("esempio inventato", default=False)

    history = HistoricalRecords()
    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "avviso"
        verbose_name_plural = "avvisi"
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="call_closes_after_opening",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message="La chiusura dell'avviso deve seguire l'apertura.",
            ),
            models.CheckConstraint(
                name="call_money_not_negative",
                condition=Q(budget__gte=0) & Q(network_budget__gte=0),
                violation_error_message="Le risorse dell'avviso non possono essere negative.",
            ),
            models.UniqueConstraint(
                fields=["network", "programme", "title"],
                name="call_title_once",
                violation_error_message="Esiste già un avviso con questo titolo.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plans:call", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id}

    @property
    def is_open(self) -> bool:
        """Published and between its two instants, now."""
        return self.status == CallStatus.PUBLISHED and self.opens_at <= clock.now() < self.closes_at


class CriteriaGroup(models.Model):
    """A criterion that is scored through its sub-criteria; its threshold is on the sum of their weighted points."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria_groups")
    title = models.CharField("criterio", max_length=200)
    guidance = models.TextField("come si valuta", blank=True)
    threshold = models.DecimalField("soglia", max_digits=7, decimal_places=2, default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "criterio con sottocriteri"
        verbose_name_plural = "criteri con sottocriteri"
        ordering = ["call", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "title"],
                name="criteria_group_title_once",
                violation_error_message="Un altro criterio della griglia ha già questo titolo.",
            ),
            models.CheckConstraint(
                name="criteria_group_threshold_not_negative",
                condition=Q(threshold__gte=0),
                violation_error_message="La soglia non può essere negativa.",
            ),
        ]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.call.scopes()


class Criterion(models.Model):
    """A row of the grid that takes points; within a `group` it is a sub-criterion.

    `tie_break` says in which order criteria resolve ties (1 first, 0 never). The points of a penalty are taken away
    from the total.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    group = models.ForeignKey(
        CriteriaGroup, models.PROTECT, null=True, blank=True, related_name="criteria", verbose_name="criterio"
    )
    position = models.PositiveSmallIntegerField("ordine")
    title = models.CharField("criterio", max_length=200)
    guidance = models.TextField("come si valuta", blank=True)
    aim = models.CharField("finalità", max_length=15, choices=Aim, blank=True)
    max_points = models.DecimalField("punti massimi", max_digits=6, decimal_places=2)
    weight = models.DecimalField("peso", max_digits=5, decimal_places=2, default=1)
    threshold = models.DecimalField("soglia", max_digits=6, decimal_places=2, default=0)
    tie_break = models.PositiveSmallIntegerField("ordine a parità", default=0)
    is_penalty = models.BooleanField("penalità", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "criterio"
        verbose_name_plural = "criteri"
        ordering = ["call", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "position"],
                name="criterion_position_once",
                violation_error_message="Un altro criterio ha già questo posto nella griglia.",
            ),
            models.CheckConstraint(
                name="criterion_threshold_within_max",
                condition=Q(threshold__lte=F("max_points")) & Q(max_points__gt=0) & Q(threshold__gte=0),
                violation_error_message="La soglia sta tra zero e il punteggio massimo del criterio.",
            ),
            models.CheckConstraint(
                name="criterion_penalty_only_takes",
                condition=Q(is_penalty=False) | Q(threshold=0, tie_break=0),
                violation_error_message="Una penalità toglie punti: non ha soglia e non decide le parità.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def signed_weight(self):
        """What a point counts in the total: below zero for a penalty."""
        return -self.weight if self.is_penalty else self.weight
