"""What whoever runs the portal needs of it: its health, its logs, its figures, and copies that can be restored."""
