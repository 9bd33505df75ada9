"""Pages of the Cabina di Regia (art. 4)."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from conciliazione.kernel import access
from conciliazione.kernel.errors import refusal_of
from conciliazione.kernel.pages import DetailPage, FormPage

from ..enums import MeetingBody, SteeringSeatKind
from ..forms.bodies import SteeringSeatForm
from ..forms.people import EndForm
from ..models import Meeting, SteeringCommittee, SteeringSeat
from ..queries.home import review_due
from ..services import people, steering
from ..services.meetings import check_may_convene_steering
from .acts import rete

HERE = ("Cabina di Regia", "/rete/cabina/")


class SteeringPage(DetailPage):
    """The six kinds of seat, who holds them, and the meetings."""

    template_name = "network/steering/detail.html"
    permission = "steering.view"
    scope_object = None
    title = "Cabina di Regia"

    @cached_property
    def object(self):
        return SteeringCommittee.objects.first()

    def breadcrumbs(self):
        return rete()

    def next_step(self):
        if review_due():
            return {
                "text": "Da sei mesi la Cabina non si riunisce: l'analisi dei risultati è periodica e porta azioni "
                "correttive e indirizzi (art. 4).",
                "who": "Direzione Famiglia, che convoca",
            }
        return {"text": "La Cabina segue Reti, Alleanze e Piani, e formula azioni correttive e indirizzi (art. 4)."}

    def get_context(self):
        person = self.request.user
        current = list(SteeringSeat.objects.current().select_related("organisation", "person"))
        by_kind = [
            {"kind": kind, "holders": [seat for seat in current if seat.kind == kind.value]}
            for kind in SteeringSeatKind
        ]
        refusal = refusal_of(check_may_convene_steering, person)
        return {
            "by_kind": by_kind,
            "empty_count": sum(not row["holders"] for row in by_kind),
            "past": SteeringSeat.objects.exclude(ends_on=None).select_related("organisation")[:20],
            "meetings": Meeting.objects.filter(body=MeetingBody.STEERING).select_related("network")[:10],
            "manages": access.can(person, "steering.manage"),
            "convene_refusal": refusal,
        }


class SteeringSeatAdd(FormPage):
    permission = "steering.manage"
    title = "Nomina nella Cabina di Regia"
    form_class = SteeringSeatForm
    submit_label = "Registra la nomina"
    success_message = "La nomina è registrata."
    intro = "I seggi sono di sei tipi; presiede e convoca solo la Direzione Famiglia (art. 4)."

    def breadcrumbs(self):
        return rete(HERE)

    def initial(self):
        kind = self.request.GET.get("seggio", "")
        return {"kind": kind if kind in SteeringSeatKind.values else None}

    def perform(self, form):
        place = ("kind", "holder", "organisation", "is_chair", "starts_on", "term_ends_on")
        data = {name: form.cleaned_data[name] for name in place}
        return people.invite_to_steering(who=form.who(), by=self.request.user, **data)

    def success_url(self, result):
        return reverse("network:steering")


class SteeringSeatEnd(FormPage):
    permission = "steering.manage"
    scope_object = None
    title = "Termina il seggio"
    form_class = EndForm
    submit_label = "Termina il seggio"
    success_message = "Il seggio è libero."
    intro = "Chi lo occupava non ha più i permessi della Cabina."

    @cached_property
    def object(self):
        found = SteeringSeat.objects.select_related("committee", "person").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def breadcrumbs(self):
        return rete(HERE)

    def perform(self, form):
        return steering.end_steering_seat(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return reverse("network:steering")
