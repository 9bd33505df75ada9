from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from network.enums import Area

from ..enums import ActionOrigin, PlanSectionKind, PlanStatus

PUBLIC_STATES = [PlanStatus.VALIDATED, PlanStatus.RUNNING, PlanStatus.CONCLUDED]
REGIONAL_STATES = [PlanStatus.TRANSMITTED, PlanStatus.RETURNED, *PUBLIC_STATES]


class TerritorialPlanQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The network's own people; Regione and Cabina from the transmission on; everyone once validated."""
        own = access.reach(person, "plan.view", network="network")
        regional = access.reach(person, "plan.view_transmitted", network="network")
        return self.filter(own | regional & Q(status__in=REGIONAL_STATES) | Q(status__in=PUBLIC_STATES))


class TerritorialPlan(models.Model):
    """The one plan of an ASL for a programme (R07, art. 5)."""

    network = models.ForeignKey("network.Network", models.PROTECT, related_name="plans")
    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="plans")
    title = models.CharField("titolo", max_length=250)
    status = models.CharField("stato", max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    version = models.PositiveSmallIntegerField("versione", default=1)
    meeting = models.ForeignKey("network.Meeting", models.PROTECT, null=True, blank=True, related_name="plans")
    adopted_on = models.DateField("adottato il", null=True, blank=True)
    transmitted_at = models.DateTimeField("trasmesso il", null=True, blank=True)
    registry_number = models.CharField("protocollo", max_length=20, blank=True)
    validated_on = models.DateField("validato il", null=True, blank=True)
    guidance = models.TextField("indirizzi della Regione", blank=True)
    coverage_note = models.TextField("verifica della copertura", blank=True)

    history = HistoricalRecords()
    objects = TerritorialPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "piano territoriale"
        verbose_name_plural = "piani territoriali"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme"],
                name="territorial_plan_once",
                violation_error_message="L'ASL presenta un solo Piano Territoriale per programma (art. 5).",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plans:plan", args=[self.pk])

    def scopes(self):
        return {"network": self.network_id, "programme": self.programme_id}


class PlanSection(models.Model):
    plan = models.ForeignKey(TerritorialPlan, models.CASCADE, related_name="sections")
    kind = models.CharField("sezione", max_length=15, choices=PlanSectionKind)
    text = models.TextField("testo", blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "kind"], name="plan_section_once")]

    def __str__(self):
        return self.get_kind_display()


class PlanAction(models.Model):
    """An action of the plan, in an area and a district: from a funded project or added by the committee (R17)."""

    plan = models.ForeignKey(TerritorialPlan, models.CASCADE, related_name="actions")
    origin = models.CharField("origine", max_length=10, choices=ActionOrigin)
    project = models.ForeignKey("plans.Project", models.PROTECT, null=True, blank=True, related_name="plan_actions")
    area = models.CharField("area di intervento", max_length=20, choices=Area)
    district = models.ForeignKey("network.District", models.PROTECT, related_name="plan_actions", verbose_name="ambito")
    title = models.CharField("titolo", max_length=200)
    description = models.TextField("descrizione", blank=True)
    starts_on = models.DateField("dal")
    ends_on = models.DateField("al")
    amount = models.DecimalField("risorse (EUR)", max_digits=12, decimal_places=2, default=0)
    expected_participants = models.PositiveIntegerField("destinatari previsti", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "azione del piano"
        ordering = ["plan", "area", "district", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_action_area_is_one_of_five",
                condition=Q(area__in=Area.values),
                violation_error_message="L'area di intervento è una delle cinque dell'art. 2.",
            ),
            models.CheckConstraint(
                name="plan_action_origin_fits_project",
                condition=Q(origin=ActionOrigin.ALLIANCE, project__isnull=False)
                | Q(origin=ActionOrigin.COMMITTEE, project__isnull=True),
                violation_error_message="Un'azione viene da un progetto oppure dal Comitato.",
            ),
        ]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.plan.scopes()
