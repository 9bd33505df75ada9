"""Corrections of a validated report, and the documents that go with a report."""

from django import forms
from django.urls import reverse

from conciliazione.kernel import access, files
from conciliazione.kernel.forms import ReasonForm
from conciliazione.kernel.pages import Column, FormPage, Page

from ..filters import CorrectionFilter
from ..forms.progress import AttachmentForm
from ..models import ProgressReport, ReportAttachment
from ..queries.corrections import changes_in_words, corrected_after_transmission, where_it_is
from ..services import corrections, progress
from .base import Inside, MonitoringList
from .progress import ReportBase


class CorrectReport(ReportBase, Inside, FormPage):
    """Begin a new version of a validated report."""

    permission = "report.edit"
    part = "reports"
    title = "Correggi la relazione validata"
    intro = (
        "Nasce una nuova versione, che parte da ciò che è stato validato. La versione di adesso conta nei totali "
        "finché l'ASL non valida la correzione; chi legge vede che cosa è cambiato."
    )
    submit_label = "Apri la correzione"
    form_class = ReasonForm
    success_message = "Correzione aperta: modifica i dati e inviala all'ASL."

    def form_kwargs(self):
        return {"required": True}

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        corrections.check_correct(self.object)

    def perform(self, form):
        return corrections.correct_report(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


class CorrectionList(MonitoringList):
    """What was corrected after the territorial report had gone up, with what changed."""

    permission = "correction.view"
    part = "corrections"
    title = "Correzioni dopo la trasmissione"
    purpose = (
        "Le relazioni corrette e validate quando la relazione territoriale era già presso la Regione: che cosa cambia, "
        "e se la Regione lo vede già."
    )
    row_template = "monitoring/report/_correction_row.html"
    filterset_class = CorrectionFilter
    default_order = "-validated"
    count_label = ("correzione", "correzioni")
    empty_text = (
        "Nessuna relazione è stata corretta dopo la trasmissione: ciò che la Regione ha ricevuto è ciò che è validato."
    )
    columns = (
        Column("project", "Progetto", lambda r: r.project.title, sort="project__title"),
        Column("network", "Rete", lambda r: r.project.network.name, sort="project__network__name"),
        Column("window", "Finestra", lambda r: f"{r.window.name}, versione {r.version}", sort="window__period_from"),
        Column("validated", "Validata il", lambda r: r.validated_at, sort="validated_at"),
        Column("reason", "Perché", lambda r: r.why_corrected),
        Column("changes", "Che cosa cambia", changes_in_words),
        Column("state", "Presso la Regione", where_it_is),
    )

    def rows(self):
        return (
            corrected_after_transmission()
            .filter(ProgressReport.objects.readable_by(self.request.user))
            .select_related("project__alliance", "project__network", "window")
        )

    def get_context(self):
        return super().get_context() | {"may_renew": access.can(self.request.user, "territorial.edit")}


class AddAttachment(ReportBase, Inside, FormPage):
    permission = "report.edit"
    part = "reports"
    title = "Aggiungi un allegato"
    intro = "Registri delle presenze, materiali, fotografie. Nessun documento che riveli la salute di una persona."
    submit_label = "Aggiungi"
    form_class = AttachmentForm
    success_message = "Allegato aggiunto."

    def breadcrumbs(self):
        return [*super().breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def possible(self):
        progress.check_editable(self.object)

    def perform(self, form):
        return corrections.add_attachment(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return self.object.get_absolute_url()


class AttachmentBase:
    """An attachment, of a report that the person may open."""

    def records(self):
        readable = ProgressReport.objects.filter(ProgressReport.objects.readable_by(self.request.user)).values("pk")
        return ReportAttachment.objects.filter(report__in=readable).select_related(
            "report__window", "report__project", "file"
        )


class RemoveAttachment(AttachmentBase, Inside, FormPage):
    permission = "report.edit"
    part = "reports"
    submit_label = "Togli l'allegato"
    intro = "L'allegato non fa più parte della relazione."
    form_class = forms.Form
    success_message = "Allegato tolto."

    def get_title(self):
        return f"Togli l'allegato: {self.object}"

    def build_form(self, *args):
        return forms.Form(*args)

    def breadcrumbs(self):
        report = self.object.report
        return [*super().breadcrumbs(), (str(report), reverse("monitoring:report", args=[report.pk]))]

    def possible(self):
        progress.check_editable(self.object.report)

    def perform(self, form):
        return corrections.remove_attachment(self.object, by=self.request.user)


class Attachment(AttachmentBase, Page):
    """The file, for whoever may open the report."""

    permission = "report.track"

    def get(self, request, pk):
        return files.serve(request, self.object.file, about=self.object)
