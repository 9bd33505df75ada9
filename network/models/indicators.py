from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from conciliazione.kernel import access
from conciliazione.kernel.addresses import reverse

from ..enums import (
    COUNTED_INDICATORS,
    MEASURED_INDICATORS,
    PRIVATE_INDICATORS,
    Aggregation,
    Area,
    Dimension,
    Direction,
    IndicatorKind,
    IndicatorStatus,
)


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The catalogue for all; what an alliance has for itself, for its network and for the regional bodies."""
        if not access.can(person, "indicator.view"):
            return self.none()
        theirs = access.reach(person, "indicator.view", network="owner__alliance__network", alliance="owner__alliance")
        private = Q(owner__isnull=False) & Q(status__in=(*PRIVATE_INDICATORS, IndicatorStatus.RETIRED))
        return self.filter(~private | theirs)

    def counted(self):
        """Those that count in the totals (R45)."""
        return self.filter(status__in=COUNTED_INDICATORS)


class Indicator(models.Model):
    """An indicator agreed between ASL and Regione for a programme (R45, art. 11.2), or an alliance's own.

    A change of what is agreed is a new version with the same code: what was measured keeps its meaning.
    """

    programme = models.ForeignKey("network.Programme", models.PROTECT, related_name="indicators")
    code = models.CharField("codice", max_length=20)
    version = models.PositiveSmallIntegerField("versione", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="sostituisce"
    )
    name = models.CharField("nome", max_length=200)
    kind = models.CharField("tipo", max_length=10, choices=IndicatorKind)
    unit = models.CharField("unità di misura", max_length=40)
    direction = models.CharField("verso", max_length=4, choices=Direction, default=Direction.UP)
    aggregation = models.CharField("come si somma", max_length=10, choices=Aggregation, default=Aggregation.SUM)
    weight_unit = models.CharField("il peso della media conta", max_length=40, blank=True)
    numerator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="numeratore"
    )
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="denominatore"
    )
    area = models.CharField("area", max_length=20, choices=Area, blank=True)
    breakdowns = models.JSONField("disaggregazioni", default=list, blank=True)
    description = models.TextField("descrizione", blank=True)
    status = models.CharField("stato", max_length=10, choices=IndicatorStatus, default=IndicatorStatus.PROPOSED)
    agreed_on = models.DateField("concordato il", null=True, blank=True)
    is_example = models.BooleanField(default=False)

    history = HistoricalRecords()
    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indicatore"
        verbose_name_plural = "indicatori"
        ordering = ["programme", "code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code", "version"],
                name="indicator_code_once",
                violation_error_message="Un indicatore con questo codice esiste già nel programma.",
            ),
            models.UniqueConstraint(
                fields=["programme", "code"],
                condition=Q(status=IndicatorStatus.AGREED),
                name="indicator_agreed_once",
                violation_error_message="Di un indicatore vale una versione alla volta.",
            ),
            models.CheckConstraint(
                name="indicator_area_is_one_of_five",
                condition=Q(area__in=["", *Area.values]),
                violation_error_message="L'area di intervento è una delle cinque dell'art. 2.",
            ),
            models.CheckConstraint(
                name="indicator_ratio_has_two_parts",
                condition=(
                    Q(aggregation=Aggregation.RATIO, numerator__isnull=False, denominator__isnull=False)
                    & ~Q(numerator=F("denominator"))
                )
                | (~Q(aggregation=Aggregation.RATIO) & Q(numerator__isnull=True, denominator__isnull=True)),
                violation_error_message="Un rapporto ha un numeratore e un denominatore, diversi tra loro.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def get_absolute_url(self):
        return reverse("network:indicator", args=[self.pk])

    def scopes(self):
        """The programme; of an alliance's own also the alliance, and the network through which it is agreed."""
        owner = getattr(self, "owner", None)
        return {"programme": self.programme_id} | (owner.scopes() if owner else {})

    @property
    def by_sex(self) -> bool:
        return Dimension.SEX in self.breakdowns

    @property
    def counted(self) -> bool:
        """Its values count in the totals of networks and Regione (R45)."""
        return self.status in COUNTED_INDICATORS

    @property
    def measured(self) -> bool:
        """Projects that expect it may write values for it."""
        return self.status in MEASURED_INDICATORS

    @property
    def computed(self) -> bool:
        """Nobody types it: it follows from two others."""
        return self.aggregation == Aggregation.RATIO

    @property
    def made_of(self) -> list[int]:
        """The keys of the indicators whose values give it: its own, or of a ratio the two others."""
        return [self.numerator_id, self.denominator_id] if self.computed else [self.pk]

    @property
    def breakdown_words(self) -> str:
        return ", ".join(Dimension(value).label.lower() for value in self.breakdowns)
