"""The dashboards: what is selected, the figures as tables, the records behind each figure."""
