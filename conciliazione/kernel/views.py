"""The pages of issued documents: asking for one, its page and file, and the public check that a file is ours."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property

from . import access, documents, files, verification
from .errors import Refused
from .models import IssuedDocument
from .pages import Page


class RequestDocument(Page):
    """POST: the document of a kind for a record. Who may: the kind says, on the record."""

    permission = access.PUBLIC

    @cached_property
    def object(self):
        kind = documents.kind_of(self.kwargs["kind"])
        record = kind.record(self.kwargs["pk"]) if kind else None
        if record is None:
            raise Http404
        return record

    def post(self, request, kind, pk):
        record = self.object
        back = record.get_absolute_url() if hasattr(record, "get_absolute_url") else "/"
        if not documents.kind_of(kind).may_open(request.user, record):
            if request.user.is_authenticated:
                raise Http404
            return redirect_to_login(back)
        by = request.user if request.user.is_authenticated else None
        try:
            document = documents.request_document(kind, record, by=by)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(back)
        return redirect(document)


class DocumentBase(Page):
    """What is about one issued document: for whoever may see the record, or for all when it is public."""

    permission = access.PUBLIC  # the kind's own permission is asked in `dispatch`

    @cached_property
    def object(self):
        return get_object_or_404(
            IssuedDocument.objects.select_related("content_type"), code=documents.tidy_code(self.kwargs["code"])
        )

    def dispatch(self, request, *args, **kwargs):
        if not documents.may_open(request.user, self.object):
            if request.user.is_authenticated:
                raise Http404
            return redirect_to_login(self.object.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)


class DocumentPage(DocumentBase):
    """Ready, in preparation with its progress, or failed with the reason and a way on."""

    template_name = "kernel/document.html"
    permission = access.PUBLIC

    def get_title(self):
        return self.object.title

    def breadcrumbs(self):
        record = self.object.about
        return [(str(record), record.get_absolute_url())] if hasattr(record, "get_absolute_url") else []

    def get_context(self):
        document = self.object
        stuck = documents.may_start_again(document)
        return {
            "kind_label": documents.kind_of(document.kind).label,
            "working": document.state in {IssuedDocument.State.QUEUED, IssuedDocument.State.RUNNING} and not stuck,
            "stuck": stuck,
            "verify_url": reverse("kernel:verify_code", args=[document.code]),
        }

    def get(self, request, *args, **kwargs):
        if request.htmx:
            return render(request, "kernel/_document_state.html", self.context())
        return self.render()


class DocumentFile(DocumentBase):
    """The file, exactly as it was issued."""

    def get(self, request, *args, **kwargs):
        document = self.object
        if document.state != IssuedDocument.State.READY:
            return redirect(document)
        try:
            content = documents.content_of(document)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(document)
        if not documents.is_public(document):
            files.downloaded(request, f"Documento {document.code}", about=document.about)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{document.filename}.pdf"'
        response["Cache-Control"] = "private, no-cache"
        response["ETag"] = f'"{document.sha256}"'
        return response


class RetryDocument(DocumentBase):
    """POST: make again what failed; the record's present version, if it has changed since."""

    def post(self, request, *args, **kwargs):
        by = request.user if request.user.is_authenticated else None
        try:
            document = documents.request_document(self.object.kind, self.object.about, by=by)
        except Refused as refused:
            messages.error(request, refused.message)
            document = self.object
        return redirect(document)


class CodeForm(forms.Form):
    """The code that stands at the foot of each page."""

    codice = forms.CharField(
        label="Codice del documento",
        max_length=40,
        help_text="È al piede di ogni pagina, per esempio K7QF-2M9X-TB4H. Maiuscole, spazi e trattini non contano.",
        error_messages={"required": "Scrivi il codice del documento."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileForm(forms.Form):
    """The PDF to compare; a signed one (also .p7m) too."""

    file = forms.FileField(
        label="File da confrontare",
        help_text="Un PDF, anche firmato (.pdf o .p7m). Il file viene solo confrontato: non viene conservato.",
        error_messages={"required": "Scegli il file da confrontare.", "empty": "Il file è vuoto."},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.p7m"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
            raise forms.ValidationError(f"Il file supera il limite di {limit} MB.")
        return file


class Verify(Page):
    """Public: by code, or by the file itself. It tells no more than kind, date and fingerprints."""

    template_name = "kernel/verify.html"
    permission = access.PUBLIC
    title = "Verifica di un documento"

    def facts(self, document: IssuedDocument | None) -> dict:
        if document is None:
            return {"document": None}
        kind = documents.kind_of(document.kind)
        return {
            "document": document,
            "kind_label": kind.label if kind else "Documento del portale",
            "public_title": document.title if documents.is_public(document) else "",
        }

    def show(self, *, document=None, verdict=None, code_form=None, file_form=None, status=200):
        return self.render(
            status=status,
            verdict=verdict,
            code_form=code_form or CodeForm(),
            file_form=file_form or FileForm(),
            **self.facts(document),
        )

    def get(self, request):
        if "codice" not in request.GET:
            return self.show()
        form = CodeForm(request.GET)
        if not form.is_valid():
            return self.show(code_form=form, status=422)
        return redirect("kernel:verify_code", documents.tidy_code(form.cleaned_data["codice"]) or "-")

    def post(self, request):
        return self.compare(None)

    def compare(self, document):
        form = FileForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.show(document=document, file_form=form, status=422)
        verdict = verification.examine(form.cleaned_data["file"].read(), document)
        return self.show(document=verdict.document, verdict=verdict)


class VerifyCode(Verify):
    """The page that the QR opens: what the document is, and a place to compare a file with it."""

    permission = access.PUBLIC

    def get(self, request, code):
        document = verification.by_code(code)
        if document is None:
            form = CodeForm({"codice": code[:40]})
            form.add_error(
                "codice",
                "Nessun documento emesso dal portale ha questo codice: controlla di averlo copiato per intero.",
            )
            return self.show(code_form=form, status=404)
        return self.show(document=document)

    def post(self, request, code):
        document = verification.by_code(code)
        if document is None:
            raise Http404
        return self.compare(document)
