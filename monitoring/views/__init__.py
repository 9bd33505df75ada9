"""The pages of the monitoring."""
