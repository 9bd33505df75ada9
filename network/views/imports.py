"""Bodies from a file: the upload, the preview row by row, the import, and the model to fill in."""

from django.urls import reverse

from conciliazione.kernel import exports
from conciliazione.kernel.errors import ChangedMeanwhile, MoveRefused, refusal_of
from conciliazione.kernel.moves import Offer
from conciliazione.kernel.pages import DetailPage, FormPage, MovePage, Page
from conciliazione.kernel.paging import EitherEndPaginator
from conciliazione.kernel.sheets import SHEETS

from ..enums import ImportOutcome, ImportStatus
from ..forms.imports import ImportForm
from ..models import RegisterImport
from ..rules.register_import import COLUMNS, IMPORT, MOST_ROWS
from ..services import register_imports
from .acts import rete
from .organisations import HERE

NEW = ("Importa enti", "/rete/enti/importa/")
PAGE_SIZE = 50


class ImportNew(FormPage):
    """A file to look at; nothing is imported by sending it."""

    permission = "organisation.edit"
    template_name = "network/import/form.html"
    title = "Importa enti da un file"
    form_class = ImportForm
    submit_label = "Mostra che cosa succederebbe"
    intro = "Il portale legge il file e mostra riga per riga che cosa cambierebbe. Nel registro non entra nulla."

    def breadcrumbs(self):
        return rete(HERE)

    def get_context(self):
        return {
            "columns": COLUMNS,
            "most_rows": MOST_ROWS,
            "earlier": RegisterImport.objects.visible_to(self.request.user).select_related("file")[:10],
        }

    def perform(self, form):
        return register_imports.preview(form.cleaned_data["file"], by=self.request.user)


class ImportModel(Page):
    """The model to fill in: the headers, and the words that each choice takes."""

    permission = "organisation.edit"

    def get(self, request, *args, **kwargs):
        suffix = f".{request.GET.get('formato', 'xlsx')}"
        fmt = suffix.removeprefix(".") if suffix in SHEETS else "xlsx"
        return exports.respond(
            fmt, exports.Sheet.of_plain_rows("Modello enti", [column.header for column in COLUMNS], [])
        )


class _OwnImport:
    scope_object = None

    def records(self):
        return RegisterImport.objects.visible_to(self.request.user).select_related("file", "by")

    def breadcrumbs(self):
        return rete(HERE, NEW)


class ImportDetail(_OwnImport, DetailPage):
    """What each row would do, or did: `?esito=` narrows to one outcome."""

    permission = "organisation.edit"
    template_name = "network/import/detail.html"

    def get_offers(self):
        """An import hangs from no network: whoever sees it is whoever made it, and may carry it out."""
        refusal = refusal_of(register_imports.check_can_carry_out, self.object)
        return [
            Offer(move, self._address(move), refusal if move.name == "carry_out" else None)
            for move in IMPORT.open_from(self.object.status)
        ]

    def _address(self, move) -> str:
        return reverse("network:import_move", args=[self.object.pk, move.slug])

    def next_step(self):
        record = self.object
        if record.status != ImportStatus.PREVIEWED:
            return None
        if record.first_error:
            return {"text": "Correggi nel file ciò che è segnato e caricalo di nuovo: così non si importa nulla."}
        return {"text": "Controlla le righe: se va bene, importale tutte insieme.", "who": str(record.by)}

    def get_context(self):
        record = self.object
        asked = self.request.GET.get("esito", "")
        rows = [row for row in record.rows if row["outcome"] == asked] if asked in ImportOutcome.values else record.rows
        paginator = EitherEndPaginator(rows, PAGE_SIZE)
        page_obj = paginator.get_page(self.request.GET.get("pagina"))
        page_obj.object_list = [row | {"label": ImportOutcome(row["outcome"]).label} for row in page_obj]
        tabs = [{"label": f"Tutte ({len(record.rows)})", "url": "?", "current": asked not in ImportOutcome.values}]
        tabs += [
            {"label": f"{one.label} ({count})", "url": f"?esito={one.value}", "current": asked == one}
            for one in ImportOutcome
            if (count := record.count(one))
        ]
        return {
            "tabs": tabs,
            "page_obj": page_obj,
            "paginator": paginator,
            "counts": [(one.label, record.count(one)) for one in ImportOutcome],
        }


class ImportMove(_OwnImport, MovePage):
    lifecycle = IMPORT
    moves = {"carry_out": register_imports.carry_out, "discard": register_imports.discard}
    checks = {"carry_out": register_imports.check_can_carry_out}

    def perform(self, form):
        try:
            return super().perform(form)
        except ChangedMeanwhile:
            register_imports.look_again(self.object, by=self.request.user)
            raise
        except MoveRefused:
            # the second click of two: it was done by the first
            done = self.transition.target == self.records().get(pk=self.object.pk).status
            if done and self.object.by == self.request.user:
                return self.object
            raise
