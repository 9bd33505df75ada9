from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse
from conciliazione.kernel.rulebook import enforces
from network.enums import Area

from ..enums import ActionOrigin, PlanSectionKind, PlanStatus
from ..rules.plan import EDITABLE, PUBLIC, SEEN_BY_REGION


class TerritorialPlanQuerySet(models.QuerySet):
    @enforces("R31")
    def visible_to(self, person):
        """The network's own people; Regione and Cabina from the transmission on; everyone once validated."""
        own = access.reach(person, "plan.view", network="network")
        regional = access.reach(person, "plan.view_transmitted", network="network")
        return self.filter(own | regional & Q(status__in=SEEN_BY_REGION) | Q(status__in=PUBLIC))


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
    ends_on = models.DateField("prorogato al", null=True, blank=True)
    guidance = models.TextField("indirizzi della Regione", blank=True)
    coverage_note = models.TextField("verifica della copertura", blank=True)
    is_example = models.BooleanField("esempio inventato", default=False)
    # of its actions, kept as they change (`services.plan_sums`): a list of plans reads no action
    action_count = models.PositiveIntegerField("azioni", default=0, db_default=0, editable=False)
    action_amount = models.DecimalField(
        "risorse (EUR)", max_digits=14, decimal_places=2, default=0, db_default=0, editable=False
    )

    history = HistoricalRecords(excluded_fields=["action_count", "action_amount"])
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

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

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


class PlanVersion(models.Model):
    """The plan as it was adopted, whole: the text, the actions and the money. Never changed."""

    plan = models.ForeignKey(TerritorialPlan, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("versione")
    adopted_on = models.DateField("adottata il")
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    act = models.CharField("atto", max_length=300, blank=True)
    content = models.JSONField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "versione del piano"
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_version_once",
                violation_error_message="Questa versione del piano esiste già: qualcuno l'ha appena adottata.",
            )
        ]

    def __str__(self):
        return f"{self.plan.title}, versione {self.number}"

    def scopes(self):
        return self.plan.scopes()


class PlanAction(models.Model):
    """An action of the plan, in an area and a district: from a funded proposal or added by the committee (R17)."""

    plan = models.ForeignKey(TerritorialPlan, models.CASCADE, related_name="actions")
    origin = models.CharField("origine", max_length=10, choices=ActionOrigin)
    proposal = models.ForeignKey(
        "plans.ProjectProposal", models.PROTECT, null=True, blank=True, related_name="plan_actions"
    )
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
        indexes = [
            # the list of all actions, found and counted without reading them
            models.Index(fields=["area", "id", "plan", "project"], name="action_by_area_and_plan"),
            # what a plan covers, summed without reading an action; its page of actions, without sorting all of them
            models.Index(fields=["plan", "district", "area", "amount"], name="action_of_plan_by_district"),
            models.Index(fields=["plan", "starts_on", "ends_on", "id"], name="action_of_plan_in_order"),
            # the few that the committee added
            models.Index(
                fields=["plan", "amount"], condition=Q(origin=ActionOrigin.COMMITTEE), name="action_added_to_plan"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="plan_action_area_is_one_of_five",
                condition=Q(area__in=Area.values),
                violation_error_message="L'area di intervento è una delle cinque dell'art. 2.",
            ),
            models.CheckConstraint(
                name="plan_action_origin_fits_project",
                condition=Q(origin=ActionOrigin.ALLIANCE) & (Q(project__isnull=False) | Q(proposal__isnull=False))
                | Q(origin=ActionOrigin.COMMITTEE, project__isnull=True, proposal__isnull=True),
                violation_error_message="Un'azione viene da una proposta finanziata oppure dal Comitato.",
            ),
        ]

    def __str__(self):
        return self.title

    def scopes(self):
        return self.plan.scopes()
