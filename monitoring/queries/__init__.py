"""Reads of the monitoring: reports with their values, roll-ups, and what awaits a person."""

from .work import deadlines_for, running_for, tasks_for

__all__ = ["deadlines_for", "running_for", "tasks_for"]
