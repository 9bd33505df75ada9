"""What time alone brings about in the monitoring: reminders around the terms of the reports."""

from conciliazione.kernel.daily import daily

from .services import places, reminders


@daily("monitoring.remind_reports", "Solleciti delle relazioni di monitoraggio")
def remind_reports() -> list[str]:
    return reminders.remind_reports()


@daily("monitoring.remind_territories", "Solleciti delle relazioni territoriali")
def remind_territories() -> list[str]:
    return reminders.remind_territories()


@daily("monitoring.networks_of_reports", "Rete delle relazioni scritte durante un aggiornamento")
def networks_of_reports() -> list[str]:
    return places.fill_networks()
