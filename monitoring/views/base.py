"""What the pages of the monitoring share: their tabs, their breadcrumbs, their list."""

from django.urls import reverse

from conciliazione.kernel import access
from conciliazione.kernel.pages import ListPage

# (name of the page, word, action that shows the tab)
TABS = (
    ("reports", "Relazioni", "report.track"),
    ("expected", "Relazioni attese", "report.track"),
    ("indicators", "Indicatori", "results.view"),
    ("financial_reports", "Rendicontazioni", "report.track"),
    ("territorial_reports", "Relazioni territoriali", "territorial.read"),
    ("corrections", "Correzioni", "correction.view"),
    ("gathering", "Raccolta regionale", "territorial.view_transmitted"),
    ("correctives", "Azioni correttive", "corrective.read"),
    ("practices", "Buone prassi", "practice.view"),
    ("windows", "Finestre", "window.view"),
)


def tabs_for(person, current: str) -> list[dict]:
    """The parts of the monitoring that the person may open, as tabs."""
    return [
        {"label": label, "url": reverse(f"monitoring:{name}"), "current": name == current}
        for name, label, action in TABS
        if access.can(person, action)
    ]


class Inside:
    """A page of the section «Monitoraggio», under one of its parts (`part` is the name of the part's list)."""

    part = ""

    def breadcrumbs(self):
        crumbs = [("Monitoraggio", reverse("monitoring:reports"))]
        part = next(((label, name) for name, label, _ in TABS if name == self.part), None)
        if part and self.part != "reports":
            crumbs.append((part[0], reverse(f"monitoring:{part[1]}")))
        return crumbs


class MonitoringList(ListPage):
    """A list of the section, with the tabs above it."""

    template_name = "monitoring/list.html"
    permission = access.SIGNED_IN
    part = ""

    def breadcrumbs(self):
        return [] if self.part == "reports" else [("Monitoraggio", reverse("monitoring:reports"))]

    def get_context(self):
        return {"tabs": tabs_for(self.request.user, self.part)}
