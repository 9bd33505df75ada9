from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from network.enums import Dimension
from network.models import District
from network.rules.breakdowns import categories


class AllianceIndicator(models.Model):
    """An indicator of an alliance's own, beside those agreed with the Regione: it never counts in regional totals."""

    alliance = models.ForeignKey("alliances.Alliance", models.PROTECT, related_name="own_indicators")
    indicator = models.OneToOneField("network.Indicator", models.PROTECT, related_name="owner")

    class Meta:
        verbose_name = "indicatore dell'Alleanza"
        ordering = ["alliance", "indicator__code"]

    def __str__(self):
        return f"{self.indicator} – {self.alliance}"

    def scopes(self):
        return self.alliance.scopes()


class ExpectedPart(models.Model):
    """What a project commits to reach for one category of a breakdown, inside the target of the indicator."""

    expected = models.ForeignKey("plans.ExpectedIndicator", models.CASCADE, related_name="parts")
    dimension = models.CharField("disaggregazione", max_length=10, choices=Dimension)
    category = models.CharField("voce", max_length=20)  # of a district, its primary key
    target = models.DecimalField("obiettivo", max_digits=12, decimal_places=2)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "obiettivo per disaggregazione"
        ordering = ["expected", "dimension", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["expected", "dimension", "category"],
                name="expected_part_once",
                violation_error_message="Questa voce ha già un obiettivo.",
            ),
            models.CheckConstraint(
                name="expected_part_not_negative",
                condition=Q(target__gte=0),
                violation_error_message="L'obiettivo di una voce non può essere negativo.",
            ),
        ]

    def __str__(self):
        return f"{self.expected.indicator}, {self.label}: {self.target}"

    @property
    def label(self) -> str:
        """The category in words; of a district, its name."""
        if self.dimension == Dimension.DISTRICT:
            return District.objects.get(pk=self.category).name if self.category.isdecimal() else self.category
        return categories(self.dimension).get(self.category, self.category)
