"""The steps of the compilation: the pages of texts, the lists of rows, and the forms of a row."""

import json

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from conciliazione.kernel import access, clock, files
from conciliazione.kernel.errors import ChangedMeanwhile
from conciliazione.kernel.pages import Page, PlainPage

from ..forms.calls import PlainForm
from ..forms.proposals import TEXT_FORMS, ActionForm, AttachmentForm, BudgetLineForm, IndicatorForm
from ..models import Attachment, BudgetLine, ExpectedIndicator, ProjectProposal, ProposalAction
from ..queries import evaluation as evaluation_queries
from ..queries import proposals as queries
from ..rules import budget as budget_rules
from ..rules.proposals import STEP
from ..services import attachments, unsaved
from ..services import proposals as services
from .compiling import Compiling, CompilingForm, kept, next_url, seen_now, step_url


class TextsStep(CompilingForm):
    """A step that asks for texts, saved on its own."""

    submit_label = "Salva e continua"
    success_message = "Salvato."

    def get_title(self):
        return STEP[self.step].label

    @property
    def form_class(self):
        return TEXT_FORMS[self.step]

    def initial(self):
        proposal = self.proposal
        return {name: getattr(proposal, name) for name in STEP[self.step].fields} | {"revision": proposal.revision}

    def perform(self, form):
        values = dict(form.cleaned_data)
        revision = values.pop("revision")
        try:
            return services.save_texts(self.proposal, by=self.request.user, revision=revision, **values)
        except ChangedMeanwhile:
            # what the other wrote is shown beside, and the form may be sent again over it
            now = ProjectProposal.objects.get(pk=self.proposal.pk)
            form.data = form.data.copy()
            form.data["revision"] = now.revision
            self.theirs = [
                (form.fields[name].label, getattr(now, name)) for name in values if getattr(now, name) != values[name]
            ]
            raise

    def while_typing(self):
        """Save the texts that may be saved; tell those that may not, and what another person wrote meanwhile."""
        form = self.build_form(self.request.POST)
        form.is_valid()
        wrong = {name: " ".join(errors) for name, errors in form.errors.items() if name != "revision"}
        values = {name: form.cleaned_data[name] for name in STEP[self.step].fields if name in form.cleaned_data}
        revision = form.cleaned_data.get("revision")
        try:
            saved = services.save_texts(
                self.proposal, by=self.request.user, revision=revision, while_typing=True, **values
            )
        except ChangedMeanwhile as changed:
            now = ProjectProposal.objects.get(pk=self.proposal.pk)
            theirs = {name: getattr(now, name) for name in values if getattr(now, name) != values[name]}
            return kept(changed.message, status=409, revision=now.revision, theirs=theirs)
        if wrong:
            first = next(iter(wrong))
            message = f"{form.fields[first].label}: {wrong[first]}" if first in form.fields else wrong[first]
            return kept(f"Non salvato. {message}", status=422, revision=saved.revision)
        return kept(revision=saved.revision)

    def success_url(self, result):
        if "exit" in self.request.POST:
            return result.get_absolute_url()
        return next_url(result, self.step, self.request.user)

    def get_context(self):
        return super().get_context() | {"may_exit": True}


class RowsStep(Compiling, PlainPage):
    """A step that asks for rows: the list, with the forms of its rows on pages of their own."""

    template_name = "plans/proposal/rows.html"

    def get_title(self):
        return STEP[self.step].label

    def get_context(self):
        proposal = self.proposal
        return super().get_context() | {
            "step": self.step,
            "closed": self.closed(),
            "actions": list(proposal.actions.all()) if self.step == "actions" else [],
            "lines": list(proposal.budget_lines.all()) if self.step == "budget" else [],
            "indicators": list(proposal.expected_indicators.all()) if self.step == "indicators" else [],
            "asks_own": self.step == "indicators" and access.can(self.request.user, "indicator.ask", proposal),
            "attachments": list(proposal.attachments.all()) if self.step == "attachments" else [],
            "documents": queries.documents_of(proposal) if self.step == "attachments" else [],
            "budget": queries.budget_of(proposal) if self.step == "budget" else None,
            "flags": queries.flags_of(proposal) if self.step == "actions" else [],
            "spans": [
                {"label": a.title, "start": a.starts_on, "end": a.ends_on, "detail": a.partner.organisation.name}
                for a in (proposal.actions.all() if self.step == "actions" else [])
            ],
            "add_url": reverse(f"plans:{ADD[self.step]}", args=[proposal.pk]),
            "next_url": next_url(proposal, self.step, self.request.user),
        }


ADD = {
    "actions": "action_new",
    "budget": "budget_line_new",
    "indicators": "indicator_new",
    "attachments": "attachment_new",
}


class RowForm(CompilingForm):
    """The form of a row. The step it belongs to says where to go back."""

    names: tuple[str, ...] = ()

    def form_name(self):
        """The row by its key; 0 is the one that is being added."""
        row = self.object.pk if self.object != self.proposal else 0
        return f"{self.step}-{row}"

    @cached_property
    def unsaved(self):
        """What this person left in the form without saving it."""
        return queries.unsaved_form(self.proposal, self.request.user, self.form_name())

    def initial(self):
        return self.unsaved.values if self.unsaved else self.initial_row()

    def initial_row(self):
        return {}

    def while_typing(self):
        names = [name for name in self.form_class.base_fields if name in self.request.POST]
        values = {name: self.request.POST[name] for name in names}
        unsaved.keep_unsaved(self.proposal, by=self.request.user, form=self.form_name(), values=values)
        at = f"{timezone.localtime(clock.now()):%H:%M:%S}"
        return kept(f"Conservato alle {at}: entra nella proposta quando premi «{self.submit_label}».")

    def post(self, request, *args, **kwargs):
        if "start_over" in request.POST:
            self.forget_unsaved()
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def forget_unsaved(self) -> None:
        unsaved.drop_unsaved(self.proposal, by=self.request.user, form=self.form_name())

    def breadcrumbs(self):
        proposal = self.proposal
        return [*super().breadcrumbs(), (STEP[self.step].label, step_url(proposal, self.step))]

    def success_url(self, result):
        if "another" in self.request.POST:
            return reverse(f"plans:{ADD[self.step]}", args=[self.proposal.pk])
        return step_url(self.proposal, self.step)

    def cancel_url(self):
        return step_url(self.proposal, self.step)


class RowNew(RowForm):
    """Add a row; `add` is the service."""

    success_message = "Aggiunto."

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in self.names}
        row = self.add(self.proposal, by=self.request.user, **values)
        self.forget_unsaved()
        return row

    def get_context(self):
        return super().get_context() | {"may_add_another": True}


class RowEdit(RowForm):
    """Change a row, found among the proposals that the person may see."""

    model: type = ProposalAction
    success_message = "Salvato."

    def records(self):
        return self.model.objects.filter(
            proposal__in=ProjectProposal.objects.visible_to(self.request.user)
        ).select_related("proposal")

    @cached_property
    def proposal(self):
        rows = queries.proposal_detail(self.request.user)
        return get_object_or_404(rows, pk=self.object.proposal_id)

    @property
    def scope_object(self):
        return self.proposal

    def initial_row(self):
        return {name: getattr(self.object, name) for name in self.names} | {"seen": seen_now(self.object)}

    def perform(self, form):
        values = {name: form.cleaned_data[name] for name in self.names}
        try:
            row = self.change(self.object, by=self.request.user, seen=form.cleaned_data["seen"], **values)
            self.forget_unsaved()
            return row
        except ChangedMeanwhile:
            now = self.model.objects.filter(pk=self.object.pk).first()
            if now is not None:
                form.data = form.data.copy()
                form.data["seen"] = seen_now(now)
                self.theirs = [(f.label, self.shown(now, name)) for name, f in form.fields.items() if name != "seen"]
            raise

    @staticmethod
    def shown(row, name: str):
        display = getattr(row, f"get_{name}_display", None)
        return display() if display else getattr(row, name)


class RowRemove(RowEdit):
    """Take a row out, after saying what goes."""

    form_class = PlainForm
    template_name = "plans/remove.html"
    submit_label = "Togli dalla proposta"
    success_message = "Tolto dalla proposta."

    def get_title(self):
        return f"Togli «{self.object}»"

    unsaved = None

    def get_context(self):
        return {"consequence": "La riga esce dalla bozza. Totali e controlli si ricalcolano.", "theirs": None}

    def perform(self, form):
        self.forget_unsaved()
        return services.remove_part(self.object, by=self.request.user)


class _Action:
    step, form_class, model, names = "actions", ActionForm, ProposalAction, services.ACTION_FIELDS

    def form_kwargs(self):
        return {"partners": queries.partners_for(self.proposal), "districts": queries.districts_for(self.proposal)}


class _Line:
    step, form_class, model, names = "budget", BudgetLineForm, BudgetLine, services.LINE_FIELDS

    def form_kwargs(self):
        return {"partners": queries.partners_for(self.proposal)}

    def preview(self, form=None) -> str:
        """How the budget would stand with the line as it is typed: the rules of the programme, before saving."""
        line, wrong = None, ""
        if form is not None and form.is_valid():
            data = form.cleaned_data
            partner = data["partner"].organisation.name
            line = budget_rules.Line(data["category"], partner, data["cost"], data["grant"], data["co_financing"])
        elif form is not None:
            wrong = " ".join(form.errors.get("grant", [])) or " ".join(form.errors.get("cost", []))
        row = self.object.pk if self.object != self.proposal else None
        table = queries.budget_with(self.proposal, line, instead_of=row)
        return render_to_string(
            "plans/proposal/_preview.html", {"budget": table, "wrong": wrong, "typed": line}, request=self.request
        )

    def while_typing(self):
        answer = super().while_typing()
        told = json.loads(answer.content)
        return JsonResponse(told | {"preview": self.preview(self.build_form(self.request.POST))})

    def get_context(self):
        return super().get_context() | {"preview": "" if self.closed() else self.preview()}


class _Indicator:
    step, form_class, model, names = "indicators", IndicatorForm, ExpectedIndicator, services.INDICATOR_FIELDS

    def form_kwargs(self):
        return {"indicators": queries.indicators_for(self.proposal)}


class AttachmentNew(RowNew):
    """Bring a file: one of the documents that the call asks for, or another."""

    step, form_class, model = "attachments", AttachmentForm, Attachment
    title, submit_label = "Aggiungi un allegato", "Aggiungi l'allegato"

    def form_kwargs(self):
        return {"documents": self.proposal.call.requested_documents.all()}

    def initial_row(self):
        return {"document": self.request.GET.get("documento", "")}

    def perform(self, form):
        data = form.cleaned_data
        row = attachments.attach(
            self.proposal,
            by=self.request.user,
            upload=data["file"],
            document=data["document"],
            title=data["title"],
        )
        self.forget_unsaved()
        return row


class AttachmentRemove(RowRemove):
    step, model = "attachments", Attachment


class AttachmentFile(Page):
    """The file, for whoever may read the proposal; a member of the committee after declaring, and without conflict."""

    permission = "proposal.attachment"

    def records(self):
        seen = ProjectProposal.objects.visible_to(self.request.user)
        return Attachment.objects.filter(proposal__in=seen).select_related("file", "proposal__call")

    def get(self, request, *args, **kwargs):
        attachment = self.object
        if evaluation_queries.why_closed(request.user, attachment.proposal):
            return redirect(attachment.proposal)
        return files.serve(request, attachment.file, about=attachment.proposal)


class ActionNew(_Action, RowNew):
    title, submit_label = "Aggiungi un'azione", "Aggiungi l'azione"
    add = staticmethod(services.add_action)


class ActionEdit(_Action, RowEdit):
    title = "Modifica l'azione"
    change = staticmethod(services.update_action)


class ActionRemove(RowRemove):
    step, model = "actions", ProposalAction


class BudgetLineNew(_Line, RowNew):
    title, submit_label = "Aggiungi una voce di spesa", "Aggiungi la voce"
    add = staticmethod(services.add_budget_line)


class BudgetLineEdit(_Line, RowEdit):
    title = "Modifica la voce di spesa"
    change = staticmethod(services.update_budget_line)


class BudgetLineRemove(RowRemove):
    step, model = "budget", BudgetLine


class IndicatorNew(_Indicator, RowNew):
    title, submit_label = "Aggiungi un indicatore", "Aggiungi l'indicatore"
    add = staticmethod(services.add_indicator)


class IndicatorEdit(_Indicator, RowEdit):
    title = "Modifica l'indicatore"
    change = staticmethod(services.update_indicator)


class IndicatorRemove(RowRemove):
    step, model = "indicators", ExpectedIndicator
