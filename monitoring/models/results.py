"""Results as they are kept: beside `figures`, with the same rules."""

from django.db import models

from .figures import _about


class ProjectResults(models.Model):
    """What one project adds to the results of its territory: by indicator, half-year and part (`rules.tallies`)."""

    network = _about("network.Network", db_index=False)
    programme = _about("network.Programme", db_index=False)
    project = models.OneToOneField("plans.Project", models.CASCADE, related_name="+", db_constraint=False)
    tallies = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["network", "programme"], name="project_results_of_territory")]

    def __str__(self):
        return str(self.project_id)


class ResultFigures(models.Model):
    """An indicator in a network: what its projects have reached in a half-year, whole or for one part.

    `value` adds up over half-years: of what is counted once, it is the change since the half-year before; of a mean,
    the sum of value x weight, with the weights beside it. Targets stand in half-year 0.
    """

    network = _about("network.Network", db_index=False)
    programme = _about("network.Programme", db_index=False)
    indicator = _about("network.Indicator")
    half = models.PositiveSmallIntegerField()
    dimension = models.CharField(max_length=10, blank=True)
    category = models.CharField(max_length=20, blank=True)
    reports = models.PositiveIntegerField(default=0)
    value = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    weight = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    projects = models.PositiveIntegerField(default=0)
    target = models.DecimalField(max_digits=20, decimal_places=4, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme", "indicator", "half", "dimension", "category"],
                name="result_figures_once",
            )
        ]

    def __str__(self):
        return f"{self.network_id} {self.indicator_id} {self.half} {self.category}"
