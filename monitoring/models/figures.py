"""The figures that are kept as data changes, so that no page adds up records (`services.rollups`).

They are written by that service alone, and can be made again from the records at any time. Each sum stands beside the
number of records in it: without records there is nothing yet, which is not zero.

References are not enforced by the database: keeping a figure must not wait for a lock on a network or a programme.
"""

from django.db import models


def _about(to: str, **options):
    return models.ForeignKey(to, models.CASCADE, related_name="+", db_constraint=False, **options)


class KeptTerritory(models.Model):
    """A network in a programme whose figures are kept; its row is the lock of whoever brings them up to date."""

    network = _about("network.Network")
    programme = _about("network.Programme")
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "programme"], name="kept_territory_once")]

    def __str__(self):
        return f"{self.network_id}/{self.programme_id}"


class MoneyFigures(models.Model):
    """EUR by area of intervention and half-year.

    `planned` stands in the area and the half-year of each action; the rest in the prevailing area of the project,
    `granted` in the half-year of the act, spending in that of its window, payments in that of their day.
    """

    network = _about("network.Network", db_index=False)
    programme = _about("network.Programme", db_index=False)
    area = models.CharField(max_length=20, blank=True)
    half = models.PositiveSmallIntegerField()  # see rules.halves
    planned_count = models.PositiveIntegerField(default=0)
    planned = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    granted_count = models.PositiveIntegerField(default=0)
    granted = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    co_financing = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    spent_count = models.PositiveIntegerField(default=0)
    spent = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    approved = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    paid_count = models.PositiveIntegerField(default=0)
    paid = models.DecimalField(max_digits=16, decimal_places=2, default=0)

    class Meta:
        abstract = True


class ProjectMoney(MoneyFigures):
    """The money of one project; without a project, that of the actions which the committee added to the plan."""

    project = _about("plans.Project", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "programme", "project", "area", "half"], name="project_money_once"
            )
        ]

    def __str__(self):
        return f"{self.project_id} {self.area} {self.half}"


class TerritoryMoney(MoneyFigures):
    """The money of a network in a programme: the sum of that of its projects."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "programme", "area", "half"], name="territory_money_once")
        ]

    def __str__(self):
        return f"{self.network_id}/{self.programme_id} {self.area} {self.half}"


class Coverage(models.Model):
    """Actions of a plan in an area and a district: how many, EUR, people expected, and progress where it is known."""

    network = _about("network.Network", db_index=False)
    programme = _about("network.Programme", db_index=False)
    area = models.CharField(max_length=20)
    district = _about("network.District")
    actions = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    participants = models.PositiveIntegerField(default=0)
    # actions with a validated progress, and the sum of their percents
    reported = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "programme", "area", "district"], name="coverage_once")
        ]

    def __str__(self):
        return f"{self.network_id}/{self.programme_id} {self.area} {self.district_id}"


class ReportCount(models.Model):
    """How many reports of a window stand where, in a network. Whether they are late is a matter of the day."""

    network = _about("network.Network", db_index=False)
    programme = _about("network.Programme", db_index=False)
    window = _about("monitoring.ReportingWindow")
    draft = models.PositiveIntegerField(default=0)
    submitted = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    validated = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "programme", "window"], name="report_count_once")]

    def __str__(self):
        return f"{self.network_id} {self.window_id}"
