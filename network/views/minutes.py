"""Pages of the minutes: the general text, the parts about single matters, the decisions."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from conciliazione.kernel.pages import FormPage

from ..forms.bodies import DecisionForm, MinutesForm, PartForm
from ..forms.people import EndForm
from ..queries.minutes import Minutes
from ..services import decisions, minutes
from .meetings import OfMeeting


class _Writing(OfMeeting, FormPage):
    steering_action = "steering.manage"
    action = "meeting.minute"
    alliance_action = "alliance_meeting.manage"

    @cached_property
    def minutes(self) -> Minutes:
        """As the person may read them."""
        return Minutes(self.object, self.request.user)


class MeetingMinutes(_Writing):
    title = "Scrivi il verbale"
    form_class = MinutesForm
    submit_label = "Salva il verbale"
    success_message = "Il verbale è salvato: quando è completo, approvalo."

    @property
    def intro(self):
        if not self.minutes.matters:
            return ""
        return (
            "Ciò che riguarda una sola proposta va nella sua parte, che chi è in conflitto di interessi non legge. Se "
            "il testo generale nomina la proposta o la sua Alleanza, resta chiuso per intero a chi è in conflitto."
        )

    def initial(self):
        return {"minutes": "" if self.minutes.text_closed else self.object.minutes}

    def possible(self):
        minutes.check_can_write(self.object, by=self.request.user)

    def perform(self, form):
        return minutes.write_minutes(self.object, minutes=form.cleaned_data["minutes"], by=self.request.user)


class MinutesPartPage(_Writing):
    form_class = PartForm
    submit_label = "Salva questa parte"
    success_message = "Questa parte del verbale è salvata."
    intro = "La legge chi non è in conflitto di interessi sulla proposta; gli altri, con la graduatoria pubblicata."

    @cached_property
    def matter(self):
        found = next((m for m in self.minutes.matters if m.key == self.kwargs["matter"]), None)
        if found is None:
            raise Http404
        return found

    def get_title(self):
        return f"Verbale: «{self.matter.name}»"

    def initial(self):
        row = None if self.matter.closed else self.minutes.rows.get(self.matter.key)
        return {"text": row.text if row else ""}

    def possible(self):
        minutes.open_matter(self.object, self.matter.key, by=self.request.user)

    def perform(self, form):
        text = form.cleaned_data["text"]
        return minutes.write_part(self.object, matter=self.matter.key, text=text, by=self.request.user)

    def success_url(self, result):
        return f"{result.get_absolute_url()}#proposte"


class DecisionAdd(_Writing):
    title = "Registra una decisione"
    form_class = DecisionForm
    submit_label = "Registra la decisione"
    success_message = "La decisione è registrata: entra nel verbale."

    def form_kwargs(self):
        return {"matters": [matter for matter in self.minutes.matters if not matter.closed]}

    def possible(self):
        decisions.check_can_decide(self.object)

    def perform(self, form):
        return decisions.record_decision(self.object, by=self.request.user, **form.cleaned_data).meeting

    def success_url(self, result):
        return f"{result.get_absolute_url()}#decisioni"


class DecisionStrike(_Writing):
    form_class = EndForm
    submit_label = "Togli la decisione"
    success_message = "La decisione è tolta. Nella storia della seduta resta scritto perché."

    @cached_property
    def decision(self):
        return get_object_or_404(self.object.decisions, number=self.kwargs["decision"])

    def get_title(self):
        return f"Togli la decisione {self.decision.number}"

    @property
    def intro(self):
        closed = dict(self.minutes.decisions)[self.decision]
        return "" if closed else self.decision.text

    def possible(self):
        decisions.check_can_strike(self.decision, by=self.request.user)

    def perform(self, form):
        return decisions.strike_decision(self.decision, by=self.request.user, **form.cleaned_data)
