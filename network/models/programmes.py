from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.access import Role, role_permissions
from conciliazione.kernel.addresses import reverse

from ..enums import FIVE_CONTENTS, Area, ProgrammeStatus


def all_areas() -> list[str]:
    """The five areas of article 2."""
    return list(Area.values)


def five_contents() -> list[str]:
    """The five contents of article 9."""
    return [content.value for content in FIVE_CONTENTS]


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Whoever sits somewhere sees the programmes; those in preparation only who prepares them, and the Cabina."""
        if access.can(person, "programme.edit") or access.can(person, "steering.view"):
            return self.all()
        if access.can(person, "programme.view"):
            return self.exclude(status=ProgrammeStatus.DRAFT)
        return self.none()


class Programme(models.Model):
    """A cycle of the policy (for example 2014-15), set by the Regione, with its rule set as data."""

    code = models.SlugField("codice", max_length=30, unique=True)
    name = models.CharField("nome", max_length=200)
    legal_basis = models.CharField("base giuridica", max_length=300)
    starts_on = models.DateField("dal")
    ends_on = models.DateField("al")
    status = models.CharField("stato", max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.DRAFT)
    areas = models.JSONField("aree di intervento", default=all_areas)
    agreement_months = models.PositiveSmallIntegerField("durata dell'accordo in mesi", default=24)

    history = HistoricalRecords()
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programma"
        verbose_name_plural = "programmi"
        ordering = ["-starts_on"]
        permissions = role_permissions(Role.REGION, Role.STEERING)
        constraints = [
            models.CheckConstraint(
                name="programme_period_in_order",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="La fine del programma deve seguire l'inizio.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("network:programme", args=[self.pk])

    def scopes(self):
        return {"programme": self.pk}


class RuleSet(models.Model):
    """The rules of a programme as data, by version. What an alliance is checked against."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rule_sets")
    version = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField("valido dal")
    source = models.CharField("fonte", max_length=200)
    lead_natures = models.JSONField("nature che possono essere capofila", default=list)
    max_leads_per_body = models.PositiveSmallIntegerField("capofila di al più", null=True, blank=True)
    min_members = models.PositiveSmallIntegerField("partecipanti almeno", default=2)
    min_public = models.PositiveSmallIntegerField("soggetti pubblici almeno", default=1)
    min_private = models.PositiveSmallIntegerField("soggetti privati almeno", default=1)
    min_micro_or_small = models.PositiveSmallIntegerField("micro o piccole imprese almeno", default=0)
    max_grant_share = models.DecimalField(
        "contributo al più % del costo", max_digits=5, decimal_places=2, null=True, blank=True
    )
    max_grant_amount = models.DecimalField(
        "contributo al più EUR", max_digits=12, decimal_places=2, null=True, blank=True
    )
    min_co_financing_share = models.DecimalField(
        "cofinanziamento almeno %", max_digits=5, decimal_places=2, null=True, blank=True
    )
    max_duration_months = models.PositiveSmallIntegerField("durata al più in mesi", null=True, blank=True)
    short_initiative_months = models.PositiveSmallIntegerField(
        "azioni più brevi di questi mesi sono segnalate", default=3
    )
    mandatory_contents = models.JSONField("contenuti obbligatori dell'accordo", default=five_contents)
    # from the moment an alliance of the programme is constituted: a change is then another version
    frozen_at = models.DateTimeField("fissata dal", null=True, blank=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["programme", "-version"]
        constraints = [models.UniqueConstraint(fields=["programme", "version"], name="rule_set_version_once")]

    def __str__(self):
        return f"{self.programme.name}, regole versione {self.version}"


class ProgrammeUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Programme, models.CASCADE)


class ProgrammeGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Programme, models.CASCADE)
