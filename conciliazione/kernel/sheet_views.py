"""The pages of long spreadsheets: asking for one, seeing how far it is, taking it away."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from . import access, exports, files, long_sheets, taking
from .errors import Refused
from .models import LongSheet
from .pages import Page


class AddressForm(forms.Form):
    """Where the list stands, with its filters and `formato`."""

    indirizzo = forms.CharField(max_length=2000)


class RequestSheet(Page):
    """POST: leave a list to a worker."""

    permission = access.SIGNED_IN

    def post(self, request, *args, **kwargs):
        form = AddressForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused("Manca l'elenco da preparare: aprilo e scegli di nuovo in quale formato scaricarlo.")
            return redirect(long_sheets.ask_for(form.cleaned_data["indirizzo"], by=request.user))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("/")


class SheetPage(Page):
    """In the queue, being written with how many rows are in it, ready, or failed with a way on."""

    permission = access.SIGNED_IN
    template_name = "kernel/sheet.html"

    def records(self):
        return long_sheets.sheets_of(self.request.user)

    @property
    def list_address(self) -> str:
        return taking.list_at(self.object.address)

    def breadcrumbs(self):
        return [(self.object.title, self.list_address)]

    def get_title(self):
        return f"Scarica «{self.object.title}»"

    def get_context(self):
        return {
            "working": self.object.is_working,
            "kept_days": long_sheets.KEPT.days,
            "list_address": self.list_address,
        }

    def get(self, request, *args, **kwargs):
        if request.htmx:
            return render(request, "kernel/_sheet_state.html", self.context())
        return self.render()


class SheetFile(SheetPage):
    """The file, for whoever asked for it, in the seat in which they asked."""

    def get(self, request, *args, **kwargs):
        found = self.object
        if found.state != LongSheet.State.READY:
            return redirect(found)
        told = f"Elenco: {found.title} ({found.format})"
        kind = exports.TYPES[found.format]
        return files.hand_out(request, found.file, name=found.filename, content_type=kind, told=told, about=None)
