"""Il cruscotto: the territories that a person sees, with every figure opening its records."""

from conciliazione.kernel.pages import PlainPage

from ..dashboard import dashboard_of, dashboard_selection


class DashboardPage(PlainPage):
    permission = "dashboard.view"
    template_name = "portal/dashboard.html"
    title = "Cruscotto"

    def get_context(self):
        form, programme, networks = dashboard_selection(self.request.user, self.request.GET)
        board = dashboard_of(self.request.user, programme, networks)
        return {"form": form, "programme": programme, "board": board, "finding": finding(board.indicators)}


def finding(indicators) -> str:
    """The sentence that the chart shows."""
    measured = [row for row in indicators if row.achieved.measured]
    reached = sum(1 for row in measured if row.achieved.reached)
    if not measured:
        return "Nessun indicatore ha ancora valori validati"
    if len(measured) == 1:
        return (
            "L'indicatore misurato ha raggiunto l'obiettivo" if reached else "L'indicatore misurato è sotto l'obiettivo"
        )
    return f"{reached} indicatori su {len(measured)} misurati hanno raggiunto l'obiettivo"
