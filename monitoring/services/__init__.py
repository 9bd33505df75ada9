"""Every write of the monitoring: windows, progress and financial reports, territorial reports, corrective actions."""
