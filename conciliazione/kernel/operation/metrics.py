"""Figures for Prometheus: requests, times, database errors, and how long the queue of background work is."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView
from django_tasks_db.models import DBTaskResult
from prometheus_client import Gauge

from ..replicas import all_replicas

REPLICAS = Gauge(
    "conciliazione_replica_usable", "Whether pages read from this replica", ["replica"], multiprocess_mode="mostrecent"
)
QUEUE = Gauge("conciliazione_tasks", "Background tasks by state", ["status"], multiprocess_mode="mostrecent")


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever brings `Authorization: Bearer <METRICS_TOKEN>`; without a token they are not there."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), expected.encode()
    ):
        raise Http404
    for status in ("READY", "RUNNING", "FAILED"):
        QUEUE.labels(status).set(DBTaskResult.objects.filter(status=status).count())
    for replica in all_replicas():
        REPLICAS.labels(replica.alias).set(replica.usable())
    return ExportToDjangoView(request)
