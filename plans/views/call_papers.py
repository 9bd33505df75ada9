"""What goes with a call: documents asked for, questions and answers, rectifications."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import FormPage

from ..forms.calls import AnswerForm, DocumentForm, PlainForm, QuestionForm, RectificationForm
from ..models import Call, Question, RequestedDocument
from ..queries import calls as queries
from ..rules.calls import check_editable
from ..services import call_papers as services
from .calls import AboutCall


class CallPaper(AboutCall, FormPage):
    """A form about a call that goes back to the call."""

    template_name = "plans/form.html"

    def get_context(self):
        return {"theirs": None}

    def success_url(self, result):
        return self.object.get_absolute_url()


class DocumentNew(CallPaper):
    permission = "call.edit"
    form_class = DocumentForm
    title = "Chiedi un documento"
    intro = "Ogni proposta lo porta con sé come allegato. Dalla pubblicazione l'elenco non cambia più."
    submit_label = "Aggiungi il documento"

    def possible(self):
        check_editable(self.object.status)

    def perform(self, form):
        return services.ask_for_document(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return f"{self.object.get_absolute_url()}#documenti"


class DocumentRemove(CallPaper):
    permission = "call.edit"
    template_name = "plans/remove.html"
    form_class = PlainForm
    submit_label = "Non chiederlo più"

    def records(self):
        calls = Call.objects.visible_to(self.request.user)
        return RequestedDocument.objects.filter(call__in=calls).select_related("call__network")

    def get_title(self):
        return f"Togli «{self.object.title}»"

    def breadcrumbs(self):
        call = self.object.call
        return [("Avvisi", reverse("plans:calls")), (call.title, call.get_absolute_url())]

    def possible(self):
        check_editable(self.object.call.status)

    def get_context(self):
        return {"consequence": "Le proposte non dovranno più portare questo documento."}

    def perform(self, form):
        return services.drop_document(self.object, by=self.request.user)

    def success_url(self, result):
        return result.get_absolute_url()


class QuestionNew(CallPaper):
    """An alliance asks; the answer is published to all."""

    permission = "question.ask"
    form_class = QuestionForm
    title = "Fai una domanda sull'avviso"
    intro = (
        "Risponde l'ufficio dell'ASL. Domanda e risposta sono pubblicate per tutti, senza il nome di chi ha chiesto."
    )
    submit_label = "Invia la domanda"
    success_message = "Domanda inviata: quando c'è la risposta ricevi una notifica."

    @property
    def scope_object(self):
        return None  # asked on the alliance, below: a call belongs to no alliance

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.object is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def alliances(self):
        return queries.alliances_that_may_ask(self.request.user, self.object)

    def possible(self):
        if not self.alliances.exists():
            raise Refused("Le domande le fa chi partecipa a un'Alleanza della Rete e del programma di questo avviso.")
        services.check_may_ask(self.object)

    def form_kwargs(self):
        return {"alliances": self.alliances}

    def perform(self, form):
        alliance = form.cleaned_data.get("alliance") or self.alliances.get()
        return services.ask(self.object, by=self.request.user, alliance=alliance, text=form.cleaned_data["text"])

    def success_url(self, result):
        return result.get_absolute_url()


class QuestionAnswer(CallPaper):
    permission = "question.answer"
    template_name = "plans/call/answer.html"
    form_class = AnswerForm
    title = "Rispondi alla domanda"
    submit_label = "Pubblica la risposta"
    success_message = "Risposta pubblicata."

    def records(self):
        return Question.objects.visible_to(self.request.user).select_related("call__network", "alliance")

    def breadcrumbs(self):
        call = self.object.call
        return [("Avvisi", reverse("plans:calls")), (call.title, call.get_absolute_url())]

    def possible(self):
        if self.object.answer:
            raise Refused("Questa domanda ha già la sua risposta pubblicata: se serve, pubblica una rettifica.")

    def perform(self, form):
        return services.answer(self.object, by=self.request.user, text=form.cleaned_data["text"])

    def success_url(self, result):
        return result.get_absolute_url()


class RectificationNew(CallPaper):
    permission = "call.publish"
    form_class = RectificationForm
    title = "Pubblica una rettifica"
    intro = (
        "L'avviso pubblicato non si modifica: ciò che cambia si pubblica come rettifica, con il suo atto e il suo "
        "protocollo. Gli aderenti e chi sta scrivendo una proposta ricevono una notifica."
    )
    submit_label = "Pubblica la rettifica"
    success_message = "Rettifica pubblicata."

    def possible(self):
        services.check_may_rectify(self.object)

    def perform(self, form):
        return services.rectify(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return f"{self.object.get_absolute_url()}#rettifiche"
