"""What time alone brings about in the monitoring: reminders around the terms of the reports."""

from conciliazione.kernel.daily import daily

from .services import reminders


@daily("monitoring.remind_reports", "Solleciti delle relazioni di monitoraggio")
def remind_reports() -> list[str]:
    return reminders.remind_reports()


@daily("monitoring.remind_territories", "Solleciti delle relazioni territoriali")
def remind_territories() -> list[str]:
    return reminders.remind_territories()
