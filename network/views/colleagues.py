"""The people who act for one's own body: a delegate invites colleagues, names substitutes and ends their places."""

from django.urls import reverse

from conciliazione.kernel.errors import Refused
from conciliazione.kernel.pages import Column, FormPage, ListPage

from ..enums import SeatKind
from ..forms.people import ColleagueForm, SeatEndForm
from ..models import Seat
from ..services import people, seats
from .acts import rete

HERE = ("I colleghi", "/rete/colleghi/")


def of_own_body(person):
    """The seats of the body for which the person acts; none when they act for no body."""
    own = person.acting_seat
    if own is None or own.kind != SeatKind.DELEGATE:
        return Seat.objects.none()
    return Seat.objects.filter(kind=SeatKind.DELEGATE, organisation=own.organisation_id).select_related(
        "person", "organisation", "network", "substitutes_for__person"
    )


class Colleagues(ListPage):
    title = "I colleghi"
    permission = "seat.colleagues"
    purpose = "Chi agisce nel portale per il tuo ente. Ogni invito e ogni fine resta nella storia."
    row_template = "network/seat/_colleague.html"
    empty_text = "Nessuno agisce ancora per il tuo ente."
    count_label = ("persona", "persone")
    default_order = "person"
    columns = (
        Column("person", "Persona", lambda row: str(row.person), sort="person__last_name"),
        Column("office", "Ruolo", sort="office"),
        Column("starts_on", "Dal", sort="starts_on"),
        Column("ends_on", "Al", sort="ends_on"),
        Column("end", "Azione", lambda row: ""),
    )

    def rows(self):
        return of_own_body(self.request.user)

    def primary_action(self):
        return "Invita un collega", reverse("network:colleague_invite")

    def breadcrumbs(self):
        return rete()


class ColleagueInvite(FormPage):
    title = "Invita un collega"
    permission = "seat.colleagues"
    form_class = ColleagueForm
    submit_label = "Invita"
    intro = "La persona potrà fare nel portale quello che puoi fare tu per il tuo ente."
    success_message = "Il collega è stato invitato e avvisato."

    def breadcrumbs(self):
        return rete(HERE)

    def possible(self):
        if not of_own_body(self.request.user).exists():
            raise Refused("Può invitare colleghi chi agisce per un ente: passa a quell'incarico.")

    def form_kwargs(self):
        return {"held": of_own_body(self.request.user).active().order_by("person__last_name", "pk")}

    def perform(self, form):
        data = form.cleaned_data
        return people.invite_colleague(
            who=form.who(),
            office=data["office"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            substitutes_for=data["substitutes_for"],
            by=self.request.user,
        )

    def success_url(self, result):
        return reverse("network:colleagues")


class ColleagueEnd(FormPage):
    title = "Termina l'incarico"
    permission = "seat.colleagues"
    scope_object = None
    form_class = SeatEndForm
    submit_label = "Termina l'incarico"
    intro = "Da quel giorno la persona non agisce più per il tuo ente, e chi la sostituisce nemmeno."
    success_message = "L'incarico è terminato."

    def records(self):
        # one's own place is ended by somebody else, so that nobody locks their body out
        return of_own_body(self.request.user).exclude(person=self.request.user)

    def breadcrumbs(self):
        return rete(HERE)

    def possible(self):
        if not Seat.objects.active().filter(pk=self.object.pk).exists():
            raise Refused("Questo incarico è già finito.")

    def perform(self, form):
        return seats.end_seat(self.object, by=self.request.user, **form.cleaned_data)

    def success_url(self, result):
        return reverse("network:colleagues")
