"""Il cruscotto: the figures that a person may see, each opening the records that make it."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import clock, exports
from conciliazione.kernel.documents import request_document
from conciliazione.kernel.pages import Column, ListPage, Page, PlainPage

from ..dashboard import copies
from ..dashboard.board import board_of
from ..dashboard.printed import facts_of
from ..dashboard.records import BY_SLUG
from ..dashboard.selection import chosen_by
from ..dashboard.tables import download


class DashboardPage(PlainPage):
    permission = "dashboard.view"
    template_name = "portal/dashboard/page.html"
    title = "Cruscotto"

    @cached_property
    def chosen(self):
        return chosen_by(self.request.user, self.request.GET)

    def get(self, request, *args, **kwargs):
        wanted, key = request.GET.get("formato"), request.GET.get("tabella", "")
        if wanted in exports.FORMATS:
            table = board_of(request.user, self.chosen).tables().get(key)
            if table is None:
                raise Http404
            return download(table, wanted)
        return super().get(request, *args, **kwargs)

    def get_context(self):
        board = board_of(self.request.user, self.chosen, indicator=self.request.GET.get("indicatore", ""))
        return {
            "form": self.chosen.form,
            "chosen": self.chosen,
            "board": board,
            "facts": facts_of(self.chosen),
            "today": clock.today(),
        }


class PrintDashboard(Page):
    """POST: the dashboard with this filter as a document, frozen as it is now."""

    permission = "dashboard.view"

    def post(self, request):
        copy = copies.keep(request.user, request.GET)
        return redirect(request_document("dashboard", copy, by=request.user))


class RecordList(ListPage):
    """The records whose sum is a figure of the dashboard, with the same selection."""

    permission = "dashboard.view"
    template_name = "portal/record/list.html"
    row_template = "portal/record/_row.html"
    default_order = "progetto"
    empty_text = "Nessun documento compone ancora questa cifra."

    @property
    def amount_label(self):
        return {"eur": "Importo", "percent": "Avanzamento"}.get(self.voice.unit, self.voice.label)

    @property
    def columns(self):
        return (
            Column("voce", "Voce", lambda row: row.what_here, sort="pk"),
            Column("progetto", "Progetto o azione", lambda row: row.project_here, sort="project_here"),
            Column("rete", "Rete", lambda row: row.network_here, sort="network_here"),
            Column("data", "Data", lambda row: row.day_here, sort="day_here"),
            Column("importo", self.amount_label, lambda row: row.amount_here, sort="amount_here", numeric=True),
        )

    slug = ""  # of the figure: an address of its own for each

    @property
    def voice(self):
        return BY_SLUG[self.slug]

    @cached_property
    def chosen(self):
        return chosen_by(self.request.user, self.request.GET)

    def get_title(self):
        return self.voice.label

    @property
    def purpose(self):
        return self.voice.purpose

    @property
    def count_label(self):
        return self.voice.counted

    def breadcrumbs(self):
        return [("Cruscotto", reverse("portal:dashboard"))]

    def rows(self):
        rows = self.voice.find(self.chosen.selection)
        district = self.request.GET.get("ambito", "")
        if self.voice.of_actions and district:
            known = district.isdecimal() and len(district) < 10
            rows = rows.filter(district=int(district)) if known else rows.none()
        return rows

    def get_context(self):
        return {"form": self.chosen.form, "chosen": self.chosen, "total": self.voice.total(self.rows())}
