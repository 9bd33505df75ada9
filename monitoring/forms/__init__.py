"""What people write in the monitoring."""
