"""What the portal itself keeps."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from conciliazione.kernel import clock


class DashboardCopy(models.Model):
    """A dashboard as a person saw it, with the filter in force: what its printed document is made from."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    query = models.CharField(max_length=500, blank=True)  # of the address, without what is empty
    content = models.JSONField()  # see `dashboard.printed.content_of`
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "copia del cruscotto"
        verbose_name_plural = "copie del cruscotto"
        constraints = [models.UniqueConstraint(fields=["by", "fingerprint"], name="dashboard_copy_once")]

    def __str__(self):
        return "Cruscotto"

    def get_absolute_url(self):
        where = reverse("portal:dashboard")
        return f"{where}?{self.query}" if self.query else where
