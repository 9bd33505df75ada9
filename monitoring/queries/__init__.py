"""Reads of the monitoring: reports with their values, roll-ups, and what awaits a person."""

from .work import awaited_by, deadlines_for, running_for, tasks_for

__all__ = ["awaited_by", "deadlines_for", "running_for", "tasks_for"]
