"""The network of a report, kept beside it: it is that of the project, which never changes network, and the lists of a
network are read by an index that begins with it."""

from django.db import models


def network_of_project() -> models.ForeignKey:
    # empty only in rows that an earlier release wrote while this one was being put in place: `fill_networks`
    return models.ForeignKey(
        "network.Network", models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )


def keep_network(report) -> None:
    if report.network_id is None and report.project_id is not None:
        report.network_id = report.project.network_id
